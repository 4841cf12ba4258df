"""When must, and when will, each council decide? Lays a case through one municipality's meetings.

Forwards from the day the report is ready: at each level the first meeting that can still be
reached. Backwards from the deadline: at the deciding level the last meeting in time, at each level
before it the last one that leaves room. Papers are handed in once, before the first level that the
case has still to pass; a later level's own cut-off binds where its calendar states one, because
then the municipality means it.

Agenda cut-offs need not rise with their meetings, so backwards the best slot is not always the last
one: the one whose papers may come latest is taken. A slot's papers are never due after its meeting,
so the search ends as soon as no earlier meeting can beat the best one found.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.decision import Level
from models.obligation import DateSource
from udmelding.config.plan.assumptions import Assumptions
from udmelding.rules.case.council import CouncilInput, CouncilPlan, CouncilState, LevelMeeting
from udmelding.rules.case.council_calendar import LevelCalendar
from udmelding.rules.case.slots import Slot
from udmelding.rules.words.business_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class Councils:
    """Lays councils; holds what they share.

    Attributes:
        work_days: for cut-offs that no calendar states.
        deadline: councils should have decided by then.
        today: the deciding meeting cannot lie before it.
    """

    assumptions: Assumptions
    work_days: WorkCalendar
    deadline: dt.date
    today: dt.date
    _papers: dict[dt.date, dt.date] = field(default_factory=dict, compare=False, repr=False)
    _ready_by: dict[str, tuple[dt.date, dt.date] | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def papers_due(self, slot: Slot) -> dt.date:
        """The cut-off of a first level's meeting: as its calendar says, else by business days.

        By business days it lies before a quiet period, while that is still to come.
        """
        if slot.papers_due_on is not None:
            return slot.papers_due_on
        if slot.held_on not in self._papers:
            days = self.assumptions.papers_business_days
            last = self.work_days.add_business_days(slot.held_on, -days)
            before = self.work_days.previous_sending_day(last)
            self._papers[slot.held_on] = before if before >= self.today else last
        return self._papers[slot.held_on]

    def ready_by(self, council: CouncilInput) -> tuple[dt.date, dt.date] | None:
        """The last day on which the report may come, and the deciding meeting that then is used.

        None where no chain of meetings ends by the deadline.
        """
        if council.party not in self._ready_by:
            self._ready_by[council.party] = self._reckon_ready_by(council)
        return self._ready_by[council.party]

    def _reckon_ready_by(self, council: CouncilInput) -> tuple[dt.date, dt.date] | None:
        if council.calendar.levels[-1].level is Level.ADMINISTRATION:
            last = self.work_days.previous_business_day(self.deadline)
            return self._last_day_of_administration(), last
        levels = council.calendar.levels[council.first_level :]
        bound = self.deadline
        decides: dt.date | None = None
        for place in reversed(range(len(levels))):
            is_first = council.needs_papers(place)
            best = self._last_before(levels[place], bound, is_first=is_first)
            if best is None:
                return None
            bound, held_on = best
            decides = decides or held_on
        return (bound, decides) if decides is not None else None

    def _last_day_of_administration(self) -> dt.date:
        """The last day from which a delegated decision is made by the deadline."""
        days, day = self.assumptions.administration_business_days, self.deadline
        while self.work_days.add_business_days(day, days) > self.deadline:
            day -= dt.timedelta(days=1)
        return day

    def _last_before(
        self, level: LevelCalendar, bound: dt.date, *, is_first: bool
    ) -> tuple[dt.date, dt.date] | None:
        """Of the meetings by ``bound`` the one that leaves most room before it.

        Returns:
            The last day for whatever comes before the meeting, and the meeting.
        """
        best: tuple[dt.date, dt.date] | None = None
        for place in range(bisect_right(level.days, bound) - 1, -1, -1):
            slot = level.slots[place]
            if best is not None and slot.held_on <= best[0]:
                break
            room = self._room(slot, is_first=is_first)
            if best is None or room > best[0]:
                best = room, slot.held_on
        return best

    def _room(self, slot: Slot, *, is_first: bool) -> dt.date:
        """The last day of what must come before a meeting: the papers, or the level before."""
        if is_first:
            return self.papers_due(slot)
        gap = dt.timedelta(days=self.assumptions.days_between_levels)
        return min(slot.papers_due_on or slot.held_on, slot.held_on - gap)

    def chain_from(
        self, council: CouncilInput, ready: dt.date, not_before: dt.date
    ) -> tuple[LevelMeeting, ...]:
        """The first meetings that a report ready on ``ready`` reaches.

        Args:
            council: whose meetings.
            ready: the day from which papers can be handed in.
            not_before: the deciding meeting lies on or after it.

        Returns:
            Nothing where the calendar ends before the chain does.
        """
        calendar = council.calendar
        ready = max(ready, council.after or ready)
        if calendar.levels[-1].level is Level.ADMINISTRATION:
            days = self.assumptions.administration_business_days
            day = max(self.work_days.add_business_days(ready, days), not_before)
            return (LevelMeeting(Level.ADMINISTRATION, day, None, DateSource.ASSUMED),)
        found: list[LevelMeeting] = []
        levels = calendar.levels[council.first_level :]
        for place, level in enumerate(levels):
            earliest = not_before if place == len(levels) - 1 else dt.date.min
            if council.after is not None and place == 0:
                earliest = max(earliest, council.after + dt.timedelta(days=1))
            is_first = council.needs_papers(place)
            slot = self._first_after(level, ready, earliest, is_first=is_first)
            if slot is None:
                return ()
            is_assumed = slot.held_on in level.assumed
            found.append(
                LevelMeeting(
                    level.level,
                    slot.held_on,
                    self.papers_due(slot) if is_first else slot.papers_due_on,
                    DateSource.ASSUMED if is_assumed else DateSource.CALENDAR,
                )
            )
            ready = slot.held_on
        return tuple(found)

    def _first_after(
        self, level: LevelCalendar, ready: dt.date, earliest: dt.date, *, is_first: bool
    ) -> Slot | None:
        start = bisect_left(level.days, max(ready, earliest))
        for slot in level.slots[start:]:
            if self._room(slot, is_first=is_first) >= ready:
                return slot
        return None

    def rows(
        self,
        councils: Sequence[CouncilInput],
        ready: dt.date | None,
        earliest: dt.date | None,
    ) -> tuple[CouncilPlan, ...]:
        """One row for each council; see ``lay``."""
        return tuple(self.lay(council, ready, earliest) for council in councils)

    def lay(
        self, council: CouncilInput, ready: dt.date | None, earliest: dt.date | None
    ) -> CouncilPlan:
        """The row of one council.

        Args:
            council: what is known of it.
            ready: the day on which the report reaches it by the plan; None where that is unknown.
            earliest: the earliest such day.
        """
        level = council.calendar.levels[-1].level
        if council.is_decided:
            return CouncilPlan(
                party=council.party,
                name=council.name,
                state=CouncilState.DECIDED,
                planned=council.decided_on,
                deciding_level=level,
            )
        chain = self.chain_from(council, ready, dt.date.min) if ready else ()
        passed_on = None
        if ready is not None and chain and chain[-1].held_on < self.today:
            passed_on = None if council.announced_on else chain[-1].held_on
            chain = self.chain_from(council, ready, self.today)
        early = self.chain_from(council, earliest, self.today) if earliest else ()
        planned, origin = self._planned(council, chain)
        last = self.ready_by(council)
        return CouncilPlan(
            party=council.party,
            name=council.name,
            state=self._state(planned),
            chain=chain,
            earliest=early[-1].held_on if early else None,
            planned=planned,
            latest=self._latest(council, planned, last),
            next_meeting=_next_meeting(council.calendar.levels[-1], planned),
            ready_by=last[0] if last else None,
            origin=origin,
            is_assumed=origin is DateSource.ASSUMED,
            passed_on=passed_on,
            deciding_level=level,
        )

    def _planned(
        self, council: CouncilInput, chain: Sequence[LevelMeeting]
    ) -> tuple[dt.date | None, DateSource]:
        """When it decides: as it has said, as it was granted, else at the meeting that it reaches.

        Who was granted more time takes it: its last meeting in that time, or the whole of it.
        """
        if council.announced_on is not None:
            return council.announced_on, DateSource.ANNOUNCED
        meeting, until = chain[-1].held_on if chain else None, council.agreed_until
        if until is not None and until > (meeting or self.today):
            days = council.calendar.levels[-1].days
            place = bisect_right(days, until)
            last = days[place - 1] if place else None
            earliest = max(self.today, meeting or self.today)
            return last if last is not None and last >= earliest else until, DateSource.AGREED
        return meeting, chain[-1].origin if chain else DateSource.CALENDAR

    def _state(self, planned: dt.date | None) -> CouncilState:
        if planned is None:
            return CouncilState.UNKNOWN
        return CouncilState.IN_TIME if planned <= self.deadline else CouncilState.LATE

    def _latest(
        self, council: CouncilInput, planned: dt.date | None, last: tuple[dt.date, dt.date] | None
    ) -> dt.date | None:
        """The deciding level's last meeting by the deadline, or the announced day if it is later.

        A meeting is the last one whether its papers can still come or not: slack is how far the
        decision itself may slip.
        """
        level = council.calendar.levels[-1]
        place = bisect_right(level.days, self.deadline)
        found = level.days[place - 1] if place else (last[1] if last else None)
        if planned is not None and planned <= self.deadline:
            return max(found or planned, planned)
        return found


def _next_meeting(level: LevelCalendar, planned: dt.date | None) -> dt.date | None:
    if planned is None:
        return None
    place = bisect_right(level.days, planned)
    return level.days[place] if place < len(level.days) else None
