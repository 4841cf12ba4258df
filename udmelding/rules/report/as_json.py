"""A report as plain data and back to what can be compared: chapters, each with lines of text."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from udmelding.rules.report.figure_tables import FigureTable, cell_text
from udmelding.rules.report.values import (
    Block,
    ChartBlock,
    GridBlock,
    Paragraph,
    ReportValues,
    TableBlock,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line; ``kind`` is ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChapterChange:
    """What became another in one chapter, line by line; unchanged lines are left out."""

    title: str
    lines: tuple[tuple[Piece, ...], ...]


def as_json(values: ReportValues) -> dict[str, Any]:
    """What a version says, as plain data that is kept with it."""
    return {
        "title": values.title,
        "version": values.version,
        "is_final": values.is_final,
        "dated_on": values.dated_on.isoformat(),
        "chapters": [
            {
                "id": chapter.id,
                "title": chapter.title,
                "lines": [line for block in chapter.blocks for line in _lines(block)],
            }
            for chapter in values.chapters
        ],
        "notes": list(
            dict.fromkeys(note for block in values.tables() for note in block.table.notes)
        ),
    }


def _lines(block: Block) -> list[str]:
    match block:
        case Paragraph():
            return [block.text]
        case TableBlock():
            return table_lines(block.table)
        case ChartBlock():
            return [f"Figur: {block.chart.caption}"]
        case GridBlock():
            return [block.title, *(" | ".join(row) for row in block.rows)]


def table_lines(table: FigureTable) -> list[str]:
    """A table as lines of text, one for each row."""
    head = " | ".join(column.title for column in table.columns)
    lines = [f"Tabel: {table.title} | {head}"]
    for row in table.rows:
        cells = [cell_text(c, column) for c, column in zip(row.cells, table.columns, strict=True)]
        lines.append(" | ".join((row.title, *cells)))
    return lines


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ChapterChange, ...]:
    """What became another from one version to the next, by chapter in the later one's order.

    Args:
        before: the earlier version, from ``as_json``.
        after: the later one.
    """
    old = {chapter["id"]: chapter for chapter in before["chapters"]}
    new = {chapter["id"]: chapter for chapter in after["chapters"]}
    order = [*new, *(code for code in old if code not in new)]
    found: list[ChapterChange] = []
    for code in order:
        was = old[code]["lines"] if code in old else []
        now = new[code]["lines"] if code in new else []
        lines = tuple(_compared(was, now))
        if lines:
            title = (new.get(code) or old[code])["title"]
            found.append(ChapterChange(title, lines))
    return tuple(found)


def _compared(was: Sequence[str], now: Sequence[str]) -> list[tuple[Piece, ...]]:
    found: list[tuple[Piece, ...]] = []
    matcher = difflib.SequenceMatcher(a=was, b=now, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        old, new = was[a:b], now[c:d]
        paired = min(len(old), len(new))
        found += [_words(one, other) for one, other in zip(old, new, strict=False)]
        found += [(Piece("removed", text),) for text in old[paired:]]
        found += [(Piece("added", text),) for text in new[paired:]]
    return found


def _words(was: str, now: str) -> tuple[Piece, ...]:
    """One line against another, word by word."""
    old, new = was.split(" "), now.split(" ")
    pieces: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece("removed", " ".join(old[a:b])))
        if c < d:
            pieces.append(Piece("added", " ".join(new[c:d])))
    return tuple(pieces)
