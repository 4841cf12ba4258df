"""Which mails besides reminders are due to a party? Each follows from one fact, and goes once.

Whoever calls takes away those whose key stands in the outbox already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from models.document import DocumentKind
from models.outbox import MailKind
from models.party import PartyKind
from models.process import Stage
from models.response import Completeness
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import DatedReminder
from udmelding.rules.case.letters_due import LetterDue, is_fresh, letters_due
from udmelding.rules.case.standing import Standing, is_council_step
from udmelding.rules.due.chasing import Evidence, chase_of
from udmelding.rules.plan.case_plan import calendar_of


def invitations(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Parties that were asked are told so."""
    for row in rows:
        if row.step.invitation is None or not row.state.is_owed or row.opened_on is None:
            continue
        if not is_fresh(row.opened_on, today):
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


def asked_again(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Councils are asked again to decide on a substantive new version, once the bodies have."""
    since = _decided_anew_since(case, rows)
    if since is None or not is_fresh(since, today):
        return
    number = case.deciding_version
    for row in rows:
        if not is_council_step(row.step) or row.step.invitation is None:
            continue
        if row.state.is_owed and row.opened_on is not None and row.opened_on <= since:
            yield SendMail(
                key=f"{case.reference}/{row.step.id}/{row.party.party}/invitation-v{number}",
                stage=row.step.stage,
                mail=row.step.invitation,
                step_id=row.step.id,
                party=row.party.party,
                rung=f"invitation-v{number}",
                due_on=row.due_on,
            )


def _decided_anew_since(case: Case, rows: Sequence[Standing]) -> dt.date | None:
    """The day from which the councils can decide on a version that replaced another; else None."""
    finals = [d for d in case.documents if d.document_kind is DocumentKind.FINAL_REPORT]
    newest = next((d for d in finals if d.version == case.deciding_version), None)
    bodies = [row for row in rows if row.party.kind is PartyKind.BODY]
    is_new = newest is not None and any(d.version < newest.version for d in finals)
    if newest is None or not is_new or not all(row.state.is_closed for row in bodies):
        return None
    return max([newest.recorded_at.date(), *(row.met_on for row in bodies if row.met_on)])


def thanks(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Parties that answered are thanked, or told why the answer comes back."""
    at = {(row.step.id, row.party.party): row for row in rows}
    for response in case.responses:
        row = at.get((response.step, response.party))
        known_on = response.recorded_at.date()
        if row is None or row.step.thanks is None or not is_fresh(known_on, today):
            continue
        is_returned = response.completeness is Completeness.RETURNED
        rung = f"{'returned' if is_returned else 'thanks'}@{response.happened_to}"
        yield SendMail(
            key=f"{case.reference}/{response.step}/{response.party}/{rung}",
            stage=row.step.stage,
            mail=MailKind.ANSWER_RETURNED if is_returned else row.step.thanks,
            step_id=response.step,
            party=response.party,
            rung=rung,
            due_on=row.due_on,
        )


def extensions(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Parties that were granted more time are told the date in writing; the latest counts."""
    owing = {(row.step.id, row.party.party): row for row in rows if row.state.is_owed}
    latest = {(e.step, e.party): e for e in case.extensions}
    for at, extension in latest.items():
        row = owing.get(at)
        if row is None or row.opened_on is None:
            continue
        if not is_fresh(extension.recorded_at.date(), today) or row.step.ladder is None:
            continue
        rung = f"extended@{extension.due_on}"
        yield SendMail(
            key=f"{case.reference}/{extension.step}/{extension.party}/{rung}",
            stage=row.step.stage,
            mail=MailKind.EXTENSION_GRANTED,
            step_id=extension.step,
            party=extension.party,
            rung=rung,
            due_on=extension.due_on,
        )


def dated_reminders(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Reminders on a fixed day to the parties that still owe then, unless they are silent."""
    due_now = [r for r in case.dated_reminders if r.step and is_reached(case, r, today)]
    if not due_now or not calendar_of(case).may_send(today):
        return
    evidence = Evidence(case)
    for reminder in due_now:
        for row in rows:
            party = row.party.party
            if row.step.id != reminder.step or reminder.party not in ("", party):
                continue
            chase = chase_of(evidence, row)
            if chase is None or chase.is_silent(today):
                continue
            yield SendMail(
                key=f"{case.reference}/{row.step.id}/{party}/dated-{reminder.tail}",
                stage=row.step.stage,
                mail=MailKind.DATED_REMINDER,
                step_id=row.step.id,
                party=party,
                rung=f"dated-{reminder.tail}",
                due_on=row.due_on,
            )


def is_reached(case: Case, reminder: DatedReminder, today: dt.date) -> bool:
    """Whether the reminder's day has come and is not long gone."""
    day = reminder_day(case, reminder)
    return day <= today and is_fresh(day, today)


def reminder_day(case: Case, reminder: DatedReminder) -> dt.date:
    """The day on which a dated reminder goes out: its own, or the next one that mail may go on."""
    calendar = calendar_of(case)
    if not reminder.step:
        return calendar.next_business_day(reminder.remind_on)
    return calendar.next_sending_day(reminder.remind_on)


def moved_dates(case: Case, rows: Sequence[Standing], today: dt.date) -> Iterator[SendMail]:
    """Parties whose date the plan has moved are told the new one; only those who still owe."""
    owing = {(row.step.id, row.party.party): row for row in rows if row.state.is_owed}
    for obligation in case.obligations:
        row = owing.get((obligation.step, obligation.party))
        if row is None or obligation.moved_from is None or row.is_extended:
            continue
        if not is_fresh(obligation.recorded_at.date(), today):
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


def letters(case: Case, today: dt.date) -> Iterator[SendMail]:
    """The letters to the outside that wait for a person to release them; see ``letters_due``."""
    yield from map(mail_of, letters_due(case, today))


def mail_of(letter: LetterDue) -> SendMail:
    """The mail that the letter becomes when it is released."""
    return SendMail(
        key=letter.key,
        stage=Stage.SUBMISSION,
        mail=letter.mail,
        step_id="submission",
        party=letter.receiver,
        rung=letter.rung,
    )
