"""How does a mail's text read to somebody who knows no template language, and back again?

The plain form is what a person sees and writes. It is the template's text, line by line:

- a value, or a piece that the program writes, stands by its Danish name in brackets:
  ``[Svarfrist]``;
- a line «Kun hvis der er et skema:» says when what stands right below it is shown: one point of a
  list, or else the lines down to the next empty one.

So there are no nested conditions and no loops; what needs more is a piece with a name. What a name
stands for is a ``Vocabulary``, and comes from whoever knows the kinds of mail. A template that says
something else has no plain form. Reading one and writing it again gives the very same text, which
is looked at each time: ``plain_of`` gives None where it would not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property


@dataclass(frozen=True)
class Vocabulary:
    """What the names of a plain text stand for in its template.

    Attributes:
        values: by Danish name an expression, such as ``{{ due_on|long_date }}``.
        pieces: by Danish name a text that is taken in, such as ``_base/form.md``.
        blocks: those of ``pieces`` that are whole paragraphs or lists, and end with a line break.
        conditions: by Danish clause a condition, such as ``form_title``.
    """

    values: Mapping[str, str]
    pieces: Mapping[str, str]
    blocks: frozenset[str]
    conditions: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that may stand in brackets."""
        return (*self.values, *self.pieces)

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """The names as they are looked up, however they are written."""
        return {_plainly(name): name for name in self.names}

    @cached_property
    def by_clause(self) -> Mapping[str, str]:
        """The clauses of conditions as they are looked up, however they are written."""
        return {_plainly(clause): clause for clause in self.conditions}

    @cached_property
    def written(self) -> Mapping[str, str]:
        """The names by what stands for them in a template; see ``_INCLUDE`` for a piece."""
        return {what: name for name, what in (*self.values.items(), *self.pieces.items())}

    @cached_property
    def expressions(self) -> re.Pattern[str]:
        """Every expression that has a name, the longest first."""
        known = sorted(self.values.values(), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, known)) or r"(?!)")

    def in_brackets(self, sentence: str) -> str:
        """A sentence about a template, with the names in place of their expressions."""
        return self.expressions.sub(lambda found: f"[{self.written[found[0]]}]", sentence)


@dataclass(frozen=True, slots=True, order=True)
class PlainFlaw:
    """One thing wrong in a plain text: in which line, 0 for none, and a Danish sentence."""

    line: int
    problem: str


@dataclass(slots=True)
class Written:
    """A plain text as a template.

    Attributes:
        text: what stands in the template's block.
        lines: for each of its lines, the line of the plain text that it comes from.
        flaws: what cannot be read; ``text`` is not to be used then.
    """

    text: str = ""
    lines: list[int] = field(default_factory=list)
    flaws: list[PlainFlaw] = field(default_factory=list)


_ONLY_IF = re.compile(r"kun hvis\s+(.+?)\s*:", re.IGNORECASE)
_IF = re.compile(r"\{% if (.+) %\}")
_END_IF = "{% endif %}"
_INCLUDE = re.compile(r'\{% include "([^"{}]+)" \+?%\}')
_POINT = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_BRACKETS = re.compile(r"\[([^\[\]]*)\](\()?|\[")
_TEMPLATE_SIGNS = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")


@dataclass(frozen=True, slots=True)
class Framed:
    """A template that fills one block of another: the block's text, and what is around it."""

    before: str
    inside: str
    after: str

    def around(self, inside: str) -> str:
        """The same template with another text in the block."""
        return f"{self.before}{inside}{self.after}"


def framed(template: str, block: str) -> Framed | None:
    """A template's block of that name, where it is the first thing in it; None where it is not."""
    found = re.fullmatch(
        rf'(\{{% extends "[^"{{}}]+" %\}}\n\{{% block {block} %\}}\n?)(.*?)(\{{% endblock %\}}.*)',
        template.strip("\n") + "\n",
        re.DOTALL,
    )
    return Framed(*found.groups()) if found else None


def template_of(plain: str, words: Vocabulary) -> Written:
    """A plain text as the template that says the same.

    Args:
        plain: what a person has written.
        words: what names and conditions there are.
    """
    writer = _Writer(words)
    for number, line in enumerate(plain.strip("\n").split("\n"), 1):
        writer.take(number, line.rstrip())
    return writer.done()


def line_of(plain: str, words: Vocabulary) -> Written:
    """A plain text of one line, such as a subject, as a template."""
    writer = _Writer(words)
    writer.written.text = writer.line(1, " ".join(plain.split()))
    return writer.written


def plain_of(template: str, words: Vocabulary) -> str | None:
    """The plain form of what stands in a template's block; None where it has none."""
    said = [_read(line, words) for line in template.strip("\n").split("\n")]
    known = [line for line in said if line is not None]
    if len(known) < len(said):
        return None
    plain = "\n".join(line for line in known if line != _END_IF)
    written = template_of(plain, words)
    is_same = not written.flaws and _alike(written.text) == _alike(template)
    return plain if is_same else None


class _Writer:
    """Writes the lines of a plain text as those of a template."""

    def __init__(self, words: Vocabulary) -> None:
        self.words, self.written = words, Written()
        self.out: list[str] = []
        self.asked_at = 0  # the line of a condition with nothing below it yet
        self.shown = ""  # what a condition holds for: a point or a paragraph

    def take(self, number: int, line: str) -> None:
        """One more line of the plain text."""
        asked = _ONLY_IF.fullmatch(line.strip())
        if asked:
            self._ask(number, asked[1])
            return
        if self.asked_at and not line:
            return  # an empty line below a condition is a slip
        is_point = bool(_POINT.match(line))
        if self.asked_at:
            self.asked_at, self.shown = 0, "point" if is_point else "paragraph"
        elif not line or (self.shown == "point" and is_point):
            self._close(number)
        self._put(number, self.line(number, line))

    def done(self) -> Written:
        self._ended()
        self._close(len(self.written.lines))
        self.written.text = "\n".join(self.out)
        return self.written

    def line(self, number: int, line: str) -> str:
        """One line with what its names stand for."""
        if signs := _TEMPLATE_SIGNS.search(line):
            told = f"«{signs[0]}» kan ikke stå her. Sæt en oplysning ind fra listen i stedet."
            self._flaw(number, told)
            return line
        return _BRACKETS.sub(lambda found: self._named(number, line, found), line)

    def _named(self, number: int, line: str, found: re.Match[str]) -> str:
        if found[0] == "[":
            told = "En klamme «[» er ikke lukket med «]» på samme linje."
            self._flaw(number, told)
            return "["
        name = self.words.by_name.get(_plainly(found[1]))
        if name is None and found[2]:
            return found[0]  # [tekst](adresse): a link
        after = found[2] or ""
        if name is None:
            told = f"[{found[1]}] kendes ikke{_meant(found[1], self.words.names)}"
            self._flaw(number, told)
            return found[0]
        if name in self.words.values:
            return self.words.values[name] + after
        # Where `+` stands, the line break after the piece is kept: a piece within a line has none.
        is_alone = line.strip() == found[0] and name in self.words.blocks
        return f'{{% include "{self.words.pieces[name]}" {"" if is_alone else "+"}%}}{after}'

    def _ask(self, number: int, clause: str) -> None:
        self._ended()
        self._close(number)
        known = self.words.by_clause.get(_plainly(clause))
        if known is None:
            meant = _meant(clause, self.words.conditions, "«Kun hvis {}:»")
            self._flaw(number, f"«Kun hvis {clause}:» kendes ikke{meant}")
        self.asked_at = number
        self._put(number, f"{{% if {self.words.conditions.get(known or '', '')} %}}")

    def _ended(self) -> None:
        if self.asked_at:
            told = (
                "Der står ikke noget under linjen. Skriv det, der kun skal vises nogle gange, "
                "lige under den, eller slet den."
            )
            self._flaw(self.asked_at, told)
            self.asked_at, self.shown = 0, "paragraph"

    def _close(self, number: int) -> None:
        if self.shown:
            self._put(number, _END_IF)
        self.shown = ""

    def _put(self, number: int, line: str) -> None:
        self.out.append(line)
        self.written.lines.append(number)

    def _flaw(self, number: int, problem: str) -> None:
        self.written.flaws.append(PlainFlaw(number, problem))


def _read(line: str, words: Vocabulary) -> str | None:
    """One line of a template as one of the plain form; None where it has none."""
    asked = _IF.fullmatch(line)
    if asked:
        clauses = {condition: clause for clause, condition in words.conditions.items()}
        clause = clauses.get(asked[1])
        return None if clause is None else f"Kun hvis {clause}:"
    if line == _END_IF:
        return line
    pieced = _INCLUDE.sub(
        lambda found: f"[{words.written[found[1]]}]" if found[1] in words.written else found[0],
        line,
    )
    plain = words.in_brackets(pieced)
    return None if _TEMPLATE_SIGNS.search(plain) else plain


def _meant(name: str, known: Iterable[str], shape: str = "[{}]") -> str:
    """What somebody may have meant who wrote a name that there is none of."""
    by_plain = {_plainly(one): one for one in known}
    near = get_close_matches(_plainly(name), by_plain, 1, 0.6)
    if near:
        return f"; mente du {shape.format(by_plain[near[0]])}?"
    return ". Vælg fra listen «Sæt ind»."


def _plainly(name: str) -> str:
    return " ".join(name.split()).casefold()


def _alike(template: str) -> str:
    """A template without what means nothing: a `+` at a piece, empty lines at both ends."""
    return _INCLUDE.sub(r'{% include "\1" %}', template.strip("\n"))
