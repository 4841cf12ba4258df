"""What stands in an Excel workbook? Every cell of every sheet, hidden ones too, and the comments.

Formulas are never computed: both the formula and the value that Excel last kept are told.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from udmelding.documents.files.text_parts import (
    END,
    START,
    TEXT,
    Cell,
    Event,
    Noted,
    Package,
    Piece,
    note_texts,
)

_BOOK, _STRINGS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_COMMENTS = ("xl/comments", "xl/threadedComments/")
_SHEETS = "xl/worksheets/"
_VALUES = frozenset({"c", "v", "f", "is"})
_CODES = re.compile(r'&(?:"[^"]*"|[A-Z])')
"""What tells the parts of a header or footer, and their fonts, apart."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_DIGITS = 20
_MOST_COLUMNS = 16_384


@dataclass(slots=True)
class _Book:
    """What the sheets share: their names, their texts, and which of these a cell shows.

    Attributes:
        dates: the styles that show a number as a day, by their numbers; counted from ``begins``.
    """

    sheets: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    comments: dict[str, str] = field(default_factory=dict)
    dates: set[str] = field(default_factory=set)
    begins: dt.datetime = WINDOWS_EPOCH


def is_read_here(name: str) -> bool:
    """Whether ``pieces_of_sheets`` reads the part."""
    is_comment = name.startswith(_COMMENTS)
    return name in (_BOOK, _STRINGS) or _is_sheet(name) or is_comment


def _is_sheet(name: str) -> bool:
    return name.startswith(_SHEETS) and name.endswith(".xml")


def pieces_of_sheets(package: Package) -> Iterator[Piece]:
    """The workbook's names, then the sheets cell by cell, then the comments.

    Raises:
        BrokenPartError: a part cannot be read; what came before was told.
    """
    book = _Book()
    yield from _names(package, book)
    book.strings, book.dates = _strings(package), _dates(package)
    for name in package.names:
        if _is_sheet(name):
            sheet = book.sheets.get(name, posixpath.basename(name))
            yield from _Sheet(book, sheet, name).pieces(package.events(name))
            for target in _targets(package, name).values():
                book.comments[target] = sheet
    for name in package.names:
        if name.startswith(_COMMENTS):
            yield from _comments(package.events(name), book.comments.get(name, ""))
    for number, text in enumerate(book.strings):
        if number not in book.shown:
            yield Piece("tekst, der ikke vises i noget ark", text, is_cell=True)


def _names(package: Package, book: _Book) -> Iterator[Piece]:
    targets = _targets(package, _BOOK)
    for event in package.events(_BOOK):
        if event.name == "sheet" and event.sort == START:
            name = event.attributes.get("name", "")
            book.sheets[targets.get(event.attributes.get("id", ""), "")] = name
            yield Piece("navnet på et ark", name)
        elif event.name == "workbookPr" and event.attributes.get("date1904") in ("1", "true"):
            book.begins = MAC_EPOCH
        elif event.name == "definedName":
            yield Piece("et navn i regnearket", event.attributes.get("name", ""))
        elif event.sort == TEXT:
            yield Piece("et navn i regnearket", event.name)


def _targets(package: Package, name: str) -> Mapping[str, str]:
    """What a part refers to: parts by the id of the reference."""
    folder, base = posixpath.split(name)
    relations = f"{folder}/_rels/{base}.rels"
    if relations not in package.names:
        return {}
    found = {}
    for event in package.events(relations):
        target = event.attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        found[event.attributes.get("Id", "")] = posixpath.normpath(path)
    return found


def _strings(package: Package) -> list[str]:
    """The texts that cells show by their number."""
    if _STRINGS not in package.names:
        return []
    found: list[str] = []
    text: list[str] = []
    for event in package.events(_STRINGS):
        if event.sort == TEXT:
            text.append(event.name)
        elif event.name == "si" and event.sort == START:
            text.clear()
        elif event.name == "si":
            found.append("".join(text))
    return found


def _dates(package: Package) -> set[str]:
    """The styles of cells that show a number as a day."""
    if _STYLES not in package.names:
        return set()
    found: set[str] = set()
    codes = dict(BUILTIN_FORMATS)
    is_of_cells, number = False, 0
    for event in package.events(_STYLES):
        if event.name == "cellXfs":
            is_of_cells = event.sort == START
        elif event.name == "numFmt" and event.sort == START:
            code = event.attributes.get("formatCode", "")
            codes[_number(event.attributes.get("numFmtId", ""), -1)] = code
        elif event.name == "xf" and event.sort == START and is_of_cells:
            code = codes.get(_number(event.attributes.get("numFmtId", ""), -1), "")
            found |= {str(number)} if is_date_format(code) else set()
            number += 1
    return found


class _Sheet:
    """Follows the tags of a sheet and knows which cell it is in."""

    def __init__(self, book: _Book, name: str, part: str) -> None:
        self.book, self.name, self.part = book, name, part
        self.row = self.column = 0
        self.cell = self.sort = self.style = ""
        self.text: list[str] = []

    def pieces(self, events: Iterator[Event]) -> Iterator[Piece]:
        """Cells, formulas, and what else is written in the sheet."""
        for event in events:
            if event.sort == TEXT:
                self.text.append(event.name)
            elif event.sort == START:
                self._start(event)
                for value in note_texts(event.attributes, Noted.ANY):
                    yield Piece(self._sheet(), value)
            else:
                yield from self._end(event.name)
                self.cell = "" if event.name == "c" else self.cell

    def _start(self, event: Event) -> None:
        if event.name == "row":
            self.row = _number(event.attributes.get("r", ""), self.row + 1)
            self.column = 0
        elif event.name == "c":
            self._move_to(event.attributes.get("r", ""))
            self.sort = event.attributes.get("t", "n")
            self.style = event.attributes.get("s", "")
        if not self.cell or event.name in _VALUES:  # a text in the cell itself may be in pieces
            self.text.clear()

    def _move_to(self, reference: str) -> None:
        """Into the cell that is named, or else into the next of the row."""
        named = _REFERENCE.fullmatch(reference)
        self.column = column_index_from_string(named[1]) if named else self.column + 1
        letter = get_column_letter(min(self.column, _MOST_COLUMNS))
        self.row = int(named[2]) if named else self.row
        self.cell = f"{letter}{self.row}"

    def _end(self, name: str) -> Iterator[Piece]:
        text = "".join(self.text)
        if not text.strip() or (self.cell and name not in _VALUES):
            return
        self.text.clear()
        if not self.cell:
            yield Piece(self._sheet(), _CODES.sub(" ", text))
        elif name == "f":
            yield Piece(f"{self._sheet()}, celle {self.cell} (formel)", text)
        else:
            place, cell = (
                f"{self._sheet()}, celle {self.cell}",
                Cell(self.part, self.row, self.column),
            )
            yield Piece(place, self._value(text), is_cell=True, cell=cell)

    def _sheet(self) -> str:
        return f"ark «{self.name}»"

    def _value(self, text: str) -> str:
        if self.sort == "s":
            number = _number(text, -1)
            self.book.shown.add(number)
            return self.book.strings[number] if 0 <= number < len(self.book.strings) else ""
        if self.sort != "n":
            return text
        day = day_of(text, self.book.begins) if self.style in self.book.dates else ""
        return day or plain_number(text)


def _comments(events: Iterator[Event], sheet: str) -> Iterator[Piece]:
    place, text = "", list[str]()
    for event in events:
        if event.sort == TEXT:
            text.append(event.name)
        elif event.name in ("comment", "threadedComment", "author"):
            cell = event.attributes.get("ref", "")
            if event.sort == START:
                place = f"en kommentar i ark «{sheet}», celle {cell}" if sheet else "en kommentar"
                text.clear()
            elif event.sort == END:
                yield Piece(place, "".join(text))


def _number(text: str, otherwise: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else otherwise


def day_of(text: str, begins: dt.datetime) -> str:
    """The day that Excel shows for a number, such as ``2025-04-15``; empty for none."""
    try:
        return f"{from_excel(float(text), begins):%Y-%m-%d}"
    except (ValueError, OverflowError, TypeError):
        return ""


def plain_number(text: str) -> str:
    """A number as a person writes it: ``1.112E9`` in full, and decimals after a comma."""
    if text.isdigit():
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return text
    return format(number, "f").removesuffix(".0").replace(".", ",")
