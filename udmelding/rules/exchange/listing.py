"""What is a list that somebody takes to a meeting, or sends to a director?

A title, the day it was made up, and tables of plain cells; the page that is printed and the
workbook are written from the same one, so that they cannot differ. Nothing is counted here: the
rows come from the status of each case, and the numbers from ``rules.status.punctuality``. No list
holds what a municipality has answered, only whether and when it did; who to call is in it where
whoever asks for the list knows the contacts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from udmelding.rules.case.case import Case
from udmelding.rules.status.glance import Glance
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import weekday_date

Cell = str | int | dt.date | Glance | None


class Word(StrEnum):
    """Which list; the value stands in its address."""

    OWED = "skylder"
    STEPS = "trin"
    OPEN = "aabne-sager"
    PUNCTUAL = "til-tiden"


TITLES: Mapping[Word, str] = {
    Word.OWED: "Hvem skylder hvad",
    Word.STEPS: "Kommunerne trin for trin",
    Word.OPEN: "Åbne sager",
    Word.PUNCTUAL: "Besvaret til tiden",
}

ALL_OPEN = "Alle åbne sager"


_UPRIGHT = 110
"""So many digits have room on an upright page."""


class Holds(StrEnum):
    """What the cells of a column hold, which says how they are written and laid out."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    GLANCE = "glance"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``width`` is the one it has in a workbook, in digits."""

    title: str
    width: float = 14
    holds: Holds = Holds.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One line, with the case and the party that it is about, where it is about one.

    Attributes:
        is_total: it adds the others up.
    """

    cells: tuple[Cell, ...]
    reference: str = ""
    party: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under heads.

    Attributes:
        title: above the table, and on its sheet of a workbook.
        note: what one must know to read it; empty where it is plain.
        empty: what is said where it has no rows.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list to take along.

    Attributes:
        about: the case, the year or whatever it is of, in Danish.
        as_of: the day it is made up.
        is_made_up: it holds what was made up for a demonstration.
        years: those it can be of, the newest first; empty where it is of none.
    """

    title: str
    about: str
    as_of: dt.date
    tables: tuple[Table, ...]
    is_made_up: bool
    years: tuple[int, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether a page has to lie down for it: in sum its columns are as wide as their widths."""
        return any(sum(column.width for column in one.columns) > _UPRIGHT for one in self.tables)

    @property
    def made_on(self) -> str:
        """The line under the title: the day, and that the examples are made up."""
        told = " · opdigtede eksempler" if self.is_made_up else ""
        return f"Opgjort {weekday_date(self.as_of)}{told}"


class Seen(NamedTuple):
    """A case and how it stands on the day of the list."""

    case: Case
    status: Status


Item = TypeVar("Item")
Spec = tuple[Column, Callable[[Item], Cell]]
"""A column, and what stands in it of each item."""

Place = tuple[str, str]
"""The reference of a case and the short name of a party; either may be empty."""


def table_of(
    title: str,
    specs: Sequence[Spec[Item]],
    items: Sequence[Item],
    at: Callable[[Item], Place],
    *,
    empty: str = "",
    note: str = "",
) -> Table:
    """A table with a row for each of ``items``, which is ``at`` some place.

    A column in which no row has anything to say is left out.
    """
    told = [
        (column, cell)
        for column, cell in specs
        if not items or any(cell(item) not in {None, ""} for item in items)
    ]
    rows = tuple(Row(tuple(cell(item) for _, cell in told), *at(item)) for item in items)
    columns = tuple(column for column, _ in told)
    return Table(title=title, columns=columns, rows=rows, empty=empty, note=note)


def listing_of(
    title: str, about: str, as_of: dt.date, cases: Iterable[Seen], *tables: Table
) -> Listing:
    """A list of those cases."""
    made_up = any(seen.status.has_made_up for seen in cases)
    return Listing(title=title, about=about, as_of=as_of, tables=tables, is_made_up=made_up)


def named(case: Case) -> str:
    """A case, as the head of its list says it."""
    return f"{case.name} ({case.reference})"
