"""What waits in one case, when would it go, and to whom? One list for a draft and a held case.

What is written already stands in the outbox; what is not is what the rules would ask for. Nothing
here writes or sends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from models import MailKind
from udmelding.casework.mail.still_wanted import CHASING
from udmelding.casework.mail.writing import receiver_among, receivers_of
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import Header
from udmelding.journal.database import Session
from udmelding.journal.mail import outbox
from udmelding.journal.mail.mail_drafts import mail_drafts
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.parties import ContactValue
from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.due.coming import Coming, coming_mails
from udmelding.rules.due.overtaken import StillOwed


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingMail:
    """One mail that goes when the case goes on.

    Attributes:
        on: the day on which it would go.
        name: what its party is called.
        to: its addresses, copies last; none where the party has none.
        is_written: it stands in the outbox, with the words it will have.
        awaits_release: a person sends it; the machine does not.
        overtaken: why it would be withdrawn instead, in Danish; empty where it is still wanted.
    """

    key: str
    on: dt.date
    mail: MailKind
    party: str
    name: str
    to: tuple[str, ...]
    due_on: dt.date | None
    is_written: bool = False
    awaits_release: bool = False
    overtaken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingGroup:
    """The mails of one kind on one day, as a page lists them."""

    on: dt.date
    mail: MailKind
    due_on: dt.date | None
    mails: tuple[ComingMail, ...]

    @property
    def awaits_release(self) -> bool:
        """Whether a person sends them."""
        return self.mails[0].awaits_release

    @property
    def without_address(self) -> tuple[str, ...]:
        """Names of those who have no address."""
        return tuple(mail.name for mail in self.mails if not mail.to)


def coming_in(
    services: Services, session: Session, header: Header, case: Case, now: dt.datetime
) -> tuple[ComingMail, ...]:
    """Every mail that would go out of the case if it went on at ``now``, by day.

    Args:
        services: settings, for addresses that are no contacts.
        session: reads.
        header: the case.
        case: what was known of it at ``now``.
        now: the moment; an earlier one shows what waited then.
    """
    written = outbox.waiting_in_case(session, header.id, now)
    wanted = coming_mails(case, now)
    parties = {one.party for one in wanted}
    contacts = receivers_of(services, session, parties, now)
    said = mail_drafts(session, tuple(one.key for one in wanted))
    held = {key for key, words in said.items() if words.is_held}
    found = [
        *_written(case, written, now),
        *(_unwritten(case, contacts, one) for one in wanted if one.key not in held),
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.mail, one.name, one.key)))


def grouped(mails: tuple[ComingMail, ...]) -> tuple[ComingGroup, ...]:
    """The mails that are still wanted, those of one kind, day and due date together."""
    found: dict[tuple[dt.date, MailKind, dt.date | None, bool], list[ComingMail]] = {}
    for mail in mails:
        if not mail.overtaken:
            at = (mail.on, mail.mail, mail.due_on, mail.awaits_release)
            found.setdefault(at, []).append(mail)
    return tuple(
        ComingGroup(on=on, mail=kind, due_on=due_on, mails=tuple(group))
        for (on, kind, due_on, _), group in found.items()
    )


def _name(case: Case, party: str) -> str:
    found = case.party(party)
    return found.name if found else {"secretariat": "sekretariatet"}.get(party, party)


def _written(case: Case, written: list[OutboxMail], now: dt.datetime) -> Iterator[ComingMail]:
    asked = StillOwed(replace(case, pauses=()))
    for mail in written:
        reason = None
        if mail.mail in CHASING:
            at = (mail.step, mail.party)
            reason = asked.reason_overtaken(mail.mail, at, mail.due_on, now.date())
        yield ComingMail(
            key=mail.key,
            on=max(mail.not_before, now).date(),
            mail=mail.mail,
            party=mail.party,
            name=_name(case, mail.party),
            to=(*mail.recipients, *mail.copies),
            due_on=mail.due_on,
            is_written=True,
            overtaken=label(reason) if reason else "",
        )


def _unwritten(case: Case, contacts: Mapping[str, list[ContactValue]], one: Coming) -> ComingMail:
    known = contacts[one.party]
    to = receiver_among(known)
    copies = [contact.email for contact in known if contact.role in one.copy_to]
    return ComingMail(
        key=one.key,
        on=one.on,
        mail=one.mail,
        party=one.party,
        name=_name(case, one.party),
        to=(to.email, *copies) if to is not None else (),
        due_on=one.due_on,
        awaits_release=one.awaits_release,
    )
