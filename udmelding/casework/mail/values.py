"""What does a mail say? Fills each kind of mail's context from the case's values.

First the mails that begin or end something, then reminders and mails about new dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models import (
    Completeness,
    ContactRole,
    DocumentKind,
    MailKind,
    PartyKind,
)
from udmelding.casework.case.documents import questions_to_send, report_to_send
from udmelding.casework.forms.question_sets import NO_FORMS, Forms
from udmelding.casework.mail.basis import Asked, asking, notice_text, progress
from udmelding.config.case.library import area_named, load_areas
from udmelding.config.case.process import Parties, Step
from udmelding.config.settings import Settings
from udmelding.documents.mail import contexts
from udmelding.journal.parties import ContactValue
from udmelding.rules.case.actions import SendMail
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Submission
from udmelding.rules.case.glossary import label
from udmelding.rules.case.letters_due import signers_of
from udmelding.rules.case.standing import deciding, of_councils
from udmelding.rules.due.chasing import Evidence
from udmelding.rules.papers.letters import TITLES, LetterKind
from udmelding.rules.papers.meeting_paper import versioned_title
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


def context_of(
    settings: Settings,
    case: Case,
    action: SendMail,
    to: ContactValue,
    today: dt.date,
    *,
    forms: Forms = NO_FORMS,
    copied: Sequence[ContactRole] = (),
) -> contexts.MailContext:
    """The values of the mail that ``action`` asks for, addressed to ``to``.

    Args:
        settings: who writes.
        case: what is known.
        action: which mail, to which party, about which due date.
        to: the receiver, greeted by name.
        today: the day it is written.
        forms: the question sets that the case asks.
        copied: the roles that get a copy; the text says so of them only.
    """
    found = _status_of(case, today)
    row = next(
        (
            r
            for r in found.standings
            if (r.step.id, r.party.party) == (action.step_id, action.party)
        ),
        None,
    )
    asked = Asked(settings, case, found, row, action, today, copied=tuple(copied))
    common = common_values(settings, case, action.party, to.name, today)
    common |= asking(case, action.mail, (action.step_id, action.party), forms)
    return _MAKERS[action.mail](asked, common)


def common_values(
    settings: Settings, case: Case, party: str, greeting: str, today: dt.date
) -> dict[str, Any]:
    """What every mail to a party in a case knows; ``greeting`` is whom it greets."""
    found = case.party(party)
    return {
        "reference": case.reference,
        "title": case.title,
        "legal_basis": case.particulars.legal_basis,
        "process_title": case.process.title,
        "paper_title": case.process.paper_title,
        "nothing": case.process.words.nothing,
        "about_citizens": case.process.about_citizens,
        "party_name": _full_name(found.name, found.kind) if found else greeting,
        "greeting_name": greeting,
        "written_on": today,
        "secretariat_name": settings.secretariat.name,
        "secretariat_email": settings.secretariat.email,
        "secretariat_phone": settings.secretariat.phone,
        "responsible": case.particulars.responsible,
    }


_AT_HAND = 8
_latest: tuple[tuple[Case, dt.date, Status], ...] = ()


def _status_of(case: Case, today: dt.date) -> Status:
    """The status of the case, a value; worked out once for all mails that one batch writes.

    A gathered mail is about several cases, so those of the last few are at hand.
    """
    global _latest  # one assignment: threads at worst work it out again
    for one, day, known in _latest:
        if one is case and day == today:
            return known
    found = status(case, today)
    _latest = (*_latest[1 - _AT_HAND :], (case, today, found))
    return found


def _full_name(name: str, kind: PartyKind) -> str:
    return f"{name} Kommune" if kind is PartyKind.MUNICIPALITY else name


Maker = Callable[[Asked, dict[str, Any]], contexts.MailContext]


def _invitation(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    return contexts.InvitationContext(
        **common,
        due_on=asked.due_on,
        deadline=asked.case.deadline,
        received_on=asked.case.received_on,
        agency_name=asked.settings.agency.name if asked.case.process.is_from_agency else "",
        is_enclosed=bool(questions_to_send(asked.case)),
    )


def _thanks(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    answer = asked.answer()
    return contexts.ThanksContext(
        **common,
        due_on=asked.due_on,
        answered_on=answer.day,
        completeness=answer.completeness,
    )


def _council_invitation(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    body = _last_body(asked.case)
    decided = [d for d in asked.case.decisions if body is not None and d.step == body.id]
    return contexts.CouncilInvitationContext(
        **common,
        due_on=asked.due_on,
        deadline=asked.case.deadline,
        recommended_on=decided[-1].day if decided else asked.today,
        recommending_body=body.title if body else "",
        report_version=asked.case.latest_version,
        recommended_wording=recommended_wording(asked.case, asked.council_name),
        total=asked.found.councils.total,
        council_name=asked.council_name,
        is_enclosed=bool(report_to_send(asked.case)),
        replaces=_replaced(asked.case) if "-v" in asked.action.rung else 0,
        change_reason=_why_changed(asked.case),
        has_paper=_has_paper(asked),
    )


def _has_paper(asked: Asked) -> bool:
    """Whether a draft of the council's paper is at hand; a regional council writes its own."""
    party = asked.case.party(asked.action.party)
    is_municipality = party is not None and party.kind is PartyKind.MUNICIPALITY
    return is_municipality and asked.case.latest_version > 0


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


def senders_of(case: Case, settings: Settings) -> str:
    """Whose report and letters those of the case are, inside a sentence.

    They are of those who are asked: of a national case most often one area's, whose councils are
    the ones that the letters count.
    """
    areas = sorted(case.asked_areas or {case.area}, key=lambda area: (area != case.area, area))
    if len(areas) == len(load_areas()):
        return "landets kommuner"
    return f"kommunerne i {join_names([area_named(a, settings.texts_folder).kkr for a in areas])}"


def _letter(asked: Asked, common: dict[str, Any], sent: Submission | None) -> dict[str, Any]:
    """What all letters know, signed by those who have signed the submission."""
    signers = tuple(signer.text for signer in signers_of(sent))
    return {**common, "senders": senders_of(asked.case, asked.settings), "signers": signers}


def _question_answer(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    number = int(asked.action.rung.removeprefix("answer-"))
    answer = next(a for a in reversed(asked.case.question_answers) if a.number == number)
    question = next((q for q in reversed(asked.case.questions) if q.number == number), None)
    return contexts.QuestionAnswerContext(
        **_letter(asked, common, None),
        questions_on=question.day if question else None,
        questions=question.text if question else "",
        answer=answer.note,
    )


def _submission(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    found, sent = asked.found, asked.found.submission
    enclosed = [versioned_title(document) for document in report_to_send(asked.case)]
    if found.councils.total:
        enclosed.append(TITLES[LetterKind.OVERVIEW])
    names = {p.party: p.name for p in asked.case.parties}
    # Without word from the other areas, a figure for the country would be wrong.
    country = found.country if asked.case.tallies else None
    return contexts.SubmissionContext(
        **_letter(asked, common, sent),
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
        enclosed=tuple(enclosed),
    )


def _lifted(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    found, sent = asked.found, asked.found.submission
    named = set(sent.reservation_for) if sent else set()
    return contexts.ReservationLiftedContext(
        **_letter(asked, common, sent),
        submitted_on=asked.submitted_on,
        lifted=tuple(
            (row.party.name, row.met_on)
            for row in deciding(found.standings)
            if row.party.party in named and row.met_on
        ),
        total=found.councils.total,
    )


def _notice(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    headline, lines = notice_text(asked.case, asked.found, asked.action.rung)
    return contexts.NoticeContext(**common, headline=headline, lines=lines)


def _announced(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
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


def _dated(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """Reminders on a fixed day, in the caseworker's words."""
    tail = asked.action.rung.removeprefix("dated-")
    found = next(r for r in asked.case.dated_reminders if r.tail == tail)
    return contexts.DatedReminderContext(
        **common,
        message=found.text,
        due_on=asked.due_on,
        asked_on=asked.asked_on,
        is_decision=asked.is_decision,
        council_name=asked.council_name,
    )


def _extended(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
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


def _moved(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
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


def _reminder(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
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
        progress=progress(asked),
        announced_on=_announced_on(asked),
    )


def _returned(asked: Asked, common: dict[str, Any]) -> contexts.MailContext:
    """An answer that is sent back."""
    answer = asked.answer()
    return contexts.AnswerReturnedContext(
        **common, due_on=asked.due_on, answered_on=answer.day, returned_for=answer.note
    )


_MAKERS: Mapping[MailKind, Maker] = {
    MailKind.INVITATION: _invitation,
    MailKind.REMINDER_BEFORE: _reminder,
    MailKind.REMINDER_OVERDUE: _reminder,
    MailKind.REMINDER_ESCALATED: _reminder,
    MailKind.THANKS: _thanks,
    MailKind.ANSWER_RETURNED: _returned,
    MailKind.EXTENSION_GRANTED: _extended,
    MailKind.ANNOUNCED_BEFORE: _announced,
    MailKind.ANNOUNCED_PASSED: _announced,
    MailKind.DATED_REMINDER: _dated,
    MailKind.COUNCIL_INVITATION: _council_invitation,
    MailKind.COUNCIL_REMINDER_BEFORE: _reminder,
    MailKind.COUNCIL_REMINDER_OVERDUE: _reminder,
    MailKind.COUNCIL_REMINDER_ESCALATED: _reminder,
    MailKind.DUE_DATE_MOVED: _moved,
    MailKind.NOTICE: _notice,
    MailKind.SUBMISSION: _submission,
    MailKind.RESERVATION_LIFTED: _lifted,
    MailKind.QUESTION_ANSWER: _question_answer,
}


def _last_answer_day(asked: Asked) -> dt.date | None:
    answers = asked.of_party(asked.case.responses)
    return answers[-1].day if answers else None


def _returned_for(asked: Asked) -> str:
    answers = asked.of_party(asked.case.responses)
    return answers[-1].note if answers else ""


def _announced_on(asked: Asked) -> dt.date | None:
    """The day that the party had announced, if it has passed."""
    said = Evidence(asked.case).announced_day((asked.action.step_id, asked.action.party))
    return said.expected_on if said is not None and said.expected_on < asked.today else None
