"""What does a mail say? Fills each kind of mail's context from the case's values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models import ContactRole, DocumentKind, MailKind, PartyKind
from udmelding.casework import mail_values_reminders as reminders
from udmelding.casework.enclosures import questions_to_send, report_to_send
from udmelding.casework.mail.basis import Asked
from udmelding.casework.notices import notice_text
from udmelding.config.case.process import Parties, Step
from udmelding.config.settings import Settings
from udmelding.documents.mail import contexts
from udmelding.journal.parties import ContactValue
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import of_councils
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.date_wording import long_date


def context_of(
    settings: Settings,
    case: Case,
    action: SendMail,
    to: ContactValue,
    today: dt.date,
    *,
    copied: Sequence[ContactRole] = (),
) -> contexts.MailContext:
    """The values of the mail that ``action`` asks for, addressed to ``to``.

    Args:
        settings: who writes.
        case: what is known.
        action: which mail, to which party, about which due date.
        to: the receiver, greeted by name.
        today: the day it is written.
        copied: the roles that get a copy; the text says so of them only.
    """
    found = _status_of(case, today)
    party = case.party(action.party)
    row = next(
        (
            r
            for r in found.standings
            if (r.step.id, r.party.party) == (action.step_id, action.party)
        ),
        None,
    )
    common: dict[str, Any] = {
        "reference": case.reference,
        "title": case.title,
        "legal_basis": case.particulars.legal_basis,
        "process_title": case.process.title,
        "paper_title": case.process.paper_title,
        "party_name": _full_name(party.name, party.kind) if party else to.name,
        "greeting_name": to.name,
        "written_on": today,
        "secretariat_name": settings.secretariat.name,
        "secretariat_email": settings.secretariat.email,
        "secretariat_phone": settings.secretariat.phone,
        "responsible": case.particulars.responsible,
    }
    asked = Asked(settings, case, found, row, action, today, copied=tuple(copied))
    return _MAKERS[action.mail](asked, common)


_latest: tuple[Case, dt.date, Status] | None = None


def _status_of(case: Case, today: dt.date) -> Status:
    """The status of the case, a value; worked out once for all mails that one batch writes."""
    global _latest  # one assignment: threads at worst work it out again
    known = _latest
    if known is None or known[0] is not case or known[1] != today:
        known = _latest = case, today, status(case, today)
    return known[2]


def _full_name(name: str, kind: PartyKind) -> str:
    return f"{name} Kommune" if kind is PartyKind.MUNICIPALITY else name


Maker = Callable[[Asked, dict[str, Any]], contexts.MailContext]


def _invitation(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    # A plain questionnaire round is the secretariat's own; no agency has asked for it.
    is_plain = not any(step.parties is Parties.BODY for step in asked.case.process.steps)
    return contexts.InvitationContext(
        **common,
        due_on=asked.due_on,
        deadline=asked.case.deadline,
        received_on=asked.case.received_on,
        agency_name="" if is_plain else asked.settings.agency.name,
        is_enclosed=bool(questions_to_send(asked.case)),
    )


def _thanks(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    answer = asked.answer()
    return contexts.ThanksContext(
        **common,
        due_on=asked.due_on,
        answered_on=answer.happened_to,
        completeness=answer.completeness,
    )


def _council_invitation(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    body = _last_body(asked.case)
    decided = [d for d in asked.case.decisions if body is not None and d.step == body.id]
    return contexts.CouncilInvitationContext(
        **common,
        due_on=asked.due_on,
        deadline=asked.case.deadline,
        recommended_on=decided[-1].happened_to if decided else asked.today,
        recommending_body=body.title if body else "",
        report_version=asked.case.latest_version,
        recommended_wording=recommended_wording(asked.case, asked.council_name),
        total=asked.found.councils.total,
        council_name=asked.council_name,
        is_enclosed=bool(report_to_send(asked.case)),
        replaces=_replaced(asked.case) if "-v" in asked.action.rung else 0,
        change_reason=_why_changed(asked.case),
    )


def _replaced(case: Case) -> int:
    """The version that was decided on before the one that holds; 0 for none."""
    finals = [d.version for d in case.documents if d.document_kind is DocumentKind.FINAL_REPORT]
    return max((version for version in finals if version < case.deciding_version), default=0)


def _why_changed(case: Case) -> str:
    """What the version that holds changes, in the words of whoever made it."""
    made = [v for v in case.report_versions if v.number == case.deciding_version]
    return made[-1].reason if made else ""


def _last_body(case: Case) -> Step | None:
    bodies = [step for step in case.process.steps if step.parties is Parties.BODY]
    return bodies[-1] if bodies else None


def recommended_wording(case: Case, council: str) -> str:
    """The recommendation that every council can copy into its own case."""
    return f"Det indstilles, at {council} godkender {case.process.paper_title} «{case.title}»."


def _submission(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    found, sent = asked.found, asked.found.submission
    enclosed = tuple(document.title for document in report_to_send(asked.case))
    names = {p.party: p.name for p in asked.case.parties}
    # Without word from the other areas, a figure for the country would be wrong.
    country = found.country if asked.case.tallies else None
    return contexts.SubmissionContext(
        **common,
        deadline=found.deadline,
        submitted_on=asked.submitted_on,
        approved=found.councils.approved,
        total=found.councils.total,
        missing=tuple(names.get(code, code) for code in (sent.reservation_for if sent else ())),
        country_approved=country.approved if country else None,
        country_total=country.total if country else None,
        decisions=tuple(
            (row.party.name, f"{label(row.outcome)} {long_date(row.met_on)}")
            for row in of_councils(found.standings)
            if row.state.is_closed and row.outcome and row.met_on
        ),
        enclosed=enclosed,
    )


def _lifted(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    found, sent = asked.found, asked.found.submission
    named = set(sent.reservation_for) if sent else set()
    return contexts.ReservationLiftedContext(
        **common,
        submitted_on=asked.submitted_on,
        lifted=tuple(
            (row.party.name, row.met_on)
            for row in of_councils(found.standings)
            if row.party.party in named and row.met_on
        ),
        total=found.councils.total,
    )


def _notice(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    headline, lines = notice_text(asked.case, asked.found, asked.action.rung)
    return contexts.NoticeContext(**common, headline=headline, lines=lines)


_MAKERS: Mapping[MailKind, Maker] = {
    MailKind.INVITATION: _invitation,
    MailKind.REMINDER_BEFORE: reminders.reminder,
    MailKind.REMINDER_OVERDUE: reminders.reminder,
    MailKind.REMINDER_ESCALATED: reminders.reminder,
    MailKind.THANKS: _thanks,
    MailKind.ANSWER_RETURNED: reminders.returned,
    MailKind.EXTENSION_GRANTED: reminders.extended,
    MailKind.ANNOUNCED_BEFORE: reminders.announced,
    MailKind.ANNOUNCED_PASSED: reminders.announced,
    MailKind.DATED_REMINDER: reminders.dated,
    MailKind.COUNCIL_INVITATION: _council_invitation,
    MailKind.COUNCIL_REMINDER_BEFORE: reminders.reminder,
    MailKind.COUNCIL_REMINDER_OVERDUE: reminders.reminder,
    MailKind.COUNCIL_REMINDER_ESCALATED: reminders.reminder,
    MailKind.DUE_DATE_MOVED: reminders.moved,
    MailKind.NOTICE: _notice,
    MailKind.SUBMISSION: _submission,
    MailKind.RESERVATION_LIFTED: _lifted,
}
