"""A feed remembers what it said, also when two calendars fetch it for the first time at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

import models
from udmelding import clock
from udmelding.journal.database import writing
from udmelding.journal.plan.calendar_entries import publish
from udmelding.journal.tables import table_of

pytestmark = pytest.mark.database

NOW = clock.at(dt.date(2025, 4, 15))
EVENTS: list[dict[str, Any]] = [
    {"uid": f"case.CU-X.{number}@udmelding", "day": "2025-05-20", "title": "KKR"}
    for number in range(40)
]


def test_two_first_fetches_at_once_give_the_same_events_once(engine: sa.Engine) -> None:
    together = Barrier(2)

    def fetch() -> list[int]:
        together.wait()
        with writing(engine) as session:
            return [entry.sequence for entry in publish(session, "CU-X", EVENTS, NOW)]

    with ThreadPoolExecutor(2) as both:
        found = [future.result() for future in [both.submit(fetch), both.submit(fetch)]]
    assert found == [[0] * len(EVENTS)] * 2
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(sa.func.count()).select_from(table_of(models.CalendarEntry))
        )
        assert rows.scalar_one() == len(EVENTS)
