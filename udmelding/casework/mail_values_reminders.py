"""What do reminders, and mails about new dates, say? Contexts from the case's values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from models import Completeness, Level, Outcome
from udmelding.casework.mail.basis import Asked
from udmelding.documents.mail import contexts
from udmelding.rules.due.chasing import Evidence
from udmelding.rules.plan.council_wording import DEFINITE
from udmelding.rules.words.date_wording import long_date


def reminder(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """Reminders of an answer or a decision, before and after its due date."""
    row = asked.row
    # A ladder that counts from an announced day escalates too; it speaks of the real due date then.
    due_on = (row.due_on if row else None) or asked.due_on
    is_partial = row is not None and row.completeness is Completeness.PARTIAL
    is_returned = row is not None and row.completeness is Completeness.RETURNED
    return contexts.ReminderContext(
        **common,
        due_on=due_on,
        asked_on=asked.asked_on,
        business_days_left=max(0, asked.business_days_to(due_on)),
        business_days_over=max(0, -asked.business_days_to(due_on)),
        earlier_reminders=asked.earlier_reminders(),
        copied_to=asked.copied_to,
        council_name=asked.council_name,
        answer_state="partial" if is_partial else ("returned" if is_returned else ""),
        answered_on=row.met_on or _last_answer_day(asked) if row else None,
        returned_for=_returned_for(asked) if is_returned else "",
        progress=_progress(asked),
        announced_on=_announced_on(asked),
    )


def _last_answer_day(asked: Asked) -> dt.date | None:
    answers = asked.of_party(asked.case.responses)
    return answers[-1].happened_to if answers else None


def _returned_for(asked: Asked) -> str:
    answers = asked.of_party(asked.case.responses)
    return answers[-1].note if answers else ""


def _announced_on(asked: Asked) -> dt.date | None:
    """The day that the party had announced, if it has passed."""
    said = Evidence(asked.case).announced_day((asked.action.step_id, asked.action.party))
    return said.expected_on if said is not None and said.expected_on < asked.today else None


_SO_FAR = {
    Outcome.POSTPONED: "udsatte sagen",
    Outcome.SENT_BACK: "sendte sagen tilbage",
    Outcome.APPROVED: "godkendte sagen",
    Outcome.APPROVED_WITH_REMARKS: "godkendte sagen med bemærkninger",
    Outcome.RECOMMENDED: "anbefalede sagen",
    Outcome.NOTED: "tog sagen til efterretning",
    Outcome.REJECTED: "afviste sagen",
}


def _progress(asked: Asked) -> str:
    """What the party's own bodies have done so far, short of deciding."""
    row = asked.row
    if row is None or row.level is None or row.outcome is None or row.decided_on is None:
        return ""
    who = asked.council_name if row.level is Level.COUNCIL else DEFINITE[row.level]
    return f"{who} {_SO_FAR[row.outcome]} {long_date(row.decided_on)}"


def announced(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """Reminders of the day that the party has announced itself."""
    day = asked.due_on  # the ladder counts from the announced day
    said = asked.of_party(asked.case.expectations)
    return contexts.AnnouncedContext(
        **common,
        announced_on=day,
        said_on=said[-1].recorded_at.date() if said else asked.today,
        due_on=(asked.row.due_on if asked.row else None) or day,
        is_decision=asked.is_decision,
        business_days_left=max(0, asked.business_days_to(day)),
        business_days_over=max(0, -asked.business_days_to(day)),
        council_name=asked.council_name,
    )


def dated(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """Reminders on a fixed day, in the caseworker's words."""
    tail = asked.action.rung.removeprefix("dated-")
    reminder = next(r for r in asked.case.dated_reminders if r.tail == tail)
    return contexts.DatedReminderContext(
        **common,
        message=reminder.text,
        due_on=asked.due_on,
        asked_on=asked.asked_on,
        is_decision=asked.is_decision,
        council_name=asked.council_name,
    )


def extended(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """More time, confirmed in writing."""
    granted = [e.due_on for e in asked.of_party(asked.case.extensions)]
    first = asked.row.first_due_on if asked.row else None
    return contexts.ExtensionGrantedContext(
        **common,
        due_on=asked.due_on,
        before_on=granted[-2] if len(granted) > 1 else (first or asked.due_on),
        deadline=asked.case.deadline,
        is_decision=asked.is_decision,
        council_name=asked.council_name,
    )


def returned(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """An answer that is sent back."""
    answer = asked.answer()
    return contexts.AnswerReturnedContext(
        **common, due_on=asked.due_on, answered_on=answer.happened_to, returned_for=answer.note
    )


def moved(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """Another date than the one that was given."""
    given = [
        o
        for o in asked.case.obligations
        if (o.step, o.party) == (asked.action.step_id, asked.action.party)
    ]
    return contexts.DueDateMovedContext(
        **common,
        due_on=asked.due_on,
        moved_from=(given[-1].moved_from if given else None) or asked.due_on,
        deadline=asked.case.deadline,
        is_decision=asked.is_decision,
        council_name=asked.council_name,
    )
