"""What is a document made of? The blocks that every PDF is set from, as values.

``as_json`` writes them for ``templates/typst/base.typ``, which has one branch for each kind. All
text is data there: no sign in it can be taken for markup. It is cleaned here and nowhere else, so
that no text can stop a document: signs that no font has come out as □, headings are numbered so
that no level is left out, an empty heading is no heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from udmelding.documents.signs import BLANK, divided, printable

Json = dict[str, Any]

_UPRIGHT, _LYING = 100, 152
"""How many letters of a table stand beside each other on a page that stands, and that lies."""

_MOST_LINES = 25
"""A row with a cell of more lines may be cut by the end of a page, for it might not fit on one."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; ``style`` is empty, or strong, em, quiet, changed, link or break."""

    text: str
    style: str = ""
    address: str = ""


Runs = Sequence[Run | str]


@dataclass(slots=True)
class Levels:
    """Numbers a document's headings: none is more than one below the one before."""

    last: int = 0

    def of(self, level: int) -> int:
        """The level that a heading meant for ``level`` gets."""
        self.last = max(1, min(level, self.last + 1, 6))
        return self.last


class Block(Protocol):
    """Anything that a document is made of."""

    def as_json(self, levels: Levels) -> Json | None:
        """For ``base.typ``, cleaned; None where nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is the highest level, below the document's own title."""

    text: str
    level: int = 1

    def as_json(self, levels: Levels) -> Json | None:
        """None where it is empty: Typst refuses an empty heading."""
        text = printable(self.text, 40).strip(BLANK)
        return {"kind": "heading", "level": levels.of(self.level), "text": text} if text else None


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``is_flag`` is a mark for whoever reads a draft again."""

    runs: Runs
    keeps_next: bool = False
    is_flag: bool = False

    def as_json(self, levels: Levels) -> Json:
        """With its runs."""
        more = {"keeps_next": self.keeps_next, "is_flag": self.is_flag}
        return {"kind": "text", "runs": _runs(self.runs), **more}


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: Sequence[Runs]
    is_numbered: bool = False

    def as_json(self, levels: Levels) -> Json:
        """With the runs of each item."""
        items = [_runs(item) for item in self.items]
        return {"kind": "items", "items": items, "is_numbered": self.is_numbered}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with their texts; ``indent`` is the names' width in millimetres."""

    pairs: Sequence[tuple[str, str]]
    indent: int = 34

    def as_json(self, levels: Levels) -> Json | None:
        """None where there are none."""
        told = [[printable(name, 20), printable(text)] for name, text in self.pairs]
        return {"kind": "pairs", "pairs": told, "indent": self.indent} if told else None


@dataclass(frozen=True, slots=True)
class Blank:
    """Room to write by hand: so many lines, or a box for a number or a day, with its unit."""

    lines: int = 0
    unit: str = ""

    def as_json(self, levels: Levels) -> Json:
        """With its unit."""
        return {"kind": "blank", "lines": self.lines, "unit": printable(self.unit)}


@dataclass(frozen=True, slots=True)
class Right:
    """A line at the right edge: a letter's date."""

    text: str

    def as_json(self, levels: Levels) -> Json:
        """With its text."""
        return {"kind": "right", "text": printable(self.text)}


@dataclass(frozen=True, slots=True)
class Signature:
    """Lines that are never parted."""

    lines: Sequence[str]

    def as_json(self, levels: Levels) -> Json:
        """With its lines."""
        return {"kind": "signature", "lines": [printable(line) for line in self.lines]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table.

    Attributes:
        head: a cell for each column; ``rows`` as many cells each.
        shares: the columns' widths, of any whole.
        caption: stands above; with ``number`` as «Tabel 3. …».
        numbers_from: the first column of figures, which stand at the right.
        totals: the rows that are totals, by their place; ``subheads`` those of one cell over all
            columns, which goes with the row after it.
        note: lines under the table: source, signs.
        is_small: smaller print; ``is_words``: cells hold sentences, whose words may be divided.
        is_lying: it stands on a page that lies down.
        is_to_fill: its rows are high enough to be written in by hand.
        is_whole: no page parts it; only for one that is sure to fit on a page.
    """

    head: Sequence[Runs]
    rows: Sequence[Sequence[Runs]]
    shares: Sequence[int]
    caption: str = ""
    number: int | None = None
    numbers_from: int | None = None
    totals: frozenset[int] = frozenset()
    subheads: frozenset[int] = frozenset()
    note: Sequence[str] = ()
    is_small: bool = False
    is_words: bool = False
    is_lying: bool = False
    is_to_fill: bool = False
    is_whole: bool = False

    def as_json(self, levels: Levels) -> Json:
        """With its cells.

        Raises:
            ValueError: a row has too few or too many cells; Typst would move all that follow.
        """
        count = len(self.shares)
        for place, row in enumerate((self.head, *self.rows), start=-1):
            if len(row) != (1 if place in self.subheads else count):
                raise ValueError(f"a row of {len(row)} cells in a table of {count} columns")
        letters = _LYING if self.is_lying else _UPRIGHT
        room = [max(6, letters * share // sum(self.shares)) for share in self.shares]
        return {
            "kind": "grid",
            "shares": list(self.shares),
            "head": [_head(cell, most) for cell, most in zip(self.head, room, strict=True)],
            "rows": [
                [_runs(cell, most) for cell, most in zip(row, room, strict=False)]
                for row in self.rows
            ],
            "may_break": [_is_long(row, room) for row in self.rows],
            "totals": [n in self.totals for n in range(len(self.rows))],
            "caption": printable(self.caption),
            "number": self.number,
            "numbers": self.numbers_from,
            "note": [printable(line) for line in self.note],
            "is_small": self.is_small,
            "is_words": self.is_words,
            "is_to_fill": self.is_to_fill,
            "is_whole": self.is_whole,
        }


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its number and, for those who do not see it, its words."""

    svg: str
    number: int
    caption: str
    alt: str

    def as_json(self, levels: Levels) -> Json:
        """With its drawing; never without words, which Typst refuses."""
        return {
            "kind": "picture",
            "svg": printable(self.svg, longest=None),
            "number": self.number,
            "caption": printable(self.caption),
            "alt": printable(self.alt).strip(BLANK)
            or printable(self.caption).strip(BLANK)
            or "Figur",
        }


@dataclass(frozen=True, slots=True)
class Lying:
    """Blocks on pages that lie down."""

    blocks: Sequence[Block]

    def as_json(self, levels: Levels) -> Json:
        """With its blocks."""
        return {"kind": "lying", "blocks": list(_each(self.blocks, levels))}


def blocks_as_json(blocks: Sequence[Block], levels: Levels | None = None) -> list[Json]:
    """The blocks of one document, cleaned, as ``base.typ`` reads them.

    Args:
        blocks: in order.
        levels: what went before in the same document; None at its beginning.
    """
    return list(_each(blocks, levels or Levels()))


def _each(blocks: Sequence[Block], levels: Levels) -> Iterator[Json]:
    for block in blocks:
        if (told := block.as_json(levels)) is not None:
            yield told


def _runs(runs: Runs, longest: int = _UPRIGHT - 20) -> list[Any]:
    return [_run(run, longest) for run in ((runs,) if isinstance(runs, str) else runs)]


def _run(run: Run | str, longest: int) -> str | Json:
    if isinstance(run, str):
        return printable(run, longest=longest)
    made: Json = {"text": printable(run.text, longest=longest), "style": run.style}
    if run.style == "link":
        made["address"] = printable(run.address, longest=None)
    return made if run.style else str(made["text"])


def _is_long(row: Sequence[Runs], room: Sequence[int]) -> bool:
    lines = (len(plain(cell)) // most for cell, most in zip(row, room, strict=False))
    return any(line > _MOST_LINES for line in lines)


def plain(runs: Runs) -> str:
    """The text without its styles."""
    return runs if isinstance(runs, str) else "".join(_text_of(run) for run in runs)


def _text_of(run: Run | str) -> str:
    return run if isinstance(run, str) else run.text


def _head(cell: Runs, longest: int) -> list[Any]:
    """A head: its long words may be divided, where Danish divides them."""
    runs = (cell,) if isinstance(cell, str) else cell
    return [
        _run(divided(run) if isinstance(run, str) else Run(divided(run.text), run.style), longest)
        for run in runs
    ]
