"""Turns the work days of a process file into a calendar that rules can count with."""

from __future__ import annotations

from functools import lru_cache

from udmelding.config.case.process import WorkDays
from udmelding.rules.words.business_days import QuietPeriod, WorkCalendar


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


@lru_cache(maxsize=64)
def work_calendar(work_days: WorkDays) -> WorkCalendar:
    """The calendar of a process: Danish public holidays, its closed days and its quiet periods."""
    return WorkCalendar(
        closed=frozenset(),
        closed_yearly=frozenset(_month_day(text) for text in work_days.closed),
        quiet=tuple(
            QuietPeriod(span.name, _month_day(span.start), _month_day(span.end))
            for span in work_days.quiet
        ),
    )
