"""What stands in an OpenDocument file? Paragraphs, tables, sheets cell by cell, and comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from udmelding.documents.files.text_parts import START, TEXT, Cell, Event, Package, Piece
from udmelding.documents.files.text_sheet import plain_number

_PARTS = {"content.xml": "", "styles.xml": "sidehovedet eller sidefoden"}
_SPACES = frozenset({"s", "tab", "line-break"})
_BLOCKS = frozenset({"p", "h"})
_MOST_COLUMNS = 16_384


@dataclass(slots=True)
class _Table:
    """Where in a table the reader is; what comes next counts what is repeated."""

    name: str
    number: int
    row: int = 0
    next_row: int = 1
    column: int = 0
    next_column: int = 1


def is_read_here(name: str) -> bool:
    """Whether ``pieces_of_open`` reads the part."""
    return name in _PARTS


def pieces_of_open(package: Package, *, is_sheet: bool) -> Iterator[Piece]:
    """The text of the document or the cells of the sheets.

    Raises:
        BrokenPartError: a part cannot be read; what came before was told.
    """
    for name, place in _PARTS.items():
        if name in package.names:
            yield from _Reader(place, is_sheet=is_sheet).pieces(package.events(name))


class _Reader:
    """Follows the tags of a part and knows where it is."""

    def __init__(self, place: str, *, is_sheet: bool) -> None:
        self.place, self.is_sheet = place, is_sheet
        self.blocks: list[list[str]] = []
        self.tables: list[_Table] = []
        self.seen_tables = self.seen_blocks = self.notes = 0
        self.starts: Mapping[str, Callable[[Event], None]] = {
            "table": self._begin_table,
            "table-row": self._begin_row,
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
        }

    def pieces(self, events: Iterator[Event]) -> Iterator[Piece]:
        """Paragraphs and values, each with its place."""
        for event in events:
            if event.sort == TEXT:
                self._add(event.name)
            elif event.sort == START:
                yield from self._started(event)
            else:
                yield from self._ended(event.name)

    def _started(self, event: Event) -> Iterator[Piece]:
        name = event.name
        if name in _BLOCKS:
            self.blocks.append([])
        elif name in _SPACES:
            self._add(" ")
        elif name == "annotation":
            self.notes += 1
        elif name in self.starts:
            self.starts[name](event)
            for key in ("value", "date-value", "string-value", "formula"):
                value = event.attributes.get(key, "")
                if value:
                    yield Piece(self._where(), plain_number(value), is_cell=True, cell=self._cell())

    def _ended(self, name: str) -> Iterator[Piece]:
        if name == "table" and self.tables:
            self.tables.pop()
        elif name == "annotation":
            self.notes -= 1
        elif name in _BLOCKS and self.blocks:
            text = "".join(self.blocks.pop())
            if text.strip():
                if not self.tables and not self.notes:
                    self.seen_blocks += 1
                yield Piece(self._where(), text, is_cell=self.is_sheet, cell=self._cell())

    def _cell(self) -> Cell | None:
        """Where in a table; the words of a comment stand in none."""
        if self.notes or not self.tables:
            return None
        table = self.tables[-1]
        return Cell(f"{len(self.tables)} {table.number}", table.row, table.column)

    def _where(self) -> str:
        if self.notes:
            return "en kommentar"
        if self.place:
            return self.place
        if not self.tables:
            return f"afsnit {max(1, self.seen_blocks)}"
        table = self.tables[-1]
        if self.is_sheet:
            letter = get_column_letter(min(max(1, table.column), _MOST_COLUMNS))
            return f"ark «{table.name}», celle {letter}{table.row}"
        return f"tabel {self.seen_tables}, række {table.row}"

    def _begin_table(self, event: Event) -> None:
        self.seen_tables += 1
        self.tables.append(_Table(event.attributes.get("name", ""), self.seen_tables))

    def _begin_row(self, event: Event) -> None:
        if self.tables:
            table = self.tables[-1]
            table.row = table.next_row
            table.next_row += _times(event, "number-rows-repeated")
            table.column, table.next_column = 0, 1

    def _begin_cell(self, event: Event) -> None:
        if self.tables:
            table = self.tables[-1]
            table.column = table.next_column
            table.next_column += _times(event, "number-columns-repeated")

    def _add(self, text: str) -> None:
        if self.blocks:
            self.blocks[-1].append(text)


def _times(event: Event, name: str) -> int:
    said = event.attributes.get(name, "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 1
