"""Which reminder is due today, and when is the next one?

A ladder is a list of rungs in business days from the due date. Its laws, each with a property test:

* only an open obligation is reminded, and each rung at most once for each due date;
* a rung counts only if its day lies after the day on which the party was asked;
* a day that is not a sending day (weekend, holiday, office closed, quiet period) is moved to the
  next one; a rung before the due date that would be moved onto or past it is dropped;
* when several rungs have come due (the machine was off), only the last of them goes out;
* nobody is escalated before what they owe is late by as many days as the ladder says;
* an escalation, which a person has to send, falls away when nobody has for four weeks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from udmelding.config.case.process import Rung
from udmelding.rules.words.business_days import WorkCalendar

STALE_DAYS = 28
"""How long an escalation waits for a person to send it; by then it would come out of the blue."""


@dataclass(frozen=True, slots=True)
class RungDay:
    """A rung and the day on which it is to be sent."""

    rung: Rung
    day: dt.date


@lru_cache(maxsize=4096)
def ladder_days(
    ladder: tuple[Rung, ...],
    opened_on: dt.date,
    due_on: dt.date,
    work_days: WorkCalendar,
    escalates_after: dt.date | None = None,
) -> tuple[RungDay, ...]:
    """The days of ``ladder`` for an obligation, in order; rungs that can never be sent left out.

    Args:
        ladder: its rungs in order.
        opened_on: the day the party was asked, or announced its day.
        due_on: the day to count from.
        work_days: on which days mail may go out.
        escalates_after: where the ladder counts from an announced day, the real due date, from
            which rungs with copies count unless the announced day is later.
    """
    found: list[RungDay] = []
    for rung in ladder:
        from_on = max(due_on, escalates_after or due_on) if rung.copy_to else due_on
        day = work_days.next_sending_day(work_days.add_business_days(from_on, rung.business_days))
        if rung.business_days == 0:
            day = work_days.next_sending_day(from_on)
        is_too_late = rung.business_days < 0 and day >= due_on
        if day > opened_on and not is_too_late:
            found.append(RungDay(rung, day))
    return tuple(found)


def open_rungs(days: Sequence[RungDay], last_rung: str) -> Sequence[RungDay]:
    """The rungs after ``last_rung``; all of them when it is empty or no longer in the ladder."""
    for index, item in enumerate(days):
        if item.rung.id == last_rung:
            return days[index + 1 :]
    return days


def due_rung(days: Sequence[RungDay], last_rung: str, today: dt.date) -> RungDay | None:
    """The rung to send today: the last one whose day has come, if it was not sent.

    An escalation that nobody has sent in ``STALE_DAYS`` is not offered any more.
    """
    reached = [item for item in open_rungs(days, last_rung) if item.day <= today]
    if not reached:
        return None
    last = reached[-1]
    is_stale = last.rung.copy_to and today > last.day + dt.timedelta(days=STALE_DAYS)
    return None if is_stale else last


def next_day(days: Sequence[RungDay], last_rung: str) -> dt.date | None:
    """The first day on which a rung may be due, or None when the ladder is at its end."""
    rest = open_rungs(days, last_rung)
    return rest[0].day if rest else None
