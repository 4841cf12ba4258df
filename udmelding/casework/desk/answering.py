"""What a person answers from the overview: recorded at once, and taken back until tonight.

What sends a mail shows it first: more time is told the municipality in a mail, so the mail is
composed here as it will go. Nothing is decided twice: whoever comes second is told who was first.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from models import Meaning, OutboxState
from udmelding.casework.access.own_pages import placeholder
from udmelding.casework.forms.question_sets import forms_of
from udmelding.casework.inbox.meaning import Reading, handle, take_back
from udmelding.casework.mail.writing import compose, receivers_of
from udmelding.casework.parties.declarations import (
    accept_contact,
    accept_decision,
    doubt_decision,
)
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.recording.recording import record_fact, taking_back
from udmelding.casework.wiring import Services
from udmelding.documents.mail.rendering import find_texts
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading
from udmelding.journal.inbox import incoming
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Extension
from udmelding.rules.case.standing import standings
from udmelding.rules.desk.waits import Answered, Wait, Waiting
from udmelding.rules.desk.waits_in_case import answered_in, papers_note, waits_in
from udmelding.rules.due.due_mails import extensions
from udmelding.rules.inbox.post_wording import day_of
from udmelding.rules.status.status import status
from udmelding.rules.words.date_wording import clock_time, long_date, near_date

UNDONE = "fortrudt på Overblik"
"""Why a fact was taken back that somebody took back from there."""

_STEP = re.compile(r" beder om mere tid \((?P<step>.*?)(?:, ønsket frist [^)]*)?\): ")


class AnsweredError(RefusedError):
    """It does not wait any more: somebody was first, or what it was about has come."""

    http_status = 409


@dataclass(frozen=True, slots=True)
class TimeWished:
    """A municipality's wish for more time, and the mail that tells it the new date.

    Attributes:
        step: id of the step that it wants more time in.
        mail: as it will go; None where the municipality has no address, or is told nothing.
    """

    case: Case
    wait: Wait
    step: str
    due_on: dt.date
    mail: OutboxMail | None


def time_wished(services: Services, reference: str, key: str, now: dt.datetime) -> TimeWished:
    """A wish that waits, with the day that it names.

    Raises:
        AnsweredError: it does not wait any more.
        RefusedError: it names no day.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
        wait = _waiting(case, Waiting.TIME, key)
        if wait.value is None:
            raise RefusedError("Kommunen har ikke skrevet en dag. Giv tiden under Registrér.")
        step = _step_of(case, wait)
        mail = _granted(services, session, case, (step, wait.party), wait.value)
    return TimeWished(case, wait, step, wait.value, mail)


def give_time(services: Services, reference: str, key: str, stamp: Stamp) -> str:
    """Grant what was wished; returns what was done, in Danish.

    Raises:
        AnsweredError, RefusedError: as ``time_wished``; or the date cannot be granted.
        DoubtfulError: something speaks against it.
    """
    wished = time_wished(services, reference, key, stamp.now)
    said = {
        "step": wished.step,
        "party": wished.wait.party,
        "granted_on": stamp.now.date(),
        "due_on": wished.due_on,
        "reason": "efter kommunens ønske",
    }
    record_fact(services, reference, "extension", said, stamp)
    day = near_date(wished.due_on, stamp.now.date())
    return f"{wished.wait.who} har fået til {day}."


def accept(services: Services, kind: Waiting, reference: str, key: str, stamp: Stamp) -> str:
    """Answer with what is likely, where that sends nothing; returns what was done, in Danish.

    Raises:
        AnsweredError: it does not wait any more.
        RefusedError, DoubtfulError: it cannot be recorded so.
        NotFoundError: there is no such case, or no such answer.
    """
    if kind is Waiting.REPLY:
        return _note_day(services, key, stamp)
    with reading(services.engine) as session:
        case = load(session, reference, stamp.now)
    wait = _waiting(case, kind, key)
    match kind:
        case Waiting.SEEN:
            who = accept_decision(services, reference, key, stamp)
            return f"Dokumentationen fra {who} er set."
        case Waiting.CONTACT:
            who = accept_contact(services, reference, key, stamp)
            return f"Den nye kontakt for {who} er taget i brug. Den kan rettes under Kontakter."
        case Waiting.PAPERS if wait.value is not None:
            title = papers_note(wait.who, wait.value)
            said = {"title": title, "on": stamp.now.date()}
            record_fact(services, reference, "milestone", said, stamp)
            return f"{title}."
    raise NotFoundError("svar", kind.value)


def undo(services: Services, kind: Waiting, reference: str, key: str, stamp: Stamp) -> str:
    """Take back what was answered today; it waits again. Returns what was done, in Danish.

    Raises:
        RefusedError: it was not answered today, or was taken back already.
        NotFoundError: there is no such case or mail.
    """
    if kind is Waiting.REPLY:
        return take_back(services, key, UNDONE, stamp.now, stamp.by)
    with reading(services.engine) as session:
        case = load(session, reference, stamp.now)
    known = answered_in(case, stamp.now.date())
    found = next((one for one in known if (one.kind, one.key) == (kind, key)), None)
    if found is None:
        raise RefusedError(
            "Det kan ikke fortrydes her: det er gjort en anden dag, eller det er allerede taget "
            "tilbage. Ret det under Registrér i sagen."
        )
    if kind is Waiting.SEEN:
        doubt_decision(services, reference, key, stamp)
    else:
        do = taking_back(reference, key, UNDONE, stamp)
        carry_out(services, do, stamp, only=(reference,))
    return f"Fortrudt: {found.text}.{_told_already(case, found)}"


def _told_already(case: Case, found: Answered) -> str:
    """A warning where the municipality was told already."""
    given = next((one for one in case.extensions if one.key == found.key), None)
    if given is None:
        return ""
    rung = f"extended@{given.due_on}"
    gone = any(
        mail.party == given.party and mail.rung == rung and mail.state is OutboxState.SENT
        for mail in case.mails
    )
    if not gone:
        return ""
    return f" Mailen om {long_date(given.due_on)} er sendt, så skriv til dem, at den ikke gælder."


def _note_day(services: Services, key: str, stamp: Stamp) -> str:
    """Record the day that a mail seems to announce."""
    with reading(services.engine) as session:
        mail = incoming.get(session, key)
    day = day_of(mail.suggestion)
    if mail.handled_by:
        raise AnsweredError(f"{mail.handled_by} har allerede behandlet mailen.")
    if day is None:
        raise RefusedError("Mailen nævner ingen dag. Læs den, og skriv dagen.")
    said = Reading(meaning=Meaning.ANNOUNCED_DAY, on=day.isoformat())
    return handle(services, key, said, stamp)


def _waiting(case: Case, kind: Waiting, key: str) -> Wait:
    today = case.as_of.date()
    rows = waits_in(case, status(case, today))
    found = next((one for one in rows if (one.kind, one.key) == (kind, key)), None)
    if found is not None:
        return found
    done = answered_in(case, today)
    last = max(done, key=lambda one: one.at, default=None)
    told = f" {last.by} har svaret kl. {clock_time(last.at)}: {last.text}." if last else ""
    raise AnsweredError(f"Det venter ikke længere.{told}")


def _step_of(case: Case, wait: Wait) -> str:
    """The step that a wish names; where no step is called so, the last that the party owes."""
    note = next((note for note in case.milestones if note.key == wait.key), None)
    named = _STEP.search(note.title) if note else None
    title = named["step"] if named else ""
    known = next((step.id for step in case.process.steps if step.title.lower() == title), None)
    if known is not None:
        return known
    rows = standings(case, case.as_of.date())
    owed = [row.step.id for row in rows if row.party.party == wait.party and row.state.is_owed]
    if not owed:
        raise AnsweredError(f"Det venter ikke længere: {wait.who} skylder ikke noget.")
    return owed[-1]


def _granted(
    services: Services, session: Session, case: Case, at: tuple[str, str], due_on: dt.date
) -> OutboxMail | None:
    """The mail that the machine writes once the time is granted."""
    step, party = at
    given = Extension(
        key="",
        recorded_at=case.as_of,
        recorded_by="",
        source="",
        step=step,
        party=party,
        granted_on=case.as_of.date(),
        due_on=due_on,
    )
    then = replace(case, extensions=(*case.extensions, given))
    today = case.as_of.date()
    asked = (a for a in extensions(then, standings(then, today), today))
    action = next((a for a in asked if (a.step_id, a.party) == at), None)
    if action is None:
        return None
    return compose(
        services.settings,
        find_texts(services.settings.texts_folder),
        then,
        action,
        receivers_of(services, session, (party,), case.as_of)[party],
        case.as_of,
        placeholder(services.settings, then, party),
        forms=forms_of(session, (then,)),
    )
