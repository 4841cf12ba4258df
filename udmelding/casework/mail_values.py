"""What does a mail say? Fills each kind of mail's context from the case's values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from models import MailKind, PartyKind
from udmelding.casework.enclosures import questions_to_send, report_to_send
from udmelding.casework.notices import notice_text
from udmelding.config.process import Parties, Step
from udmelding.config.settings import Settings
from udmelding.documents import mail_contexts as contexts
from udmelding.journal.contacts import ContactValue
from udmelding.rules.actions import SendMail
from udmelding.rules.case import Case
from udmelding.rules.case_plan import calendar_of
from udmelding.rules.date_wording import long_date
from udmelding.rules.facts import Mail, Response
from udmelding.rules.glossary import label
from udmelding.rules.standing import Standing, is_council_step, of_councils
from udmelding.rules.status import Status, status


def context_of(
    settings: Settings,
    case: Case,
    action: SendMail,
    to: ContactValue,
    today: dt.date,
    *,
    has_copies: bool,
) -> contexts.MailContext:
    """The values of the mail that ``action`` asks for, addressed to ``to``.

    Args:
        settings: who writes.
        case: what is known.
        action: which mail, to which party, about which due date.
        to: the receiver, greeted by name.
        today: the day it is written.
        has_copies: whether anybody gets a copy; the text says so only then.
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
    asked = _Asked(settings, case, found, row, action, today, has_copies=has_copies)
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


class _Asked:
    """What a context is made from."""

    def __init__(
        self,
        settings: Settings,
        case: Case,
        found: Status,
        row: Standing | None,
        action: SendMail,
        today: dt.date,
        *,
        has_copies: bool,
    ) -> None:
        self.has_copies = has_copies
        self.settings, self.case, self.found = settings, case, found
        self.row, self.action, self.today = row, action, today

    @property
    def due_on(self) -> dt.date:
        return self.action.due_on or self.today

    @property
    def asked_on(self) -> dt.date:
        return self.row.opened_on if self.row and self.row.opened_on else self.today

    @property
    def council_name(self) -> str:
        is_region = self.row and self.row.party.kind is PartyKind.REGIONAL_COUNCIL
        return "regionsrådet" if is_region else "kommunalbestyrelsen"

    @property
    def chief_executive_title(self) -> str:
        is_region = self.council_name == "regionsrådet"
        return "regionsdirektøren" if is_region else "kommunaldirektøren"

    @property
    def submitted_on(self) -> dt.date:
        """The day the report was sent; the day it was recorded where the source is vague."""
        sent = self.found.submission
        if sent is None:
            return self.today
        return sent.happened_to if sent.is_one_day else sent.recorded_at.date()

    def business_days_to(self, day: dt.date) -> int:
        return calendar_of(self.case).business_days_between(self.today, day)

    def earlier_reminders(self) -> tuple[dt.date, ...]:
        """Days on which this party was reminded before in this step."""
        ladder = {rung.id for rungs in self.case.process.ladders.values() for rung in rungs}
        sent = [m for m in self.case.mails if self._is_mine(m) and m.rung in ladder]
        return tuple(m.finished_at.date() for m in sent if m.finished_at is not None)

    def _is_mine(self, mail: Mail) -> bool:
        return (mail.step, mail.party) == (self.action.step_id, self.action.party)


Maker = Callable[[_Asked, dict[str, Any]], contexts.MailContext]


def _invitation(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
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


def _reminder(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
    return contexts.ReminderContext(
        **common,
        due_on=asked.due_on,
        asked_on=asked.asked_on,
        business_days_left=max(0, asked.business_days_to(asked.due_on)),
        business_days_over=max(0, -asked.business_days_to(asked.due_on)),
        earlier_reminders=asked.earlier_reminders(),
        is_copy_to_chief_executive=asked.has_copies,
        chief_executive_title=asked.chief_executive_title,
        council_name=asked.council_name,
    )


def _thanks(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
    answer = _answer(asked)
    return contexts.ThanksContext(
        **common,
        due_on=asked.due_on,
        answered_on=answer.happened_to,
        completeness=answer.completeness,
    )


def _answer(asked: _Asked) -> Response:
    """The very answer that is thanked for; its day is in the mail's rung."""
    day = asked.action.rung.partition("@")[2]
    return next(
        r
        for r in reversed(asked.case.responses)
        if (r.step, r.party) == (asked.action.step_id, asked.action.party)
        and r.happened_to.isoformat() == day
    )


def _council_invitation(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
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
    )


def _last_body(case: Case) -> Step | None:
    bodies = [step for step in case.process.steps if step.parties is Parties.BODY]
    return bodies[-1] if bodies else None


def recommended_wording(case: Case, council: str) -> str:
    """The recommendation that every council can copy into its own case."""
    return f"Det indstilles, at {council} godkender {case.process.paper_title} «{case.title}»."


def _submission(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
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


def _lifted(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
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


def _moved(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
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
        is_decision=bool(asked.row and is_council_step(asked.row.step)),
        council_name=asked.council_name,
    )


def _notice(asked: _Asked, common: dict[str, Any]) -> contexts.MailContext:
    headline, lines = notice_text(asked.case, asked.found, asked.action.rung)
    return contexts.NoticeContext(**common, headline=headline, lines=lines)


_MAKERS: Mapping[MailKind, Maker] = {
    MailKind.INVITATION: _invitation,
    MailKind.REMINDER_BEFORE: _reminder,
    MailKind.REMINDER_OVERDUE: _reminder,
    MailKind.REMINDER_ESCALATED: _reminder,
    MailKind.THANKS: _thanks,
    MailKind.COUNCIL_INVITATION: _council_invitation,
    MailKind.COUNCIL_REMINDER_BEFORE: _reminder,
    MailKind.COUNCIL_REMINDER_OVERDUE: _reminder,
    MailKind.COUNCIL_REMINDER_ESCALATED: _reminder,
    MailKind.DUE_DATE_MOVED: _moved,
    MailKind.NOTICE: _notice,
    MailKind.SUBMISSION: _submission,
    MailKind.RESERVATION_LIFTED: _lifted,
}
