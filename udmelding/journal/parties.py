"""Whom does a party's mail go to, and who was it before? Contacts are shared by all cases.

Every contact that was ever recorded is kept: who it was when, and who changed it. A form says which
contact it was filled in from. Where another stands by now, nothing is written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import models
from models import ContactRole
from udmelding.errors import RefusedError
from udmelding.journal.files import guard, guard_all
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import known_at, supersede, table_of
from udmelding.journal.wake.wake_index import wake_parties

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactValue:
    """One address of one party."""

    party: str
    role: ContactRole
    name: str
    email: str


def load_contacts(
    session: Session, as_of: dt.datetime, parties: Collection[str] | None = None
) -> Mapping[str, Sequence[ContactValue]]:
    """All contacts known at ``as_of``, or those of some parties; coordinators first."""
    table = table_of(models.Contact)
    query = (
        sa.select(table.c.party, table.c.role, table.c.name, table.c.email)
        .where(known_at(table, as_of))
        .order_by(table.c.party, table.c.recorded_at, table.c.key)
    )
    if parties is not None:
        query = query.where(table.c.party.in_(parties))
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
    return bool(put_contacts(session, [contact], stamp))


def put_contacts(session: Session, contacts: Sequence[ContactValue], stamp: Stamp) -> int:
    """``put_contact`` for many, in as many statements as for one; returns how many changed.

    Args:
        session: an open writing transaction.
        contacts: at most one for each party and role.
        stamp: who and when.

    Raises:
        RefusedError: one of the addresses cannot be a mail address.
    """
    asked = [replace(contact, email=check_address(contact.email)) for contact in contacts]
    past = histories(session, {contact.party for contact in asked})
    new = [contact for contact in asked if not _stands(contact, past)]
    texts = [(_slot(c), {"name": c.name, "email": c.email}) for c in new]
    rows: list[dict[str, object]] = []
    replaced: list[tuple[str, str]] = []
    for contact, clean in zip(new, guard_all(session, texts, stamp), strict=True):
        before = [known for known in past.get(contact.party, ()) if known.role is contact.role]
        key = f"{_slot(contact)}/{len(before) + 1}"
        replaced += [(known.key, key) for known in before if known.superseded_at is None]
        row = {"key": key, "recorded_at": stamp.now, "recorded_by": stamp.by}
        row |= {"party": contact.party, "role": contact.role}
        rows.append(row | {"name": clean["name"].strip(), "email": contact.email})
    supersede(session, models.Contact, replaced, stamp)
    if rows:
        session.execute(sa.insert(table_of(models.Contact)), rows)
        wake_parties(session, {contact.party for contact in new}, stamp.now)
    return len(rows)


def _slot(contact: ContactValue) -> str:
    return f"contact/{contact.party}/{contact.role.value}"


def _stands(contact: ContactValue, past: Mapping[str, Sequence[RecordedContact]]) -> bool:
    """Whether that very contact is in force."""
    said = (contact.role, contact.name, contact.email)
    known = past.get(contact.party, ())
    return any(c.superseded_at is None and (c.role, c.name, c.email) == said for c in known)


_REMOVED = "fjernet af "


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedContact:
    """A contact as it was recorded; see ``models.contact`` and ``models.fact``."""

    key: str
    party: str
    role: ContactRole
    name: str
    email: str
    recorded_at: dt.datetime
    recorded_by: str
    superseded_at: dt.datetime | None
    superseded_by: str | None

    @property
    def removal(self) -> str:
        """Who took it away without putting another in its place, and why; else empty."""
        said = self.superseded_by or ""
        return said if said.startswith(_REMOVED) else ""


class ContactChangedError(RefusedError):
    """Somebody else has changed the contact since the form was shown.

    Attributes:
        standing: what stands now; None where the contact was removed.
    """

    http_status = 409

    def __init__(self, standing: RecordedContact | None) -> None:
        """Say who it was, where that is known."""
        who = f"{standing.recorded_by} har ændret kontakten" if standing else "Kontakten er ændret"
        super().__init__(f"{who}, mens du skrev. Intet er overskrevet.")
        self.standing = standing


_NAMES = tuple(field.name for field in fields(RecordedContact))


def history(session: Session, party: str) -> tuple[RecordedContact, ...]:
    """All contacts that the party has or had, newest first."""
    return histories(session, (party,)).get(party, ())


def histories(
    session: Session, parties: Collection[str]
) -> Mapping[str, tuple[RecordedContact, ...]]:
    """``history`` of several parties at once; those that never had a contact are left out."""
    table = table_of(models.Contact)
    query = (
        _select()
        .where(table.c.party.in_(sorted(parties)))
        .order_by(table.c.recorded_at.desc(), table.c.id.desc())
    )
    found: dict[str, tuple[RecordedContact, ...]] = {}
    for contact in _made(session, query):
        found[contact.party] = (*found.get(contact.party, ()), contact)
    return found


def standing_contacts(session: Session) -> Mapping[str, Mapping[ContactRole, RecordedContact]]:
    """Every contact that stands, by party and role."""
    table = table_of(models.Contact)
    found: dict[str, dict[ContactRole, RecordedContact]] = defaultdict(dict)
    for contact in _made(session, _select().where(table.c.superseded_at.is_(None))):
        found[contact.party][contact.role] = contact
    return found


def change_contact(session: Session, contact: ContactValue, seen: str, stamp: Stamp) -> bool:
    """``put_contact``, unless another contact stands than the one with the key ``seen``.

    Raises:
        ContactChangedError: another stands.
        RefusedError: the address cannot be a mail address.
    """
    _check_seen(session, contact.party, contact.role, seen)
    try:
        return put_contact(session, contact, stamp)
    except IntegrityError:  # another wrote its first contact at the very same moment
        raise ContactChangedError(None) from None


def remove_contact(
    session: Session, party: str, role: ContactRole, seen: str, reason: str, stamp: Stamp
) -> RecordedContact:
    """Let a contact hold no more; it stays in the history. Returns it.

    Raises:
        ContactChangedError: another stands than the one with the key ``seen``, or none.
    """
    standing = _check_seen(session, party, role, seen)
    if standing is None:
        raise ContactChangedError(None)
    why = guard(session, standing.key, {"reason": reason}, stamp)["reason"]
    told = f"{_REMOVED}{stamp.by}" + (f": {why}" if why else "")
    supersede(session, models.Contact, [(standing.key, told)], stamp)
    wake_parties(session, (party,), stamp.now)
    return standing


def _check_seen(
    session: Session, party: str, role: ContactRole, seen: str
) -> RecordedContact | None:
    """The contact that stands, which is the one that was seen."""
    table = table_of(models.Contact)
    query = _select().where(
        table.c.party == party, table.c.role == role, table.c.superseded_at.is_(None)
    )
    standing = next(iter(_made(session, query.with_for_update())), None)
    if (standing.key if standing else "") != seen:
        raise ContactChangedError(standing)
    return standing


def _select() -> sa.Select[tuple[object, ...]]:
    table = table_of(models.Contact)
    return sa.select(*(table.c[name] for name in _NAMES))


def _made(session: Session, query: sa.Select[tuple[object, ...]]) -> Sequence[RecordedContact]:
    return [
        RecordedContact(**dict(zip(_NAMES, row, strict=True))) for row in session.execute(query)
    ]
