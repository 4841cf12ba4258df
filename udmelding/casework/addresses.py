"""Can a party be reached? Its contacts, each with what is known of its address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models import ContactRole, OutboxState
from udmelding.journal.contact_history import RecordedContact
from udmelding.journal.mail_fates import Fate


class AddressState(StrEnum):
    """What is known of an address."""

    MISSING = "missing"
    NONE = "none"
    UNUSED = "unused"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    HELD = "held"


STATES: Mapping[AddressState, tuple[str, str]] = {
    AddressState.MISSING: ("!", "mangler"),
    AddressState.NONE: ("–", "ingen"),
    AddressState.UNUSED: ("○", "ikke brugt endnu"),
    AddressState.ACCEPTED: ("✓", "modtaget af mailserveren"),
    AddressState.REFUSED: ("✕", "afvist"),
    AddressState.HELD: ("!", "tilbageholdt"),
}
"""The sign and the words of each state."""

_WRONG = (AddressState.MISSING, AddressState.REFUSED, AddressState.HELD)
_BY_FATE = {
    OutboxState.SENT: AddressState.ACCEPTED,
    OutboxState.FAILED: AddressState.REFUSED,
    OutboxState.HELD: AddressState.HELD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One role of one party: who has it, and whether mails arrive.

    Attributes:
        at: when the last mail to it was accepted, refused or held; ``why`` if it was not accepted.
    """

    role: ContactRole
    contact: RecordedContact | None
    state: AddressState
    at: dt.datetime | None = None
    why: str = ""

    @property
    def sign(self) -> str:
        """Stands before ``words``."""
        return STATES[self.state][0]

    @property
    def words(self) -> str:
        """The state in Danish."""
        return STATES[self.state][1]

    @property
    def is_wrong(self) -> bool:
        """Whether a person should do something about it."""
        return self.state in _WRONG


def addresses(
    contacts: Mapping[ContactRole, RecordedContact], fates: Mapping[str, Fate]
) -> tuple[Address, ...]:
    """One for each role.

    Mails go to the coordinator, or to the mailbox where there is none: one of the two is enough.
    """
    return tuple(_address(role, contacts, fates) for role in ContactRole)


def _address(
    role: ContactRole,
    contacts: Mapping[ContactRole, RecordedContact],
    fates: Mapping[str, Fate],
) -> Address:
    contact = contacts.get(role)
    if contact is None:
        stand_in = {
            ContactRole.COORDINATOR: ContactRole.MAILBOX,
            ContactRole.MAILBOX: ContactRole.COORDINATOR,
            ContactRole.DIRECTOR: ContactRole.CHIEF_EXECUTIVE,
        }
        is_needless = stand_in.get(role) in contacts
        state = AddressState.NONE if is_needless else AddressState.MISSING
        return Address(role=role, contact=None, state=state)
    fate = fates.get(contact.email.casefold())
    if fate is None:
        return Address(role=role, contact=contact, state=AddressState.UNUSED)
    return Address(role=role, contact=contact, state=_BY_FATE[fate.state], at=fate.at, why=fate.why)
