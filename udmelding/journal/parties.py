"""Whom does a party's mail go to? Contacts are shared by all cases."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import ContactRole
from udmelding.errors import RefusedError
from udmelding.journal.recording.record import Stamp
from udmelding.journal.tables import known_at, table_of
from udmelding.journal.waking import wake_party

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactValue:
    """One address of one party."""

    party: str
    role: ContactRole
    name: str
    email: str


def load_contacts(
    session: Session, as_of: dt.datetime, party: str | None = None
) -> Mapping[str, Sequence[ContactValue]]:
    """All contacts known at ``as_of``, or those of one party, by party; coordinators first."""
    table = table_of(models.Contact)
    query = (
        sa.select(table.c.party, table.c.role, table.c.name, table.c.email)
        .where(known_at(table, as_of))
        .order_by(table.c.party, table.c.recorded_at, table.c.key)
    )
    if party is not None:
        query = query.where(table.c.party == party)
    found: dict[str, list[ContactValue]] = defaultdict(list)
    for whose, role, name, email in session.execute(query):
        found[whose].append(ContactValue(party=whose, role=role, name=name, email=email))
    order = list(ContactRole)
    return {party: sorted(who, key=lambda c: order.index(c.role)) for party, who in found.items()}


def check_address(email: str) -> str:
    """The address, trimmed.

    Raises:
        RefusedError: it cannot be a mail address.
    """
    trimmed = email.strip()
    if not _ADDRESS.fullmatch(trimmed) or len(trimmed) > 254:
        raise RefusedError(f"«{email}» er ikke en mailadresse. Skriv den som navn@kommune.dk.")
    return trimmed


def put_contact(session: Session, contact: ContactValue, stamp: Stamp) -> bool:
    """Record a party's contact in a role, replacing the one it had; False when nothing changed.

    Raises:
        RefusedError: the address cannot be a mail address.
    """
    email = check_address(contact.email)
    table = table_of(models.Contact)
    standing = session.execute(
        sa.select(table.c.id, table.c.name, table.c.email).where(
            table.c.party == contact.party,
            table.c.role == contact.role,
            table.c.superseded_at.is_(None),
        )
    ).first()
    if standing is not None and (standing[1], standing[2]) == (contact.name, email):
        return False
    count = session.execute(
        sa.select(sa.func.count()).where(
            table.c.party == contact.party, table.c.role == contact.role
        )
    ).scalar_one()
    key = f"contact/{contact.party}/{contact.role.value}/{count + 1}"
    if standing is not None:
        session.execute(
            sa.update(table)
            .where(table.c.id == standing[0])
            .values(superseded_at=stamp.now, superseded_by=key)
        )
    session.execute(
        sa.insert(table).values(
            key=key,
            recorded_at=stamp.now,
            recorded_by=stamp.by,
            party=contact.party,
            role=contact.role,
            name=contact.name.strip(),
            email=email,
        )
    )
    wake_party(session, contact.party, stamp.now.date())
    return True
