"""What is a table of figures? The values that pages, Word, PDF, Excel and CSV all show.

A table has one row for each municipality, area and the country, and one column for each figure. A
cell knows whether it is hidden from everyone but the caseworker. ``rules.report.tabulation`` makes
tables, ``rules.report.hiding`` decides what is hidden; whoever draws them only writes what stands
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from udmelding.rules.words.danish_numbers import number_text

HIDDEN = "•"
"""What stands in a cell that is hidden, whether it is small itself or guards another one."""

NOTHING = "–"
"""What stands where nobody has answered."""


class RowLevel(StrEnum):
    """Whose figures a row shows; a total stands below its parts."""

    PARTY = "party"
    AREA = "area"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureColumn:
    """One figure.

    Attributes:
        figure: its path in the question set, such as ``borgere`` or ``pladser.*.antal``.
        title: its head; ``unit`` what it is measured in, ``decimals`` how exactly.
        is_mean: totals are averages of the rows, not sums.
    """

    figure: str
    title: str
    unit: str = ""
    decimals: int = 0
    is_mean: bool = False


@dataclass(frozen=True, slots=True)
class FigureCell:
    """One number.

    Attributes:
        value: None where there is no answer, or where it is hidden in a table that circulates.
        is_hidden: it must not be shown to others.
        change: since last time; None where that is unknown or hidden.
        is_changed: it differs from what the last version of the report showed.
    """

    value: Decimal | None
    is_hidden: bool = False
    change: Decimal | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row: ``key`` is a party's code, an area's id, or ``country``."""

    key: str
    title: str
    level: RowLevel
    cells: tuple[FigureCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """One table.

    Attributes:
        id: its name in addresses and files, such as ``borgere``.
        caption: what it shows, in one line; ``source`` where it is from, in one sentence.
        notes: what the reader must know, such as why cells are hidden.
        is_public: hidden cells have no value any more: the table may circulate.
    """

    id: str
    title: str
    caption: str
    source: str
    columns: tuple[FigureColumn, ...]
    rows: tuple[FigureRow, ...]
    notes: tuple[str, ...] = ()
    is_public: bool = False


def cell_text(cell: FigureCell, column: FigureColumn) -> str:
    """What stands in the cell."""
    if cell.is_hidden and cell.value is None:
        return HIDDEN
    return NOTHING if cell.value is None else number_text(cell.value, column.decimals)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``value`` None: hidden or unanswered, as ``text`` says."""

    label: str
    value: Decimal | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Horizontal bars, drawn as SVG in pages and PDF and as a picture in Word.

    Attributes:
        id: its name in addresses and files.
        alt: the same in one or two sentences, for those who do not see it.
    """

    id: str
    title: str
    caption: str
    unit: str
    bars: tuple[Bar, ...]
    alt: str


def bar_chart(table: FigureTable, column: FigureColumn, levels: Sequence[RowLevel]) -> BarChart:
    """One column of a table as bars, for the rows of ``levels``, in the table's order."""
    place = table.columns.index(column)
    rows = [row for row in table.rows if row.level in levels]
    bars = tuple(
        Bar(row.title, row.cells[place].value, cell_text(row.cells[place], column)) for row in rows
    )
    return BarChart(
        id=f"{table.id}-{column.figure}",
        title=column.title,
        caption=f"{table.title}: {column.title}",
        unit=column.unit,
        bars=bars,
        alt=_alt(column.title, bars),
    )


def options_chart(table: FigureTable) -> BarChart:
    """How many chose each option, as bars: the columns of the table's last row."""
    row = table.rows[-1]
    bars = tuple(
        Bar(column.title, cell.value, cell_text(cell, column))
        for column, cell in zip(table.columns, row.cells, strict=True)
    )
    return BarChart(
        id=f"{table.id}-svar",
        title=table.title,
        caption=f"{table.title}: antal svar, {row.title}",
        unit="",
        bars=bars,
        alt=_alt(table.title, bars),
    )


def _alt(title: str, bars: Sequence[Bar]) -> str:
    known = [bar for bar in bars if bar.value is not None]
    if not known:
        return f"Søjlediagram over {title}. Ingen tal kan vises."
    most = max(known, key=lambda bar: bar.value or 0)
    least = min(known, key=lambda bar: bar.value or 0)
    missing = len(bars) - len(known)
    told = f"Søjlediagram over {title} med {len(known)} søjler: fra {least.text} "
    told += f"({least.label}) til {most.text} ({most.label})."
    return f"{told} {missing} tal vises ikke." if missing else told
