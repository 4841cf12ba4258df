"""Takes in a list of contacts, whole or not at all, after showing before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import ContactRole
from udmelding.casework.parties.book import WHOLE_COUNTRY, other_parties, places_of
from udmelding.casework.parties.contact_tables import OTHER_PARTIES, workbook
from udmelding.config.parties import load_municipalities
from udmelding.config.settings import Settings
from udmelding.errors import RefusedError
from udmelding.journal.database import Session
from udmelding.journal.parties import ContactValue, RecordedContact, put_contacts, standing_contacts
from udmelding.journal.stamp import Stamp

Standing = Mapping[str, Mapping[ContactRole, RecordedContact]]


class ContactsMovedError(RefusedError):
    """Contacts were changed after before and after were shown."""

    http_status = 409


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One contact of the file, and the one that it replaces."""

    party_name: str
    before: RecordedContact | None
    after: ContactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDifference:
    """What a list would change.

    Attributes:
        without: names of the area's municipalities that nobody can write to even afterwards.
        stamp: checksum of what was compared; another one means that something has changed.
    """

    new: tuple[ContactChange, ...]
    changed: tuple[ContactChange, ...]
    known: tuple[ContactChange, ...]
    without: tuple[str, ...]
    stamp: str


def contact_difference(
    session: Session, settings: Settings, contacts: Sequence[ContactValue]
) -> ContactDifference:
    """What taking in the contacts would change; changes nothing."""
    standing, names = standing_contacts(session), _names(settings)
    found = [
        ContactChange(names[c.party], standing.get(c.party, {}).get(c.role), c) for c in contacts
    ]
    reached = {c.party for c in contacts if c.role is not ContactRole.CHIEF_EXECUTIVE}
    return ContactDifference(
        new=tuple(change for change in found if change.before is None),
        changed=tuple(c for c in found if c.before is not None and not _is_same(c)),
        known=tuple(change for change in found if _is_same(change)),
        without=tuple(
            place.name
            for place in places_of(settings.area)
            if place.code not in reached
            and not set(standing.get(place.code, {})) - {ContactRole.CHIEF_EXECUTIVE}
        ),
        stamp=_checksum(found),
    )


def _is_same(change: ContactChange) -> bool:
    before, after = change.before, change.after
    return before is not None and (before.name, before.email) == (after.name, after.email)


def _checksum(found: Sequence[ContactChange]) -> str:
    lines = [
        f"{c.after.party}|{c.after.role.value}|{c.after.name}|{c.after.email}|"
        f"{c.before.key if c.before else ''}"
        for c in found
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def take_in_contacts(
    session: Session,
    settings: Settings,
    contacts: Sequence[ContactValue],
    seen: str,
    stamp: Stamp,
) -> int:
    """Record the contacts; returns how many were new or changed.

    Args:
        session: an open writing transaction: all of them are recorded, or none.
        settings: names of the parties.
        contacts: from ``contact_tables.read_contacts``.
        seen: ``ContactDifference.stamp`` of what the person saw.
        stamp: who and when.

    Raises:
        ContactsMovedError: somebody has changed one of these contacts since.
    """
    if contact_difference(session, settings, contacts).stamp != seen:
        raise ContactsMovedError(
            "Nogle af kontakterne er ændret, siden du så forskellene. Intet er gemt. Herunder står "
            "forskellene, som de er nu."
        )
    return put_contacts(session, contacts, stamp)


def template_workbook(session: Session, area: str) -> bytes:
    """A workbook with every municipality of the area in every role, filled in where known.

    Raises:
        NotFoundError: there is no such area.
    """
    standing = standing_contacts(session)
    rows = []
    for place in places_of(area):
        for role in ContactRole:
            contact = standing.get(place.code, {}).get(role)
            said = (contact.name, contact.email) if contact else ("", "")
            rows.append((place.name, role, *said))
    return workbook(rows)


def export_workbook(session: Session) -> bytes:
    """A workbook with every contact that stands, which can be read back."""
    standing = standing_contacts(session)
    names = {place.code: place.name for place in places_of(WHOLE_COUNTRY)}
    names.update({code: word for word, code in OTHER_PARTIES.items()})
    rows = [
        (name, role, standing[code][role].name, standing[code][role].email)
        for code, name in names.items()
        for role in ContactRole
        if role in standing.get(code, {})
    ]
    return workbook(rows)


def _names(settings: Settings) -> Mapping[str, str]:
    names = {place.code: place.name for place in load_municipalities()}
    return {**names, **other_parties(settings)}
