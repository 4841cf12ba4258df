"""When must each step be done? Lays the plan backwards from the deadline.

The bodies take their latest meetings that still leave the councils their days (``body_chain``), so
the plan is the latest of all feasible ones. Forwards, from the receipt with the earliest meetings,
comes ``earliest``, and where nothing reaches the deadline the nearest chain: the one that misses by
fewest days. Known meetings go before: assumed ones (``body_calendar``) are used only where the
known ones alone do not reach the deadline.

The councils follow the last body, each through its own calendar, known or assumed
(``council_plan``). The last body must meet early enough for every council that can make the
deadline at all. A council that cannot make it binds nothing where the process allows a reservation:
the report is then sent without it. Where the councils are not known, one that meets as is assumed
of all stands in for them.

``latest`` is the last day on which a step can happen while the rest of the plan stands: a meeting
may be moved that far. ``slack_days`` is the distance from ``planned`` to it; negative means missed.
Where no calendar says when a body meets, its ``latest`` leaves the next body the days that usually
lie between the two. No date that is reckoned here lies on a day off or in a closed time, unless
there is no time left before it.
Sentences are made in ``plan_wording``; numbers come from the process file (``PlanRules``). The work
before the first meeting is planned forwards: receipt, collection, drafting. Each step is planned as
soon as it is wanted to be done, and must be done before the first body's papers are due. Where time
is short, the steps share it in proportion to what they want.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from udmelding.config.case.process import FulfilledBy, Parties, Process, Step
from udmelding.config.plan.assumptions import Assumptions
from udmelding.rules.case.council import CouncilInput, CouncilPlan, CouncilState
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.plan.body_chain import (
    BodyChain,
    calendar_end,
    known_only,
    last_held,
    papers_due,
    usual_days,
)
from udmelding.rules.plan.council_plan import Councils
from udmelding.rules.plan.plan import PastMeeting, Plan, PlanInput, PlannedStep, Slot

_DAY = dt.timedelta(days=1)
_TWO_YEARS = dt.timedelta(days=731)


def lay_plan(asked: PlanInput) -> Plan:
    """The plan for ``asked``: every step with its earliest, planned and latest day.

    Raises nothing: a plan that cannot reach the deadline is an answer, not an error.
    """
    known = known_only(asked)
    plan = _lay(known)
    # Where known meetings reach the deadline, no later one is counted on that is only assumed.
    plan = plan if plan.feasible or known is asked else _lay(asked)
    return replace(plan, unrecorded=_unrecorded(known))


def _unrecorded(asked: PlanInput) -> PastMeeting | None:
    """The last meeting of the body that is waited for, if the plan of that day had the case on it.

    Minutes come days after a meeting; until they are recorded, nobody knows that it failed.
    """
    held = last_held(asked)
    if held is None:
        return None
    then = _lay(replace(asked, today=held.held_on)).step(held.step_id)
    return held if then is not None and then.planned == held.held_on else None


def _lay(asked: PlanInput) -> Plan:
    """The plan by exactly the meetings of ``asked``."""
    chain = BodyChain(asked)
    forwards = chain.earliest_meetings()
    councils = councils_of(asked)
    found = _bound_of_last(asked, councils, chain.day_after_bodies(forwards))
    chain.bound = found.day
    backwards = chain.latest_meetings(chain.bound)
    is_whole = found.is_reached and all(slot is not None for slot in backwards.values())
    chosen = backwards if is_whole else forwards
    rows = _body_rows(asked, chain, chosen, forwards, backwards)
    ready = chain.day_after_bodies(chosen)
    earliest = chain.day_after_bodies(forwards)
    council_rows = () if councils is None else councils.rows(asked.councils, ready, earliest)
    before, after = _around(asked.process)
    rows = [
        *work_rows(asked, before, rows),
        *rows,
        *_end_rows(asked, after, councils, rows, council_rows),
    ]
    rows = [replace(r, as_written=asked.done_as_written.get(r.id, "")) for r in rows]
    lateness = _lateness(rows, asked)
    feasible = is_whole and lateness == 0
    return Plan(
        feasible=feasible,
        deadline=asked.deadline,
        steps=tuple(rows),
        misses_by=0 if feasible else lateness,
        councils=council_rows,
        ready_on=ready,
        today=asked.today,
        may_reserve=asked.process.reservation,
        calendar_end=calendar_end(asked, rows),
    )


def councils_of(asked: PlanInput) -> Councils | None:
    """The planner of the councils of ``asked``; None where none has to decide.

    None too where nothing says what is assumed of calendars: then no day can be given.

    Raises:
        ValueError: there are councils, but nothing says what their calendars assume.
    """
    if asked.assumptions is None:
        if asked.councils:
            raise ValueError("councils are planned by assumptions, and none are given")
        return None
    if not any(is_council_step(step) for step in asked.process.steps):
        return None
    return Councils(
        assumptions=asked.assumptions,
        work_days=asked.work_days,
        deadline=asked.deadline,
        today=asked.today or asked.received_on,
    )


def typical_council(asked: PlanInput, assumptions: Assumptions) -> CouncilInput:
    """A council that meets as is assumed of all; stands in where nobody knows which have to."""
    last = max(asked.deadline, asked.today or asked.deadline)
    calendar = CouncilCalendars({}, {}, assumptions).of(
        "", asked.received_on, last.replace(month=12, day=31) + _TWO_YEARS
    )
    return CouncilInput(party="", name="en kommune", calendar=calendar)


@dataclass(frozen=True, slots=True)
class _Bound:
    """The last day for the last body; ``is_reached`` where some council can make the deadline."""

    day: dt.date
    is_reached: bool = True


def _bound_of_last(asked: PlanInput, councils: Councils | None, earliest: dt.date | None) -> _Bound:
    """The last day for the last body: every council that can decide in time still can."""
    plain = asked.work_days.previous_business_day(asked.deadline)
    if councils is None:
        return _Bound(plain)
    waiting = [c for c in asked.councils if c.is_waiting and not c.is_decided]
    if not asked.councils:
        waiting = [typical_council(asked, councils.assumptions)]
    if not waiting:
        return _Bound(plain)
    days = [last[0] for council in waiting if (last := councils.ready_by(council)) is not None]
    can = [day for day in days if earliest is None or day >= earliest]
    if can:
        return _Bound(min(can))
    # None can be reached: the last body should have met by the day that would have done for all.
    return _Bound(min(days, default=plain), is_reached=False)


def _lateness(rows: Sequence[PlannedStep], asked: PlanInput) -> int | None:
    last = rows[-1]
    if last.planned is None:
        return None
    return max(0, (last.planned - asked.deadline).days)


def _around(process: Process) -> tuple[list[Step], list[Step]]:
    """The steps before and after the bodies; without bodies only the last one is after."""
    is_body = [step.parties is Parties.BODY for step in process.steps]
    steps = list(process.steps)
    if not any(is_body):
        return steps[:-1], steps[-1:]
    first, last = is_body.index(True), len(steps) - 1 - is_body[::-1].index(True)
    return steps[:first], steps[last + 1 :]


def _body_rows(
    asked: PlanInput,
    chain: BodyChain,
    chosen: Mapping[str, Slot | None],
    forwards: Mapping[str, Slot | None],
    backwards: Mapping[str, Slot | None],
) -> list[PlannedStep]:
    rows: list[PlannedStep] = []
    next_one: dt.date | None = None
    for index in reversed(range(len(chain.steps))):
        step = chain.steps[index]
        if index < chain.first_open:
            rows.append(done_row(step, asked.done.get(step.id)))
            continue
        slot, early, late = chosen[step.id], forwards[step.id], backwards[step.id]
        later = chain.at_or_after(step.id, slot.held_on + _DAY) if slot else None
        usual = None if slot and not slot.is_assumed else usual_days(asked, step)
        gap = chain.gap if usual is None else dt.timedelta(days=usual)
        bound = chain.bound if next_one is None else next_one - gap
        latest = asked.meeting_day_by(bound)
        if slot is not None and latest < slot.held_on <= bound:
            latest = slot.held_on  # held, its calendar says, on a day on which others do not meet
        rows.append(
            PlannedStep(
                id=step.id,
                title=step.title,
                earliest=early.held_on if early else None,
                planned=slot.held_on if slot else None,
                latest=latest,
                papers_due_on=papers_due(slot, asked) if slot else None,
                next_meeting=later.held_on if later else None,
                is_assumed=slot is not None and slot.is_assumed,
                is_next_assumed=later is not None and later.is_assumed,
                bound_days=None if next_one is None else gap.days,
                is_bound_usual=usual is not None,
            )
        )
        next_one = late.held_on if late else latest
    return rows[::-1]


def _end_rows(
    asked: PlanInput,
    steps: Sequence[Step],
    planner: Councils | None,
    bodies: Sequence[PlannedStep],
    councils: Sequence[CouncilPlan],
) -> list[PlannedStep]:
    """Councils and submission, after the last body."""
    rows: list[PlannedStep] = []
    last = bodies[-1] if bodies else None
    early = last.earliest if last else asked.received_on
    ready = last.planned if last else asked.received_on
    if last is not None and last.planned is None and last.is_done:
        early = ready = asked.done.get(last.id, asked.received_on)
    for step in steps:
        if step.id in asked.done:
            rows.append(done_row(step, asked.done[step.id]))
            early = ready = asked.done[step.id]
            continue
        latest = asked.work_day_by(asked.deadline)
        is_assumed = False
        if is_council_step(step):
            counted = _binding(asked.process, councils)
            if not counted and planner is not None:
                counted = [planner.lay(typical_council(asked, planner.assumptions), ready, early)]
            early = _last_of([council.earliest for council in counted])
            planned = ready = _last_of([council.planned for council in counted])
            if planned and planned > asked.deadline and _may_go_without(asked.process, councils):
                ready = asked.today or ready
            is_assumed = any(c.is_assumed for c in counted if c.planned == planned)
            latest = _last_of([council.latest for council in counted]) or latest
        else:
            early = min(early, ready) if early and ready else early
            planned = _submission_day(asked, ready)
            if planned is not None:  # too late is counted from the agency's own date
                latest = max(latest, planned) if planned <= asked.deadline else asked.deadline
        rows.append(
            PlannedStep(
                id=step.id,
                title=step.title,
                earliest=early,
                planned=planned,
                latest=latest,
                is_assumed=is_assumed,
            )
        )
    return rows


def _binding(process: Process, councils: Sequence[CouncilPlan]) -> list[CouncilPlan]:
    """The open councils that the report waits for: where it may be reserved, those in time.

    When no council at all is in time there is nothing to send, and so it waits for every one.
    """
    still = [row for row in councils if row.state is not CouncilState.DECIDED]
    in_time = [row for row in still if row.state is CouncilState.IN_TIME]
    return in_time if process.reservation and in_time else still


def _may_go_without(process: Process, councils: Sequence[CouncilPlan]) -> bool:
    """Whether the report goes by the deadline without those that are late: some have decided."""
    decided = any(row.state is CouncilState.DECIDED for row in councils)
    return process.reservation and decided


def _last_of(days: Sequence[dt.date | None]) -> dt.date | None:
    """The last of the councils' days; None where one of them is not known, or there is none."""
    found = [day for day in days if day is not None]
    return max(found) if found and len(found) == len(days) else None


def _submission_day(asked: PlanInput, ready: dt.date | None) -> dt.date | None:
    """The last working day up to the deadline, but not before the councils are ready.

    A deadline in a quiet period is met before it, where the councils are ready by then.
    """
    if ready is None:
        return None
    if ready > asked.deadline:
        return asked.work_days.next_business_day(ready)
    first = max(ready, asked.today or ready)
    open_day = asked.work_days.previous_sending_day(asked.deadline)
    if open_day >= first:
        return open_day
    last = asked.work_days.previous_business_day(asked.deadline)
    return last if last >= first else asked.work_days.next_business_day(first)


def work_rows(
    asked: PlanInput, steps: Sequence[Step], bodies: Sequence[PlannedStep]
) -> list[PlannedStep]:
    """The rows of the steps before the bodies, given the bodies' own rows."""
    open_bodies = [row for row in bodies if not row.is_done]
    end = asked.deadline
    if open_bodies:
        end = open_bodies[0].papers_due_on or open_bodies[0].latest or asked.deadline
    lengths = _lengths(asked, steps, end)
    latest = _latest_work(asked, steps, lengths, end)
    rows: list[PlannedStep] = []
    start = asked.received_on
    for step in steps:
        if step.id in asked.done:
            rows.append(done_row(step, asked.done[step.id]))
            start = max(start, asked.done[step.id])
            continue
        if bodies and not open_bodies:
            rows.append(done_row(step, None))
            continue
        wanted = start
        if lengths[step.id]:
            wanted = _working_end(asked, start, lengths[step.id])
        planned = max(min(wanted, latest[step.id]), start, asked.today or start)
        if step.fulfilled_by is not FulfilledBy.REGISTRATION:
            planned = asked.work_days.next_business_day(planned)
        days = asked.work_days.business_days_between(start, planned)
        rows.append(
            PlannedStep(
                id=step.id,
                title=step.title,
                earliest=start if not rows else (rows[-1].earliest or start),
                planned=planned,
                latest=max(latest[step.id], asked.received_on),
                business_days=days if step.wanted_business_days else None,
            )
        )
        start = planned
    return rows


def _working_end(asked: PlanInput, start: dt.date, days: int) -> dt.date:
    """The day ``days`` business days after ``start``, days in quiet periods not counted.

    Nobody answers in the summer holiday, so it is not taken from the time that people get.
    """
    day = start
    while days:
        day += dt.timedelta(days=1)
        days -= asked.work_days.may_send(day)
    return day


def _lengths(asked: PlanInput, steps: Sequence[Step], end: dt.date) -> dict[str, int]:
    """Business days for each work step: what it wants, or a fair share where time is short."""
    wanted = {step.id: step.wanted_business_days for step in steps}
    done = [asked.done[step_id] for step_id in wanted if step_id in asked.done]
    # From where the work is laid, not from today: else the share would shrink day by day.
    start = max([asked.received_on, *done])
    total = sum(days for step_id, days in wanted.items() if step_id not in asked.done)
    there = max(0, asked.work_days.business_days_between(start, end)) if end > start else 0
    if there >= total:
        return wanted
    return {step_id: days * there // total for step_id, days in wanted.items()}


def _latest_work(
    asked: PlanInput, steps: Sequence[Step], lengths: Mapping[str, int], end: dt.date
) -> dict[str, dt.date]:
    """The latest day of each work step, leaving those after it their time."""
    latest: dict[str, dt.date] = {}
    bound = end
    for step in reversed(steps):
        is_receipt = step.fulfilled_by is FulfilledBy.REGISTRATION
        bound = bound if is_receipt else asked.work_day_by(bound)
        latest[step.id] = asked.received_on if is_receipt else max(bound, asked.received_on)
        if lengths[step.id]:
            bound = asked.work_days.add_business_days(bound, -lengths[step.id])
    return latest


def done_row(step: Step, day: dt.date | None) -> PlannedStep:
    """The row of a step that is over, on its day where that is known."""
    return PlannedStep(
        id=step.id, title=step.title, earliest=day, planned=day, latest=day, is_done=True
    )
