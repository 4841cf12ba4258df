"""What does an answer to a question set say, and what is wrong with it?

An answer travels as *typed* text by path, whether it came from a page, a workbook or a phone call:
``borgere``, ``domstype.type_1.antal`` for a fixed row, ``tilbud.2.pladser`` for the second row that
the respondent added. Read, it is *content*: the same paths with whole numbers, decimals as text
(``"12.5"``), booleans, codes, lists of codes and ISO dates, ready for JSON. A path without an
answer is absent; an absent number is never a zero.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import NUMERIC, Condition, Respondent
from udmelding.errors import RefusedError
from udmelding.rules.forms.answer_paths import Spot, read_cell, spots, typed_cell
from udmelding.rules.words.danish_numbers import number_text

Content = Mapping[str, Any]
"""Read answers by path."""

NO_CITIZENS, FILLED_BY, RESPONSIBLE, NOTE = "@no_citizens", "@filled_by", "@responsible", "@note"
ABOUT = (NO_CITIZENS, FILLED_BY, RESPONSIBLE, NOTE)
"""Typed paths that are about the answer as a whole."""

_GREAT_CHANGE = Decimal("0.5")
_FROM = 5


class Trouble(StrEnum):
    """How much a problem matters."""

    WRONG = "wrong"
    MISSING = "missing"
    DISAGREES = "disagrees"
    UNUSUAL = "unusual"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that somebody must look at.

    Attributes:
        path: where; the question's own path where it is about all of it.
        label: the question in words, with the row and the column.
        text: what is wrong and what to do.
    """

    path: str
    label: str
    trouble: Trouble
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes:
        content: all that could be read.
        problems: in the form's order.
        asked: paths that this respondent is asked, given its answers.
    """

    content: Content
    problems: tuple[Problem, ...]
    asked: frozenset[str]

    def of(self, *troubles: Trouble) -> tuple[Problem, ...]:
        """The problems of those kinds."""
        return tuple(problem for problem in self.problems if problem.trouble in troubles)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing or wrong; what is unusual may be so."""
        return not self.of(Trouble.WRONG, Trouble.MISSING, Trouble.DISAGREES)


def read_answers(
    form: Form,
    respondent: Respondent,
    typed: Mapping[str, str],
    *,
    today: dt.date,
    last: Content | None = None,
) -> Read:
    """What was typed, read and checked.

    Args:
        form: the question set.
        respondent: which sections it is asked.
        typed: text by path; unknown paths are refused by whoever made them, and ignored here.
        today: the day that dates are read from.
        last: last time's content, for what has changed greatly.
    """
    content: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    found = tuple(spots(form, respondent, typed))
    for spot in found:
        text = typed.get(spot.path, "").strip()
        if not text:
            continue
        try:
            content[spot.path] = read_cell(spot.measured, text, spot.longest, today)
        except RefusedError as error:
            problems[spot.path] = Problem(spot.path, spot.label, Trouble.WRONG, error.message)
    asked = _asked(found, content)
    content = {path: value for path, value in content.items() if path in asked}
    for problem in _checks(form, found, content, problems, asked, last):
        problems.setdefault(problem.path, problem)
    order = {spot.path: place for place, spot in enumerate(found)}
    told = sorted(problems.values(), key=lambda one: order.get(one.path, len(order)))
    return Read(content, tuple(p for p in told if p.path in asked or p.path not in order), asked)


def typed_of(form: Form, content: Content) -> dict[str, str]:
    """The text that says ``content`` again; what ``read_answers`` gave comes back the same."""
    measured = {spot.path: spot.measured for spot in spots(form, None, content)}
    return {
        path: typed_cell(measured[path], value)
        for path, value in content.items()
        if path in measured
    }


def asked_paths(form: Form, respondent: Respondent, content: Content) -> frozenset[str]:
    """The paths that a respondent was asked, given what it answered."""
    return _asked(tuple(spots(form, respondent, content)), content)


def _asked(found: Sequence[Spot], content: Content) -> frozenset[str]:
    """The paths to be answered: a question whose own condition fell away opens no other."""
    asked: set[str] = set()
    for spot in found:
        condition = spot.question.required_if
        if condition is None or (condition.question in asked and _holds(condition, content)):
            asked.add(spot.path)
    return frozenset(asked)


def _holds(condition: Condition, content: Content) -> bool:
    value = content.get(condition.question)
    if condition.above is not None:
        return value is not None and Decimal(str(value)) > Decimal(str(condition.above))
    given = value if isinstance(value, list) else [value]
    plain = [
        {True: "ja", False: "nej"}.get(one, one) if isinstance(one, bool) else one for one in given
    ]
    return any(one in condition.equals for one in plain)


def _checks(
    form: Form,
    found: Sequence[Spot],
    content: Content,
    wrong: Mapping[str, Problem],
    asked: frozenset[str],
    last: Content | None,
) -> Iterator[Problem]:
    begun = {(spot.question.id, spot.row) for spot in found if spot.path in {*content, *wrong}}
    for spot in found:
        is_open = not spot.question.has_free_rows or (spot.question.id, spot.row) in begun
        if spot.path in content:
            yield from _bounds(spot, form, content)
            yield from _change(spot, content, last)
        elif spot.is_required and is_open and spot.path in asked and spot.path not in wrong:
            yield Problem(spot.path, spot.label, Trouble.MISSING, "Svaret mangler.")
    yield from _added_rows(form, found, content, begun, asked)
    yield from _sums(form, content)


def _bounds(spot: Spot, form: Form, content: Content) -> Iterator[Problem]:
    """A number outside its bounds is kept as read, so that the person sees what was written."""
    measured = spot.measured
    if measured.kind not in NUMERIC:
        return
    value = Decimal(str(content[spot.path]))
    low, high = measured.minimum, measured.maximum
    if low is not None and value < Decimal(str(low)):
        least = number_text(Decimal(str(low)), measured.places)
        yield Problem(spot.path, spot.label, Trouble.WRONG, f"Tallet skal være mindst {least}.")
    if high is not None and value > Decimal(str(high)):
        most = number_text(Decimal(str(high)), measured.places)
        yield Problem(spot.path, spot.label, Trouble.WRONG, f"Tallet kan højst være {most}.")
    beside = spot.beside(measured.at_most) if measured.at_most else ""
    other = content.get(beside)
    if other is not None and value > Decimal(str(other)):
        name = spot.name_of(form, measured.at_most or "")
        yield Problem(
            spot.path, spot.label, Trouble.DISAGREES, f"Tallet er større end «{name}» ({other})."
        )


def _change(spot: Spot, content: Content, last: Content | None) -> Iterator[Problem]:
    before = (last or {}).get(spot.path)
    if not spot.question.compare or before is None or spot.measured.kind not in NUMERIC:
        return
    now, then = Decimal(str(content[spot.path])), Decimal(str(before))
    if abs(now - then) >= _FROM and abs(now - then) > _GREAT_CHANGE * then:
        was = number_text(then, spot.measured.places)
        yield Problem(
            spot.path,
            spot.label,
            Trouble.UNUSUAL,
            f"Sidst svarede I {was}. Er ændringen rigtig, så skriv kort hvorfor.",
        )


def _added_rows(
    form: Form,
    found: Sequence[Spot],
    content: Content,
    begun: Collection[tuple[str, str]],
    asked: frozenset[str],
) -> Iterator[Problem]:
    """A table that must have a row and has none, and one that has too many."""
    tables = {spot.question.id: spot for spot in found if spot.question.has_free_rows}
    for code, spot in tables.items():
        question, rows = spot.question, [row for one, row in begun if one == code]
        first = f"{code}.1.{question.columns[0].id}"
        most = Decimal(str(content.get(question.at_most or "", "Infinity")))
        # Where no row may be added, none is missing either.
        if not rows and question.is_required and first in asked and most >= 1:
            yield Problem(first, question.name, Trouble.MISSING, "Skriv mindst én linje.")
        if any(int(row) > question.most_rows for row in rows):
            room = f"Der er plads til {question.most_rows} linjer."
            yield Problem(spot.path, question.name, Trouble.WRONG, room)
        other = form.question(question.at_most or "")
        if other is not None and len(rows) > most and spot.path in asked:
            lines = "1 linje" if len(rows) == 1 else f"{len(rows)} linjer"
            text = f"Der er {lines}, men «{other.name}» er {number_text(most, other.places)}."
            text += f" Slet {'linjen' if len(rows) == 1 else 'linjer'}, eller ret tallet."
            yield Problem(code, question.name, Trouble.DISAGREES, text)


def _sums(form: Form, content: Content) -> Iterator[Problem]:
    """A rule is judged only when its total and every part of it are there."""
    for rule in form.sums:
        total = content.get(rule.total)
        parts = [value for path in rule.parts for value in _part(form, content, path)]
        if total is None or not parts or None in parts:
            continue
        added = sum(Decimal(str(part)) for part in parts)
        if added != Decimal(str(total)):
            question = form.question(rule.total.partition(".")[0])
            label = question.name if question else rule.total
            text = f"{rule.text} Her står {total}, men delene giver {added:f}."
            first = rule.parts[0].partition(".")[0]
            yield Problem(first, label, Trouble.DISAGREES, text)


def _part(form: Form, content: Content, path: str) -> list[Any]:
    if ".*." not in path:
        return [content.get(path)]
    code, _, column = path.partition(".*.")
    question = form.question(code)
    if question is None:
        return []
    if question.rows:
        return [content.get(f"{code}.{row.id}.{column}") for row in question.rows]
    shape = re.compile(rf"{re.escape(code)}\.\d+\.{re.escape(column)}")
    return [value for name, value in content.items() if shape.fullmatch(name)]
