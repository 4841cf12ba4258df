"""Launches a case: its identity, front page, deadline, letter and parties, all or nothing.

What is asked of whom, and the mails, follow when the lifecycle runs: launching only records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import PartyKind, Scope
from udmelding.config.case.process import Area, BodyKind, Process, RegionalCouncil
from udmelding.errors import RefusedError
from udmelding.journal.case.header import Header, headers
from udmelding.journal.case.process_versions import pin
from udmelding.journal.files import guard
from udmelding.journal.own import copy_own
from udmelding.journal.recording.announcing import announce_launch
from udmelding.journal.recording.record import insert_many, record
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import SHARED_FACTS, table_of
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

AGENCY = "agency"
SECRETARIAT = "secretariat"
LATE_COUNCILS = dt.timedelta(days=180)
"""How long after the deadline a council may still decide; the slowest seen took 173 days in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A party to be asked, or only counted.

    Attributes:
        party: short name within the case, such as a municipality code.
        is_asked: whether this secretariat asks it.
        member_from: its first day, where it begins; ``member_until`` its last, where it ends.
    """

    party: str
    name: str
    kind: PartyKind
    area: str = ""
    is_asked: bool = True
    member_from: dt.date | None = None
    member_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """All that a new case needs.

    Attributes:
        reference: letters, digits, dash, dot and underscore; unique.
        process: with the area's bodies in place (``Process.for_area``).
        deadline: None where the agency has set none yet.
        named: for an imported case, all its parties as they were, instead of making them up anew.
        first_key: for an imported case, the key of its front page.
    """

    reference: str
    process: Process
    area: Area
    scope: Scope
    received_on: dt.date
    particulars: NewParticulars
    deadline: NewDeadline | None
    municipalities: Sequence[NewParty]
    agency_name: str
    secretariat_name: str
    source: str = ""
    is_made_up: bool = False
    named: Sequence[NewParty] | None = None
    first_key: str | None = None


def launch(session: Session, new: Launch, stamp: Stamp) -> Header:
    """Record a new case and put it on the wake index.

    Raises:
        RefusedError: the reference is taken or misshapen, the deadline lies before the receipt,
            or there is nobody to ask.
    """
    _check(session, new, stamp)
    content = new.process.model_dump_json()
    front = {"reference": new.reference, "source": new.source, "content": content}
    source = guard(session, new.reference, front, stamp)["source"]
    version_id = pin(session, new.process, stamp.now)
    announcement = table_of(models.Announcement)
    inserted = session.execute(
        sa.insert(announcement)
        .values(
            reference=new.reference,
            process_version_id=version_id,
            area=new.area.id,
            scope=new.scope,
            received_on=new.received_on,
            recorded_at=stamp.now,
            recorded_by=stamp.by,
            source=source,
            is_made_up=new.is_made_up,
        )
        .returning(announcement.c.id)
    )
    header = Header(
        id=inserted.scalar_one(),
        reference=new.reference,
        process=new.process,
        process_version_id=version_id,
        area=new.area.id,
        scope=new.scope,
        received_on=new.received_on,
        recorded_at=stamp.now,
        is_made_up=new.is_made_up,
    )
    named = [_party_row(header, party, stamp) for party in parties(new)]
    insert_many(session, models.Party, named, stamp)
    due_on = new.deadline.due_on if new.deadline else None
    announce_launch(session, header, new.particulars.title, due_on, stamp.by)
    # Recording also puts the case on the wake index.
    record(session, header, new.particulars, stamp, key=new.first_key)
    if new.deadline is not None:
        record(session, header, new.deadline, stamp)
    return header


def parties(new: Launch) -> list[NewParty]:
    """Everybody who takes part: the municipalities, the area's bodies, agency and secretariat."""
    if new.named is not None:
        return list(new.named)
    found = list(new.municipalities)
    found += [
        NewParty(party=body.id, name=body.title, kind=PartyKind.BODY, area=new.area.id)
        for body in new.area.chain
        if body.kind is not BodyKind.COORDINATION_FORUM
        and body.exists_between(new.received_on, _last_day(new))
    ]
    found += [
        NewParty(
            party=council.id,
            name=council.name,
            kind=PartyKind.REGIONAL_COUNCIL,
            area=new.area.id,
            member_from=council.from_on,
            member_until=council.until_on,
        )
        for council in _regional_councils(new)
    ]
    found.append(NewParty(party=AGENCY, name=new.agency_name, kind=PartyKind.AGENCY))
    found.append(NewParty(party=SECRETARIAT, name=new.secretariat_name, kind=PartyKind.SECRETARIAT))
    return found


def _regional_councils(new: Launch) -> list[RegionalCouncil]:
    """Those that are party to the process and exist at some time of the case."""
    return [
        council
        for council in new.area.regional_councils
        if (new.process.regional_council or new.process.id in council.also_in)
        and council.exists_between(new.received_on, _last_day(new))
    ]


def _last_day(new: Launch) -> dt.date:
    """The last day on which the case may still be decided on."""
    return (new.deadline.due_on if new.deadline else new.received_on) + LATE_COUNCILS


def _party_row(header: Header, party: NewParty, stamp: Stamp) -> dict[str, object]:
    return {
        "announcement_id": header.id,
        "key": f"{header.reference}/party/{party.party}",
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
        "source": "",
        "is_made_up": False,
        "party": party.party,
        "name": party.name,
        "kind": party.kind,
        "area": party.area,
        "is_asked": party.is_asked,
        "member_from": party.member_from,
        "member_until": party.member_until,
    }


def _check(session: Session, new: Launch, stamp: Stamp) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-._")
    if not new.reference or not set(new.reference.lower()) <= allowed or len(new.reference) > 60:
        raise RefusedError(
            f"Referencen «{new.reference}» kan ikke bruges. Brug højst 60 tegn: bogstaverne a-z, "
            "tal, bindestreg, punktum og understreg, for eksempel CU-GRAVIDE-2025."
        )
    if headers(session, (new.reference,)):
        raise RefusedError(f"Der findes allerede en sag med referencen «{new.reference}».")
    if new.received_on > stamp.now.date():
        raise RefusedError(
            f"Modtagelsesdagen {new.received_on:%d.%m.%Y} ligger efter i dag "
            f"({stamp.now:%d.%m.%Y})."
        )
    if new.deadline is not None and new.deadline.due_on <= new.received_on:
        raise RefusedError(
            f"Fristen {new.deadline.due_on:%d.%m.%Y} ligger ikke efter modtagelsen "
            f"{new.received_on:%d.%m.%Y}."
        )
    if not any(party.is_asked for party in new.municipalities):
        raise RefusedError("Sagen har ingen kommuner at spørge. Vælg et område med kommuner.")


def copy_shared(source: Session, target: Session) -> None:
    """Give another database what all cases share.

    Those are meetings, chains, contacts, stopped sending, and what the secretariat has of its own.

    Args:
        source: reads.
        target: an open writing transaction in a database that has none of it.
    """
    copy_own(source, target)
    for fact in SHARED_FACTS:
        rows = source.execute(sa.select(table_of(fact))).mappings()
        insert_many(target, fact, [dict(row) for row in rows], None)
