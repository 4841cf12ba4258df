"""Contacts: whom a party's mail goes to. Shared by all cases, so not a case fact."""

from __future__ import annotations

from enum import StrEnum

from sqlmodel import Field

from models.fact import Fact, word


class ContactRole(StrEnum):
    """Why a mail goes to this person."""

    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    CHIEF_EXECUTIVE = "chief_executive"
    MAILBOX = "mailbox"


class Contact(Fact, table=True):
    """One address of one party.

    Attributes:
        party: municipality code, or ``agency`` or ``secretariat``.
        name: how the mail greets the receiver: a person's name or a function.
        email: the address.
    """

    party: str = Field(index=True)
    role: ContactRole = word(ContactRole)
    name: str
    email: str
