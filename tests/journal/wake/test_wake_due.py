"""What the wake index says of many days at once."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import TwoCases
from udmelding.journal.database import reading
from udmelding.journal.wake import wake_due

pytestmark = pytest.mark.database


def test_the_first_rung_of_the_days_ahead_is_the_one_that_asking_day_by_day_finds(
    two_cases: TwoCases,
) -> None:
    two_cases.remind()  # the next rungs are weeks away, past weekends
    first, last = two_cases.day, two_cases.day + dt.timedelta(days=60)
    with reading(two_cases.services.engine) as session:
        found = wake_due.first_rungs(session, first, last)
        by_day: dict[tuple[str, str, str], tuple[wake_due.DueItem, dt.date]] = {}
        for number in range(61):
            day = first + dt.timedelta(days=number)
            for item in wake_due.due(session, day):
                if item.rung:
                    by_day.setdefault((item.reference, item.step, item.party), (item, day))

    assert len(found) == 34, "seventeen municipalities in each of two cases"
    assert found == list(by_day.values())
