"""Where in an answer does each question stand, and what does it say there?

A path is ``question``, ``question.row.column`` for a fixed row, or ``question.2.column`` for the
second row that a respondent added. Typed text becomes a value, by the kind of the question, and
back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Column, Kind, Measured, Question, Respondent
from udmelding.errors import RefusedError
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.danish_numbers import number_as_typed, number_text, read_number
from udmelding.rules.words.date_wording import short_date

FILE_ANSWER = re.compile(r"(?P<name>.+)\|(?P<sha256>[0-9a-f]{64})")
"""How a file stands as an answer: its name, and the checksum that the store knows it by."""

_NUMBERED = re.compile(r"([a-z][a-z0-9_]*)\.([1-9]\d{0,2})\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place for an answer.

    Attributes:
        path: its address.
        label: the question in words, with the row and the column.
        question: the question that it belongs to; ``column`` of a table, else None.
        row: id of the fixed row, or the number of an added one; empty outside tables.
    """

    path: str
    label: str
    question: Question
    column: Column | None = None
    row: str = ""

    @property
    def measured(self) -> Measured:
        """What stands there."""
        return self.column or self.question

    @property
    def longest(self) -> int:
        """Of a text, in characters."""
        return self.question.longest if self.column is None else 300

    @property
    def is_required(self) -> bool:
        """Whether it must be answered when the question is asked."""
        return self.question.is_required and self.measured.is_required

    def beside(self, code: str) -> str:
        """The path of another question, or of another column in the same row."""
        return f"{self.question.id}.{self.row}.{code}" if self.column else code

    def name_of(self, form: Form, code: str) -> str:
        """What the other question or column is called."""
        if self.column is not None:
            column = self.question.column(code)
            return column.title if column else code
        question = form.question(code)
        return question.name if question else code


def spots(form: Form, respondent: Respondent | None, typed: Collection[str] = ()) -> Iterator[Spot]:
    """Every place for an answer.

    Args:
        form: the question set.
        respondent: whose sections; None for all.
        typed: paths that hold something, so that added rows are found.
    """
    sections = form.sections if respondent is None else form.sections_for(respondent)
    numbers = _numbers(typed)
    for section in sections:
        for question in section.questions:
            if question.kind is not Kind.TABLE:
                yield Spot(question.id, question.name, question)
            elif question.rows:
                yield from _fixed(question)
            else:
                yield from _added(question, numbers.get(question.id, {1}) or {1})


def _fixed(question: Question) -> Iterator[Spot]:
    for row in question.rows:
        for column in question.columns:
            label = f"{question.name}: {row.title}"
            if len(question.columns) > 1:
                label = f"{label}, {column.title}"
            path = f"{question.id}.{row.id}.{column.id}"
            yield Spot(path, label, question, column, row.id)


def _added(question: Question, numbers: Collection[int]) -> Iterator[Spot]:
    title = question.row_title or "Linje"
    for number in sorted(numbers):
        for column in question.columns:
            label = f"{question.name}: {title} {number}, {column.title}"
            path = f"{question.id}.{number}.{column.id}"
            yield Spot(path, label, question, column, str(number))


def _numbers(typed: Collection[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for path in typed:
        match = _NUMBERED.fullmatch(path)
        if match:
            found.setdefault(match[1], set()).add(int(match[2]))
    return found


_YES_NO = {"ja": True, "nej": False}
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2100, 1, 1)


def read_cell(measured: Measured, text: str, longest: int, today: dt.date) -> Any:
    """The value that ``text`` says.

    Args:
        measured: what is asked.
        text: what was typed, not empty.
        longest: of a text, in characters.
        today: the day that dates are read from.

    Raises:
        RefusedError: it is not an answer to what is asked; says how to write it.
    """
    match measured.kind:
        case Kind.INTEGER:
            return int(read_number(text, 0))
        case Kind.NUMBER | Kind.AMOUNT:
            return str(read_number(_without_unit(measured, text), measured.places))
        case Kind.YES_NO:
            return _yes_no(text)
        case Kind.CHOICE:
            return _code(measured, text)
        case Kind.CHOICES:
            chosen = {_code(measured, part) for part in text.split(",") if part.strip()}
            return [option.id for option in measured.options if option.id in chosen]
        case Kind.DATE:
            return _date(text, today)
        case _:
            if len(text) > longest:
                raise RefusedError(f"Teksten fylder {len(text)} tegn. Der er plads til {longest}.")
            return text


def typed_cell(measured: Measured, value: Any) -> str:
    """The text that says ``value`` again."""
    match measured.kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
            return number_as_typed(Decimal(str(value)))
        case Kind.YES_NO:
            return "ja" if value else "nej"
        case Kind.CHOICES:
            return ",".join(value)
        case _:
            return str(value)


def shown_cell(measured: Measured, value: Any) -> str:
    """The value as people read it: options in words, dates in Danish, a number with its unit."""
    match measured.kind:
        case Kind.CHOICE | Kind.CHOICES:
            codes = value if isinstance(value, list) else [value]
            found = [measured.option(code) for code in codes]
            return ", ".join(option.text for option in found if option is not None)
        case Kind.YES_NO:
            return "Ja" if value else "Nej"
        case Kind.DATE:
            return short_date(dt.date.fromisoformat(str(value)))
        case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
            return _with_unit(measured, value)
        case _:
            return str(value)


def _with_unit(measured: Measured, value: Any) -> str:
    number = Decimal(str(value))
    text = number_text(number, measured.places)
    unit = measured.unit or ("kr." if measured.kind is Kind.AMOUNT else "")
    return f"{text} {unit}".strip()


def _without_unit(measured: Measured, text: str) -> str:
    """An amount may be typed with its unit: ``1.200 kr.``."""
    plain = text.strip()
    for unit in (measured.unit, "kr.", "kr"):
        if unit and plain.casefold().endswith(unit.casefold()):
            return plain[: -len(unit)].strip()
    return plain


def _yes_no(text: str) -> bool:
    found = _YES_NO.get(text.strip().casefold())
    if found is None:
        raise RefusedError("Svar ja eller nej.")
    return found


def _code(measured: Measured, text: str) -> str:
    """An option's code, given as the code or as its text."""
    wanted = text.strip().casefold()
    for option in measured.options:
        if wanted in (option.id, option.text.casefold()):
            return option.id
    allowed = "; ".join(option.text for option in measured.options)
    raise RefusedError(f"«{text.strip()[:60]}» kan ikke vælges her. Vælg en af disse: {allowed}.")


def _date(text: str, today: dt.date) -> str:
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        day = read_day(text, today=today, direction=Direction.PAST)
    if not _EARLIEST <= day < _LATEST:
        raise RefusedError(f"{short_date(day)} kan ikke passe. Skriv datoen igen.")
    return day.isoformat()
