"""What stands in a Word document? Paragraphs, tables, boxes, notes, hidden and deleted text.

A number may be cut into many runs, so the text of a paragraph is put together before it is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from udmelding.documents.files.text_parts import (
    START,
    TEXT,
    Cell,
    Event,
    Noted,
    Package,
    Piece,
    note_texts,
)

_PLACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"word/document\d*\.xml"), ""),
    (re.compile(r"word/header\d*\.xml"), "sidehovedet"),
    (re.compile(r"word/footer\d*\.xml"), "sidefoden"),
    (re.compile(r"word/comments\w*\.xml"), "en kommentar"),
    (re.compile(r"word/footnotes\.xml"), "en fodnote"),
    (re.compile(r"word/endnotes\.xml"), "en slutnote"),
    (re.compile(r"word/glossary/document\.xml"), "skjulte tekstblokke"),
)
_TEXTS = frozenset({"t", "instrText", "delText", "delInstrText"})
_SPACES = frozenset({"tab", "br", "cr", "ptab"})


def is_read_here(name: str) -> bool:
    """Whether ``pieces_of_word`` reads the part."""
    return any(pattern.fullmatch(name) for pattern, _ in _PLACES)


def pieces_of_word(package: Package) -> Iterator[Piece]:
    """The text of the document, then of its headers, footers and notes.

    Raises:
        BrokenPartError: a part cannot be read; what came before was told.
    """
    for pattern, place in _PLACES:
        for name in package.names:
            if pattern.fullmatch(name):
                yield from _Reader(place).pieces(package.events(name))


class _Reader:
    """Follows the tags of a part and knows where it is."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.paragraphs: list[list[str]] = []
        self.marks: list[set[str]] = []
        self.tables: list[list[int]] = []
        self.seen_tables = self.seen_paragraphs = self.boxes = 0
        self.is_text = False
        self.starts: Mapping[str, Callable[[], None]] = {
            "p": self._begin_paragraph,
            "tbl": self._begin_table,
            "tr": self._begin_row,
            "tc": self._begin_cell,
            "txbxContent": self._begin_box,
            "vanish": lambda: self._mark("skjult tekst"),
            "delText": lambda: self._mark("slettet tekst"),
            "noBreakHyphen": lambda: self._add("-"),
        }

    def pieces(self, events: Iterator[Event]) -> Iterator[Piece]:
        """The paragraphs, each with its place."""
        for event in events:
            if event.sort == TEXT:
                self._add(event.name if self.is_text else "")
            elif event.sort == START:
                yield from self._started(event)
            else:
                yield from self._ended(event.name)

    def _started(self, event: Event) -> Iterator[Piece]:
        name = event.name
        self.is_text = name in _TEXTS
        if name in _SPACES:
            self._add(" ")
        elif name == "fldSimple":
            self._add(event.attributes.get("instr", ""))
        if name in self.starts:
            self.starts[name]()
        for value in note_texts(event.attributes, Noted.PICTURE):
            yield Piece(f"{self._where()} (billedtekst)", value)

    def _ended(self, name: str) -> Iterator[Piece]:
        self.is_text = False
        if name == "tbl" and self.tables:
            self.tables.pop()
        elif name == "txbxContent":
            self.boxes -= 1
        elif name == "p" and self.paragraphs:
            text, marks = "".join(self.paragraphs.pop()), self.marks.pop()
            if text.strip():
                if not self.tables and not self.boxes:
                    self.seen_paragraphs += 1
                hint = f" ({', '.join(sorted(marks))})" if marks else ""
                yield Piece(self._where() + hint, text, cell=self._cell())

    def _cell(self) -> Cell | None:
        """Where in a table; what stands in a box stands in none."""
        if not self.tables or self.boxes:
            return None
        table, row, column = self.tables[-1]
        return Cell(f"{self.place} {table}", row, column)

    def _where(self) -> str:
        if self.place:
            return self.place
        if self.boxes:
            return "et tekstfelt"
        if self.tables:
            table, row, _ = self.tables[-1]
            return f"tabel {table}, række {row}"
        return f"afsnit {max(1, self.seen_paragraphs)}"

    def _begin_paragraph(self) -> None:
        self.paragraphs.append([])
        self.marks.append(set())

    def _begin_table(self) -> None:
        self.seen_tables += 1
        self.tables.append([self.seen_tables, 0, 0])

    def _begin_row(self) -> None:
        if self.tables:
            self.tables[-1][1] += 1
            self.tables[-1][2] = 0

    def _begin_cell(self) -> None:
        if self.tables:
            self.tables[-1][2] += 1

    def _begin_box(self) -> None:
        self.boxes += 1

    def _mark(self, hint: str) -> None:
        if self.marks:
            self.marks[-1].add(hint)

    def _add(self, text: str) -> None:
        if self.paragraphs and text:
            self.paragraphs[-1].append(text)
