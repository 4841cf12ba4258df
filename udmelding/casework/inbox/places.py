"""Where does a mail that came in belong, and what must a person know to say what it means?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models import IncomingKind, IncomingState, MatchedBy
from udmelding.casework.inbox.lists import PostLine, lines_of, names_of
from udmelding.casework.inbox.locked import also_in
from udmelding.casework.inbox.receiving import after_change, let_go
from udmelding.casework.inbox.telling import absence_report
from udmelding.casework.wiring import Services
from udmelding.clock import COPENHAGEN
from udmelding.config.parties import find_municipality
from udmelding.config.settings import Settings
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find, headers, titles
from udmelding.journal.case.load import load
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.inbox import delivery_reports, incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.parties import standing_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.inbox.absence import absence_told
from udmelding.rules.inbox.weighing import tells_of_absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Where a mail may belong.

    Attributes:
        place: ``reference step party``, as a form sends it.
    """

    place: str
    reference: str
    step_title: str
    party_name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    """One mail with what a person needs to decide on it.

    Attributes:
        title: of its case, and ``step_title`` of what is asked for; empty where it lies in none.
        is_decision: whether a council's decision is what is asked for.
        contact_of: the party that its sender is a registered contact of; empty for none.
        suggested: where it may belong.
        cases: references and titles of the cases that run.
        also_in: for each file that is locked away, in which other mails the same one is.
    """

    line: PostLine
    title: str = ""
    step_title: str = ""
    is_decision: bool = False
    contact_of: str = ""
    suggested: tuple[Suggested, ...] = ()
    cases: tuple[tuple[str, str], ...] = ()
    also_in: tuple[str, ...] = ()


def open_mail(services: Services, key: str, now: dt.datetime) -> OpenedMail:
    """One mail, ready to be decided on.

    Raises:
        NotFoundError: there is none with that key.
    """
    with reading(services.engine) as session:
        mail = incoming.get(session, key)
        (line,) = lines_of(session, services.settings, [mail], now)
        title, step_title, is_decision = "", "", False
        if mail.reference:
            header = find(session, mail.reference)
            title = load(session, mail.reference, now).title
            step = header.process.step(mail.step)
            step_title = step.title if step else mail.step
            is_decision = step is not None and is_council_step(step)
        return OpenedMail(
            line=line,
            title=title,
            step_title=step_title,
            is_decision=is_decision,
            contact_of=_contact_of(session, mail.sender),
            suggested=_suggested(session, services.settings, mail),
            cases=titles(session, is_open=True),
            also_in=tuple(also_in(session, mail)),
        )


def _contact_of(session: Session, sender: str) -> str:
    """The party that the sender is a contact of, the first of several; empty where of none."""
    return next(
        (
            party
            for party, contacts in standing_contacts(session).items()
            for contact in contacts.values()
            if contact.email.casefold() == sender.casefold()
        ),
        "",
    )


def _suggested(session: Session, settings: Settings, mail: InboxMail) -> tuple[Suggested, ...]:
    if mail.state is not IncomingState.WAITING:
        return ()
    names, candidates = names_of(settings), _candidates(mail.suggestion)
    wanted = tuple({one["reference"] for one in candidates})
    heads = {header.reference: header for header in headers(session, wanted)} if wanted else {}
    found = []
    for one in candidates:
        reference = one["reference"]
        step = heads[reference].process.step(one["step"])
        found.append(
            Suggested(
                place=f"{reference} {one['step']} {one['party']}",
                reference=reference,
                step_title=step.title if step else one["step"],
                party_name=names.get(one["party"], one["party"]),
                why=one["why"],
            )
        )
    return tuple(found)


def _candidates(suggestion: Mapping[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = suggestion.get("candidates", [])
    return found


def place_named(
    services: Services, reference: str, who: str, now: dt.datetime
) -> tuple[str, str, str]:
    """Reference, step and party of a place that a person named in words.

    Where the party owes several things, or none, it is the one that was asked for last.

    Raises:
        NotFoundError: there is no such case or party.
        RefusedError: the party was not asked for anything in the case.
    """
    if not reference or not who.strip():
        raise RefusedError("Vælg en sag, og skriv, hvilken kommune mailen kommer fra.")
    with reading(services.engine) as session:
        case = load(session, reference, now)
    party = _party(case, who)
    rows = [row for row in standings(case, now.date()) if row.party.party == party]
    asked = [row for row in rows if row.state.is_owed] or [r for r in rows if r.due_on is not None]
    if not asked:
        raise RefusedError(f"{who.strip()} er ikke spurgt om noget i {case.reference}.")
    return case.reference, asked[-1].step.id, party


def _party(case: Case, who: str) -> str:
    wanted = who.strip().casefold()
    for party in case.parties:
        if wanted in (party.party.casefold(), party.name.casefold()):
            return party.party
    code = find_municipality(who).code
    if case.party(code) is None:
        raise NotFoundError("part i sagen", who.strip()[:60])
    return code


def let_wait(services: Services, key: str, now: dt.datetime) -> None:
    """A person wrote the mail after all: let it wait as a reply.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: it was no answer that a machine seemed to have written.
    """
    with writing(services.engine) as session:
        mail = incoming.get(session, key)
        if mail.state is IncomingState.HANDLED or mail.kind not in _BY_A_MACHINE:
            raise RefusedError("Kun en automatisk besked kan lægges i køen som et svar.")
        incoming.reopen(session, key, kind=IncomingKind.REPLY)
        if mail.reference:
            after_change(session, mail.reference, mail.step, mail.party, now)


def file_as_machine(services: Services, key: str, stamp: Stamp) -> str:
    """A machine wrote the mail after all: it is filed, and an absence that it tells of counts.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: it does not wait.
    """
    with writing(services.engine) as session:
        mail = incoming.get(session, key)
        if mail.state is not IncomingState.WAITING:
            raise RefusedError("Mailen venter ikke længere.")
        written_on = (mail.sent_at or mail.received_at).astimezone(COPENHAGEN).date()
        absence = absence_told(mail.own_text, mail.subject, written_on)
        is_away = tells_of_absence(mail.suggestion.get("signs", ()))
        kind = IncomingKind.ABSENCE if is_away else IncomingKind.AUTOMATIC
        incoming.file(session, key, kind, stamp)
        if is_away:
            delivery_reports.add(session, [absence_report(mail, absence, mail.received_at)])
        let_go(session, mail, stamp.now)
    return "Mailen er lagt til side som automatisk. Den holder ikke længere påmindelser tilbage."


_BY_A_MACHINE = frozenset(
    {IncomingKind.ABSENCE, IncomingKind.AUTOMATIC, IncomingKind.OWN, IncomingKind.BOUNCE}
)


def take_out(services: Services, key: str, now: dt.datetime) -> None:
    """Let a waiting mail lie in no case.

    Raises:
        NotFoundError: there is no such mail.
        RefusedError: it was handled already.
    """
    with writing(services.engine) as session:
        mail = incoming.get(session, key)
        if mail.state is not IncomingState.WAITING:
            raise RefusedError("En anden har behandlet mailen i mellemtiden.")
        incoming.place(session, key, case_id=None, step="", party="", by=MatchedBy.PERSON)
        let_go(session, mail, now)
