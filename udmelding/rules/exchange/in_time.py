"""How much is answered and decided in time, as a list: by step, by case, by municipality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence

from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.case import Case
from udmelding.rules.exchange.listing import (
    TITLES,
    Column,
    Holds,
    Listing,
    Place,
    Row,
    Table,
    Word,
    named,
)
from udmelding.rules.status.punctuality import (
    HOW_COUNTED,
    Asking,
    Punctuality,
    askings,
    punctuality,
)

_COUNTS: tuple[tuple[str, Callable[[Punctuality], int | None]], ...] = (
    ("Spurgt", lambda counts: counts.asked),
    ("Til tiden", lambda counts: counts.in_time),
    ("For sent", lambda counts: counts.late),
    ("Mangler", lambda counts: counts.missing),
    ("Ikke forfaldet", lambda counts: counts.coming),
    ("Fritaget", lambda counts: counts.waived),
    ("Heraf mere tid", lambda counts: counts.extended),
    ("Til tiden, pct.", lambda counts: counts.percent),
    ("Dage til svar (median)", lambda counts: counts.median_days),
    ("Rykkere", lambda counts: counts.reminders),
)


def in_time_listing(cases: Sequence[Case], as_of: dt.date, year: int | None = None) -> Listing:
    """How much came in time.

    Args:
        cases: closed ones too.
        as_of: the day it is seen from.
        year: that of the dates that count; None for the whole of one case.
    """
    every = [row for case in cases for row in askings(case, as_of)]
    found = [row for row in every if year is None or row.due_on.year == year]
    is_one = year is None
    towns = sorted(found, key=lambda row: (row.party.kind.value, danish_sort_key(row.party.name)))
    answers_first = sorted(found, key=lambda row: row.is_decision)
    steps = _table(
        "Trin for trin", "Trin", answers_first, lambda row: (row.step, ("", "")), HOW_COUNTED
    )
    by_case = _table(
        "Sag for sag", "Sag", found, lambda row: (row.case, (row.reference, "")),
    )  # fmt: skip
    by_town = _table(
        "Kommune for kommune",
        "Kommune",
        towns,
        lambda row: (row.party.name, (row.reference if is_one else "", row.party.party)),
    )
    return Listing(
        title=TITLES[Word.PUNCTUAL],
        about=named(cases[0]) if is_one else f"Frister i {year}, også i afsluttede sager",
        as_of=as_of,
        is_made_up=any(row.is_made_up for row in found),
        tables=(steps, by_town) if is_one else (steps, by_case, by_town),
        years=() if is_one else tuple(sorted({as_of.year, *(r.due_on.year for r in every)})[::-1]),
    )


def _table(
    title: str,
    head: str,
    found: Collection[Asking],
    group: Callable[[Asking], tuple[str, Place]],
    note: str = "",
) -> Table:
    """One row for each group, in the order in which they are met, and one for all."""
    groups: dict[tuple[str, Place], list[Asking]] = {}
    for row in found:
        groups.setdefault(group(row), []).append(row)
    rows = [Row((name, *_numbers(own)), *place) for (name, place), own in groups.items()]
    if len(rows) > 1:
        rows.append(Row(("I alt", *_numbers(found)), is_total=True))
    return Table(
        title=title,
        columns=(Column(head, 32), *(Column(name, 11, Holds.NUMBER) for name, _ in _COUNTS)),
        rows=tuple(rows),
        note=note,
        empty="Ingen er spurgt om noget med en frist.",
    )


def _numbers(found: Iterable[Asking]) -> tuple[int | None, ...]:
    counts = punctuality(found)
    return tuple(count(counts) for _, count in _COUNTS)
