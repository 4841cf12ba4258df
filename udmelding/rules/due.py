"""What is the machine to do in a case today? A list of actions, each with its key.

Asks for everything due that has not been done, never for what became due since yesterday: a missed
night costs nothing. Deciding is here, doing is in ``flows/``. What is *not* done is a result too,
with a name and a reason that people are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from models.decision import Outcome
from models.obligation import DateSource
from models.outbox import MailKind
from models.process import Stage
from models.submission import SubmissionKind
from udmelding.config.process import Parties, Step
from udmelding.rules.actions import Action, Due, LiftReservation, OpenStep, SendMail, Withheld
from udmelding.rules.case import Case
from udmelding.rules.case_plan import calendar_of, done_on, plan_of, planned_days, with_passed
from udmelding.rules.chasing import reminders
from udmelding.rules.missed import missed_meeting, next_meeting
from udmelding.rules.plan import Plan
from udmelding.rules.standing import Standing, is_council_step, standings
from udmelding.rules.status import councils, open_reservation, report_sent, stage

FRESH_DAYS = 14
"""Thanks, invitations and letters older than this are not sent any more: they would confuse."""

LEAST_COUNCIL_DAYS = 14
"""Councils are asked to decide by the deadline only when that leaves them at least this long."""


def due(case: Case, today: dt.date) -> Due:
    """Everything that is to be done in ``case`` on ``today`` and has not been done.

    Doing the actions and asking again gives none: each is answered by the fact or the mail that it
    leaves behind. Steps are opened one at a time, so the mails of a step that opens today are found
    when the question is asked again.
    """
    if case.is_closed:
        return Due()
    plan = plan_of(case, today)
    rows = standings(case, today, planned_days(plan))
    wanted: list[Action] = []
    if opening := _step_to_open(case, rows, plan, today):
        wanted.append(opening)
    if lifting := _lifting(case, rows):
        wanted.append(lifting)
    wanted += _invitations(case, rows, today)
    wanted += _thanks(case, rows, today)
    wanted += _letters(case, today)
    wanted += _moved_dates(case, rows, today)
    wanted += _notices(case, rows, plan, today)
    wanted += reminders(case, rows, today)
    written = {mail.key for mail in case.mails}
    fresh = [action for action in wanted if action.key not in written]
    if case.is_paused:
        return Due(withheld=tuple((action.key, Withheld.PAUSED) for action in fresh))
    return Due(actions=tuple(fresh))


def _step_to_open(
    case: Case, rows: Sequence[Standing], plan: Plan | None, today: dt.date
) -> OpenStep | None:
    """The first step of the municipalities whose turn has come and that was not asked for."""
    over = with_passed(case.process, done_on(case.process, rows))
    asked = {obligation.step for obligation in case.obligations}
    for index, step in enumerate(case.process.steps):
        is_theirs = step.parties is Parties.MUNICIPALITIES
        is_turn = all(earlier.id in over for earlier in case.process.steps[:index])
        if not is_theirs or not is_turn or step.id in over or step.id in asked:
            continue
        if _is_refused_earlier(case, rows, index) or report_sent(case) is not None:
            continue
        return _opening(case, step, plan, today)
    return None


def _is_refused_earlier(case: Case, rows: Sequence[Standing], index: int) -> bool:
    """Whether a body before the step said no; then a person decides what happens."""
    earlier = {step.id for step in case.process.steps[:index]}
    return any(row.step.id in earlier and row.outcome is Outcome.REJECTED for row in rows)


def _opening(case: Case, step: Step, plan: Plan | None, today: dt.date) -> OpenStep | None:
    due_on = opening_due_on(case, step, plan, today)
    parties = tuple(party.party for party in case.parties_of(step))
    if due_on is None or not parties:
        return None
    return OpenStep(
        key=f"{case.reference}/{step.id}/open",
        stage=step.stage,
        step_id=step.id,
        parties=parties,
        opened_on=today,
        due_on=due_on,
        origin=DateSource.COMPUTED,
    )


def opening_due_on(case: Case, step: Step, plan: Plan | None, today: dt.date) -> dt.date | None:
    """The day by which a step that opens today is asked for.

    Councils are asked to decide by the deadline if that leaves them a fair time, else within the
    process's days for councils; other steps get the plan's day.
    """
    row = plan.step(step.id) if plan else None
    if row is None or row.planned is None or plan is None:
        wanted = step.wanted_business_days
        return calendar_of(case).add_business_days(today, wanted) if wanted else None
    if is_council_step(step):
        is_fair = (plan.deadline - today).days >= LEAST_COUNCIL_DAYS
        return min(row.planned, plan.deadline) if is_fair else max(row.planned, today)
    return max(row.planned, today)


def _lifting(case: Case, rows: Sequence[Standing]) -> LiftReservation | None:
    sent = report_sent(case)
    lifted = any(s.submission_kind is SubmissionKind.RESERVATION_LIFTED for s in case.submissions)
    if sent is None or lifted or not sent.reservation_for or open_reservation(case, rows):
        return None
    return LiftReservation(
        key=f"{case.reference}/submission/reservation-lifted",
        stage=Stage.SUBMISSION,
        parties=sent.reservation_for,
    )


def _is_fresh(day: dt.date, today: dt.date) -> bool:
    return dt.timedelta(0) <= today - day <= dt.timedelta(days=FRESH_DAYS)


def _invitations(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    for row in rows:
        if row.step.invitation is None or not row.state.is_owed or row.opened_on is None:
            continue
        if not _is_fresh(row.opened_on, today):
            continue
        yield SendMail(
            key=f"{case.reference}/{row.step.id}/{row.party.party}/invitation",
            stage=row.step.stage,
            mail=row.step.invitation,
            step_id=row.step.id,
            party=row.party.party,
            rung="invitation",
            due_on=row.due_on,
        )


def _thanks(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    at = {(row.step.id, row.party.party): row for row in rows}
    for response in case.responses:
        row = at.get((response.step, response.party))
        known_on = response.recorded_at.date()
        if row is None or row.step.thanks is None or not _is_fresh(known_on, today):
            continue
        yield SendMail(
            key=f"{case.reference}/{response.step}/{response.party}/thanks@{response.happened_to}",
            stage=row.step.stage,
            mail=row.step.thanks,
            step_id=response.step,
            party=response.party,
            rung=f"thanks@{response.happened_to}",
            due_on=row.due_on,
        )


def _moved_dates(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Parties whose date the plan has moved are told the new one; only those who still owe."""
    owing = {(row.step.id, row.party.party): row for row in rows if row.state.is_owed}
    for obligation in case.obligations:
        row = owing.get((obligation.step, obligation.party))
        if row is None or obligation.moved_from is None or row.is_extended:
            continue
        if not _is_fresh(obligation.recorded_at.date(), today):
            continue
        # A date can move there, back and there again; each time is told.
        rung, told = f"moved@{obligation.due_on}", obligation.key.rpartition("/")[2]
        yield SendMail(
            key=f"{case.reference}/{obligation.step}/{obligation.party}/{rung}/{told}",
            stage=row.step.stage,
            mail=MailKind.DUE_DATE_MOVED,
            step_id=obligation.step,
            party=obligation.party,
            rung=rung,
            due_on=obligation.due_on,
        )


def _notices(
    case: Case, rows: Sequence[Standing], plan: Plan | None, today: dt.date
) -> Iterator[SendMail]:
    """What the secretariat itself is told: a stage has begun, or the deadline is near."""
    done = done_on(case.process, rows)
    at = stage(case, done)
    begun = max([case.received_on, *with_passed(case.process, done).values()])
    if _is_fresh(case.particulars.recorded_at.date(), today):
        yield _notice(case, Stage.RECEIPT, Stage.RECEIPT.value)
    if at in _TOLD and _is_fresh(begun, today):
        yield _notice(case, at, at.value)
    if _is_reservation_near(case, rows, at, today):
        yield _notice(case, Stage.SUBMISSION, "reservation")
    if (missed := missed_meeting(case, today, FRESH_DAYS)) is not None:
        yield _notice(case, Stage.DECISIONS, f"missed-{missed.step.id}-{missed.held_on}")
    for question in case.questions:
        if _is_fresh(question.recorded_at.date(), today):
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


def _is_reservation_near(case: Case, rows: Sequence[Standing], at: Stage, today: dt.date) -> bool:
    warned_on = _warned_on(case)
    if at is not Stage.COUNCILS or case.deadline is None or warned_on is None:
        return False
    return warned_on <= today <= case.deadline and bool(councils(rows).missing)


def _warned_on(case: Case) -> dt.date | None:
    if case.deadline is None or not case.process.reservation:
        return None
    return calendar_of(case).add_business_days(case.deadline, -RESERVATION_BUSINESS_DAYS)


def next_look(case: Case, today: dt.date) -> dt.date | None:
    """The next day on which the case itself has something due without anything happening."""
    if case.is_closed or report_sent(case) is not None:
        return None
    meeting = next_meeting(case, today)
    days = (_warned_on(case), meeting + dt.timedelta(days=1) if meeting else None)
    return min((day for day in days if day is not None and day > today), default=None)


_LETTERS = {
    SubmissionKind.REPORT: MailKind.SUBMISSION,
    SubmissionKind.RESERVATION_LIFTED: MailKind.RESERVATION_LIFTED,
}


def _letters(case: Case, today: dt.date) -> Iterator[SendMail]:
    for submission in case.submissions:
        if not _is_fresh(submission.recorded_at.date(), today):
            continue
        kind = submission.submission_kind
        yield SendMail(
            key=f"{case.reference}/submission/agency/{kind.value}",
            stage=Stage.SUBMISSION,
            mail=_LETTERS[kind],
            step_id="submission",
            party="agency",
            rung=kind.value,
        )
