"""How is a workbook that somebody sent opened? Guarded, bounded, and never calculated.

Formulas are read as text. What another program has calculated is read a second time, from the
values that it left in the file, and only where an answer cell holds a formula.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from udmelding.documents.files.guard import check_file
from udmelding.errors import RefusedError

MOST_BYTES = 5 * 1024**2
MOST_UNPACKED = 20 * 1024**2
MOST_TAGS = 400_000
"""Of XML in all parts; the reader needs some 300 bytes for each. Ours have some 10,000."""

_ALLOWED = {".xlsx": "Excel"}
_NAME = "svar.xlsx"
FORMULA = "f"


@dataclass(slots=True)
class Opened:
    """A workbook that was opened.

    Attributes:
        book: its cells, with formulas as text.
    """

    book: Workbook
    _content: bytes
    _values: Workbook | None = field(default=None)

    def value(self, cell: Cell) -> tuple[object, str]:
        """What stands in a cell, and of what type: for a formula what was calculated, if it was."""
        if cell.data_type != FORMULA:
            return cell.value, cell.data_type
        if self._values is None:
            self._values = _loaded(self._content, has_values=True)
        found = self._values[cell.parent.title].cell(cell.row, cell.column)
        return found.value, found.data_type if found.value is not None else FORMULA


def open_workbook(content: bytes, name: str = "") -> Opened:
    """Open a workbook.

    Args:
        content: the bytes of the file.
        name: what its sender calls it; empty where that is unknown.

    Raises:
        RefusedError: it is no workbook, or not safe to open; says what to do.
    """
    check_file(name or _NAME, content, _ALLOWED, most=MOST_BYTES)
    try:
        is_large = _is_large(content)
        book = None if is_large else _loaded(content, has_values=False)
    except Exception:  # openpyxl lets through whatever its parsers meet in a broken file
        raise RefusedError(
            "Regnearket er ødelagt og kan ikke læses. Åbn det i Excel, gem det igen som .xlsx, og "
            "send det nye."
        ) from None
    if book is None:
        raise RefusedError(
            "Regnearket er meget større end det, der blev hentet. Hent det igen, og kopiér kun "
            "svarene over i de gule felter."
        )
    return Opened(book, content)


def _is_large(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
            return True
        parts = [name for name in package.namelist() if name.endswith(".xml")]
        return sum(package.read(name).count(b"<") for name in parts) > MOST_TAGS


def _loaded(content: bytes, *, has_values: bool) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in English, and about looks
        return openpyxl.load_workbook(
            io.BytesIO(content), data_only=has_values, keep_links=False, keep_vba=False
        )


def cells_of(sheet: Worksheet) -> Iterator[Cell]:
    """The cells of a sheet that hold something, row by row.

    Walking rows and columns would make every cell up to the last one, which can be the millionth.
    """
    found = sheet._cells
    for place in sorted(found):
        cell = found[place]
        if isinstance(cell, Cell) and cell.value is not None:
            yield cell


def cell_text(cell: object) -> str:
    """The text of a cell; empty for anything that is no text."""
    value = getattr(cell, "value", None)
    return value.strip() if isinstance(value, str) else ""
