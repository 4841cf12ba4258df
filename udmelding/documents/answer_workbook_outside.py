"""Is something written beside the answers? A remark in a locked cell must not be lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.documents.answer_workbook_problems import CellProblem
from udmelding.documents.forms.identity import FORMULA, Identity, trace
from udmelding.documents.forms.layout import ANSWER, GUIDE
from udmelding.documents.forms.open import FORMULA as FORMULA_TYPE
from udmelding.documents.forms.open import cells_of
from udmelding.documents.forms.places import Standing

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


def outside(book: Workbook, identity: Identity, found: Standing) -> list[CellProblem]:
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
