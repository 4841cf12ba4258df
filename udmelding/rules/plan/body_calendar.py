"""When does a body meet whose calendar is not known? Assumed meetings, so that a plan can be laid.

A body's own calendar is known around its meetings on record and between those that lie as close as
its meetings usually do; meetings that were called off count, for the calendar knew them. There
nothing is assumed, so a single meeting that is put on record takes the place of the assumed one and
leaves the others. Elsewhere the stated assumptions (``config/assumptions.yaml``) give
meetings: a KKR's by the days of the year on which KKRs have met, and the bodies before it some days
before the next body's meeting, known or assumed. So the distances between the bodies are those that
were seen, and over the winter of an election there is no KKR to go to.

An assumed day is a business day outside the times that are closed. It is marked, and everything
that shows it says that it is assumed; it is in no feed and on no agenda.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

from udmelding.config.case.process import BodyKind, Parties, Process
from udmelding.config.plan.assumptions import (
    Assumptions,
    BodyAssumptions,
    BodyMeetings,
    BodyWindow,
    ClosedSpan,
    ElectionYears,
)
from udmelding.rules.case.council_calendar import WEEKDAYS, closed_by
from udmelding.rules.case.slots import Slot
from udmelding.rules.words.business_days import WorkCalendar, work_calendar

_DAY = dt.timedelta(days=1)
_FURTHEST = 60
"""So many days further back a meeting is looked for where all the wanted days are closed."""


def with_assumed(
    process: Process,
    meetings: Mapping[str, Sequence[Slot]],
    assumptions: Assumptions | None,
    years: range,
    called_off: Mapping[str, Sequence[dt.date]] | None = None,
) -> dict[str, tuple[Slot, ...]]:
    """The bodies' meetings, those that are assumed among them, in order of their days.

    Args:
        process: with the area's bodies in place.
        meetings: by body, the meetings that are known and take place.
        assumptions: None leaves the known ones alone.
        years: in which meetings are assumed.
        called_off: by body, the days of known meetings that do not take place.
    """
    found = {body: tuple(sorted(s, key=lambda m: m.held_on)) for body, s in meetings.items()}
    if assumptions is None or assumptions.bodies is None:
        return found
    work_days, closed = work_calendar(process.work_days), assumptions.closed
    said = assumptions.bodies
    after: Sequence[Slot] = ()
    for step in reversed([s for s in process.steps if s.parties is Parties.BODY]):
        known = found.get(step.id, ())
        rule = said.meetings.get(BodyKind(step.body))
        days: Sequence[dt.date] = ()
        if rule is not None and rule.windows:
            days = _window_days(rule, said.election_years, closed, work_days, years)
        elif rule is not None:
            days = [_day_before(rule, closed, work_days, slot.held_on) for slot in after]
        recorded = [slot.held_on for slot in known] + list((called_off or {}).get(step.id, ()))
        fresh = _not_covered(days, recorded, said)
        every = (*known, *(Slot(day, is_assumed=True) for day in fresh))
        slots = [slot for slot in every if step.exists_on(slot.held_on)]
        after = found[step.id] = tuple(sorted(slots, key=lambda slot: slot.held_on))
    return found


def _not_covered(
    days: Sequence[dt.date], recorded: Sequence[dt.date], said: BodyAssumptions
) -> list[dt.date]:
    """The days, each once, that lie outside the time of the calendar on record."""
    known = sorted(recorded)
    return [day for day in sorted(set(days)) if not _is_covered(day, known, said)]


def _is_covered(day: dt.date, known: Sequence[dt.date], said: BodyAssumptions) -> bool:
    place = bisect_left(known, day)
    before = known[place - 1] if place else None
    after = known[place] if place < len(known) else None
    if before is not None and (day - before).days <= said.days_after_known:
        return True
    if after is not None and (after - day).days <= said.days_before_known:
        return True
    return bool(before and after and (after - before).days <= said.longest_gap)


@lru_cache(maxsize=256)
def _window_days(
    rule: BodyMeetings,
    elections: ElectionYears,
    closed: tuple[ClosedSpan, ...],
    work_days: WorkCalendar,
    years: range,
) -> tuple[dt.date, ...]:
    """One day in each window of each year: the one nearest its middle on which one can meet."""
    found = []
    for year in years:
        time = elections.time_of(year)
        for window in rule.windows:
            if (window.only and window.only is not time) or (time and window.not_in is time):
                continue
            found.append(_nearest_open(_days_of(window, year), rule, closed, work_days))
    return tuple(found)


def _days_of(window: BodyWindow, year: int) -> list[dt.date]:
    first, last = (dt.date.fromisoformat(f"{year}-{day}") for day in (window.start, window.end))
    return [first + n * _DAY for n in range((last - first).days + 1)]


@lru_cache(maxsize=1024)
def _day_before(
    rule: BodyMeetings,
    closed: tuple[ClosedSpan, ...],
    work_days: WorkCalendar,
    next_day: dt.date,
) -> dt.date:
    """The day on which a body meets so that the next one can on ``next_day``."""
    least, most = rule.days_before_next or (0, 0)
    return _nearest_open(
        [next_day - n * _DAY for n in range(most, least - 1, -1)], rule, closed, work_days
    )


def _nearest_open(
    days: Sequence[dt.date],
    rule: BodyMeetings,
    closed: tuple[ClosedSpan, ...],
    work_days: WorkCalendar,
) -> dt.date:
    """The day nearest the middle of ``days`` on which one can meet, if need be before them all.

    A day of the rule's own weekday goes before the others.
    """
    middle = days[0] + (days[-1] - days[0]) / 2
    by_nearness = sorted(days, key=lambda day: abs(day - middle))
    wanted = WEEKDAYS.get(rule.weekday) if rule.weekday else None
    earlier = [days[0] - n * _DAY for n in range(1, _FURTHEST)]
    for among in (by_nearness, earlier):
        can = [
            day
            for day in among
            if work_days.is_business_day(day) and closed_by(closed, day) is None
        ]
        if can:
            return next((day for day in can if day.weekday() == wanted), can[0])
    return days[0]
