"""How does a report lie on its pages: how wide are columns, and which pages lie down?

Widths come from the words themselves, because neither Word nor the PDF knows in advance: no word of
a head is torn apart where the page has room for it, columns of figures are equally wide where they
can be, and a table with more than an upright page holds gets a page that lies down. Wide tables lie
down. A heading right before one goes along, so that it never stays behind alone on the page before.
The PDF and the Word file both go by this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil, isqrt

from udmelding.rules.report.figure_tables import FigureColumn, FigureTable, cell_text
from udmelding.rules.report.values import Block, Chapter, Paragraph, TableBlock

UPRIGHT, LYING, LYING_SMALL = 100, 152, 185
"""How many characters of a table stand beside each other: A4, A4 lying down, and in small print."""

FIRST_HEAD = "Hvem"
_AROUND = 2
"""Room on both sides of a cell, in characters."""
_LONGEST_TITLE = 26
_DIVIDED = 9
"""Letters of a head's word that stay together."""
_WHOLE = 1000
_NARROW, _BROAD = frozenset("fijlrtI.,:;()-/' "), frozenset("mwMW%@&•–…")


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table stands.

    Attributes:
        shares: the columns' widths, in thousandths of the table's.
        is_wide: it needs a page that lies down.
        is_small: even there it needs smaller print.
    """

    shares: tuple[int, ...]
    is_wide: bool = False
    is_small: bool = False


def heads(table: FigureTable) -> Iterator[str]:
    """The head of each column of figures, with its unit."""
    for column in table.columns:
        yield f"{column.title}{in_brackets(column)}"


def in_brackets(column: FigureColumn) -> str:
    """What a column's head says after its title: unit, and that totals are averages."""
    more = ", ".join(filter(None, (column.unit, "gennemsnit" if column.is_mean else "")))
    return f" ({more})" if more else ""


def figures_layout(table: FigureTable) -> TableLayout:
    """How a table of figures stands: the names' column, and a column for each figure."""
    needs = _needs(table, LYING_SMALL)
    needed = sum(needs)
    most = LYING if needed > UPRIGHT else UPRIGHT
    if needed > LYING_SMALL:  # long words of the heads are divided, names in the rows are not
        needs = [needs[0], *((LYING_SMALL - needs[0]) * need // needed for need in needs[1:])]
    return TableLayout(_shares(_evened(needs, most)), needed > UPRIGHT, needed > LYING)


def _needs(table: FigureTable, longest_word: int) -> list[int]:
    """The room that each column needs, in letters; longer words of the heads are divided."""
    titles = max((_room(row.title) for row in table.rows), default=0)
    needs = [min(titles, _LONGEST_TITLE) + _AROUND]
    for place, head in enumerate(heads(table)):
        numbers = (cell_text(row.cells[place], table.columns[place]) for row in table.rows)
        longest = max((_room(number) for number in numbers), default=0)
        needs.append(max(min(_longest_word(head), longest_word), longest) + _AROUND)
    return needs


def parts(table: FigureTable) -> tuple[FigureTable, ...]:
    """The table, or several with the same rows, where no page is wide enough for all columns.

    A head may be divided, but not into less than ``_DIVIDED`` letters, and print never gets smaller
    than ``LYING_SMALL``.
    """
    first, *rest = _needs(table, _DIVIDED)
    room = LYING_SMALL - first
    if sum(rest) <= room:
        return (table,)
    many = ceil(sum(rest) / room)
    each = ceil(len(rest) / many)
    while each > 1 and any(sum(rest[n : n + each]) > room for n in range(0, len(rest), each)):
        each -= 1
    many = ceil(len(rest) / each)
    return tuple(_part(table, n, each, many) for n in range(many))


def _part(table: FigureTable, number: int, each: int, many: int) -> FigureTable:
    here = slice(number * each, (number + 1) * each)
    return replace(
        table,
        caption=f"{table.caption} (del {number + 1} af {many})",
        columns=table.columns[here],
        rows=tuple(replace(row, cells=row.cells[here]) for row in table.rows),
    )


def words_layout(head: Sequence[str], rows: Sequence[Sequence[str]]) -> TableLayout:
    """How a table of words stands: more text gets more room, but no column all of it."""
    needs = []
    for place, title in enumerate(head):
        texts = [title, *(row[place] for row in rows)]
        word = max(_longest_word(text) for text in texts)
        length = max(len(text) for text in texts)
        needs.append(max(min(word, _LONGEST_TITLE), isqrt(length * 12)) + _AROUND)
    return TableLayout(_shares(needs))


def _longest_word(text: str) -> int:
    return max((_room(word) for word in text.split()), default=1)


def _room(text: str) -> int:
    """How much room a text takes, in characters of middling width."""
    broad = sum((sign in _BROAD) + 0.2 * sign.isupper() - 0.4 * (sign in _NARROW) for sign in text)
    return ceil(len(text) + 0.6 * broad)


def _evened(needs: list[int], most: int) -> list[int]:
    """Columns of figures as wide as the widest of them, where the page has the room."""
    first, *rest = needs
    even = max(rest, default=0)
    if first + even * len(rest) > most:
        return needs
    room = max(most // 4, most // len(needs), first)
    room = min(room, most - even * len(rest))
    return [room, *([(most - room) // len(rest)] * len(rest))] if rest else needs


def _shares(needs: Sequence[int]) -> tuple[int, ...]:
    total = sum(needs)
    rest = [_WHOLE * need // total for need in needs[1:]]
    return (_WHOLE - sum(rest), *rest)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks that follow each other on pages of one kind; the first one of a chapter has its title.

    Attributes:
        is_wide: the pages lie down.
        has_title: the chapter's title stands above the blocks.
    """

    is_wide: bool
    has_title: bool
    blocks: tuple[Block, ...]


def stretches(chapter: Chapter) -> Iterator[Stretch]:
    """The chapter, cut where pages turn; a chapter without blocks is its title alone."""
    if not chapter.blocks:
        yield Stretch(is_wide=False, has_title=True, blocks=())
    blocks = tuple(part for block in chapter.blocks for part in _parts_of(block))
    together = groupby(zip(_lying(blocks), blocks, strict=True), lambda it: it[0])
    for place, (is_wide, pairs) in enumerate(together):
        yield Stretch(is_wide, has_title=place == 0, blocks=tuple(block for _, block in pairs))


def _parts_of(block: Block) -> tuple[Block, ...]:
    if not isinstance(block, TableBlock):
        return (block,)
    return tuple(replace(block, table=table) for table in parts(block.table))


def _lying(blocks: tuple[Block, ...]) -> list[bool]:
    """For each block: is it on a page that lies down? A subhead goes where the next block goes."""
    found: list[bool] = []
    is_next_wide = False
    for block in reversed(blocks):
        is_head = isinstance(block, Paragraph) and block.is_subhead
        if not is_head:
            is_next_wide = isinstance(block, TableBlock) and figures_layout(block.table).is_wide
        found.append(is_next_wide)
    return found[::-1]
