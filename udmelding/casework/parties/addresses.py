"""Can a party be reached? Its contacts, each with what is known of its address.

What another mail server tells of an address goes before what our own said when it took the mail,
unless our own refused a later one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from models import ContactRole, DeliveryReportKind, OutboxState
from udmelding.journal.database import Session
from udmelding.journal.inbox import delivery_reports
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue
from udmelding.journal.mail.outbox_mails import LastMail, last_fates
from udmelding.journal.parties import RecordedContact
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import FOLDER, MailState
from udmelding.rules.inbox.delivery_report_wording import in_full
from udmelding.rules.words.date_wording import short_date


class AddressState(StrEnum):
    """What is known of an address."""

    MISSING = "missing"
    NONE = "none"
    UNUSED = "unused"
    AS_FILE = "as_file"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    WORKS = "works"
    DELAYED = "delayed"
    FAILED_FOR_NOW = "failed_for_now"
    SENDER_REFUSED = "sender_refused"
    UNCLEAR = "unclear"
    BOUNCED = "bounced"
    REFUSED = "refused"
    HELD = "held"


STATES: Mapping[AddressState, tuple[str, str]] = {
    AddressState.MISSING: ("!", "mangler"),
    AddressState.NONE: ("–", "ingen"),
    AddressState.UNUSED: ("○", "ikke brugt endnu"),
    AddressState.AS_FILE: ("○", label(MailState.AS_FILE)),
    AddressState.ACCEPTED: ("✓", label(MailState.HANDED_OVER)),
    AddressState.DELIVERED: ("✓", "leveret hos modtageren"),
    AddressState.WORKS: ("✓", "virker igen, siger sekretariatet"),
    AddressState.DELAYED: ("!", "forsinket"),
    AddressState.FAILED_FOR_NOW: ("!", "kunne ikke leveres lige nu"),
    AddressState.SENDER_REFUSED: ("!", "vi blev afvist"),
    AddressState.UNCLEAR: ("!", "sendt retur, læs selv"),
    AddressState.BOUNCED: ("✕", "kom retur"),
    AddressState.REFUSED: ("✕", "afvist"),
    AddressState.HELD: ("!", "tilbageholdt"),
}
"""The sign and the words of each state."""

_WRONG = (
    AddressState.MISSING,
    AddressState.BOUNCED,
    AddressState.FAILED_FOR_NOW,
    AddressState.UNCLEAR,
    AddressState.REFUSED,
    AddressState.HELD,
)
_BOUNCED = (AddressState.BOUNCED, AddressState.FAILED_FOR_NOW, AddressState.UNCLEAR)
_BY_FATE = {
    OutboxState.SENT: AddressState.ACCEPTED,
    OutboxState.FAILED: AddressState.REFUSED,
    OutboxState.HELD: AddressState.HELD,
}
_BY_DELIVERY_REPORT = {
    DeliveryReportKind.FAILED: AddressState.BOUNCED,
    DeliveryReportKind.FAILED_FOR_NOW: AddressState.FAILED_FOR_NOW,
    DeliveryReportKind.SENDER_REFUSED: AddressState.SENDER_REFUSED,
    DeliveryReportKind.UNCLEAR: AddressState.UNCLEAR,
    DeliveryReportKind.DELAYED: AddressState.DELAYED,
    DeliveryReportKind.DELIVERED: AddressState.DELIVERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One role of one party: who has it, and whether mails arrive.

    Attributes:
        at: when the last mail to it was accepted, refused, held or told of by another server;
            ``why`` if it did not arrive.
        absence: that its person is away, in Danish; empty where nothing says so.
    """

    role: ContactRole
    contact: RecordedContact | None
    state: AddressState
    at: dt.datetime | None = None
    why: str = ""
    absence: str = ""

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

    @property
    def has_bounced(self) -> bool:
        """Whether another mail server has told that mails do not arrive."""
        return self.state in _BOUNCED


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """What became of mails, by address in lower case.

    Attributes:
        fates: what our own mail server said of the last mail.
        delivery_reports: what was told since; ``absent`` who is away now.
    """

    fates: Mapping[str, LastMail] = field(default_factory=dict)
    delivery_reports: Mapping[str, DeliveryReportValue] = field(default_factory=dict)
    absent: Mapping[str, DeliveryReportValue] = field(default_factory=dict)


def experience(session: Session, now: dt.datetime) -> Experience:
    """What is known of all addresses at ``now``, in a few statements."""
    return Experience(
        fates=last_fates(session),
        delivery_reports=delivery_reports.latest(session, now),
        absent=delivery_reports.absent(session, now),
    )


def addresses(
    contacts: Mapping[ContactRole, RecordedContact], known: Experience
) -> tuple[Address, ...]:
    """One for each role.

    Mails go to the coordinator, or to the mailbox where there is none: one of the two is enough.
    """
    return tuple(_address(role, contacts, known) for role in ContactRole)


def _address(
    role: ContactRole,
    contacts: Mapping[ContactRole, RecordedContact],
    known: Experience,
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
    found = state_of(contact.email, known)
    return replace(found, role=role, contact=contact)


def state_of(email: str, known: Experience) -> Address:
    """What is known of an address, whoever has it."""
    key = email.casefold()
    away = known.absent.get(key)
    bare = Address(
        role=ContactRole.MAILBOX,
        contact=None,
        state=AddressState.UNUSED,
        absence=away_in_words(away.until) if away else "",
    )
    fate, told = known.fates.get(key), known.delivery_reports.get(key)
    if told is not None and told.kind in _BY_DELIVERY_REPORT and not _is_overtaken(told, fate):
        state = AddressState.WORKS if _is_said(told) else _BY_DELIVERY_REPORT[told.kind]
        is_good = state in (AddressState.DELIVERED, AddressState.WORKS)
        why = "" if is_good else in_full(told.status, told.why)
        return replace(bare, state=state, at=told.reported_at, why=why)
    if fate is None:
        return bare
    is_file = fate.state is OutboxState.SENT and fate.transport == FOLDER
    state = AddressState.AS_FILE if is_file else _BY_FATE[fate.state]
    return replace(bare, state=state, at=fate.at, why=fate.why)


def _is_overtaken(told: DeliveryReportValue, fate: LastMail | None) -> bool:
    """Whether our own mail server has said something since that goes before the delivery report."""
    if fate is None or fate.at <= told.reported_at:
        return False
    return fate.state is not OutboxState.SENT or told.kind in _PASSING


_PASSING = (
    DeliveryReportKind.DELAYED,
    DeliveryReportKind.FAILED_FOR_NOW,
    DeliveryReportKind.UNCLEAR,
)


def _is_said(told: DeliveryReportValue) -> bool:
    """Whether a person has said it, and no mail server."""
    return told.incoming_key.startswith("person/")


def away_in_words(until: dt.date | None) -> str:
    """That somebody is away, and until when if that is known."""
    return f"fraværende til og med {short_date(until)}" if until else "fraværende"
