"""Reads a workbook that came back: all that it says, or everything that is wrong with it.

Strict, because a wrong guess becomes a figure in a report. Nothing is calculated, nothing is left
out in silence, and whoever calls takes in nothing while there are problems. Whether the answers fit
the questions is judged by ``rules.forms.answers``, with the places that are given here. A remark
written beside the answers, in a locked cell, must not be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.identity import (
    FOREIGN,
    FORMULA,
    Expected,
    Identity,
    check_whose,
    identify,
    trace,
)
from udmelding.documents.forms.layout import (
    ANSWER,
    GUIDE,
    SheetPlan,
    Slot,
    cell_map,
    renumber_paths,
    sheet_plans,
    slots_by_key,
)
from udmelding.documents.forms.open import FORMULA as FORMULA_TYPE
from udmelding.documents.forms.open import Opened, cells_of, open_workbook
from udmelding.documents.forms.places import CellProblem, Found, FoundSheets, place_words, standing
from udmelding.documents.forms.values import Raw, read_value
from udmelding.errors import RefusedError
from udmelding.rules.forms.answers import NO_CITIZENS, Problem
from udmelding.rules.words.texts import first_upper


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookRead:
    """What was read.

    Attributes:
        party: who answers; ``respondent`` as what. base: key of the answer that the workbook was
        filled from; empty for none. typed: text by path, as ``rules.forms.answers`` takes it; added
        rows are numbered without gaps. problems: what is wrong; while there are any, nothing may be
        taken in. places: where each answer stands, by path: ``ark «Borgere», celle C7``.
    """

    party: str
    respondent: Respondent
    base: str
    question_set: str
    typed: Mapping[str, str]
    problems: tuple[CellProblem, ...]
    places: Mapping[str, str]

    def place_of(self, path: str) -> str:
        """Where an answer stands; empty for what is not in the workbook."""
        return self.places.get(path, "")

    def problem_lines(self, problems: Iterable[Problem] = ()) -> tuple[str, ...]:
        """All that is wrong, one line each.

        Args:
            problems: what ``rules.forms.answers`` found in ``typed``; where the cell itself cannot
            be
                read, that is told instead.
        """
        unread = {problem.path for problem in self.problems if problem.path}
        lines = [str(problem) for problem in self.problems]
        for problem in problems:
            if problem.path not in unread:
                place = self.place_of(problem.path) or self._first_of(problem.path)
                where = f"{first_upper(place)} ({problem.label})" if place else problem.label
                lines.append(f"{where}: {problem.text}")
        return tuple(lines)

    def _first_of(self, code: str) -> str:
        """The first cell of a question that has many."""
        return next((p for path, p in self.places.items() if path.startswith(f"{code}.")), "")


def read_workbook(content: bytes, expected: Expected, *, name: str = "") -> WorkbookRead:
    """Read a workbook that was filled in.

    Args:
        content: the bytes of the file.
        expected: whose answer to what it should be.
        name: what its sender calls the file; empty where that is unknown.

    Raises:
        RefusedError: it is no workbook, not one of ours, or another one than expected; says which
            one to send instead.
    """
    book = open_workbook(content, name)
    identity = identify(book.book)
    respondent = check_whose(identity, expected)
    plans = sheet_plans(expected.form, respondent)
    if set(identity.places) != set(cell_map(plans)):
        raise RefusedError(FOREIGN)
    found = standing(book.book, identity, _labels(plans))
    answers = _answers(book, found, slots_by_key(plans))
    strange = outside(book.book, identity, found)
    new = renumber_paths(
        expected.form, answers.places, {*answers.texts, *(p.path for p in answers.problems)}
    )
    return WorkbookRead(
        party=identity.party,
        respondent=respondent,
        base=identity.base,
        question_set=identity.question_set,
        typed={new.get(path, path): text for path, text in answers.texts.items()},
        problems=(
            *found.problems,
            *(
                CellProblem(one.sheet, one.cell, new.get(one.path, one.path), one.text)
                for one in answers.problems
            ),
            *strange,
        ),
        places=_places(answers.places, new),
    )


__all__ = ["CellProblem", "Expected", "WorkbookRead", "read_workbook"]


@dataclass(slots=True)
class _Answers:
    """What the cells say, by path."""

    texts: dict[str, str]
    problems: list[CellProblem]
    places: dict[str, Found]


def _labels(plans: Iterable[SheetPlan]) -> dict[str, str]:
    return {line.code: line.label for plan in plans for line in plan.lines if line.code}


def _answers(book: Opened, found: FoundSheets, slots: Mapping[str, Slot]) -> _Answers:
    answers = _Answers({}, [], {})
    for key, slot in slots.items():
        where = found.cells.get(key)
        if where is None:
            continue
        answers.places.setdefault(slot.path, where)
        cell = where.sheet.cell(where.row, where.column)
        if not isinstance(cell, Cell):
            continue  # merged with another cell, which is told already
        try:
            said = read_value(slot, Raw(*book.value(cell), cell.number_format))
        except RefusedError as error:
            problem = CellProblem(where.sheet.title, where.cell, slot.path, error.message)
            answers.problems.append(problem)
            continue
        if said and not (slot.path == NO_CITIZENS and said == "nej"):
            before = answers.texts.get(slot.path)
            answers.texts[slot.path] = f"{before},{said}" if before else said
    return answers


def _places(places: Mapping[str, Found], new: Mapping[str, str]) -> dict[str, str]:
    return {
        new.get(path, path): place_words(where.sheet.title, where.cell)
        for path, where in places.items()
    }


MOST = 40
"""Such problems that are told for one sheet."""

_BESIDE = (
    "Her er skrevet noget uden for de gule felter. Flyt det til et gult felt eller til "
    f"bemærkningerne på arket «{ANSWER}», eller slet det."
)
_OTHER_SHEET = (
    f"Arket hører ikke til svaret. Flyt det, der er vigtigt, til bemærkningerne på arket "
    f"«{ANSWER}», og slet arket."
)


def outside(book: Workbook, identity: Identity, found: FoundSheets) -> list[CellProblem]:
    """What was written where no answer stands.

    A sheet where rows or columns were moved is left out: there nothing stands where it stood.
    """
    problems: list[CellProblem] = []
    for mark in identity.names:
        if mark in found.whole:
            sheet = found.sheets[mark]
            answers = {one.cell for one in found.cells.values() if one.sheet is sheet}
            problems += _in_sheet(sheet, identity.traces.get(mark, {}), answers)
    if GUIDE in book.sheetnames:
        problems += _in_sheet(book[GUIDE], identity.traces.get(GUIDE, {}), set())
    for sheet in found.strange:
        cell = next((one for one in cells_of(sheet) if _says_something(one)), None)
        if cell is not None:
            problems.append(CellProblem(sheet.title, cell.coordinate, "", _OTHER_SHEET))
    return problems


def _in_sheet(
    sheet: Worksheet, traces: Mapping[str, str], answers: set[str]
) -> Iterator[CellProblem]:
    strange = (
        cell.coordinate
        for cell in cells_of(sheet)
        if cell.coordinate not in answers
        and _says_something(cell)
        and not _is_ours(cell, traces.get(cell.coordinate))
    )
    for where in islice(strange, MOST):
        yield CellProblem(sheet.title, where, "", _BESIDE)


def _says_something(cell: Cell) -> bool:
    return bool(str(cell.value).strip())


def _is_ours(cell: Cell, wrote: str | None) -> bool:
    if wrote == FORMULA:
        return cell.data_type == FORMULA_TYPE
    return wrote is not None and wrote == trace(str(cell.value))
