"""What stands over two pieces of a file, such as a day in one cell and four digits in the next?

The pieces themselves are looked through one by one; here, what follows each other is put together
once more where digits meet: two cells of a row, two lines, two paragraphs. A heading over a column
and a word to the left say what a cell holds, so they are told with it.

A table of amounts has six digits beside four too, and some of them read as a day. So such pairs are
told only of two columns where most of the first read as days, or whose heading names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from udmelding.documents.files.text_parts import Cell, Piece

_TAIL, _START = 100, 40
"""Signs of the end of one piece and of the beginning of the next that are put together."""

_ENDS = re.compile(r"[\d\x02\ufffe][\W_]{0,6}$")
_BEGINS = re.compile(r"[\W_]{0,6}\d{2,4}(?!\d)")
_NUMBERS = re.compile(r"[0-9]+")
_FIGURES = re.compile(r"\s*[0-9]{4,6}\s*")
_AS_DAY = re.compile(
    r"\s*(?:[0-2]?[1-9]|[12]0|3[01]|6[1-9]|[78][0-9]|9[01])(?:0[1-9]|1[0-2])[0-9]{2}\s*"
)
_NAMES = re.compile(r"cpr|person[- ]?n|pnr|fød", re.IGNORECASE)
_LONGEST_WORDS = 60


def with_seams(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, those of a table with their headings; after some, one that is put together.

    What is put together says by ``seam`` where: only what crosses it is new.
    """
    last: Piece | None = None
    table = _Table()
    for piece in pieces:
        if piece.cell is None:
            yield piece
            if last is not None and _may_follow(last, piece):
                yield from _joined(last, piece, "\n")
        else:
            if piece.cell.table != table.name or piece.cell.row < table.row:
                yield from table.told()
                table = _Table(piece.cell.table)
            named = table.headed(piece, piece.cell)
            yield named
            yield from table.joined(named, piece.cell)
        last = piece
    yield from table.told()


def _may_follow(last: Piece, piece: Piece) -> bool:
    """Whether both are of one sort, such as two lines, and neither is a cell."""
    return (
        last.cell is None
        and not (last.is_unread or piece.is_unread)
        and _NUMBERS.sub("", last.place) == _NUMBERS.sub("", piece.place)
    )


def _joined(last: Piece, piece: Piece, between: str) -> Iterator[Piece]:
    """Both together, where the first ends and the second begins as a number may be cut."""
    tail, start = last.text[-_TAIL:], piece.text[:_START]
    if _ENDS.search(tail) and _BEGINS.match(start):
        heads = " ".join(filter(None, (last.head, piece.head)))
        yield Piece(last.place, f"{tail}{between}{start}", head=heads, seam=len(tail))


@dataclass(slots=True)
class _Pairs:
    """Figures side by side in two columns: how many, how many of them days, and what is held."""

    seen: int = 0
    days: int = 0
    held: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table as far as it was read.

    Attributes:
        heads: the first words of each column.
        left: what stands in the cell before this one, ``here`` in this one.
        pairs: by the columns of both.
    """

    name: str = ""
    row: int = 0
    column: int = 0
    heads: dict[int, str] = field(default_factory=dict)
    left: list[Piece] = field(default_factory=list)
    here: list[Piece] = field(default_factory=list)
    pairs: dict[tuple[int, int], _Pairs] = field(default_factory=dict)

    def headed(self, piece: Piece, cell: Cell) -> Piece:
        """The piece with the words to the left and over it."""
        if cell.row != self.row:
            self.left, self.here = [], []
        elif cell.column != self.column:
            self.left, self.here = self.here, []
        self.row, self.column = cell.row, cell.column
        left = next((p.text for p in self.left if _is_words(p.text)), "")
        words = (left, self.heads.get(cell.column, ""))
        if _is_words(piece.text):
            self.heads.setdefault(cell.column, piece.text)
        return replace(piece, head=" ".join(filter(None, words)))

    def joined(self, piece: Piece, cell: Cell) -> Iterator[Piece]:
        """What the cell before and this one make together; figures are held back."""
        before = [(self.here[-1], "\n")] if self.here else []
        for last, between in (*before, *((last, "\t") for last in self.left)):
            is_figures = _FIGURES.fullmatch(last.text) and _FIGURES.fullmatch(piece.text)
            made = list(_joined(last, piece, between))
            if not is_figures or last.cell is None or _NAMES.search(last.head + piece.head):
                yield from made
                continue
            pairs = self.pairs.setdefault((last.cell.column, cell.column), _Pairs())
            pairs.seen += 1
            if _AS_DAY.fullmatch(last.text):
                pairs.days += 1
                pairs.held += made
        self.here.append(piece)

    def told(self) -> Iterator[Piece]:
        """What was held back of the columns that are mostly days."""
        for pairs in self.pairs.values():
            if 2 * pairs.days >= pairs.seen:
                yield from pairs.held


def _is_words(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST_WORDS and not _NUMBERS.search(text)
