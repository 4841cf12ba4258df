"""Who owes what in a case, and by when? One line for each thing, in any list of what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.verdict import VerdictOutcome
from udmelding.config.parties import danish_sort_key
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import Standing, State
from udmelding.rules.plan.case_plan import done_on, with_passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing that somebody owes: the line of every list of what is due.

    Attributes:
        what: what is owed, in Danish.
        party: who owes it: a municipality's code, a body's id, ``secretariat`` or ``agency``.
        days_over: calendar days past the due date; negative before it; None without a date.
    """

    reference: str
    step_id: str
    what: str
    party: str
    party_name: str
    due_on: dt.date | None
    days_over: int | None
    state: State
    last_reminded_on: dt.date | None = None
    reminders: int = 0


def owed_in(
    case: Case, rows: Sequence[Standing], today: dt.date, assumed: Collection[str] = ()
) -> tuple[Owed, ...]:
    """Everything that is owed in the case now, by due date; a closed case owes nothing.

    ``assumed`` are the steps of the bodies whose planned meeting no calendar confirms.
    """
    if case.is_closed:
        return ()
    over = with_passed(case.process, done_on(case.process, rows))
    owed = [
        Owed(
            reference=case.reference,
            step_id=row.step.id,
            what=row.step.title + (" (antaget mødedato)" if row.step.id in assumed else ""),
            party=row.party.party,
            party_name=row.party.name,
            due_on=row.due_on,
            days_over=(today - row.due_on).days if row.due_on else None,
            state=row.state,
            last_reminded_on=row.last_mail.finished_at.date()
            if row.last_mail and row.last_mail.finished_at
            else None,
            reminders=row.mails_sent,
        )
        for row in rows
        if row.state.is_owed and row.step.id not in over
    ]
    owed += _owed_after_submission(case, today)
    return tuple(sorted(owed, key=_place))


def _place(owed: Owed) -> tuple[object, ...]:
    return owed.due_on or dt.date.max, owed.step_id, danish_sort_key(owed.party_name)


def _owed_after_submission(case: Case, today: dt.date) -> list[Owed]:
    """Open questions from the agency, its verdict, and the actions of the action plan."""
    answered = {answer.number for answer in case.question_answers}
    items = [
        ("follow_up", "Svar på supplerende spørgsmål", "secretariat", question.due_on)
        for question in case.questions
        if question.number not in answered
    ]
    last = case.verdicts[-1] if case.verdicts else None
    if last is not None and last.verdict_outcome is VerdictOutcome.EXPECTED:
        items.append(("follow_up", "Svar på afrapporteringen", "agency", last.day))
    items += [
        ("action_plan", action.title, action.owner or "secretariat", action.due_on)
        for action in case.action_plan
        if action.done_on is None and action.due_on is not None
    ]
    names = {party.party: party.name for party in case.parties}
    return [
        Owed(
            reference=case.reference,
            step_id=step_id,
            what=what,
            party=party,
            party_name=names.get(party, party),
            due_on=due_on,
            days_over=(today - due_on).days,
            state=State.OVERDUE if due_on < today else State.OPEN,
        )
        for step_id, what, party, due_on in items
    ]
