"""What the wake index says of many days at once, and how it hears of many parties at once."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import TwoCases
from tests.counting import statements
from udmelding.config.case.library import area_named
from udmelding.config.parties import municipalities_of
from udmelding.journal.case.header import headers
from udmelding.journal.database import reading, writing
from udmelding.journal.wake import wake_due, wake_index

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


def test_seventeen_parties_wake_their_cases_once_and_with_as_many_statements_as_one(
    two_cases: TwoCases,
) -> None:
    engine, now = two_cases.services.engine, two_cases.now
    codes = [municipality.code for municipality in municipalities_of(area_named("sjaelland"))]
    with reading(engine) as session:
        known = headers(session, two_cases.references)
        before = [wake_index.revision_of(session, header).number for header in known]

    with statements(engine) as for_one, writing(engine) as session:
        wake_index.wake_parties(session, codes[:1], now)
    with statements(engine) as for_all, writing(engine) as session:
        wake_index.wake_parties(session, codes, now)
    assert len(for_all) == len(for_one)

    with reading(engine) as session:
        looks = [item.reference for item in wake_due.due(session, now.date()) if not item.rung]
        after = [wake_index.revision_of(session, header).number for header in known]
    assert sorted(looks) == sorted(two_cases.references)
    assert after == [number + 2 for number in before]
