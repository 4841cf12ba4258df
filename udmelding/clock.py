"""What time is it? The only reader of the clock; everything else is told the time.

Rules take ``today`` (a Danish calendar day), facts take ``now`` (a moment in Europe/Copenhagen).
Ruff bans every other way to read the clock. Imports only the standard library, so that the
command line starts fast.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now() -> dt.datetime:
    """The present moment, aware, in Europe/Copenhagen."""
    return dt.datetime.now(COPENHAGEN)


def today() -> dt.date:
    """The present calendar day in Europe/Copenhagen."""
    return now().date()


def at(day: dt.date, clock_time: str = "12:00") -> dt.datetime:
    """The moment ``clock_time`` (``HH:MM``, Danish wall clock) on ``day``, aware."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock_time), COPENHAGEN)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of ``day`` in Denmark: what "as of that day" means."""
    return dt.datetime.combine(day, dt.time.max, COPENHAGEN)
