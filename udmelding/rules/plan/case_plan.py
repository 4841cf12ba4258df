"""The plan of a case that is under way: what is done stays, the rest is laid around it.

For the councils: what the case knows of each one that must decide. A case passes the levels of a
municipality in order. The last decision that was declared tells how far it has come: a level that
concluded passes it on to the next, one that put it off takes it up again at its next meeting, and
one that sent it back makes it begin anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.decision import Outcome
from models.meeting import MeetingState
from models.party import PartyKind
from udmelding.config.case.process import Parties, Process
from udmelding.rules.case.case import CONCLUDING, Case
from udmelding.rules.case.council import CouncilInput
from udmelding.rules.case.council_calendar import CouncilCalendar
from udmelding.rules.case.facts import Decision
from udmelding.rules.case.standing import Standing, is_council_step, standings
from udmelding.rules.plan.body_calendar import with_assumed
from udmelding.rules.plan.plan import Plan, PlanInput, Slot
from udmelding.rules.plan.plan_wording import explain_plan
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.words.business_days import WorkCalendar, work_calendar
from udmelding.rules.words.date_wording import said_words


def plan_of(case: Case, today: dt.date, rows: Sequence[Standing] | None = None) -> Plan | None:
    """The plan of ``case`` seen on ``today``, with its sentences; None without a deadline.

    ``rows`` are its standings without a plan, where the caller has them.
    """
    asked = plan_input(case, today, rows)
    return None if asked is None else explain_plan(lay_plan(asked), asked)


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
        meetings=_all_slots(case, today),
        work_days=calendar_of(case),
        today=max(today, case.received_on),
        done=done,
        done_as_written={
            row.step.id: said_words(row.met_on)
            for row in rows
            if row.met_on and said_words(row.met_on) and row.met_on == done.get(row.step.id)
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


def _all_slots(case: Case, today: dt.date) -> dict[str, tuple[Slot, ...]]:
    """``slots_of``, and assumed meetings for the time that no calendar covers."""
    called_off: dict[str, list[dt.date]] = defaultdict(list)
    for meeting in case.meetings:
        if meeting.area == case.area and meeting.state is MeetingState.CANCELLED:
            called_off[meeting.body].append(meeting.held_on)
    calendars = case.council_calendars
    last = max(case.deadline or today, today).year + 1
    return with_assumed(
        case.process,
        slots_of(case),
        calendars.assumptions if calendars else None,
        range(case.received_on.year, last + 1),
        called_off,
    )


_YEARS_AHEAD = 2
"""How far beyond the deadline calendars are filled in: councils that miss it decide there."""


def council_inputs(
    case: Case, rows: Sequence[Standing], today: dt.date
) -> tuple[CouncilInput, ...]:
    """The municipal councils that the secretariat asks, in the order of the case.

    Args:
        case: loaded with the municipalities' calendars; without them there is nothing to plan.
        rows: the standings of the case.
        today: announced days that have passed say nothing any more.
    """
    calendars = case.council_calendars
    if calendars is None or case.deadline is None:
        return ()
    last = dt.date(max(case.deadline, today).year + _YEARS_AHEAD, 12, 31)
    progress = _last_decisions(case)
    announced = {(e.step, e.party): e.expected_on for e in case.expectations}
    found: list[CouncilInput] = []
    for row in rows:
        if not is_council_step(row.step) or row.party.kind is not PartyKind.MUNICIPALITY:
            continue
        at = (row.step.id, row.party.party)
        calendar = calendars.of(row.party.party, case.received_on, last)
        reached = _reached(calendar, progress.get(at))
        named = announced.get(at)
        found.append(
            CouncilInput(
                party=row.party.party,
                name=row.party.name,
                calendar=calendar,
                decided_on=row.met_on if row.state.is_closed else None,
                is_decided=row.state.is_closed,
                first_level=reached.first_level,
                after=reached.after,
                is_restarted=reached.is_restarted,
                announced_on=named if named and named >= today else None,
                agreed_until=row.due_on if row.is_extended else None,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a case has come in one municipality; see ``CouncilInput``."""

    first_level: int = 0
    after: dt.date | None = None
    is_restarted: bool = False


def _reached(calendar: CouncilCalendar, decision: Decision | None) -> _Reached:
    levels = [level.level for level in calendar.levels]
    if decision is None or decision.level not in levels:
        return _Reached()
    place, day = levels.index(decision.level), decision.day
    if decision.outcome is Outcome.SENT_BACK:
        return _Reached(0, day, is_restarted=True)
    if decision.outcome in CONCLUDING and place + 1 < len(levels):
        return _Reached(place + 1, day)
    return _Reached(place, day)


def _last_decisions(case: Case) -> Mapping[tuple[str, str], Decision]:
    """The latest decision of each party in each step, on the version that holds."""
    valid = (d for d in case.decisions if d.report_version in (0, *_versions(case)))
    ordered = sorted(valid, key=lambda d: (d.happened_to, d.recorded_at))
    return {(d.step, d.party): d for d in ordered}


def _versions(case: Case) -> range:
    return range(case.deciding_version, case.latest_version + 1)
