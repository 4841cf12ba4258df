"""When does the machine look by itself? The hours that people decide, as schedules and as moments.

The daily run goes at one time of day on weekdays, and does nothing on public holidays; the mailbox
is read and mails are delivered every so many minutes, from the full hour. All of it is wall clock
time in Denmark, also where the clock changes. What is due when it looks is for ``rules.due``.
"""

from __future__ import annotations

import datetime as dt

from udmelding.config.settings import Prefect
from udmelding.rules.words.business_days import WorkCalendar

_HOUR = 60


def crons(hours: Prefect) -> dict[str, str]:
    """When each flow that starts by itself does so, in cron's words, by the flow's name."""
    time, every = _time(hours), hours.deliver_every
    return {
        "daily": f"{time.minute} {time.hour} * * 1-5",
        "deliver": f"*/{every} * * * *" if every < _HOUR else "0 * * * *",
    }


def next_daily(hours: Prefect, now: dt.datetime) -> dt.datetime:
    """The next moment at which the daily run has something to do."""
    calendar = WorkCalendar()
    day = calendar.next_business_day(now.date())
    if day == now.date() and (now.hour, now.minute) >= (_time(hours).hour, _time(hours).minute):
        day = calendar.next_business_day(day + dt.timedelta(days=1))
    return dt.datetime.combine(day, _time(hours), tzinfo=now.tzinfo)


def next_delivery(hours: Prefect, now: dt.datetime) -> dt.datetime:
    """The next moment at which the mailbox is read and mails are delivered."""
    begun = now.minute // hours.deliver_every + 1
    full = now.replace(minute=0, second=0, microsecond=0)
    return full + dt.timedelta(minutes=begun * hours.deliver_every)


def every_words(minutes: int) -> str:
    """How often something is done, such as «hvert 10. minut»."""
    return "hver time" if minutes == _HOUR else f"hvert {minutes}. minut"


def soon_words(hours: Prefect) -> str:
    """How long the next delivery may let one wait, such as «inden for 10 minutter»."""
    every = hours.deliver_every
    return "inden for en time" if every == _HOUR else f"inden for {every} minutter"


def _time(hours: Prefect) -> dt.time:
    return dt.time.fromisoformat(hours.daily_at)
