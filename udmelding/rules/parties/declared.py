"""What came in through a municipality's personal link, and who recorded it? Read from the case.

Who recorded it is the party, via its link; its source says through which link. It waits for a
person until it is accepted, dismissed or overtaken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from udmelding.rules.access.links import OWNERS
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Milestone, Party

_VIA = " via personligt link"
CONTACT = " melder ny kontakt: "
"""Stands between the party and the contact in the note of a contact that it names."""


class HasAddress(Protocol):
    """Somebody mails go to."""

    @property
    def email(self) -> str:
        """The address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedContact:
    """A contact that a municipality has named and nobody has accepted yet."""

    key: str
    declared_at: dt.datetime
    party: Party
    name: str
    email: str


def declarer(party_name: str) -> str:
    """Who recorded what came through the link of that party."""
    return f"{party_name}{_VIA}"


def is_declared(recorded_by: str) -> bool:
    """Whether a fact came through a personal link."""
    return recorded_by.endswith(_VIA)


def is_through_link(decision: Decision) -> bool:
    """Whether a decision was first told through a link, whoever has corrected it since."""
    return is_declared(decision.recorded_by) or decision.source.startswith("personligt link")


def declared_decisions(case: Case) -> tuple[Decision, ...]:
    """Municipalities' decisions whose minutes the secretariat has not seen, newest first."""
    owners = {party.party for party in case.parties if party.kind in OWNERS and party.is_asked}
    return tuple(d for d in reversed(case.decisions) if d.party in owners and not d.is_proven)


def proposed_contacts(
    case: Case, known: Mapping[str, Sequence[HasAddress]]
) -> tuple[ProposedContact, ...]:
    """Contacts that were declared in the case and are not in force; the newest first."""
    by_declarer = {declarer(party.name): party for party in case.parties}
    found = []
    for note in reversed(case.milestones):
        party = by_declarer.get(note.recorded_by)
        if party is None or not note.title.startswith(f"{party.name}{CONTACT}"):
            continue
        name, _, email = note.title.partition(CONTACT)[2].rpartition(", ")
        if all(contact.email != email for contact in known.get(party.party, ())):
            found.append(
                ProposedContact(
                    key=note.key, declared_at=note.recorded_at, party=party, name=name, email=email
                )
            )
    return tuple(found)


def declared_notes(case: Case) -> tuple[Milestone, ...]:
    """What municipalities have written to the secretariat, the newest first; no contacts."""
    return tuple(
        note
        for note in reversed(case.milestones)
        if is_declared(note.recorded_by)
        and not note.title.startswith(note.recorded_by.removesuffix(_VIA) + CONTACT)
    )
