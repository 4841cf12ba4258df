"""A stamp's day is the Danish one."""

from __future__ import annotations

import datetime as dt

from udmelding import clock
from udmelding.journal.stamp import Stamp


def test_a_moment_in_utc_counts_on_its_danish_day() -> None:
    late = dt.datetime(2025, 4, 14, 23, 30, tzinfo=dt.UTC)

    assert Stamp(late, "anna").now == late
    assert Stamp(late, "anna").now.date() == dt.date(2025, 4, 15)


def test_a_moment_in_danish_time_stays_what_it_is() -> None:
    noon = clock.at(dt.date(2025, 4, 14))

    assert Stamp(noon, "anna").now == noon
    assert Stamp(noon, "anna").now.date() == dt.date(2025, 4, 14)
