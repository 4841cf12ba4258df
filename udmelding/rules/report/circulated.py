"""Which figures may stand in a paper? Only those that a version of the report shows already.

A paper for a meeting is public. Figures worked out anew for it could differ from the report's by
one late answer, and the difference would give away what was hidden in both. So papers quote the
version that all decide on, as it is kept: the same numbers, the same hidden cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from udmelding.config.forms.forms import Form
from udmelding.rules.report.figure_tables import HIDDEN, NOTHING
from udmelding.rules.report.tabulation import plans

_TABLE, _APART = "Tabel: ", " | "
_AMOUNT = "kr"

_OLD_NOTE = f"{HIDDEN} vises ikke af hensyn til borgerne."
"""Under numbers of a version that did not keep its notes."""

COUNTRY = "Hele landet"
"""The title of the row that holds the whole country."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One figure of a table; ``unit`` and ``is_mean`` as in ``figure_tables.FigureColumn``."""

    title: str
    unit: str = ""
    is_mean: bool = False

    @property
    def head(self) -> str:
        """The title with what it is measured in."""
        more = ", ".join(filter(None, (self.unit, "gennemsnit" if self.is_mean else "")))
        return f"{self.title} ({more})" if more else self.title


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as a version shows it: the texts of its cells, by the title of the row."""

    title: str
    columns: tuple[ShownColumn, ...]
    rows: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Circulated:
    """The figures of one version of the report, and what stands under them there."""

    version: int
    is_final: bool
    tables: tuple[ShownTable, ...]
    notes: tuple[str, ...] = ()

    def notes_for(self, *, hides: bool) -> tuple[str, ...]:
        """What must stand under numbers of it; ``hides`` where one of them is hidden."""
        marks = [note for note in self.notes if note.startswith(HIDDEN)] or [_OLD_NOTE]
        others = [note for note in self.notes if not note.startswith(HIDDEN)]
        return (*others, *(marks[:1] if hides else ()))


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure as a paper shows it: a text for each of the rows that were asked for."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """The figures of one table."""

    title: str
    lines: tuple[FigureLine, ...]


def figures_sent(kept: Mapping[str, Any], form: Form) -> Circulated:
    """The figures of a version.

    Args:
        kept: the version's values, from ``report_json.as_json``.
        form: the question set, for what each figure is measured in.
    """
    units = {
        (plan.title, figure.head): ShownColumn(figure.head, figure.unit, figure.is_mean)
        for plan in plans(form)
        for figure in plan.figures
    }
    lines = [line for chapter in kept["chapters"] for line in chapter["lines"]]
    tables = tuple(_tables(lines, units))
    return Circulated(kept["version"], kept["is_final"], tables, tuple(kept.get("notes", ())))


def _tables(
    lines: Sequence[str], units: Mapping[tuple[str, str], ShownColumn]
) -> Iterator[ShownTable]:
    """The tables among the lines; one ends at the first line with another number of cells."""
    place = 0
    while place < len(lines):
        head = lines[place].removeprefix(_TABLE).split(_APART)
        is_table = lines[place].startswith(_TABLE) and len(head) > 1
        place += 1
        if not is_table:
            continue
        rows: dict[str, tuple[str, ...]] = {}
        while place < len(lines) and not lines[place].startswith(_TABLE):
            title, *cells = lines[place].split(_APART)
            if len(cells) != len(head) - 1:
                break
            rows[title] = tuple(cells)
            place += 1
        columns = [units.get((head[0], title), ShownColumn(title)) for title in head[1:]]
        yield ShownTable(head[0], tuple(columns), rows)


def figures_for(found: Circulated, rows: Sequence[str]) -> tuple[FigureGroup, ...]:
    """The figures of some rows beside each other; those that none of them has are left out.

    Args:
        found: the figures of a version.
        rows: titles of rows, such as ``Lolland`` and ``KKR Sjælland i alt``.
    """
    groups = []
    for table in found.tables:
        lines = [line for line in _lines(table, rows) if set(line.texts) != {NOTHING}]
        if rows[0] in table.rows and lines:
            groups.append(FigureGroup(table.title, tuple(lines)))
    return tuple(groups)


def _lines(table: ShownTable, rows: Sequence[str]) -> Iterator[FigureLine]:
    for place, column in enumerate(table.columns):
        texts = tuple(table.rows[row][place] if row in table.rows else NOTHING for row in rows)
        yield FigureLine(column.head, texts)


def has_hidden(groups: Sequence[FigureGroup]) -> bool:
    """Whether a number is hidden in any of them."""
    return any(HIDDEN in line.texts for group in groups for line in group.lines)


def amounts(found: Circulated, rows: Sequence[str]) -> tuple[str, ...]:
    """The amounts of money in some rows, one sentence for each figure: averages and totals.

    Args:
        found: the figures of a version.
        rows: titles of rows, such as ``KKR Sjælland i alt``; one that a table lacks is left out.
    """
    told = []
    for table in found.tables:
        for place, column in enumerate(table.columns):
            if not column.unit.casefold().startswith(_AMOUNT):
                continue
            said = [
                f"{table.rows[row][place]} {column.unit} i {row_name(row)}"
                for row in rows
                if row in table.rows and table.rows[row][place] not in (HIDDEN, NOTHING)
            ]
            if said:
                mean = ", gennemsnit" if column.is_mean else ""
                told.append(f"{_named(table, column)}{mean}: {' og '.join(said)}".rstrip(".") + ".")
    return tuple(told)


def row_name(row: str) -> str:
    """The title of a row inside a sentence: ``KKR Sjælland``, ``hele landet``."""
    return "hele landet" if row == COUNTRY else row.removesuffix(" i alt")


def _named(table: ShownTable, column: ShownColumn) -> str:
    return column.title if table.title == column.title else f"{table.title}, {column.title}"
