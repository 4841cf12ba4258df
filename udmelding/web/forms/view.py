"""How does a question set look as a page? Sections, questions and fields, with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from udmelding.casework.forms.seen import AnswerSeen
from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Kind, Question, Respondent
from udmelding.rules.forms.answer_paths import Spot, shown_cell, spots
from udmelding.rules.forms.answers import Problem, Read

_NUMERIC = (Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field of the page.

    Attributes:
        value: as typed; ``last`` what was answered last time, in words.
        problem: what is wrong with it; empty where nothing is known to be.
        chosen: codes of the options that are ticked.
    """

    path: str
    label: str
    kind: str
    unit: str
    value: str
    chosen: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    hint: str
    last: str
    problem: str
    is_required: bool
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question: either one field, or the rows of a table.

    Attributes:
        condition: when it is to be answered, in words; empty for always.
        heads: titles of a table's columns, with units.
        rows: a table's rows: title and fields.
        can_add: whether the respondent may add a row.
    """

    id: str
    text: str
    help: str
    condition: str
    is_asked: bool
    is_per_person: bool
    field: FieldView | None
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[FieldView, ...]], ...]
    can_add: bool
    problem: str


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section."""

    id: str
    title: str
    help: str
    questions: tuple[QuestionView, ...]


def form_view(
    form: Form,
    respondent: Respondent,
    typed: Mapping[str, str],
    read: Read,
    *,
    last: Mapping[str, Any],
    problems: tuple[Problem, ...] = (),
    add: str = "",
) -> tuple[SectionView, ...]:
    """The sections of the page.

    Args:
        form: the question set; one that is still written need not hang together.
        respondent: whose sections.
        typed: what stands in the fields.
        read: the same, read.
        last: what the respondent answered last time.
        problems: which problems to show at their fields.
        add: id of a table that gets one more row.
    """
    wrong = {problem.path: problem.text for problem in problems}
    rows = dict(typed) | _one_more(form.question(add), typed)
    by_question: dict[str, list[Spot]] = {}
    for spot in spots(form, respondent, rows):
        by_question.setdefault(spot.question.id, []).append(spot)

    def view(question: Question) -> QuestionView:
        own = by_question.get(question.id, [])  # none for a table without columns
        fields = [_field(spot, typed, last, wrong) for spot in own]
        is_table = question.kind is Kind.TABLE
        return QuestionView(
            id=question.id,
            text=question.text,
            help=question.help,
            condition=condition_words(form, question),
            is_asked=bool(own) and own[0].path in read.asked,
            is_per_person=question.is_per_person,
            field=None if is_table else fields[0],
            heads=tuple(_head(column.title, column.unit) for column in question.columns),
            rows=_rows(question, own, fields) if is_table and own else (),
            can_add=question.has_free_rows
            and bool(own)
            and len(own) // len(question.columns) < question.most_rows,
            problem=wrong.get(question.id, ""),
        )

    return tuple(
        SectionView(section.id, section.title, section.help, tuple(map(view, section.questions)))
        for section in form.sections_for(respondent)
    )


def _one_more(question: Question | None, typed: Mapping[str, str]) -> dict[str, str]:
    """A path in the row after the last one of that table."""
    if question is None or not question.has_free_rows:
        return {}
    stem = f"{question.id}."
    numbers = [path.split(".")[1] for path in typed if path.startswith(stem)]
    last = max((int(number) for number in numbers if number.isdigit()), default=1)
    return {f"{question.id}.{last + 1}.{question.columns[0].id}": ""}


def _rows(
    question: Question, own: list[Spot], fields: list[FieldView]
) -> tuple[tuple[str, tuple[FieldView, ...]], ...]:
    titles = {row.id: row.title for row in question.rows}
    word = question.row_title or "Linje"
    width = len(question.columns)
    return tuple(
        (
            titles.get(own[place].row, f"{word} {own[place].row}"),
            tuple(fields[place : place + width]),
        )
        for place in range(0, len(own), width)
    )


def _head(title: str, unit: str) -> str:
    return f"{title} ({unit})" if unit else title


def _field(
    spot: Spot, typed: Mapping[str, str], last: Mapping[str, Any], wrong: Mapping[str, str]
) -> FieldView:
    measured, value = spot.measured, typed.get(spot.path, "")
    options = [(option.id, option.text) for option in measured.options]
    if measured.kind is Kind.YES_NO:
        options = [("ja", "Ja"), ("nej", "Nej")]
    before = last.get(spot.path)
    return FieldView(
        path=spot.path,
        label=spot.label,
        kind=measured.kind.value,
        unit=measured.unit or ("kr." if measured.kind is Kind.AMOUNT else ""),
        value=value,
        chosen=tuple(part.strip() for part in value.casefold().split(",")),
        options=tuple(options),
        hint=_hint(spot),
        last=shown_cell(measured, before) if before is not None and spot.question.compare else "",
        problem=wrong.get(spot.path, ""),
        is_required=spot.is_required,
        longest=spot.longest,
    )


def _hint(spot: Spot) -> str:
    """How a number or a day is written."""
    measured = spot.measured
    if measured.kind in _NUMERIC:
        return "Helt tal" if measured.places == 0 else f"Højst {measured.places} decimaler"
    if measured.kind is Kind.DATE:
        return "For eksempel 1/3-2025"
    return ""


def condition_words(form: Form, question: Question) -> str:
    """When the question is to be answered; empty for always."""
    asked = question.required_if
    other = form.question(asked.question) if asked else None
    if asked is None or other is None:
        return ""
    if asked.above is not None:
        above = f"{asked.above:g}"
        return f"Besvares kun, hvis «{other.name}» er mere end {above}."
    words = [{"ja": "Ja", "nej": "Nej"}.get(code, code) for code in asked.equals]
    if other.options:
        words = [o.text for o in other.options if o.id in asked.equals]
    return f"Besvares kun, hvis «{other.name}» er {' eller '.join(words)}."


def answers_by_section(
    seen: AnswerSeen, content: Mapping[str, Any]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The sections' titles, each with what was answered in it in words; empty ones left out."""
    said: dict[str, list[tuple[str, str]]] = {}
    for spot in spots(seen.asked.form, seen.respondent, content):
        if spot.path in content:
            line = (spot.label, shown_cell(spot.measured, content[spot.path]))
            said.setdefault(spot.question.id, []).append(line)
    found = [
        (section.title, tuple(x for q in section.questions for x in said.get(q.id, ())))
        for section in seen.asked.form.sections_for(seen.respondent)
    ]
    return tuple((title, lines) for title, lines in found if lines)


def answer_lines(seen: AnswerSeen, content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """An answer as question and answer in words, without what was not answered."""
    return tuple(
        (spot.label, shown_cell(spot.measured, content[spot.path]))
        for spot in spots(seen.asked.form, seen.respondent, content)
        if spot.path in content
    )
