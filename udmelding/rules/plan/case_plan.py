"""The plan of a case that is under way: what is done stays, the rest is laid around it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from models.meeting import MeetingState
from udmelding.config.case.process import Parties, Process
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import Standing, is_council_step, standings
from udmelding.rules.case_councils import council_inputs
from udmelding.rules.plan.plan import Plan, PlanInput, Slot
from udmelding.rules.plan.plan_wording import explained
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.rules.work_days import work_calendar


def plan_of(case: Case, today: dt.date, rows: Sequence[Standing] | None = None) -> Plan | None:
    """The plan of ``case`` seen on ``today``, with its sentences; None without a deadline.

    ``rows`` are its standings without a plan, where the caller has them.
    """
    asked = plan_input(case, today, rows)
    return None if asked is None else explained(lay_plan(asked), asked)


def plan_input(
    case: Case, today: dt.date, rows: Sequence[Standing] | None = None
) -> PlanInput | None:
    """What the plan of ``case`` is made from on ``today``; None without a deadline."""
    if case.deadline is None:
        return None
    rows = standings(case, today) if rows is None else rows
    done = with_passed(case.process, done_on(case.process, rows))
    calendars = case.council_calendars
    return PlanInput(
        process=case.process,
        received_on=case.received_on,
        deadline=case.deadline,
        meetings=slots_of(case),
        work_days=calendar_of(case),
        today=max(today, case.received_on),
        done=done,
        done_as_written={
            row.step.id: row.met_as_written
            for row in rows
            if row.met_as_written and row.met_on == done.get(row.step.id)
        },
        not_before=_put_off(rows),
        councils=council_inputs(case, rows, today),
        assumptions=calendars.assumptions if calendars else None,
    )


def _put_off(rows: Sequence[Standing]) -> dict[str, dt.date]:
    """The bodies that had the case and did not conclude, with the day of that meeting."""
    return {
        row.step.id: row.decided_on
        for row in rows
        if row.step.parties is Parties.BODY and row.state.is_owed and row.decided_on is not None
    }


def planned_days(plan: Plan | None) -> dict[str, dt.date | None]:
    """When the secretariat and the bodies owe each step; empty without a plan.

    A body owes its decision at the planned meeting. The secretariat owes its work by the latest
    day that the rest of the plan can bear: that it would like to be done sooner is no debt.
    """
    if plan is None:
        return {}
    return {s.id: s.latest if s.business_days is not None else s.planned for s in plan.steps}


def calendar_of(case: Case) -> WorkCalendar:
    """The business days and quiet periods of the case's process."""
    return work_calendar(case.process.work_days)


def done_on(process: Process, all_standings: Sequence[Standing]) -> dict[str, dt.date]:
    """The steps that are over, with the last day on which a party met them.

    A step of the secretariat or a body is over when it is met; a step of the municipalities when
    none of them owes anything more, and it was asked of at least one.
    """
    by_step: dict[str, list[Standing]] = defaultdict(list)
    for standing in all_standings:
        by_step[standing.step.id].append(standing)
    done: dict[str, dt.date] = {}
    for step in process.steps:
        rows = by_step[step.id]
        if rows and all(row.state.is_closed for row in rows):
            done[step.id] = max(row.met_on for row in rows if row.met_on is not None)
    return done


def with_passed(process: Process, done: dict[str, dt.date]) -> dict[str, dt.date]:
    """``done`` with the steps that a later one has passed by, on the day of that later one.

    One municipality's late answer does not keep a report from being drafted. Councils are the
    exception: they may decide after the submission, so nothing passes them by.
    """
    over = dict(done)
    passed_on: dt.date | None = None
    for step in reversed(process.steps):
        if step.id in done:
            passed_on = done[step.id] if not is_council_step(step) else passed_on
        elif passed_on is not None and not is_council_step(step):
            over[step.id] = passed_on
    return over


def slots_of(case: Case) -> dict[str, tuple[Slot, ...]]:
    """The meetings of each body of the case's area that were not cancelled."""
    found: dict[str, list[Slot]] = defaultdict(list)
    for meeting in case.meetings:
        if meeting.area == case.area and meeting.state is not MeetingState.CANCELLED:
            found[meeting.body].append(Slot(meeting.held_on, meeting.papers_due_on))
    return {body: tuple(sorted(slots, key=lambda s: s.held_on)) for body, slots in found.items()}
