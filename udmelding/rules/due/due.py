"""What is the machine to do in a case today? A list of actions, each with its key.

Asks for everything due that has not been done, never for what became due since yesterday: a missed
night costs nothing. Deciding is here, doing is in ``flows/``. What is *not* done is a result too,
with a name and a reason that people are shown. Notices tell the secretariat itself what it must
know, each topic once.

How it works. A case on one day is looked at once (``_seen``): its plan, how each party stands, the
step whose turn has come, the reminders that the ladders call for. Each stage then says what it
calls for, in the order in which it is done (``receipt`` to ``follow_up``); a process may ask
parties in any stage, so all of them ask and remind alike. Every action has a key made of what it is
about: case, step, party, rung, due date. What stands in the outbox under its key was done and is
left out; an extension changes the due date, so its reminders have other keys and the ladder begins
anew. A step is opened only when all before it are over, and its mails follow when the question is
asked again, because then the obligations are facts. Mail about what happened is written while that
is *fresh*; later it would confuse more than tell. A ladder that has missed some rungs goes on with
the last that was reached, so nobody gets three reminders on a day (``reminders``); whom it leaves
in peace, and why, is ``chasing``'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.decision import Outcome
from models.obligation import DateSource
from models.outbox import MailKind
from models.process import Stage
from models.submission import SubmissionKind
from udmelding.config.case.process import Parties, Step
from udmelding.rules.case.actions import Action, Due, LiftReservation, OpenStep, SendMail, Withheld
from udmelding.rules.case.case import Case
from udmelding.rules.case.letters_due import FRESH_DAYS, is_fresh, is_lifted_by_others, letters_due
from udmelding.rules.case.standing import (
    Standing,
    State,
    deciding,
    is_council_step,
    standings,
)
from udmelding.rules.due.chasing import reminders, silenced_keys
from udmelding.rules.due.due_mails import (
    asked_again,
    dated_reminders,
    extensions,
    invitations,
    is_reached,
    letters,
    moved_dates,
    reminder_day,
    thanks,
)
from udmelding.rules.plan.case_plan import calendar_of, done_on, plan_of, planned_days, with_passed
from udmelding.rules.plan.missed import missed_meeting, next_meeting
from udmelding.rules.plan.plan import Plan
from udmelding.rules.status.status import councils, open_reservation, report_sent, stage

LEAST_COUNCIL_DAYS = 14
"""Nobody is given less time than this when a date moves, or when it takes over from another."""


def due(case: Case, today: dt.date) -> Due:
    """Everything that is to be done in ``case`` on ``today`` and has not been done.

    Doing the actions and asking again gives none: each is answered by the fact or the mail that it
    leaves behind. Steps are opened one at a time, so the mails of a step that opens today are found
    when the question is asked again.
    """
    if case.is_closed:
        return Due()
    seen = _seen(case, today)
    wanted = [action for actions in STAGES.values() for action in actions(seen)]
    written = {mail.key for mail in case.mails}
    fresh = [action for action in wanted if action.key not in written]
    if case.is_paused:
        return Due(withheld=tuple((action.key, Withheld.PAUSED) for action in fresh))
    return Due(actions=tuple(fresh), withheld=tuple(silenced_keys(case, seen.rows, today)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A case on one day, and what is asked of it once for all stages.

    Attributes:
        opening: the step whose turn has come; ``lifting`` the reservation that can be lifted.
        at: the stage that the case has come to, since ``begun``.
        chased: the reminders that the ladders call for.
    """

    case: Case
    today: dt.date
    plan: Plan | None
    rows: Sequence[Standing]
    opening: OpenStep | None
    lifting: LiftReservation | None
    at: Stage
    begun: dt.date
    chased: tuple[SendMail, ...]


def _seen(case: Case, today: dt.date) -> _Seen:
    plan = plan_of(case, today)
    rows = standings(case, today, planned_days(plan))
    done = done_on(case.process, rows)
    return _Seen(
        case=case,
        today=today,
        plan=plan,
        rows=rows,
        opening=_step_to_open(case, rows, plan, today),
        lifting=_lifting(case, rows, today),
        at=stage(case, done),
        begun=max([case.received_on, *with_passed(case.process, done).values()]),
        chased=tuple(reminders(case, rows, today)),
    )


# --- Stage by stage ---


def receipt(seen: _Seen) -> Iterator[Action]:
    """The secretariat is told the plan of a new case."""
    yield from _ask(seen, Stage.RECEIPT)
    if is_fresh(seen.case.particulars.recorded_at.date(), seen.today):
        yield _notice(seen.case, Stage.RECEIPT, Stage.RECEIPT.value)
    yield from _remind(seen, Stage.RECEIPT)


def collection(seen: _Seen) -> Iterator[Action]:
    """Every municipality is asked, thanked for its answer, and reminded until it has answered."""
    yield from _ask(seen, Stage.COLLECTION)
    yield from _remind(seen, Stage.COLLECTION)


def drafting(seen: _Seen) -> Iterator[Action]:
    """The secretariat is told that the answers are in and writing can begin."""
    yield from _ask(seen, Stage.DRAFTING)
    yield from _tell_begun(seen, Stage.DRAFTING)
    yield from _remind(seen, Stage.DRAFTING)


def decisions(seen: _Seen) -> Iterator[Action]:
    """The bodies decide one after another; the secretariat is told of a meeting that was missed."""
    yield from _ask(seen, Stage.DECISIONS)
    yield from _tell_begun(seen, Stage.DECISIONS)
    missed = missed_meeting(seen.case, seen.today, FRESH_DAYS)
    if missed is not None:
        topic = f"missed-{missed.step.id}-{missed.held_on}"
        yield _notice(seen.case, Stage.DECISIONS, topic)
    yield from _remind(seen, Stage.DECISIONS)


def councils_decide(seen: _Seen) -> Iterator[Action]:
    """Every council is asked, asked again on a new version, and reminded until it has decided."""
    yield from _ask(seen, Stage.COUNCILS)
    yield from _tell_begun(seen, Stage.COUNCILS)
    yield from _remind(seen, Stage.COUNCILS)


def submission(seen: _Seen) -> Iterator[Action]:
    """Letters to the outside are drafted, and the secretariat is told once of what it releases."""
    if seen.lifting is not None:
        yield seen.lifting
    yield from _ask(seen, Stage.SUBMISSION)
    for topic in sorted({letter.topic for letter in letters_due(seen.case, seen.today)}):
        yield _notice(seen.case, Stage.SUBMISSION, topic)
    if is_lifted_by_others(seen.case, seen.today):
        yield _notice(seen.case, Stage.SUBMISSION, "lifted")
    yield from letters(seen.case, seen.today)
    yield from _tell_begun(seen, Stage.SUBMISSION)
    if _is_reservation_near(seen):
        yield _notice(seen.case, Stage.SUBMISSION, "reservation")
    yield from _remind(seen, Stage.SUBMISSION)


def follow_up(seen: _Seen) -> Iterator[Action]:
    """The secretariat is told of the agency's questions, and reminded of what it asked to be."""
    yield from _ask(seen, Stage.FOLLOW_UP)
    for question in seen.case.questions:
        if is_fresh(question.recorded_at.date(), seen.today):
            yield _notice(seen.case, Stage.FOLLOW_UP, f"question-{question.number}")
    for reminder in seen.case.dated_reminders:
        if not reminder.step and is_reached(seen.case, reminder, seen.today):
            yield _notice(seen.case, Stage.FOLLOW_UP, f"reminder-{reminder.tail}")
    yield from _remind(seen, Stage.FOLLOW_UP)


STAGES: Mapping[Stage, Callable[[_Seen], Iterator[Action]]] = {
    Stage.RECEIPT: receipt,
    Stage.COLLECTION: collection,
    Stage.DRAFTING: drafting,
    Stage.DECISIONS: decisions,
    Stage.COUNCILS: councils_decide,
    Stage.SUBMISSION: submission,
    Stage.FOLLOW_UP: follow_up,
}
"""What each stage calls for, in their order. A process may ask parties in any of them."""


def _ask(seen: _Seen, at: Stage) -> Iterator[Action]:
    """The parties of the stage's steps are asked, thanked, and told when their date moves."""
    case, today = seen.case, seen.today
    rows = [row for row in seen.rows if row.step.stage is at]
    if seen.opening is not None and seen.opening.stage is at:
        yield seen.opening
    yield from _newcomers(seen, rows)
    yield from invitations(case, rows, today)
    if at is Stage.COUNCILS:
        yield from asked_again(case, seen.rows, today)
    yield from thanks(case, rows, today)
    yield from moved_dates(case, rows, today)
    yield from extensions(case, rows, today)


def _remind(seen: _Seen, at: Stage) -> Iterator[Action]:
    """Those who owe are reminded; the secretariat is told once of what it has to release."""
    chased = [action for action in seen.chased if action.stage is at]
    waiting = {(action.step_id, action.rung, action.due_on) for action in chased if action.copy_to}
    for step, rung, due_on in sorted(waiting):
        yield _notice(seen.case, at, f"escalation-{due_on}-{step}~{rung}")
    rows = [row for row in seen.rows if row.step.stage is at]
    yield from dated_reminders(seen.case, rows, seen.today)
    yield from chased


def _tell_begun(seen: _Seen, at: Stage) -> Iterator[SendMail]:
    """The secretariat is told that the stage has begun."""
    if seen.at is at and is_fresh(seen.begun, seen.today):
        yield _notice(seen.case, at, at.value)


# --- What they are made of ---


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
    parties = [p.party for p in case.parties_of(step) if p.is_member_on(today)]
    days = {party: opening_due_on(case, step, party, plan, today) for party in parties}
    due_on = {party: day for party, day in days.items() if day is not None}
    if not due_on:
        return None
    return OpenStep(
        key=f"{case.reference}/{step.id}/open",
        stage=step.stage,
        step_id=step.id,
        due_on=due_on,
        opened_on=today,
        origin=DateSource.COMPUTED,
    )


def _newcomers(seen: _Seen, rows: Sequence[Standing]) -> Iterator[OpenStep]:
    """A party that began after its step was opened is asked too: it takes over from another."""
    case, today = seen.case, seen.today
    opened = {obligation.step for obligation in case.obligations}
    for row in rows:
        is_new = row.party.member_from is not None and row.state is State.NOT_ASKED
        if not is_new or row.step.id not in opened:
            continue
        party = row.party.party
        due_on = opening_due_on(case, row.step, party, seen.plan, today) or today
        fair = calendar_of(case).next_sending_day(today + dt.timedelta(days=LEAST_COUNCIL_DAYS))
        yield OpenStep(
            key=f"{case.reference}/{row.step.id}/open-{party}",
            stage=row.step.stage,
            step_id=row.step.id,
            due_on={party: max(due_on, fair)},
            opened_on=today,
            origin=DateSource.COMPUTED,
        )


def opening_due_on(
    case: Case, step: Step, party: str, plan: Plan | None, today: dt.date
) -> dt.date | None:
    """The day by which ``party`` is asked for a step that opens today.

    A council is asked for the first day on which it can decide: by its own meetings, known or
    assumed, whether that is in time or not. What it has announced is no date of ours. Whoever has
    no meetings here (a regional council) gets the day of the last council; other steps the plan's.
    """
    row, calendar = plan.step(step.id) if plan else None, calendar_of(case)
    council = plan.council(party) if plan is not None and is_council_step(step) else None
    if council is not None and council.chain:
        return council.chain[-1].held_on
    if plan is not None and is_council_step(step) and (row is None or row.planned is None):
        return calendar.next_sending_day(max(plan.deadline, today))
    if row is None or row.planned is None:
        wanted = step.wanted_business_days
        if not wanted:
            return None
        return calendar.next_sending_day(calendar.add_business_days(today, wanted))
    return calendar.next_sending_day(max(row.planned, today))


def _lifting(case: Case, rows: Sequence[Standing], today: dt.date) -> LiftReservation | None:
    sent = report_sent(case)
    lifted = any(s.submission_kind is SubmissionKind.RESERVATION_LIFTED for s in case.submissions)
    if sent is None or lifted or not sent.reservation_for or open_reservation(case, rows):
        return None
    named = set(sent.reservation_for)
    days = [r.met_on for r in deciding(rows) if r.party.party in named and r.met_on is not None]
    return LiftReservation(
        key=f"{case.reference}/submission/reservation-lifted",
        stage=Stage.SUBMISSION,
        parties=sent.reservation_for,
        decided_on=max(days, default=today),
    )


def next_look(case: Case, today: dt.date) -> dt.date | None:
    """The next day on which the case itself has something due without anything happening."""
    if case.is_closed:
        return None
    days: list[dt.date | None] = [reminder_day(case, r) for r in case.dated_reminders]
    for party in case.parties:
        ended = party.member_until
        days += [party.member_from, ended + dt.timedelta(days=1) if ended else None]
    if report_sent(case) is None:
        meeting = next_meeting(case, today)
        days += (warned_on(case), meeting + dt.timedelta(days=1) if meeting else None)
    return min((day for day in days if day is not None and day > today), default=None)


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


def _is_reservation_near(seen: _Seen) -> bool:
    first, deadline = warned_on(seen.case), seen.case.deadline
    if seen.at is not Stage.COUNCILS or deadline is None or first is None:
        return False
    return first <= seen.today <= deadline and bool(councils(seen.rows).missing)


def warned_on(case: Case) -> dt.date | None:
    """The first day on which the secretariat is told that councils are missing; None: never."""
    if case.deadline is None or not case.process.reservation:
        return None
    return calendar_of(case).add_business_days(case.deadline, -RESERVATION_BUSINESS_DAYS)
