"""Which meeting of a body passed without a word about the case? The secretariat is asked.

A meeting counts as missed when the plan of that very day had the case on it, and no decision, not
even a postponement, has been recorded since. The plan goes on with the next meeting by itself; a
person knows whether the case was handled and the minutes are only late.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.meeting import MeetingState
from udmelding.config.case.process import Parties, Step
from udmelding.rules.case.case import Case
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.planning import lay_plan


@dataclass(frozen=True, slots=True)
class MissedMeeting:
    """One meeting that the plan had the case on."""

    step: Step
    held_on: dt.date


def missed_meeting(case: Case, today: dt.date, within_days: int) -> MissedMeeting | None:
    """The latest such meeting of the ``within_days`` before ``today``, or None."""
    bodies = {step.id: step for step in case.process.steps if step.parties is Parties.BODY}
    first = today - dt.timedelta(days=within_days)
    recent = [
        meeting
        for meeting in case.meetings
        if meeting.body in bodies
        and meeting.area == case.area
        and first <= meeting.held_on < today
        and meeting.state is not MeetingState.CANCELLED
    ]
    for meeting in sorted(recent, key=lambda m: m.held_on, reverse=True):
        decided = any(
            d.step == meeting.body and d.happened_to >= meeting.held_on for d in case.decisions
        )
        asked = plan_input(case, meeting.held_on)
        if decided or asked is None:
            continue
        row = lay_plan(asked).step(meeting.body)
        if row is not None and not row.is_done and row.planned == meeting.held_on:
            return MissedMeeting(bodies[meeting.body], meeting.held_on)
    return None


def next_meeting(case: Case, today: dt.date) -> dt.date | None:
    """The next planned meeting of a body, after which somebody must ask; None without one."""
    asked = plan_input(case, today)
    if asked is None:
        return None
    bodies = {step.id for step in case.process.steps if step.parties is Parties.BODY}
    planned = (
        row.planned
        for row in lay_plan(asked).steps
        if row.id in bodies and not row.is_done and row.planned and row.planned >= today
    )
    return min(planned, default=None)
