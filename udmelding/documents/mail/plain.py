"""A mail's subject and text in the plain form, and what is wrong with them in its words.

Only what a kind of mail says for itself has a plain form: the block ``content`` of its body and the
block ``subject``. Greeting, link, signature and footer are around it and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.outbox import MailKind
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.reply_checks import REPLY_ASKED
from udmelding.documents.mail.templates import names
from udmelding.documents.mail.vocabulary import condition_for, vocabulary
from udmelding.rules.mail.plain_texts import (
    Framed,
    Written,
    framed,
    line_of,
    plain_of,
    template_of,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A subject and a text in the plain form."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, order=True)
class FieldFlaw:
    """One thing wrong in what somebody typed.

    Attributes:
        field: ``subject`` or ``body``; empty for something that stands in neither.
        line: the line in the field; 0 where all of it is meant.
        problem: a Danish sentence.
    """

    field: str
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Templates:
    """What a plain subject and text are as templates.

    Attributes:
        flaws: what cannot be read; the templates are not to be used then.
    """

    subject: str
    body: str
    flaws: tuple[FieldFlaw, ...]
    kind: MailKind
    plain: Plain
    lines: tuple[int, ...]
    above: int

    def in_plain_words(self, told: Iterable[TextFlaw]) -> tuple[FieldFlaw, ...]:
        """What is wrong with the templates, told of the plain form."""
        return tuple(sorted({self._moved(flaw) for flaw in told}))

    def _moved(self, flaw: TextFlaw) -> FieldFlaw:
        subject, body = names(self.kind)
        if flaw.template == subject:
            return FieldFlaw("subject", 1, self._reworded(flaw.problem, self.plain.subject))
        if flaw.template != body:
            return FieldFlaw("", 0, str(flaw))
        at = flaw.line - self.above - 1
        line = self.lines[at] if 0 <= at < len(self.lines) else 0
        said = self.plain.body.strip("\n").split("\n")[line - 1] if line else ""
        return FieldFlaw("body", line, self._reworded(flaw.problem, said))

    def _reworded(self, problem: str, said: str) -> str:
        words = vocabulary(self.kind)
        if problem.startswith("En værdi kan mangle"):
            return _missing(self.kind, said)
        if problem.startswith(REPLY_ASKED):
            return (
                f"{REPLY_ASKED} Skriv «Kun hvis der ikke er et skema:» på linjen over, eller brug "
                "[udfyld skemaet eller send svaret]."
            )
        if problem.startswith("Blokken «content»"):
            return "Mailen har ingen tekst."
        if "for hvert punkt" in problem:
            lists = [name for name, text in words.pieces.items() if text.endswith("_items.md")]
            return f"{problem.partition(':')[0]}: brug [{', '.join(lists)}]."
        return words.in_brackets(problem)


def as_plain(kind: MailKind, subject: str, body: str) -> Plain | None:
    """The templates of a kind of mail in the plain form; None where one has none."""
    words = vocabulary(kind)
    frames = framed(subject, "subject"), framed(body, "content")
    if frames[0] is None or frames[1] is None:
        return None
    said = [plain_of(frame.inside, words) for frame in frames if frame]
    if said[0] is None or said[1] is None or "\n" in said[0]:
        return None
    return Plain(said[0], said[1])


def as_templates(kind: MailKind, plain: Plain, around: tuple[str, str]) -> Templates:
    """The plain form as templates.

    Args:
        kind: the kind of mail.
        plain: what somebody has written.
        around: subject and body whose frames are used, such as the texts in use.
    """
    words = vocabulary(kind)
    subject, body = line_of(plain.subject, words), template_of(_normal(plain.body), words)
    frames = _frame(around[0], "subject"), _frame(around[1], "content")
    return Templates(
        subject=frames[0].around(subject.text),
        body=frames[1].around(body.text.strip("\n") + "\n"),
        flaws=tuple(sorted((*_flaws("subject", subject), *_flaws("body", body)))),
        kind=kind,
        plain=Plain(plain.subject, _normal(plain.body)),
        lines=tuple(body.lines),
        above=frames[1].before.count("\n"),
    )


def _frame(template: str, block: str) -> Framed:
    base = "_base/subject.txt" if block == "subject" else "_base/body.md"
    end = "\n" if block == "content" else ""
    start = f'{{% extends "{base}" %}}\n{{% block {block} %}}{end}'
    return framed(template, block) or Framed(start, "", "{% endblock %}\n")


def _flaws(field: str, written: Written) -> Iterator[FieldFlaw]:
    return (FieldFlaw(field, flaw.line, flaw.problem) for flaw in written.flaws)


def _missing(kind: MailKind, said: str) -> str:
    """A value on that line may be missing in a case: what to write above it."""
    for name in vocabulary(kind).values:
        if f"[{name}]".casefold() in said.casefold() and (clause := condition_for(kind, name)):
            told = f"«Kun hvis {clause}:» på linjen over."
            return f"[{name}] kan mangle i en sag. Skriv {told}"
    return "En oplysning på linjen kan mangle i en sag. Skriv «Kun hvis …:» på linjen over."


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
