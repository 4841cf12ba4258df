"""Which cells does a table hold? The rows of a CSV file, and of a workbook's first visible sheet.

Every row knows its place, so that what is wrong with a cell can be told. Nothing is known here of
meetings.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from udmelding.documents.plan.calendar_harvest import (
    Harvest,
    Place,
    read_bytes,
    read_text,
    unusable,
)

HEADER_WITHIN = 20
"""So many rows may stand above the header: a title, who made it, when."""

_MOST_UNZIPPED = 50_000_000
_MOST_ROWS = 50_000
_LAST_ROW = 1_048_576  # of Excel


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; ``number`` is its line, ``sheet`` is empty in a CSV file.

    ``file`` is empty for a table that was pasted.
    """

    file: str
    number: int
    cells: tuple[object, ...]
    sheet: str = ""

    def place(self, column: int, key: str) -> Place:
        """The cell in the ``column`` (from 0) that holds ``key``."""
        if not self.sheet:
            told = f"linje {self.number}"
            where = f"{self.file}:{self.number}" if self.file else told
            return Place(where, told, key, self.number)
        sheet = self.sheet if self.sheet.isalnum() else f"'{self.sheet}'"
        where = f"{self.file}:{sheet}!{get_column_letter(column + 1)}{self.number}"
        return Place(where, f"{sheet}!A{self.number}", key, self.number)


def rows_of(path: Path, harvest: Harvest) -> list[Row]:
    """The rows of a CSV or Excel file that are not empty; broken cells are told in ``harvest``.

    Raises:
        BadFileError: the file as a whole cannot be read, or there is nothing in it.
    """
    found = _csv_rows(path) if path.suffix.lower() == ".csv" else _excel_rows(path, harvest)
    rows = [row for row in found if any(text_of(cell) for cell in row.cells)]
    if not rows:
        raise unusable(path.name, "filen er tom; den skal begynde med en række med kolonnenavne")
    return rows


def pasted_rows(text: str) -> list[Row]:
    """The rows of a text that may be copied cells, those that are empty left out.

    Cells are apart by tabulators, or by semicolons as in a CSV file; where neither stands there,
    it is no table.
    """
    separator = next((sign for sign in "\t;" if sign in text), "")
    if not separator:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, line = [], 1
    for cells in reader:
        rows.append(Row("", line, tuple(cells)))
        line = reader.line_num + 1
    return [row for row in rows if any(text_of(cell) for cell in row.cells)]


def text_of(cell: object) -> str:
    """What stands in a cell, on one line; empty for an empty one."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(unicodedata.normalize("NFC", str(cell)).split())


def word_of(cell: object) -> str:
    """What stands in a cell, in lower case, to compare it."""
    return text_of(cell).casefold()


def short(cell: object) -> str:
    """What stands in a cell, short enough to be told."""
    text = text_of(cell)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _csv_rows(path: Path) -> Iterator[Row]:
    text = read_text(path)
    line = 1
    told = re.match(r"sep=(.)\r?\n", text)  # Excel's own word for it, above everything
    if told:
        text, line = text[told.end() :], 2
    separator = told[1] if told else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    first = line - 1
    try:
        for cells in reader:
            yield Row(path.name, line, tuple(cells))
            line = first + reader.line_num + 1
    except csv.Error:
        problem = "linjen er ikke gyldig CSV; se efter anførselstegn"
        raise unusable(f"{path.name}:{line}", problem) from None


def _separator(text: str) -> str:
    """What stands between the cells of the header; of the first line where there is none."""
    lines = text.strip().splitlines()[:HEADER_WITHIN] or [""]
    header = next(
        (line for line in lines if re.search(r"\bdato\b|\bmødedato\b", line, re.I)), lines[0]
    )
    return next((sign for sign in (";", "\t") if sign in header), ",")


def _excel_rows(path: Path, harvest: Harvest) -> list[Row]:
    raw = read_bytes(path)
    _check_size(path.name, raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in English, and about looks
            rows = _sheet(path.name, raw, harvest)
    except Exception:  # openpyxl lets through whatever its parsers meet in a broken file
        problem = "Excel-filen er ødelagt; åbn den i Excel, og gem den igen som .xlsx"
        raise unusable(path.name, problem) from None
    if len(rows) > _MOST_ROWS:
        raise unusable(path.name, f"arket har over {_MOST_ROWS} rækker")
    return rows


def _check_size(file: str, raw: bytes) -> None:
    try:
        unzipped = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(raw)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        problem = "filen er ikke en Excel-projektmappe; gem den i Excel som .xlsx uden adgangskode"
        raise unusable(file, problem) from None
    if unzipped > _MOST_UNZIPPED:
        raise unusable(file, "filen fylder over 50 MB, når den pakkes ud")


def _sheet(file: str, raw: bytes, harvest: Harvest) -> list[Row]:
    """The rows of the first visible sheet that are not empty; a row with a broken cell is told."""
    # Twice: openpyxl shows either formulas or what they came to.
    books = [openpyxl.load_workbook(io.BytesIO(raw), True, data_only=it) for it in (False, True)]
    shown = [n for n, it in enumerate(books[0].worksheets) if it.sheet_state == "visible"]
    chosen = shown[0] if shown else 0
    sheets = [book.worksheets[chosen] for book in books]
    name, others = sheets[0].title, books[0].sheetnames
    others.remove(name)
    harvest.skipped += [f"Arket «{other}» er ikke læst: kun «{name}» læses." for other in others]
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
    rows: list[Row] = []
    for number, both in enumerate(zip(*(it.iter_rows() for it in sheets), strict=True), start=1):
        if any(cell.value is not None for cell in both[0]):
            row = Row(file, number, tuple(cell.value for cell in both[1]), name)
            problems = [(at, told) for at, told in enumerate(map(_trouble, *both)) if told]
            harvest.flaws += [(row.place(at, ""), told) for at, told in problems]
            if not problems:
                rows.append(row)
        if number > _LAST_ROW or len(rows) > _MOST_ROWS:
            break
    return rows


def _trouble(formula: Any, shown: Any) -> str:
    if shown.data_type == "e":
        return f"cellen viser fejlen {shown.value}; ret den i Excel"
    if formula.data_type == "f" and shown.value is None and shown.data_type == "n":
        return "cellen er en formel uden værdi; åbn filen i Excel, og gem den igen"
    return ""
