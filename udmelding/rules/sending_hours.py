"""When may the machine's mails go out? The office hours of a process, in Danish wall clock time."""

from __future__ import annotations

import datetime as dt

from udmelding import clock
from udmelding.config.case.process import WorkDays
from udmelding.rules.work_days import work_calendar


def next_opening(work_days: WorkDays, now: dt.datetime) -> dt.datetime:
    """The first moment from ``now`` on at which a reminder may be sent; ``now`` where it may.

    Without hours any time of a day on which mail may go out will do. The hours are wall clock
    hours, so they are right on both nights a year on which the clock jumps.
    """
    calendar, hours = work_calendar(work_days), work_days.sending_hours
    here = now.astimezone(clock.COPENHAGEN)
    start, end = (hours.start, hours.end) if hours else ("00:00", "24:00")
    if calendar.may_send(here.date()):
        time = f"{here:%H:%M}"
        if start <= time < end:
            return now
        if time < start:
            return clock.at(here.date(), start)
    return clock.at(calendar.next_sending_day(here.date() + dt.timedelta(days=1)), start)
