"""Which mails did not arrive, and where? One entry for each address, not for each mail.

A mail did not arrive where our own mail server refused it, wholly or for one receiver, or where
another server sent it back.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import ContactRole, OutboxState
from udmelding.casework.parties.addresses import Address, Experience, experience, state_of
from udmelding.journal.database import Session
from udmelding.journal.inbox.delivery_reports import sent_back
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import REFUSED_FOR_SOME, failed_or_back
from udmelding.journal.parties import RecordedContact, standing_contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A mail that did not reach an address.

    Attributes:
        address: in lower case.
    """

    outbox_mail: OutboxMail
    address: str

    @property
    def reference(self) -> str:
        return self.outbox_mail.key.split("/", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenAddress:
    """An address at which mails do not arrive.

    Attributes:
        address: as its contact has it; ``contacts`` who has it, none where nobody has it any more.
        known: its state, since when and why.
        mails: those that did not reach it, in cases that still run.
    """

    address: str
    contacts: tuple[RecordedContact, ...]
    known: Address
    mails: tuple[Undelivered, ...]

    @property
    def parties(self) -> tuple[str, ...]:
        """Codes of the parties whose address it is."""
        return tuple(dict.fromkeys(contact.party for contact in self.contacts))

    @property
    def roles(self) -> tuple[ContactRole, ...]:
        """Why mails go to it."""
        return tuple(dict.fromkeys(contact.role for contact in self.contacts))


Standing = Mapping[str, Mapping[ContactRole, RecordedContact]]
"""The contacts that stand, as ``journal.parties.standing_contacts`` gives them."""


def broken_addresses(
    session: Session,
    now: dt.datetime,
    known: Experience | None = None,
    contacts: Standing | None = None,
) -> tuple[BrokenAddress, ...]:
    """The contacts' addresses at which mails do not arrive, the longest broken first.

    ``known`` and ``contacts``, where somebody has read them already.
    """
    known = experience(session, now) if known is None else known
    whose = _whose(standing_contacts(session) if contacts is None else contacts)
    wrong = {
        key: state
        for key, contacts in whose.items()
        if (state := state_of(contacts[0].email, known)).has_bounced or _is_refused(key, known)
    }
    if not wrong:
        return ()
    lost: dict[str, list[Undelivered]] = defaultdict(list)
    for mail in undelivered_mails(session):
        lost[mail.address].append(mail)
    found = [
        BrokenAddress(
            address=whose[key][0].email,
            contacts=tuple(whose[key]),
            known=state,
            mails=tuple(lost.get(key, ())),
        )
        for key, state in wrong.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.known.at or now, one.address)))


def _is_refused(address: str, known: Experience) -> bool:
    fate = known.fates.get(address)
    return (
        fate is not None
        and fate.state is OutboxState.FAILED
        and state_of(address, known).at == fate.at
    )


def _whose(standing: Standing) -> Mapping[str, list[RecordedContact]]:
    """The contacts that stand, by address in lower case."""
    found: dict[str, list[RecordedContact]] = defaultdict(list)
    for contacts in standing.values():
        for contact in contacts.values():
            found[contact.email.casefold()].append(contact)
    return found


def undelivered_mails(session: Session) -> list[Undelivered]:
    """The mails of running cases that did not arrive, the oldest first; parts instead of a whole.

    A mail that was copied to somebody stands there once for each address that it did not reach.
    """
    back = sent_back(session)
    return [
        Undelivered(outbox_mail=mail, address=address)
        for mail in failed_or_back(session, back)
        for address in missed(mail, back)
    ]


def missed(mail: OutboxMail, back: Mapping[str, frozenset[str]]) -> Sequence[str]:
    """The addresses that the mail did not reach, in lower case.

    Args:
        mail: one that was sent or refused.
        back: from ``journal.inbox.delivery_reports.sent_back``.
    """
    own = [address.casefold() for address in (*mail.recipients, *mail.copies)]
    if mail.state is OutboxState.FAILED:
        return own
    told = back.get(mail.key, frozenset()) | back.get(mail.merged_into or "", frozenset())
    outcome = mail.outcome.casefold()
    is_partly = outcome.startswith(REFUSED_FOR_SOME)
    return [a for a in own if a in told or (is_partly and f"{a}: " in outcome)]
