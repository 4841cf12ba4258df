"""What a person says that a reply means: recorded as facts, the reply laid aside, the chase freed.

All in one transaction: either the facts stand and the reply is handled, or nothing has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models import Completeness, DocumentKind, IncomingState, MatchedBy, Meaning
from udmelding.casework.inbox.attachments import check_files
from udmelding.casework.inbox.locked import settle_files, tidy_quietly
from udmelding.casework.inbox.receiving import after_change, let_go, refreshed
from udmelding.casework.recording.recording import check_doubts, complete, record_asked
from udmelding.casework.wiring import Services
from udmelding.clock import COPENHAGEN
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import Header, find
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, writing
from udmelding.journal.inbox import holds, incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.recording.record import retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.catalogue import make_entry
from udmelding.rules.words.danish_dates import Direction, read_date, read_day

_COMPLETENESS = {
    Meaning.ANSWER: Completeness.COMPLETE,
    Meaning.PARTIAL_ANSWER: Completeness.PARTIAL,
    Meaning.NO_CITIZENS: Completeness.NO_CITIZENS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a person says that a reply means.

    Attributes:
        on: the day of the answer or decision, or the announced day, as a person writes it; empty
            takes the day of the mail.
        due_on: the new date, where more time is granted; empty grants none.
        outcome: for a decision, ``level`` who made it, ``item_number`` its number on the agenda,
            ``evidence`` a link to the minutes or their name; who gives one has seen it proven.
        files: checksums of the files that are laid on the case as documents.
    """

    meaning: Meaning
    on: str = ""
    due_on: str = ""
    outcome: str = ""
    level: str = ""
    item_number: str = ""
    evidence: str = ""
    note: str = ""
    files: Sequence[str] = field(default=())


def handle(services: Services, key: str, said: Reading, stamp: Stamp) -> str:
    """Record what a reply means; returns what was done, in Danish.

    A locked file that is laid on the case by somebody who has looked is let out with it.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: somebody was first, the mail lies in no case, or something said is wrong.
            Nothing is recorded then.
        DoubtfulError: something speaks against what it means, and the stamp gives no reason.
    """
    with writing(services.engine) as session:
        if said.files:
            incoming.hold_files(session)
        mail = incoming.get(session, key)
        _check_waiting(mail)
        let_out = check_files(mail, said.files, is_confirmed=stamp.has_looked)
        facts: list[str] = []
        if mail.reference:
            facts = _recorded(session, mail, said, stamp)
        elif said.meaning not in _WITHOUT_CASE or said.files:
            raise RefusedError("Vælg først, hvilken sag og kommune mailen hører til.")
        is_first = incoming.settle(
            session, key, meaning=said.meaning, facts=facts, note=said.note.strip(), stamp=stamp
        )
        if not is_first:
            raise RefusedError(_TAKEN)
        if let_out:
            settle_files(services, session, mail, let_out, stamp)
        let_go(session, mail, stamp.now)
    if let_out:
        tidy_quietly(services)
    return _DONE[said.meaning] if facts or said.meaning in _WITHOUT_FACT else "Noteret."


_WITHOUT_CASE = frozenset({Meaning.NOTHING, Meaning.QUESTION, Meaning.NEW_CONTACT})
_WITHOUT_FACT = _WITHOUT_CASE
_TAKEN = "En anden har behandlet mailen i mellemtiden. Herunder står, hvad der blev sagt."

_DONE: Mapping[Meaning, str] = {
    Meaning.ANSWER: "Svaret er registreret.",
    Meaning.PARTIAL_ANSWER: "Svaret er registreret som delvist.",
    Meaning.NO_CITIZENS: "Svaret er registreret: der er intet at melde.",
    Meaning.DECISION: "Beslutningen er registreret.",
    Meaning.ANNOUNCED_DAY: "Den meldte dag er registreret.",
    Meaning.EXTENSION_WANTED: "Den nye frist er registreret, og kommunen får den at vide.",
    Meaning.QUESTION: "Mailen er lagt til side som et spørgsmål. Husk at svare på det.",
    Meaning.NEW_CONTACT: "Mailen er lagt til side. Ret kontakten på kommunens side.",
    Meaning.NOTHING: "Mailen er lagt til side. Der er intet at registrere.",
}


def _check_waiting(mail: InboxMail) -> None:
    if mail.state is not IncomingState.WAITING:
        raise RefusedError(_TAKEN)


def _recorded(session: Session, mail: InboxMail, said: Reading, stamp: Stamp) -> list[str]:
    """Keys of the facts that were recorded, new ones only: those can be taken back."""
    header = find(session, mail.reference)
    keys: list[str] = []
    for kind, content in _entries(mail, said, stamp.now.date()):
        case = load(session, header.reference, stamp.now)
        full = complete(header, case, content | {"source": _source(mail)})
        entry = make_entry(kind, full, stamp.now.date())
        one = record_asked(session, header, case, entry, stamp)
        if one.is_new:
            keys.append(one.key)
        check_doubts((one,), stamp)
    return keys


def _entries(
    mail: InboxMail, said: Reading, today: dt.date
) -> Iterator[tuple[str, dict[str, Any]]]:
    at = {"step": mail.step, "party": mail.party}
    on, note = said.on.strip() or _day_of(mail, today), said.note.strip()
    _check_days(said, today)
    match said.meaning:
        case Meaning.ANSWER | Meaning.PARTIAL_ANSWER | Meaning.NO_CITIZENS:
            completeness = _COMPLETENESS[said.meaning]
            yield "response", {**at, "on": on, "completeness": completeness, "note": note}
        case Meaning.DECISION:
            if not said.outcome or not said.level:
                raise RefusedError("Vælg både, hvad der blev besluttet, og hvem der besluttede.")
            decided: dict[str, Any] = {"outcome": said.outcome, "level": said.level, "note": note}
            evidence = said.evidence.strip()
            decided |= {"item_number": said.item_number.strip()}
            decided |= {"evidence": evidence, "is_proven": bool(evidence)}
            yield "decision", {**at, "on": on, **decided}
        case Meaning.ANNOUNCED_DAY:
            if not said.on.strip():
                raise RefusedError("Skriv den dag, kommunen har meldt.")
            yield "expectation", {**at, "expected_on": said.on.strip(), "note": note}
        case Meaning.EXTENSION_WANTED if said.due_on.strip():
            granted = {"granted_on": today, "due_on": said.due_on.strip(), "reason": note}
            yield "extension", {**at, **granted}
        case _:
            pass
    yield from _documents(mail, said.files, today)


def _check_days(said: Reading, today: dt.date) -> None:
    """Refuse a day that cannot be read, in the words of whoever reads dates."""
    is_coming = said.meaning is Meaning.ANNOUNCED_DAY
    if said.on.strip():
        read_date(said.on, today=today, direction=Direction.COMING if is_coming else Direction.PAST)
    if said.due_on.strip():
        read_day(said.due_on, today=today, direction=Direction.COMING)


def _documents(
    mail: InboxMail, wanted: Sequence[str], today: dt.date
) -> Iterator[tuple[str, dict[str, Any]]]:
    files = {file["sha256"]: file for file in mail.attachments if file["sha256"]}
    for sha256 in dict.fromkeys(wanted):
        if sha256 not in files:
            raise NotFoundError("fil i mailen", sha256[:12])
        file = files[sha256]
        yield (
            "document",
            {
                "document_kind": DocumentKind.OTHER,
                "title": file["file_name"],
                "dated_on": _day_of(mail, today),
                "file_name": file["file_name"],
                "media_type": file["media_type"],
                "size": file["size"],
                "sha256": sha256,
            },
        )


def _day_of(mail: InboxMail, today: dt.date) -> dt.date:
    """The day the mail was sent; never a day to come, whatever its clock said."""
    sent = (mail.sent_at or mail.received_at).astimezone(COPENHAGEN).date()
    return min(sent, today)


def _source(mail: InboxMail) -> str:
    sent = (mail.sent_at or mail.received_at).astimezone(COPENHAGEN)
    return f"mail fra {mail.sender} {sent:%d.%m.%Y}"


def take_back(services: Services, key: str, reason: str, now: dt.datetime, by: str) -> str:
    """Undo what was said of a reply: its facts are taken back, and it waits again.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: it was not handled.
    """
    with writing(services.engine) as session:
        mail = incoming.get(session, key)
        if mail.state is not IncomingState.HANDLED:
            raise RefusedError("Mailen er ikke behandlet, så der er intet at fortryde.")
        if mail.reference:
            header = find(session, mail.reference)
            for fact in mail.facts:
                _retracted(session, header, fact, reason, Stamp(now, by))
        incoming.reopen(session, key)
        if not mail.reference:
            refreshed(session, holds.hold_again(session, key), now)
        else:
            after_change(session, mail.reference, mail.step, mail.party, now)
    return "Fortrudt. Mailen venter igen."


def _retracted(session: Session, header: Header, fact: str, reason: str, stamp: Stamp) -> None:
    try:
        retract(session, header, fact, reason or "mailen er læst forkert", stamp)
    except NotFoundError:
        return  # somebody has corrected or taken it back already


def move(
    services: Services, key: str, reference: str, step: str, party: str, now: dt.datetime
) -> str:
    """Lay a waiting mail to a case and party, by a person's word; returns what was done.

    Raises:
        NotFoundError: there is no such mail, case, step or party.
        RefusedError: it was handled already.
    """
    with writing(services.engine) as session:
        mail = incoming.get(session, key)
        _check_waiting(mail)
        header = find(session, reference)
        case = load(session, header.reference, now)
        known = case.party(party)
        if known is None:
            raise NotFoundError("part i sagen", party)
        if header.process.step(step) is None:
            raise NotFoundError("trin", step, tuple(s.id for s in header.process.steps))
        incoming.place(session, key, case_id=header.id, step=step, party=party, by=MatchedBy.PERSON)
        let_go(session, mail, now)
        after_change(session, header.reference, step, party, now)
    return f"Mailen er lagt på {header.reference}, {known.name}."
