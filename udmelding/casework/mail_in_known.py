"""What is known that can tell whose an incoming mail is? Our mails, contacts, and what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import MailKind
from udmelding.casework.party_owing import owed_by
from udmelding.casework.services import Services
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_part
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.parties import load_contacts
from udmelding.journal.tables import table_of
from udmelding.rules.case.standing import standings
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Known, OpenItem, OurMail

MOST_REFERENCES = 50
"""Message-IDs of a mail that are looked up; a thread holds no more of ours that matter."""

_OPEN_DOMAINS = frozenset({"gmail.com", "hotmail.com", "outlook.com", "live.dk", "yahoo.dk"})
"""Domains that say nothing about where somebody works."""


def known_of(services: Services, mail: Incoming, now: dt.datetime) -> Known:
    """What is known at ``now`` about the mails that ``mail`` answers and about its sender."""
    with reading(services.engine) as session:
        answered = _answered(session, mail)
        senders, neighbours = _parties(session, mail.sender, now)
    open_items: list[OpenItem] = []
    if not answered:  # a thread is enough; what is owed is asked only where it is needed
        for party in sorted(senders | neighbours):
            owed = owed_by(services, party, party, now)
            open_items += [
                OpenItem(reference=o.reference, step=o.step_id, party=party) for o in owed
            ]
    return Known(answered=answered, senders=senders, neighbours=neighbours, open_items=open_items)


def _answered(session: Session, mail: Incoming) -> list[OurMail]:
    """Our mails that it refers to, the nearest first; a gathered one as its parts."""
    table = table_of(models.OutboxMessage)
    ids = [name for name in (mail.returned_id, *mail.refers_to) if name][:MOST_REFERENCES]
    where = sa.or_(table.c.message_id.in_(ids), table.c.key == mail.returned_key)
    found = outbox.letters(session, where) if ids or mail.returned_key else []
    order = {name: number for number, name in enumerate(ids)}
    found.sort(key=lambda letter: order.get(letter.message_id, -1))
    return _ours(session, found[:1])


def _ours(session: Session, letters: Sequence[Letter]) -> list[OurMail]:
    whole: list[Letter] = []
    for letter in letters:
        is_gathered = letter.mail is MailKind.DIGEST
        whole += outbox.parts_of(session, letter.key) if is_gathered else [letter]
    return [_our_mail(session, letter) for letter in whole]


def _our_mail(session: Session, letter: Letter) -> OurMail:
    reference = letter.key.split("/", 1)[0]
    return OurMail(
        key=letter.merged_into or letter.key,
        reference=reference,
        step=letter.step,
        party=letter.party,
        is_open=_is_open(session, reference, letter.step, letter.party),
    )


def _is_open(session: Session, reference: str, step: str, party: str) -> bool:
    header = headers(session, (reference,))[0]
    case = load_part(session, header, step, party)
    return any(
        row.state.is_owed
        for row in standings(case, case.received_on)
        if (row.step.id, row.party.party) == (step, party)
    )


def _parties(
    session: Session, sender: str, now: dt.datetime
) -> tuple[frozenset[str], frozenset[str]]:
    """The parties that the sender is a contact of, and those with contacts at its domain."""
    address = sender.casefold()
    domain = address.rpartition("@")[2]
    own: set[str] = set()
    near: set[str] = set()
    for party, contacts in load_contacts(session, now).items():
        addresses = [contact.email.casefold() for contact in contacts]
        if address and address in addresses:
            own.add(party)
        elif domain and domain not in _OPEN_DOMAINS and domain in _domains(addresses):
            near.add(party)
    return frozenset(own), frozenset(near)


def _domains(addresses: Iterable[str]) -> set[str]:
    return {address.rpartition("@")[2] for address in addresses}
