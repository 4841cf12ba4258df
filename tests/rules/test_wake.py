"""The hours that people decide, as schedules and as the next moment of each."""

from __future__ import annotations

import datetime as dt

import pytest

from udmelding import clock
from udmelding.config.settings import Prefect
from udmelding.rules.wake import crons, next_daily, next_delivery


def at(day: str, time: str) -> dt.datetime:
    return clock.at(dt.date.fromisoformat(day), time)


@pytest.mark.parametrize(
    ("daily_at", "every", "told"),
    [
        ("07:30", 10, ("30 7 * * 1-5", "*/10 * * * *")),
        ("00:00", 5, ("0 0 * * 1-5", "*/5 * * * *")),
        ("23:05", 60, ("5 23 * * 1-5", "0 * * * *")),
    ],
)
def test_hours_in_the_words_of_cron(daily_at: str, every: int, told: tuple[str, str]) -> None:
    assert tuple(crons(Prefect(daily_at=daily_at, deliver_every=every)).values()) == told


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (("2025-04-15", "07:29"), ("2025-04-15", "07:30")),
        (("2025-04-15", "07:30"), ("2025-04-16", "07:30")),
        (("2025-04-16", "12:00"), ("2025-04-22", "07:30")),  # over Easter
        (("2025-03-28", "12:00"), ("2025-03-31", "07:30")),  # the clock goes forward
        (("2025-10-24", "12:00"), ("2025-10-27", "07:30")),  # and back
        (("2025-12-31", "08:00"), ("2026-01-02", "07:30")),
    ],
)
def test_the_next_daily_run_is_on_a_business_day_in_danish_time(
    now: tuple[str, str], then: tuple[str, str]
) -> None:
    assert next_daily(Prefect(), at(*now)) == at(*then)


@pytest.mark.parametrize(
    ("every", "now", "then"),
    [
        (10, "09:19", "09:20"),
        (10, "09:20", "09:30"),
        (60, "09:59", "10:00"),
        (15, "09:50", "10:00"),
    ],
)
def test_the_next_delivery_is_counted_from_the_full_hour(every: int, now: str, then: str) -> None:
    found = next_delivery(Prefect(deliver_every=every), at("2025-04-15", now))
    assert found == at("2025-04-15", then)
