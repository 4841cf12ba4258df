"""What the secretariat does with an answer: it chooses among several, or sends one back."""

from __future__ import annotations

from models import Completeness
from udmelding.casework.forms.answers import seen_for_answer
from udmelding.casework.services import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import writing
from udmelding.journal.recording.entries import NewResponse
from udmelding.journal.recording.record import Stamp, after_latest, record, retract
from udmelding.journal.recording.written import Period
from udmelding.rules.case.case import Case
from udmelding.rules.cpr_wording import check_no_cpr


def choose(services: Services, reference: str, party: str, key: str, stamp: Stamp) -> None:
    """Of several answers that stand, let one count; the others stay readable.

    Raises:
        NotFoundError: no such answer stands.
    """
    with writing(services.engine) as session:
        header = find(session, reference)
        seen = seen_for_answer(session, header, party, stamp.now)
        chosen = next((answer for answer in seen.standing if answer.key == key), None)
        if chosen is None:
            raise NotFoundError("gældende svar", key)
        for answer in seen.standing:
            if answer.key != key:
                retract(session, header, answer.key, "et andet svar gælder", stamp)


def send_back(services: Services, reference: str, party: str, question: str, stamp: Stamp) -> None:
    """Send an answer back with a question; the respondent owes again, and is told by mail.

    Raises:
        RefusedError: the question is missing, or there is no answer to send back.
    """
    text = question.strip()
    if not text:
        raise RefusedError("Skriv, hvad kommunen skal se på.")
    check_no_cpr({"spørgsmålet": text}, stamp.now.date())
    with writing(services.engine) as session:
        header = find(session, reference)
        seen = seen_for_answer(session, header, party, stamp.now)
        if not seen.standing:
            raise RefusedError(f"{seen.party.name} har ikke svaret endnu.")
        today = stamp.now.date()
        enough = _enough(load(session, header.reference, stamp.now), seen.asked.step, party)
        for key in enough[:-1]:
            retract(session, header, key, "svaret er sendt tilbage", stamp)
        entry = NewResponse(
            step=seen.asked.step,
            party=party,
            on=Period(today, today),
            completeness=Completeness.RETURNED,
            note=text[:2000],
            corrects=enough[-1] if enough else None,
        )
        record(session, header, entry, after_latest(session, header, entry, stamp))


def _enough(case: Case, step: str, party: str) -> list[str]:
    """Keys of the responses that end what the party owes; none may stand beside a return."""
    return [
        response.key
        for response in case.responses
        if (response.step, response.party) == (step, party) and response.completeness.is_enough
    ]
