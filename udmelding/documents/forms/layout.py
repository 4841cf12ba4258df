"""Where in the workbook does each answer stand? The sheets and lines of a question set.

One sheet for «Svaret» and one for each section. Row 1 and column A are hidden and hold marks: which
sheet, which column, which line. The file carries the map that is made here, so that a workbook that
was sent out can be read when a later version of the program lays its sheets out in another way.
Rows that a respondent added are numbered from 1, without gaps, in their order. Excel's own limits
hold for the names of sheets and for what a cell may hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.utils import get_column_letter

from udmelding.config.forms.forms import Form, Section, SumRule
from udmelding.config.forms.questions import Kind, Measured, Option, Question, Respondent
from udmelding.errors import RefusedError
from udmelding.rules.forms.answer_paths import Spot, spots
from udmelding.rules.forms.answers import FILLED_BY, NO_CITIZENS, NOTE, RESPONSIBLE

GUIDE, ANSWER = "Vejledning", "Svaret"
MARK_ROW, TITLE_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4
CODE_COLUMN, LABEL_COLUMN, FIRST_COLUMN = 1, 2, 3

_ABOUT_MARK = "svaret"
_LONGEST_NAME = 120


class Sort(StrEnum):
    """What a line is."""

    QUESTION = "question"
    HEADING = "heading"
    HEADS = "heads"
    ROW = "row"
    OPTION = "option"
    FILE = "file"
    CHECK = "check"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One cell for an answer.

    Attributes:
        key: its name in the map: the path, and for an option ``path=code``.
        place: which answer column it stands in, from 0.
        longest: of a text, in characters.
        option: the option that is ticked here; None for other kinds.
    """

    key: str
    path: str
    measured: Measured
    place: int
    longest: int
    option: Option | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a sheet.

    Attributes:
        code: what the hidden column says; empty for rows without answers.
        label: what stands at the left; ``help`` below it, ``condition`` says when it is asked.
        heads: titles over the columns of a table.
        question: the question it belongs to; of a check: the table whose rows are counted.
        rule: what must agree.
    """

    sort: Sort
    code: str = ""
    label: str = ""
    help: str = ""
    slots: tuple[Slot, ...] = ()
    heads: tuple[str, ...] = ()
    question: Question | None = None
    rule: SumRule | None = None


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet: ``mark`` is its id in the hidden corner, ``name`` what its tab says."""

    mark: str
    name: str
    title: str
    lines: tuple[Line, ...]

    @property
    def width(self) -> int:
        """How many columns hold answers."""
        return max((len(line.slots) for line in self.lines), default=1) or 1

    @property
    def numbered(self) -> Iterator[tuple[int, Line]]:
        """The lines with the rows that they stand in."""
        return iter(enumerate(self.lines, start=FIRST_ROW))


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of the map: its sheet's mark, row, column, and the code of its row."""

    mark: str
    row: int
    column: int
    code: str


def sheet_plans(form: Form, respondent: Respondent) -> tuple[SheetPlan, ...]:
    """The sheets that hold answers, in their order."""
    sections = form.sections_for(respondent)
    names = sheet_names((GUIDE, ANSWER), [section.title for section in sections])
    by_question = _by_question(form, respondent)
    last_of = _last_questions(form, sections)
    plans = [SheetPlan(_ABOUT_MARK, ANSWER, "Om svaret", _about(form))]
    for section, name in zip(sections, names, strict=True):
        lines: list[Line] = []
        if section.help:
            lines.append(Line(sort=Sort.HELP, help=section.help))
        for question in section.questions:
            lines += _of_question(question, by_question[question.id])
            lines += [Line(sort=Sort.CHECK, rule=rule) for rule in last_of.get(question.id, ())]
        plans.append(SheetPlan(f"afsnit:{section.id}", name, section.title, tuple(lines)))
    return tuple(plans)


def cell_map(plans: Sequence[SheetPlan]) -> dict[str, Place]:
    """Where each answer stands, by its key."""
    return {
        slot.key: Place(plan.mark, row, FIRST_COLUMN + slot.place, line.code)
        for plan in plans
        for row, line in plan.numbered
        for slot in line.slots
    }


def slots_by_key(plans: Sequence[SheetPlan]) -> dict[str, Slot]:
    """The answer cells by their key."""
    return {slot.key: slot for plan in plans for line in plan.lines for slot in line.slots}


def _about(form: Form) -> tuple[Line, ...]:
    """Who answers, whether there is anybody to count, and what else is to be said."""
    who = "Navn og stilling på den, der "
    lines = [
        _about_line(FILLED_BY, "Udfyldt af", f"{who}har udfyldt."),
        _about_line(RESPONSIBLE, "Ansvarlig", f"{who}står inde for svaret."),
        _about_line(NOTE, "Bemærkninger til svaret", "Skriv ikke om enkelte borgere."),
    ]
    if form.no_citizens:
        told = "Vælg Ja, hvis det passer. Lad så resten af regnearket stå tomt."
        lines.insert(2, _about_line(NO_CITIZENS, form.no_citizens, told))
    return tuple(lines)


def _about_line(path: str, label: str, told: str) -> Line:
    kind = Kind.YES_NO if path == NO_CITIZENS else Kind.TEXT
    is_required = path in (FILLED_BY, RESPONSIBLE)
    question = Question(id=path.removeprefix("@"), text=label, kind=kind, is_required=is_required)
    longest = question.longest if path == NOTE else _LONGEST_NAME
    slot = Slot(key=path, path=path, measured=question, place=0, longest=longest)
    return Line(
        sort=Sort.QUESTION, code=path, label=label, help=told, slots=(slot,), question=question
    )


def _by_question(form: Form, respondent: Respondent) -> dict[str, list[Spot]]:
    """The places for answers of each question, with every row that may be added."""
    rows = [
        f"{question.id}.{number}.{question.columns[0].id}"
        for question in form.questions
        if question.has_free_rows
        for number in range(1, question.most_rows + 1)
    ]
    found: dict[str, list[Spot]] = {}
    for spot in spots(form, respondent, rows):
        found.setdefault(spot.question.id, []).append(spot)
    return found


def _of_question(question: Question, own: Sequence[Spot]) -> Iterator[Line]:
    match question.kind:
        case Kind.TABLE:
            yield from _table(question, own)
        case Kind.CHOICES:
            yield _headed(question, Sort.HEADING)
            yield from _options(question)
        case Kind.FILE:
            yield _headed(question, Sort.FILE)
        case _:
            slot = _slot(own[0], 0)
            yield Line(
                sort=Sort.QUESTION,
                code=question.id,
                label=question.text,
                help=question.help,
                slots=(slot,),
                question=question,
            )


def _headed(question: Question, sort: Sort) -> Line:
    return Line(sort=sort, label=question.text, help=question.help, question=question)


def _options(question: Question) -> Iterator[Line]:
    for option in question.options:
        key = f"{question.id}={option.id}"
        slot = Slot(key=key, path=question.id, measured=question, place=0, longest=5, option=option)
        yield Line(sort=Sort.OPTION, code=key, label=option.text, slots=(slot,), question=question)


def _table(question: Question, own: Sequence[Spot]) -> Iterator[Line]:
    yield _headed(question, Sort.HEADING)
    if question.at_most is not None:
        # Above the rows, where it is seen however few of them are filled in.
        yield Line(sort=Sort.CHECK, label="Antal linjer", question=question)
    heads = tuple(
        f"{column.title} ({column.unit})" if column.unit else column.title
        for column in question.columns
    )
    yield Line(sort=Sort.HEADS, label=question.row_title, heads=heads, question=question)
    titles = {row.id: row.title for row in question.rows}
    width = len(question.columns)
    for first in range(0, len(own), width):
        row = own[first].row
        yield Line(
            sort=Sort.ROW,
            code=f"{question.id}.{row}",
            label=titles.get(row, f"{question.row_title or 'Linje'} {row}"),
            slots=tuple(_slot(spot, n) for n, spot in enumerate(own[first : first + width])),
            question=question,
        )


def _slot(spot: Spot, place: int) -> Slot:
    return Slot(
        key=spot.path, path=spot.path, measured=spot.measured, place=place, longest=spot.longest
    )


def _last_questions(form: Form, sections: Sequence[Section]) -> dict[str, list[SumRule]]:
    """Which sums are shown after which question: the last one that they need."""
    order = [question.id for section in sections for question in section.questions]
    found: dict[str, list[SumRule]] = {}
    for rule in form.sums:
        needed = [path.partition(".")[0] for path in (rule.total, *rule.parts)]
        if all(code in order for code in needed):
            found.setdefault(max(needed, key=order.index), []).append(rule)
    return found


_ROW = re.compile(r"([a-z][a-z0-9_]*)\.(\d{1,4})\.([a-z][a-z0-9_]*)")


def renumber_paths(form: Form, paths: Collection[str], filled: Collection[str]) -> dict[str, str]:
    """New paths by old ones, for those in rows that the respondent added.

    Args:
        form: the question set.
        paths: of the answers.
        filled: those of them that hold something; their rows come first.
    """
    found: dict[str, dict[int, list[tuple[str, str]]]] = {}
    used: set[tuple[str, int]] = set()
    for path in paths:
        match = _ROW.fullmatch(path)
        question = form.question(match[1]) if match else None
        if match and question is not None and question.has_free_rows:
            code, number = match[1], int(match[2])
            found.setdefault(code, {}).setdefault(number, []).append((path, match[3]))
            if path in filled:
                used.add((code, number))
    new: dict[str, str] = {}
    for code, rows in found.items():
        order = sorted(rows, key=lambda row, code=code: ((code, row) not in used, row))  # type: ignore[misc]
        for number, old in enumerate(order, start=1):
            new |= {path: f"{code}.{number}.{column}" for path, column in rows[old]}
    return new


def place_typed(form: Form, typed: Mapping[str, str], *, is_cut: bool = False) -> dict[str, str]:
    """What was typed, with added rows from 1, so that each finds its place in the workbook.

    Args:
        form: the question set.
        typed: text by path.
        is_cut: leave rows out that there is no room for, instead of refusing.

    Raises:
        RefusedError: a table has more rows than there is room for.
    """
    filled = {path: text for path, text in typed.items() if text.strip()}
    new = renumber_paths(form, filled, filled)
    for question in form.questions:
        rows = {path.split(".")[1] for path in new.values() if path.startswith(f"{question.id}.")}
        if len(rows) > question.most_rows and not is_cut:
            raise RefusedError(
                f"«{question.name}» har {len(rows)} linjer, men der er kun plads til "
                f"{question.most_rows}. Ret det på siden, før du henter regnearket."
            )
    return {new.get(path, path): text for path, text in filled.items()}


LONGEST_NAME = 31
LONGEST_TEXT = 32_000

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]|^'+|'+$")
_RESERVED = ("history", "historik", "id", "lister")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def sheet_names(taken: Sequence[str], titles: Iterable[str]) -> tuple[str, ...]:
    """Names for sheets: short enough, without forbidden characters, no two alike.

    Args:
        taken: names that are used already.
        titles: what the sheets are about.
    """
    used = {name.casefold() for name in (*taken, *_RESERVED)}
    names = []
    for title in titles:
        plain = " ".join(_FORBIDDEN.sub(" ", title).split()) or "Ark"
        name, number = _cut(plain, LONGEST_NAME), 1
        while name.casefold() in used:
            number += 1
            tail = f" ({number})"
            name = _cut(plain, LONGEST_NAME - len(tail)) + tail
        used.add(name.casefold())
        names.append(name)
    return tuple(names)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def plain_text(text: str) -> str:
    """A text that Excel can hold and shows as it is: ``_x0041_`` would become ``A``."""
    return _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST_TEXT]


def write_text(cell: Cell | MergedCell, text: str) -> None:
    """Write a text that is never read as a formula or an error, whatever it begins with."""
    if isinstance(cell, Cell):
        cell.value = plain_text(text)
        cell.data_type = "s"


def address(row: int, column: int) -> str:
    """The cell's name, such as ``C7``."""
    return f"{get_column_letter(column)}{row}"


def in_sheet(name: str, where: str) -> str:
    """A cell or range of another sheet, as a formula names it."""
    quoted = name.replace("'", "''")
    return f"'{quoted}'!{where}"
