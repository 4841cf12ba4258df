"""Where in an answer does each question stand? The paths of a question set, in its order.

A path is ``question``, ``question.row.column`` for a fixed row, or ``question.2.column`` for the
second row that a respondent added.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Column, Kind, Measured, Question, Respondent

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
