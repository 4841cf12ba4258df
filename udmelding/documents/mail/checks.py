"""May a secretariat's own text of a mail be used? Everything that is wrong with it, with its line.

First what can be read off the text: is it understood, does it use only names and filters that there
are, does it still say the date, the link and who writes. Only a text that passes is tried with
made-up values, present and absent. Shipped texts are not checked here: tests hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

from jinja2 import nodes

from models.outbox import MailKind
from udmelding.documents import markdown
from udmelding.documents.mail.blocks import REFERRING, Shown, line_of_extends, show_text
from udmelding.documents.mail.contexts import MAILS
from udmelding.documents.mail.flaw_wording import TextFlaw, in_danish, unknown
from udmelding.documents.mail.samples import sample_values, trials
from udmelding.documents.mail.templates import PAGE, MailTemplates, TemplateError, names

BODY, SUBJECT = "_base/body.md", "_base/subject.txt"

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_NOT_MARKDOWN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?=[\\s/>])|<!--"), "HTML"),
    (re.compile(r"&(?:[a-zA-Z]+|#\d+);"), "HTML-tegn"),
    (re.compile(r"!\[[^\]]*\]\("), "billeder"),
)
_MUST_SAY = {
    "due_on": ("content", "Fristen mangler: brug {{ due_on|weekday_date }} i teksten."),
    "link": (
        "link",
        "Linket til modtagerens egen side mangler: brug {{ link }}, eller lad blokken «link» være, "
        "som den er.",
    ),
    "secretariat_name": (
        "signature",
        "Det fremgår ikke, hvem der skriver: brug {{ secretariat_name }}, eller lad blokken "
        "«signature» være, som den er.",
    ),
    "secretariat_email": (
        "signature",
        "Sekretariatets mailadresse mangler: brug {{ secretariat_email }}, eller lad blokken "
        "«signature» være, som den er.",
    ),
}
_EACH_MUST_SAY = {
    "due_on": "Fristen mangler for hvert punkt: brug {{ item.due_on|weekday_date }}.",
    "link": "Linket mangler for hvert punkt: brug {{ item.link }}.",
}
"""What a text must show where the shipped one does: of the case, and of each thing in a list."""


@lru_cache(maxsize=256)
def flaws_of(kind: MailKind, found: MailTemplates, shipped: MailTemplates) -> tuple[TextFlaw, ...]:
    """What is wrong with the texts that mails of the kind are written from.

    Args:
        kind: the kind of mail.
        found: all texts; of these, only the kind's own ones are checked.
        shipped: the shipped texts, to compare with.

    Returns:
        The flaws by file and line; none where no text is the secretariat's own.
    """
    own = own_texts(kind, found)
    if not own:
        return ()
    flaws = _reached(found, [*names(kind), PAGE])[1]
    allowed = {field.name for field in fields(MAILS[kind])}
    for name in own:
        known = {"subject", "body"} if name == PAGE else allowed
        flaws += _of_text(found, name, known)
    if not flaws:
        flaws += [*_of_subject(kind, found), *_of_body(kind, found, shipped), *_of_page(found)]
    return tuple(sorted(set(flaws))) or _flaws_when_used(kind, found, shipped)


@lru_cache(maxsize=8)
def page_flaws(found: MailTemplates) -> tuple[TextFlaw, ...]:
    """What is wrong with the secretariat's own HTML page around all mails, if it has one."""
    reached, flaws = _reached(found, [PAGE])
    for name in reached:
        if name in found.texts and found.texts[name].is_own:
            flaws += _of_text(found, name, {"subject", "body"})
    return tuple(sorted(flaws)) or tuple(_of_page(found)) or _page_flaws_when_used(found)


def own_texts(kind: MailKind, found: MailTemplates) -> tuple[str, ...]:
    """The names of the secretariat's own texts that mails of the kind are made from."""
    reached = _reached(found, [*names(kind), PAGE])[0]
    return tuple(name for name in reached if name in found.texts and found.texts[name].is_own)


def unused_files(found: MailTemplates) -> tuple[TextFlaw, ...]:
    """The secretariat's own files that no mail is written from, because of their names."""
    used = {name for kind in MAILS for name in _reached(found, [*names(kind), PAGE])[0]}
    own = [name for name, text in found.texts.items() if text.is_own and name not in used]
    could_be = {name for kind in MAILS for name in names(kind)} | used
    told = "Filen bruges ikke af nogen mail."
    return tuple(
        TextFlaw(name, 0, f"{told} {unknown('Navnet', name, could_be)}") for name in sorted(own)
    )


def _reached(found: MailTemplates, wanted: list[str]) -> tuple[list[str], list[TextFlaw]]:
    """Every text that ``wanted`` are built of, and what stops us from following."""
    seen: list[str] = []
    flaws: list[TextFlaw] = []
    waiting = list(wanted)
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.append(name)
        try:
            parsed = found.syntax_tree(name)
        except TemplateError as error:
            flaws.append(TextFlaw(name, error.line or 0, in_danish(error.problem)))
            continue
        for node in parsed.find_all(REFERRING):
            target = getattr(node, "template", None)
            if not isinstance(target, nodes.Const) or not isinstance(target.value, str):
                told = "Navnet på en anden fil skal stå her som tekst i anførselstegn."
                flaws.append(TextFlaw(name, node.lineno, told))
            elif target.value not in found.texts:
                told = unknown("Filen", target.value, found.texts)
                flaws.append(TextFlaw(name, node.lineno, told))
            else:
                waiting.append(target.value)
    return seen, flaws


def _of_text(found: MailTemplates, name: str, known: set[str]) -> list[TextFlaw]:
    """What can be said of one text by itself."""
    try:
        parsed = found.syntax_tree(name)
    except TemplateError:
        return []  # told by `_reached`
    told = list(_filters(found, parsed))
    if not told:  # Jinja's own search for names needs filters that are there
        told += _names(found, name, known)
    told += _forbidden(parsed)
    if name != PAGE:
        told += _not_markdown(found.texts[name].content)
    if line_of_extends(parsed)[0]:
        told += _outside_blocks(parsed)
    return [TextFlaw(name, line, problem) for line, problem in told]


def _names(found: MailTemplates, name: str, known: set[str]) -> Iterator[tuple[int, str]]:
    parsed = found.syntax_tree(name)
    for used in sorted(found.names_in(name) - known):
        lines = [node.lineno for node in parsed.find_all(nodes.Name) if node.name == used]
        yield min(lines, default=0), unknown("Navnet", used, known)


def _filters(found: MailTemplates, parsed: nodes.Template) -> Iterator[tuple[int, str]]:
    for filter_ in parsed.find_all(nodes.Filter):
        if filter_.name not in found.known_filters:
            yield filter_.lineno, unknown("Filteret", filter_.name, _told(found.known_filters))
    for test in parsed.find_all(nodes.Test):
        if test.name not in found.known_tests:
            yield test.lineno, unknown("Prøven", test.name, _told(found.known_tests))


def _told(known: frozenset[str]) -> list[str]:
    return [name for name in known if name.isidentifier()]


def _forbidden(parsed: nodes.Template) -> Iterator[tuple[int, str]]:
    """What would let a value reach the mail without being made harmless first."""
    for node in parsed.find_all((nodes.FilterBlock, nodes.ScopedEvalContextModifier)):
        yield node.lineno, "Brug filtre i {{ … }}; filter og autoescape i {% … %} kan ikke bruges."
    for filter_ in parsed.find_all(nodes.Filter):
        if filter_.name == "safe":
            yield filter_.lineno, "Filteret «safe» kan ikke bruges i en mail."


def _not_markdown(content: str) -> Iterator[tuple[int, str]]:
    plain = _JINJA.sub(lambda found: "\n" * found[0].count("\n"), content)
    for number, line in enumerate(plain.splitlines(), 1):
        for pattern, what in _NOT_MARKDOWN:
            if pattern.search(line):
                yield number, f"Her står {what}, som ikke kan bruges i en mail. Brug Markdown."


def _outside_blocks(parsed: nodes.Template) -> Iterator[tuple[int, str]]:
    """A text that builds on another shows only what stands in the other's blocks."""
    told = "Dette står uden for blokkene og kommer ikke med i mailen."
    silent = (nodes.Extends, nodes.Block, nodes.Assign, nodes.AssignBlock, nodes.Macro, *REFERRING)
    for node in parsed.body:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield part.lineno, told
                elif part.data.strip():
                    before = part.data[: len(part.data) - len(part.data.lstrip())]
                    yield part.lineno + before.count("\n"), told
        elif not isinstance(node, silent) or isinstance(node, nodes.Include):
            yield node.lineno, told


def _of_subject(kind: MailKind, found: MailTemplates) -> Iterator[TextFlaw]:
    name = names(kind)[0]
    if "reference" not in show_text(found, name).names:
        told = (
            "Sagens reference mangler i emnet: begynd filen med "
            f'{{% extends "{SUBJECT}" %}}, eller skriv [{{{{ reference }}}}] først.'
        )
        yield TextFlaw(name, 1, told)
    yield from _of_blocks(found, name)


def _of_body(kind: MailKind, found: MailTemplates, shipped: MailTemplates) -> Iterator[TextFlaw]:
    name = names(kind)[1]
    parsed, said = found.syntax_tree(name), show_text(found, name)
    base = line_of_extends(parsed)[0]
    if base != BODY:
        yield TextFlaw(name, 1, f'Begynd filen med {{% extends "{BODY}" %}}.')
        return
    misnamed = list(_of_blocks(found, name))
    if misnamed:
        yield from misnamed
        return
    if not _says(found, name, "content"):
        told = "Blokken «content» mangler eller er tom; i den skal mailens tekst stå."
        yield TextFlaw(*_place(found, name, said, "content"), told)
    if not _says(found, name, "why"):
        told = "Blokken «why» er tom. Modtageren skal kunne læse, hvorfor mailen kommer."
        yield TextFlaw(*_place(found, name, said, "why"), told)
    yield from _unsaid(found, name, said, show_text(shipped, name))


def _unsaid(found: MailTemplates, name: str, said: Shown, wanted: Shown) -> Iterator[TextFlaw]:
    """What the shipped text shows, and the own one must show too."""
    for field, (block, told) in _MUST_SAY.items():
        if field in wanted.names and field not in said.names:
            yield TextFlaw(*_place(found, name, said, block), told)
    for field, told in _EACH_MUST_SAY.items():
        if field in wanted.attributes and field not in said.attributes:
            yield TextFlaw(*_place(found, name, said, "content"), told)


def _place(found: MailTemplates, name: str, said: Shown, block: str) -> tuple[str, int]:
    """Where the secretariat's own version of a block stands, or else the text that lacks it."""
    where, line = said.blocks.get(block, (name, 1))
    return (where, line) if found.texts[where].is_own else (name, 1)


def _says(found: MailTemplates, name: str, block: str) -> bool:
    """Whether a block of a text says anything at all."""
    said = show_text(found, name, only=block)
    return bool(said.names or said.attributes or "".join(said.words).strip())


def _of_blocks(found: MailTemplates, name: str) -> Iterator[TextFlaw]:
    """A block that the text below has none of is never shown."""
    parsed = found.syntax_tree(name)
    base = line_of_extends(parsed)[0]
    if not base:
        return
    known = show_text(found, base).blocks
    for node in parsed.body:
        if isinstance(node, nodes.Block) and node.name not in known:
            yield TextFlaw(name, node.lineno, unknown("Blokken", node.name, known))


def _of_page(found: MailTemplates) -> Iterator[TextFlaw]:
    if PAGE not in found.texts or not found.texts[PAGE].is_own:
        return
    said = show_text(found, PAGE)
    for field in sorted({"subject", "body"} - said.names):
        yield TextFlaw(PAGE, 1, f"Brug {{{{ {field} }}}} på siden.")
    if not re.search(r"<html[^>]*\slang=", "".join(said.words)):
        yield TextFlaw(PAGE, 1, 'Sproget mangler: skriv <html lang="da">.')


def _flaws_when_used(
    kind: MailKind, found: MailTemplates, shipped: MailTemplates
) -> tuple[TextFlaw, ...]:
    """What goes wrong when the kind's texts are written with made-up values.

    Values that the shipped text cannot be written with either never come together in a case.
    """
    flaws = []
    for values in trials(kind):
        error = _error(kind, found, values)
        if error is not None and _error(kind, shipped, values) is None:
            flaws.append(TextFlaw(error.template, error.line or 0, in_danish(error.problem)))
    return tuple(sorted(set(flaws))) or (*_of_result(kind, found), *_page_flaws_when_used(found))


def _page_flaws_when_used(found: MailTemplates) -> tuple[TextFlaw, ...]:
    """What goes wrong when the page around a mail is written."""
    try:
        found.page("Emne", "<p>Tekst</p>")
    except TemplateError as error:
        return (TextFlaw(error.template, error.line or 0, in_danish(error.problem)),)
    return ()


def _error(kind: MailKind, found: MailTemplates, values: Mapping[str, Any]) -> TemplateError | None:
    try:
        found.subject(kind, values)
        found.body(kind, values)
    except TemplateError as error:
        return error
    return None


def _of_result(kind: MailKind, found: MailTemplates) -> Iterator[TextFlaw]:
    """Is everything that a mail needs really there when all values are?"""
    subject_name, body_name = names(kind)
    values = sample_values(kind)
    reference = f"[{values['reference']}]"
    subject = found.subject(kind, values)
    if not subject.startswith(reference):
        told = "Emnet skal begynde med [{{ reference }}], så svar kan høre til den rette sag."
        yield TextFlaw(subject_name, 1, told)
    elif not subject.removeprefix(reference).strip():
        yield TextFlaw(subject_name, 1, "Emnet siger ikke andet end sagens reference.")
    text = markdown.as_text(markdown.parse_markdown(found.body(kind, values)))
    if not text.strip():
        yield TextFlaw(body_name, 1, "Mailen bliver tom.")
