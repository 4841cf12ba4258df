"""In which order what waits stands, how much of it is shown, and whose it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udmelding import clock
from udmelding.rules.desk.waits import GROUPS, Wait, Waiting, counted, grouped, of_mine

DAY = dt.date(2025, 5, 6)


def waits(key: str, kind: Waiting = Waiting.TIME, **said: Any) -> Wait:
    return Wait(kind=kind, key=key, who=f"Kommune {key}", what="beder om mere tid", **said)


def test_every_kind_stands_in_one_group() -> None:
    placed = [kind for kinds in GROUPS.values() for kind in kinds]
    assert sorted(placed) == sorted(Waiting)


def test_the_nearest_day_stands_first_and_then_what_came_first() -> None:
    rows = (
        waits("sidst"),
        waits("ny", at=clock.at(DAY, "10:00")),
        waits("gammel", at=clock.at(DAY, "08:00")),
        waits("snart", due_on=DAY, at=clock.at(DAY, "11:00")),
    )
    (group,) = grouped(rows)
    assert [one.key for one in group.shown] == ["snart", "sidst", "gammel", "ny"]


def test_up_to_twelve_are_all_shown_and_of_more_five_in_each_group() -> None:
    twelve = [waits(f"{number:02}") for number in range(12)]
    assert len(grouped(twelve)[0].shown) == 12
    more = [*twelve, waits("mail", Waiting.STUCK)]
    first, second = grouped(more)
    assert (len(first.shown), first.total, len(second.shown)) == (5, 12, 1)
    assert len(grouped(more, "Fra kommunerne")[0].shown) == 12


def test_ones_own_are_those_of_ones_cases_and_those_of_no_case() -> None:
    rows = (
        waits("min", reference="A", mine="anna"),
        waits("din", reference="B", mine="bo"),
        waits("ingens", reference="C"),
        waits("uden sag"),
    )
    assert [one.key for one in of_mine(rows, {"anna", "aa"})] == ["min", "uden sag"]
    assert counted(rows) == {"A": 1, "B": 1, "C": 1}
