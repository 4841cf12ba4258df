"""What can be counted in a question set, and what does one answer add to each count?

A figure is a path: ``borgere``; ``domstype.type_1.antal``; ``domstype.*.antal`` for all rows of a
table; ``tilbud.#`` for how many rows were added; ``forloebene.*.henvist_fra=anden`` for how many of
them chose an option; ``pladser_nok=nej`` for how many respondents did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import (
    CHOOSING,
    NUMERIC,
    Column,
    Counts,
    Gather,
    Kind,
    Measured,
    Question,
)
from udmelding.rules.forms.answers import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure.

    Attributes:
        path: its address.
        title: what it is called alone; ``head`` under the name of its table.
        counts: what it counts; ``is_choice`` for how many respondents chose something.
        parts: other figures of the same respondent that add up to it.
    """

    path: str
    question: Question
    title: str
    head: str
    unit: str = ""
    decimals: int = 0
    counts: Counts = Counts.OTHER
    is_mean: bool = False
    is_choice: bool = False
    parts: tuple[str, ...] = ()

    @property
    def is_disclosive(self) -> bool:
        """Whether a small number says something about a citizen."""
        return self.counts is Counts.CITIZENS


def figures(form: Form) -> tuple[Figure, ...]:
    """All figures of a question set, in its order."""
    return tuple(figure for question in form.questions for figure in _of(question))


def _of(question: Question) -> Iterator[Figure]:
    if question.kind in NUMERIC:
        yield _figure(question, question, question.id, question.name)
    elif question.kind is Kind.TABLE and question.rows:
        for column in question.columns:
            if column.kind in NUMERIC:
                yield from _of_rows(question, column)
    elif question.kind is Kind.TABLE:
        yield from _of_added(question)
    else:
        yield from _of_choice(question, question, question.id, question.name)


def _of_rows(question: Question, column: Column) -> Iterator[Figure]:
    """Each fixed row, and all of them."""
    many = len(question.columns) > 1
    paths = []
    for row in question.rows:
        paths.append(f"{question.id}.{row.id}.{column.id}")
        head = f"{row.name}, {column.title}" if many else row.name
        yield _figure(question, column, paths[-1], head)
    head = f"I alt, {column.title}" if many else "I alt"
    is_sum = column.gather is Gather.SUM or column.is_disclosive
    path = f"{question.id}.*.{column.id}"
    yield _figure(question, column, path, head, parts=tuple(paths) if is_sum else ())


def _of_added(question: Question) -> Iterator[Figure]:
    """How many rows, what their numbers give together, and how many chose each option."""
    row = (question.row_title or "Linje").lower()
    yield Figure(
        path=f"{question.id}.#",
        question=question,
        title=f"{question.name}: antal",
        head=f"Antal ({row})",
        counts=Counts.CITIZENS if question.is_per_person else Counts.OTHER,
    )
    for column in question.columns:
        path = f"{question.id}.*.{column.id}"
        if column.kind in NUMERIC:
            yield _figure(question, column, path, column.title)
        else:
            yield from _of_choice(question, column, path, column.title)


def _of_choice(question: Question, asked: Measured, path: str, title: str) -> Iterator[Figure]:
    options: list[tuple[str, str]] = []
    if asked.kind in CHOOSING:
        options = [(option.id, option.text) for option in asked.options]
    elif asked.kind is Kind.YES_NO:
        options = [("ja", "Ja"), ("nej", "Nej")]
    for code, text in options:
        yield Figure(
            path=f"{path}={code}",
            question=question,
            title=f"{title}: {text}",
            head=text,
            counts=Counts.CITIZENS if question.is_per_person else Counts.OTHER,
            is_choice=not question.is_per_person,
        )


def _figure(
    question: Question, asked: Measured, path: str, head: str, *, parts: tuple[str, ...] = ()
) -> Figure:
    unit = asked.unit or ("kr." if asked.kind is Kind.AMOUNT else "")
    return Figure(
        path=path,
        question=question,
        title=head if path == question.id else f"{question.name}: {head}",
        head=head,
        unit=unit,
        decimals=asked.places,
        counts=asked.counts,
        is_mean=asked.gather is Gather.MEAN and not asked.is_disclosive,
        parts=parts,
    )


def figures_of(form: Form, content: Content) -> dict[str, Decimal]:
    """The figures of one answer; a figure that nothing was answered to is absent.

    A count of citizens that was not asked because there were none to ask about is 0.

    Args:
        form: the question set that was answered.
        content: the answer; an empty one (no citizens) gives nothing, see ``zeros``.
    """
    found: dict[str, Decimal] = {}
    for question in form.questions:
        found.update(_values(question, content))
        if _has_none(form, question, found):
            found |= {one.path: Decimal(0) for one in _of(question) if one.is_disclosive} | found
    return found


def _has_none(form: Form, question: Question, found: Mapping[str, Decimal]) -> bool:
    """Whether a question fell away because the count before it was 0, or its yes or no was a no."""
    condition = question.required_if
    other = form.question(condition.question) if condition else None
    if condition is None or other is None:
        return False
    if other.kind is Kind.YES_NO:
        return condition.equals == ("ja",) and f"{other.id}=nej" in found
    return condition.above == 0 and other.is_disclosive and found.get(other.id) == 0


def zeros(form: Form) -> dict[str, Decimal]:
    """What "no citizens in the target group" says: every count of citizens is 0."""
    return {figure.path: Decimal(0) for figure in figures(form) if figure.is_disclosive}


def _values(question: Question, content: Content) -> Iterator[tuple[str, Decimal]]:
    if question.kind in NUMERIC:
        if question.id in content:
            yield question.id, Decimal(str(content[question.id]))
    elif question.kind is not Kind.TABLE:
        if question.id in content:
            for code in _codes(content[question.id]):
                yield f"{question.id}={code}", Decimal(1)
    elif question.rows:
        yield from _fixed_values(question, content)
    else:
        yield from _added_values(question, content)


def _fixed_values(question: Question, content: Content) -> Iterator[tuple[str, Decimal]]:
    for column in question.columns:
        if column.kind not in NUMERIC:
            continue
        given: list[Decimal] = []
        for row in question.rows:
            path = f"{question.id}.{row.id}.{column.id}"
            if path in content:
                given.append(Decimal(str(content[path])))
                yield path, given[-1]
        if given and (len(given) == len(question.rows) or column.gather is Gather.MEAN):
            yield f"{question.id}.*.{column.id}", _together(column, given)


def _added_values(question: Question, content: Content) -> Iterator[tuple[str, Decimal]]:
    rows = _rows(question, content)
    if not rows:
        return
    yield f"{question.id}.#", Decimal(len(rows))
    for column in question.columns:
        given = [row[column.id] for row in rows if column.id in row]
        path = f"{question.id}.*.{column.id}"
        if column.kind in NUMERIC and given:
            yield path, _together(column, [Decimal(str(value)) for value in given])
        elif column.kind in (Kind.CHOICE, Kind.YES_NO):
            codes = [code for value in given for code in _codes(value)]
            for code in _all_codes(column):
                yield f"{path}={code}", Decimal(codes.count(code))


def _rows(question: Question, content: Content) -> list[dict[str, Any]]:
    shape = re.compile(rf"{re.escape(question.id)}\.(\d+)\.(\w+)")
    rows: dict[int, dict[str, Any]] = {}
    for path, value in content.items():
        match = shape.fullmatch(path)
        if match:
            rows.setdefault(int(match[1]), {})[match[2]] = value
    return [rows[number] for number in sorted(rows)]


def _together(measured: Measured, given: list[Decimal]) -> Decimal:
    added = sum(given, Decimal(0))
    is_sum = measured.gather is Gather.SUM or measured.is_disclosive
    return added if is_sum else added / len(given)


def _codes(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["ja" if value else "nej"]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _all_codes(measured: Measured) -> list[str]:
    if measured.kind is Kind.YES_NO:
        return ["ja", "nej"]
    return [option.id for option in measured.options]
