"""Question sets as PDF: the form to print, and the receipt for what a respondent has answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import OutboxState
from udmelding.casework.forms.question_sets import RESPONDENTS
from udmelding.casework.forms.seen import asked_in, asked_of, due_on
from udmelding.casework.forms.workbooks import NOTHING_CONFIRMED
from udmelding.casework.look import look_of
from udmelding.casework.wiring import Services
from udmelding.config.forms.questions import Respondent
from udmelding.documents.forms.printed import FormPaper, Receipt, printed_form_pdf, receipt_pdf
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.journal.forms.answers import AskedSet, GivenAnswer, answers_of
from udmelding.journal.mail.outbox_search import mails_among
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party
from udmelding.rules.case.mail_state import FOLDER
from udmelding.rules.files.file_names import safe_name


@dataclass(frozen=True, slots=True)
class FormFile:
    """A PDF and what it is called."""

    name: str
    content: bytes


def printed_form(services: Services, reference: str, now: dt.datetime, party: str = "") -> FormFile:
    """The questions that a case asks, with room to write.

    Args:
        services: the database; its settings say who asks.
        reference: the case.
        now: the moment.
        party: code of who answers; empty for a form that any municipality may get.

    Raises:
        NotFoundError: the party is not in the case.
        RefusedError: the case asks nothing, or the party is not asked.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
        asked = asked_of(session, case)
    if asked is None:
        raise RefusedError("Sagen har ikke et spørgeskema.")
    found = _party(case, party) if party else None
    paper = _paper(services, case, asked, found)
    due = due_on(case, asked.step, party) if found else None
    content = printed_form_pdf(paper, due, now, look_of(services))
    return _file("Spørgeskema", paper, content)


def receipt_for(services: Services, reference: str, party: str, now: dt.datetime) -> FormFile:
    """The receipt for a respondent's last answer that stands, as of the moment it came.

    Raises:
        NotFoundError: the party is not in the case.
        RefusedError: it has not answered, or is not asked.
    """
    with reading(services.engine) as session:
        case_id = find(session, reference).id
        given = answers_of(session, case_id, now, party=party)
        answer = given[-1] if given else None
        then = answer.recorded_at if answer else now
        case = load(session, reference, then)
        # The questions that were asked then; others may have taken their place since.
        asked = asked_in(session, case_id, then)
    found = _party(case, party)
    if answer is None or asked is None:
        raise RefusedError(f"{found.name} har ikke svaret på spørgeskemaet endnu.")
    paper = _paper(services, case, asked, found)
    return _file("Kvittering", paper, receipt_pdf(paper, _receipt(answer), look_of(services)))


def has_receipt(services: Services, reference: str, party: str, now: dt.datetime) -> bool:
    """Whether a respondent has answered, so that there is a receipt to fetch."""
    with reading(services.engine) as session:
        return bool(answers_of(session, find(session, reference).id, now, party=party))


def copies_of(services: Services, reference: str, answer: GivenAnswer) -> tuple[str, ...]:
    """To whom thanks for that answer have gone by mail; empty until they have."""
    key = f"{reference}/{answer.step}/{answer.party}/thanks@{answer.happened_to}"
    with reading(services.engine) as session:
        mails = mails_among(session, [key])
    gone = [mail for mail in mails if mail.state is OutboxState.SENT and mail.transport != FOLDER]
    return tuple(address for mail in gone for address in (*mail.recipients, *mail.copies))


def _party(case: Case, party: str) -> Party:
    found = case.party(party)
    if found is None:
        raise NotFoundError("part i sagen", party)
    if found.kind not in RESPONDENTS or not found.is_asked:
        raise RefusedError(f"{found.name} er ikke spurgt i sagen.")
    return found


def _paper(services: Services, case: Case, asked: AskedSet, party: Party | None) -> FormPaper:
    return FormPaper(
        form=asked.form,
        respondent=RESPONDENTS[party.kind] if party else Respondent.MUNICIPALITY,
        reference=case.reference,
        case_title=case.title,
        party=party.name if party else "",
        secretariat=services.settings.secretariat.name,
        is_made_up=case.is_made_up,
    )


def _receipt(answer: GivenAnswer) -> Receipt:
    return Receipt(
        received_at=answer.recorded_at,
        channel=answer.channel,
        completeness=answer.completeness,
        content=answer.content,
        filled_by=answer.filled_by,
        responsible=answer.responsible,
        note=answer.note,
        confirmed="" if answer.confirmed == NOTHING_CONFIRMED else answer.confirmed,
        file_name=answer.file_name,
    )


def _file(what: str, paper: FormPaper, content: bytes) -> FormFile:
    name = " - ".join(filter(None, (paper.reference, paper.party, what)))
    return FormFile(safe_name(name, ".pdf"), content)
