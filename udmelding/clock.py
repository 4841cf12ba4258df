"""What time is it? The only reader of the clock; everything else is told the time.

Rules take ``today`` (a Danish calendar day), facts take ``now`` (a moment in Europe/Copenhagen).
Ruff bans every other way to read the clock. Pendulum does the arithmetic of Danish wall clocks, the
two nights a year included on which they jump; its moments are ordinary aware ``datetime``s.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pendulum

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_ZONE = "Europe/Copenhagen"


def now() -> dt.datetime:
    """The present moment, aware, in Europe/Copenhagen."""
    return pendulum.now(_ZONE)


def today() -> dt.date:
    """The present calendar day in Europe/Copenhagen."""
    return now().date()


def at(day: dt.date, clock_time: str = "12:00") -> dt.datetime:
    """The moment ``clock_time`` (``HH:MM``, Danish wall clock) on ``day``, aware.

    A time that a change of the clock leaves out is the same time after the change.
    """
    time = dt.time.fromisoformat(clock_time)
    return pendulum.datetime(day.year, day.month, day.day, time.hour, time.minute, tz=_ZONE)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of ``day`` in Denmark: what "as of that day" means."""
    return pendulum.datetime(day.year, day.month, day.day, tz=_ZONE).end_of("day")
