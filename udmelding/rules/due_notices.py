"""What is the secretariat itself told, and when? Notices by mail, each topic once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from models.outbox import MailKind
from models.process import Stage
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import Standing
from udmelding.rules.due.due_mails import FRESH_DAYS, is_fresh, is_reached
from udmelding.rules.plan.case_plan import calendar_of, done_on, with_passed
from udmelding.rules.plan.missed import missed_meeting
from udmelding.rules.plan.plan import Plan
from udmelding.rules.status.status import councils, stage


def notices(
    case: Case, rows: Sequence[Standing], plan: Plan | None, today: dt.date
) -> Iterator[SendMail]:
    """What the secretariat itself is told: a stage has begun, or the deadline is near."""
    done = done_on(case.process, rows)
    at = stage(case, done)
    begun = max([case.received_on, *with_passed(case.process, done).values()])
    if is_fresh(case.particulars.recorded_at.date(), today):
        yield _notice(case, Stage.RECEIPT, Stage.RECEIPT.value)
    if at in _TOLD and is_fresh(begun, today):
        yield _notice(case, at, at.value)
    if _is_reservation_near(case, rows, at, today):
        yield _notice(case, Stage.SUBMISSION, "reservation")
    if (missed := missed_meeting(case, today, FRESH_DAYS)) is not None:
        yield _notice(case, Stage.DECISIONS, f"missed-{missed.step.id}-{missed.held_on}")
    for question in case.questions:
        if is_fresh(question.recorded_at.date(), today):
            yield _notice(case, Stage.FOLLOW_UP, f"question-{question.number}")


_TOLD = (Stage.DRAFTING, Stage.DECISIONS, Stage.COUNCILS, Stage.SUBMISSION)
"""Stages whose beginning the secretariat is told of."""


RESERVATION_BUSINESS_DAYS = 5
"""How long before the deadline the secretariat is told that councils are still missing."""


def _notice(case: Case, at: Stage, topic: str) -> SendMail:
    return SendMail(
        key=f"{case.reference}/notice/{topic}",
        stage=at,
        mail=MailKind.NOTICE,
        step_id="notice",
        party="secretariat",
        rung=topic,
    )


def escalations(case: Case, chased: Sequence[SendMail]) -> Iterator[SendMail]:
    """The secretariat is told once of escalations that wait for somebody to release them."""
    waiting = {(action.step_id, action.rung, action.due_on) for action in chased if action.copy_to}
    for step, rung, due_on in sorted(waiting):
        topic = f"escalation-{due_on}-{step}~{rung}"
        stage_of = next(action.stage for action in chased if action.step_id == step)
        yield _notice(case, stage_of, topic)


def own_reminders(case: Case, today: dt.date) -> Iterator[SendMail]:
    """What the secretariat has asked to be reminded of itself."""
    for reminder in case.dated_reminders:
        if not reminder.step and is_reached(case, reminder, today):
            yield _notice(case, Stage.FOLLOW_UP, f"reminder-{reminder.tail}")


def _is_reservation_near(case: Case, rows: Sequence[Standing], at: Stage, today: dt.date) -> bool:
    first = warned_on(case)
    if at is not Stage.COUNCILS or case.deadline is None or first is None:
        return False
    return first <= today <= case.deadline and bool(councils(rows).missing)


def warned_on(case: Case) -> dt.date | None:
    """The first day on which the secretariat is told that councils are missing; None: never."""
    if case.deadline is None or not case.process.reservation:
        return None
    return calendar_of(case).add_business_days(case.deadline, -RESERVATION_BUSINESS_DAYS)
