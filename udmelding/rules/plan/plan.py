"""The values of a plan: what it is made from and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from udmelding.config.case.process import Process
from udmelding.config.plan.assumptions import Assumptions
from udmelding.rules.case.council import CouncilInput, CouncilPlan, CouncilState
from udmelding.rules.case.council_calendar import closed_by
from udmelding.rules.case.slots import Slot as Slot
from udmelding.rules.words.business_days import WorkCalendar

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """All that a plan depends on.

    Attributes:
        process: with the area's bodies in place (``Process.for_area``).
        meetings: for each body's step id, its meetings in any order.
        today: meetings before this day can no longer be used; None plans from the receipt.
        done: steps that are over, with the (last possible) day each was done; they stay.
        done_as_written: for those whose day is only known vaguely, the words of the source.
        not_before: for a body that sent the case back or put it off, the day after which its next
            meeting must lie.
        councils: the councils that must decide, each with its calendar.
        assumptions: what calendars were filled in with; needed where there are councils.
    """

    process: Process
    received_on: dt.date
    deadline: dt.date
    meetings: Mapping[str, Sequence[Slot]]
    work_days: WorkCalendar
    today: dt.date | None = None
    done: Mapping[str, dt.date] = field(default_factory=dict)
    done_as_written: Mapping[str, str] = field(default_factory=dict)
    not_before: Mapping[str, dt.date] = field(default_factory=dict)
    councils: tuple[CouncilInput, ...] = ()
    assumptions: Assumptions | None = None

    def work_day_by(self, day: dt.date) -> dt.date:
        """The last day up to ``day`` on which others can be expected to have work done.

        In a quiet period only where there is no time before it any more.
        """
        found = self.work_days.previous_sending_day(day)
        if found >= max(self.received_on, self.today or self.received_on):
            return found
        return self.work_days.previous_business_day(day)

    def meeting_day_by(self, day: dt.date) -> dt.date:
        """The last day up to ``day`` on which a body or a council can be expected to meet."""
        closed = self.assumptions.closed if self.assumptions else ()
        found = self.work_days.previous_sending_day(day)
        while closed_by(closed, found) is not None:
            found = self.work_days.previous_sending_day(found - _DAY)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One row of the plan; a date is None where the calendars hold no meeting for it.

    Attributes:
        next_meeting: for a body, its first meeting after the planned one.
        is_assumed: no calendar says that the body, or the last council, meets on the planned day;
            ``is_next_assumed`` the same of the body's next meeting.
        bound_days: for a body before another one, the days that are left to the next one's meeting
            at least; ``is_bound_usual`` where they are what is usual, not what the process asks.
        business_days: for the secretariat's and municipalities' work, the business days it gets.
        as_written: for a step that is over on a day known only vaguely, the source's words.
        why: one Danish sentence, filled in by ``plan_wording``.
    """

    id: str
    title: str
    earliest: dt.date | None
    planned: dt.date | None
    latest: dt.date | None
    papers_due_on: dt.date | None = None
    next_meeting: dt.date | None = None
    is_assumed: bool = False
    is_next_assumed: bool = False
    bound_days: int | None = None
    is_bound_usual: bool = False
    business_days: int | None = None
    is_done: bool = False
    as_written: str = ""
    why: str = ""

    @property
    def slack_days(self) -> int | None:
        """Calendar days from planned to latest; negative when the plan misses; None if unknown."""
        if self.planned is None or self.latest is None:
            return None
        return (self.latest - self.planned).days


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """A meeting that a body has held; ``title`` is the body's name."""

    step_id: str
    title: str
    held_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan.

    Attributes:
        misses_by: days after the deadline at which the nearest chain would submit; 0 when
            feasible, None when the calendars end before any chain is whole.
        councils: one row for each council that must decide, in the order of the case.
        ready_on: the day on which the report reaches the councils by the plan.
        warnings: Danish sentences on what is tight though possible.
        assumes: Danish sentences on what the plan assumes for want of knowledge.
        today: the day that it was laid for.
        may_reserve: the process sends without the councils that are late.
        calendar_end: the title of the first body that has no meeting left for the case, and the
            last meeting in its calendar.
        unrecorded: the body's meeting that was planned and is over, of which nobody has said what
            it decided.
    """

    feasible: bool
    deadline: dt.date
    steps: tuple[PlannedStep, ...]
    misses_by: int | None = 0
    councils: tuple[CouncilPlan, ...] = ()
    ready_on: dt.date | None = None
    warnings: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    today: dt.date | None = None
    may_reserve: bool = False
    calendar_end: tuple[str, dt.date | None] | None = None
    unrecorded: PastMeeting | None = None

    def step(self, step_id: str) -> PlannedStep | None:
        """The row of that step, or None."""
        return next((step for step in self.steps if step.id == step_id), None)

    def council(self, party: str) -> CouncilPlan | None:
        """The row of that municipality's council, or None."""
        return next((row for row in self.councils if row.party == party), None)

    @property
    def assumed_bodies(self) -> tuple[PlannedStep, ...]:
        """The bodies whose planned meeting no calendar confirms."""
        return tuple(s for s in self.steps if s.is_assumed and s.papers_due_on is not None)

    @property
    def late_councils(self) -> tuple[CouncilPlan, ...]:
        """The councils that cannot, or do not plan to, decide by the deadline."""
        late = (CouncilState.LATE, CouncilState.UNKNOWN)
        return tuple(row for row in self.councils if row.state in late)


def with_sentences(
    plan: Plan, sentences: Mapping[str, str], warnings: Sequence[str], assumes: Sequence[str]
) -> Plan:
    """The same plan with its Danish sentences filled in."""
    steps = tuple(replace(step, why=sentences.get(step.id, "")) for step in plan.steps)
    return replace(plan, steps=steps, warnings=tuple(warnings), assumes=tuple(assumes))
