"""What comes in through a personal link: what a municipality declares, and contacts it proposes.

A person accepts or dismisses it; only then is it a fact of the case. Who recorded it is the party;
its source says through which of the party's links it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from models import ContactRole
from udmelding.casework.access.links import Opened
from udmelding.casework.recording.recording import check_doubts, complete, record_asked
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.database import writing
from udmelding.journal.parties import ContactValue, check_address, load_contacts, put_contact
from udmelding.journal.recording.record import after_latest, record, retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.parties.declared import (
    CONTACT,
    declared_decisions,
    declarer,
    is_declared,
    is_through_link,
    proposed_contacts,
)
from udmelding.rules.recording.catalogue import make_entry
from udmelding.rules.recording.parties import NewDecision
from udmelding.rules.recording.written import Period

MOST_OF_NAME, MOST_OF_ADDRESS = 60, 80


def declare(
    services: Services,
    opened: Opened,
    facts: Sequence[tuple[str, Mapping[str, Any]]],
    now: dt.datetime,
    *,
    has_looked: bool = False,
    even_so: str = "",
) -> None:
    """Record what a municipality says, all of it or nothing.

    Args:
        services: the database.
        opened: from ``open_link``.
        facts: kinds of entries (``rules.recording.catalogue``) and their fields.
        now: the moment.
        has_looked: the person says that what may look like a CPR number is none.
        even_so: why it is so in spite of what speaks against it.

    Raises:
        RefusedError: something is wrong or contradicts the case.
        DoubtfulError: something speaks against it, and ``even_so`` gives no reason.
    """
    stamp = Stamp(now, declarer(opened.party.name), has_looked, even_so)
    with writing(services.engine) as session:
        header, said_so = find(session, opened.case.reference), []
        for kind, said in facts:
            full = complete(header, opened.case, {**said, "source": opened.source})
            entry = make_entry(kind, full, now.date())
            said_so.append(record_asked(session, header, opened.case, entry, stamp))
        check_doubts(said_so, stamp)


def accept_decision(services: Services, reference: str, key: str, stamp: Stamp) -> str:
    """The secretariat has seen that it is so: the decision is proven. Returns whose it is.

    Raises:
        NotFoundError: no such decision is waiting.
    """
    return _say_proven(services, reference, key, stamp, is_proven=True)


def doubt_decision(services: Services, reference: str, key: str, stamp: Stamp) -> str:
    """Take ``accept_decision`` back: the decision waits again. Returns whose it is.

    Raises:
        NotFoundError: no such decision was accepted.
    """
    return _say_proven(services, reference, key, stamp, is_proven=False)


def _say_proven(
    services: Services, reference: str, key: str, stamp: Stamp, *, is_proven: bool
) -> str:
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        known = declared_decisions(case) if is_proven else filter(is_through_link, case.decisions)
        found = next((d for d in known if d.key == key and d.is_proven is not is_proven), None)
        if found is None:
            raise NotFoundError("meldt beslutning", key)
        entry = NewDecision(
            step=found.step,
            party=found.party,
            on=Period(found.happened_from, found.happened_to, found.as_written),
            level=found.level,
            outcome=found.outcome,
            report_version=found.report_version,
            item_number=found.item_number,
            evidence=found.evidence,
            is_proven=is_proven,
            note=found.note,
            source=found.source,
            is_made_up=found.is_made_up,
            corrects=key,
        )
        record(session, header, entry, after_latest(session, header, entry, stamp))
        return _name(case, found.party)


def contact_note(party_name: str, name: str, email: str) -> str:
    """The note that stands for a declared contact.

    Raises:
        RefusedError: the name is missing or too long, or the address cannot be a mail address.
    """
    person = name.strip()
    if not person or len(person) > MOST_OF_NAME:
        raise RefusedError(f"Skriv kontaktens navn, højst {MOST_OF_NAME} tegn.")
    address = check_address(email)
    if len(address) > MOST_OF_ADDRESS:
        raise RefusedError(f"Mailadressen er for lang. Den kan højst være {MOST_OF_ADDRESS} tegn.")
    return f"{party_name}{CONTACT}{person}, {address}"


def accept_contact(services: Services, reference: str, key: str, stamp: Stamp) -> str:
    """Put a declared contact in force as the party's coordinator. Returns whose it is.

    Raises:
        NotFoundError: no such contact is waiting.
    """
    with writing(services.engine) as session:
        case = load(session, reference, stamp.now)
        waiting = proposed_contacts(case, load_contacts(session, stamp.now))
        found = next((contact for contact in waiting if contact.key == key), None)
        if found is None:
            raise NotFoundError("meldt kontakt", key)
        contact = ContactValue(
            party=found.party.party,
            role=ContactRole.COORDINATOR,
            name=found.name,
            email=found.email,
        )
        put_contact(session, contact, stamp)
        return found.party.name


def dismiss(services: Services, reference: str, key: str, stamp: Stamp) -> None:
    """Take back something that came through a link; it stays readable in the log.

    Raises:
        NotFoundError: nothing declared through a link has that key.
    """
    with writing(services.engine) as session:
        header = find(session, reference)
        case = load(session, header.reference, stamp.now)
        declared = (*case.decisions, *case.milestones)
        if not any(f.key == key and is_declared(f.recorded_by) for f in declared):
            raise NotFoundError("melding", key)
        retract(session, header, key, "afvist af sekretariatet", stamp)


def _name(case: Case, party: str) -> str:
    found = case.party(party)
    return found.name if found else party
