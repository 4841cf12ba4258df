"""Takes mail in: reads it, finds its case and party, keeps it, and lets it hold the chase.

Each mail is one transaction under a key made of its content, so reading the same mailbox again, or
after being killed, records nothing twice. What needs nobody (a delivery report, an out-of-office
answer) is filed at once; a person's reply waits for a person, and until then its sender is not
chased. A mail that came back for a reason that nobody knows waits too, but holds no chase. Whose a
mail is is told by what is known: our own mails, the contacts, and what is owed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from models import DeliveryReportKind, IncomingKind, IncomingState, MailKind
from udmelding.casework.files import keep_own, lock_away
from udmelding.casework.inbox.attachments import keep_files, may_be_kept, without_numbers
from udmelding.casework.inbox.locked import tidy_quietly
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.parties.book import owed_by
from udmelding.casework.wiring import Services
from udmelding.clock import COPENHAGEN
from udmelding.journal.case.header import find, headers
from udmelding.journal.case.load import load_part
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.inbox import delivery_reports, incoming
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import mails_named
from udmelding.journal.parties import load_contacts
from udmelding.journal.summaries import summaries
from udmelding.journal.wake import wake_index
from udmelding.outside.inbox.reading import read
from udmelding.rules.access import without_links
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.inbox.concerning import is_unclear, lines_on
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Clues, Match, OpenItem, OurMail, match
from udmelding.rules.inbox.reply_meaning import suggest


def receive(services: Services, raws: Iterable[bytes], now: dt.datetime) -> Counter[IncomingKind]:
    """Take mails in; returns how many new ones of each kind there were.

    Args:
        services: database and document store.
        raws: each mail as it came (RFC 5322).
        now: the moment at which they are read.

    Raises:
        OutsideError: the disk or the database cannot be written; what was taken in before stays.
    """
    found: Counter[IncomingKind] = Counter()
    tidy_quietly(services)
    for raw in raws:
        inbox_mail = receive_one(services, raw, now)
        if inbox_mail is not None:
            found[inbox_mail.kind] += 1
    return found


def receive_one(services: Services, raw: bytes, now: dt.datetime) -> InboxMail | None:
    """Take one mail in; None when it was known already.

    Raises:
        OutsideError: the disk or the database cannot be written.
    """
    mail = read(raw)
    key = content_key(mail)
    with reading(services.engine) as session:
        if incoming.is_known(session, key):
            return None
    known = known_of(services, mail, now)
    where = match(mail, known)
    mail = _concerning(services, mail, where.reply_to_key)
    masked = without_numbers(_without_links(mail), now.date())
    files, apart = keep_files(services, mail.files, masked.in_words, now.date())
    mail, grade = masked.mail, masked.in_all
    raw_sha256 = ""
    # Neither numbers nor personal links can be taken out of what lies in a wrapper.
    if not mail.is_unwrapped and may_be_kept(services, raw, files, grade, now.date()):
        if apart:  # the mail as it came carries its files
            apart.append(raw)
        raw_sha256 = _checksum(raw) if apart else keep_own(services, raw).sha256
    inbox_mail = InboxMail(
        key=key,
        message_id=mail.message_id[:998],
        received_at=now,
        sent_at=mail.sent_at,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        text=mail.text,
        own_text=mail.own_text,
        kind=mail.kind,
        raw_sha256=raw_sha256,
        attachments=files,
        locked_files=sum("is_locked" in file for file in files),
        reply_to_key=where.reply_to_key,
        suggestion={
            "known_sender": bool(known.senders),
            **({"cpr": grade.value} if grade else {}),
            **({"sealed": mail.sealed.value} if mail.sealed else {}),
        },
    )
    with writing(services.engine) as session:
        if apart:
            incoming.hold_files(session)
        placed = _placed(session, inbox_mail, mail, where, now)
        if not incoming.add(session, placed):
            return None
        for content in apart:  # with the row: what no row names is tidied away
            lock_away(services, content)
        delivery_reports.add(session, _delivery_reports(placed, mail, now))
        if placed.state is IncomingState.WAITING and placed.reference:
            after_change(session, placed.reference, placed.step, placed.party, now)
    return placed


def _concerning(services: Services, mail: Incoming, our_key: str) -> Incoming:
    """The mail with what it says of those whom the mail of ours went to that it tells of."""
    receivers: list[str] = []
    if our_key and mail.kind in _ON_DELIVERY:
        with reading(services.engine) as session:
            ours = outbox.get(session, our_key)
        receivers = [address.casefold() for address in (*ours.recipients, *ours.copies)]
    lines = lines_on(mail.kind, mail.delivery_reports, receivers)
    return replace(mail, delivery_reports=lines)


_ON_DELIVERY = frozenset({IncomingKind.BOUNCE, IncomingKind.DELAY, IncomingKind.RECEIPT})


def _without_links(mail: Incoming) -> Incoming:
    """The mail without the personal links that it quotes: they are for whoever got them."""
    return replace(
        mail,
        subject=without_links(mail.subject),
        text=without_links(mail.text),
        own_text=without_links(mail.own_text),
        delivery_reports=tuple(
            replace(one, why=without_links(one.why)) for one in mail.delivery_reports
        ),
    )


def content_key(mail: Incoming) -> str:
    """The key of a mail: the same content gives the same one, whichever way it came."""
    files = [_checksum(file.content) for file in mail.files]
    sent = mail.sent_at.astimezone(dt.UTC).isoformat() if mail.sent_at else ""
    content = [mail.message_id, mail.sender, mail.subject, sent, mail.text, files]
    return _checksum(json.dumps(content).encode())


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def after_change(session: Session, reference: str, step: str, party: str, now: dt.datetime) -> None:
    """Bring what hangs on a reply in step: who is chased, and what the overview shows."""
    header = find(session, reference)
    touched = {(step, party)} if header.process.step(step) is not None else set()
    summaries.forget(session, {header.id})
    wake_index.refresh_and_wake(session, header, touched, now)


def _placed(
    session: Session, inbox_mail: InboxMail, mail: Incoming, where: Match, now: dt.datetime
) -> InboxMail:
    """The mail with its case, what its words suggest, and whether it waits for a person."""
    changes: dict[str, Any] = {"matched_by": where.by}
    if where.found is not None:
        header = find(session, where.found.reference)
        changes |= {
            "announcement_id": header.id,
            "reference": header.reference,
            "step": where.found.step,
            "party": where.found.party,
        }
    if is_unclear(mail.kind, mail.delivery_reports):
        return _replaced(inbox_mail, changes)  # it waits to be read, and holds no chase
    if mail.kind is not IncomingKind.REPLY:
        changes |= {"state": IncomingState.FILED, "handled_at": now, "handled_by": MACHINE}
        return _replaced(inbox_mail, changes)
    is_decision = False
    if where.found is not None:
        step = find(session, where.found.reference).process.step(where.found.step)
        is_decision = step is not None and is_council_step(step)
    changes["suggestion"] = {
        **inbox_mail.suggestion,
        **_suggestion(mail, now, is_decision_wanted=is_decision),
        "candidates": [
            {"reference": c.reference, "step": c.step, "party": c.party, "why": c.why}
            for c in where.candidates[:MOST_CANDIDATES]
        ],
    }
    return _replaced(inbox_mail, changes)


def _replaced(inbox_mail: InboxMail, changes: dict[str, Any]) -> InboxMail:
    return replace(inbox_mail, **changes)


MOST_CANDIDATES = 10


def _suggestion(mail: Incoming, now: dt.datetime, *, is_decision_wanted: bool) -> dict[str, Any]:
    """What the mail's words seem to say, as it is kept."""
    names = tuple(file.file_name for file in mail.files)
    written_on = (mail.sent_at or now).astimezone(COPENHAGEN).date()
    said = suggest(
        mail.own_text,
        mail.subject,
        names,
        is_decision_wanted=is_decision_wanted,
        written_on=min(written_on, now.date()),
    )
    return {
        "meaning": said.meaning.value,
        "outcome": said.outcome.value if said.outcome else "",
        "level": said.level.value if said.level else "",
        "on": said.on.isoformat() if said.on else "",
        "words": said.words,
    }


def _delivery_reports(
    inbox_mail: InboxMail, mail: Incoming, now: dt.datetime
) -> list[DeliveryReportValue]:
    """What the mail says of addresses."""
    if mail.kind is IncomingKind.ABSENCE and mail.sender:
        away = DeliveryReportValue(
            incoming_key=inbox_mail.key,
            mail_key=inbox_mail.reply_to_key,
            address=mail.sender.casefold(),
            kind=DeliveryReportKind.ABSENT,
            reported_at=now,
            why=" ".join(mail.own_text.split())[:300],
            until=mail.absent_until,
        )
        return [away]
    return [
        DeliveryReportValue(
            incoming_key=inbox_mail.key,
            mail_key=inbox_mail.reply_to_key,
            address=line.address.casefold(),
            kind=line.kind,
            reported_at=now,
            status=line.status,
            why=line.why[:500],
        )
        for line in mail.delivery_reports
        if line.address
    ]


MOST_REFERENCES = 50
"""Message-IDs of a mail that are looked up; a thread holds no more of ours that matter."""

_OPEN_DOMAINS = frozenset({"gmail.com", "hotmail.com", "outlook.com", "live.dk", "yahoo.dk"})
"""Domains that say nothing about where somebody works."""


def known_of(services: Services, mail: Incoming, now: dt.datetime) -> Clues:
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
    return Clues(answered=answered, senders=senders, neighbours=neighbours, open_items=open_items)


def _answered(session: Session, mail: Incoming) -> list[OurMail]:
    """Our mails that it refers to, the nearest first; a gathered one as its parts."""
    ids = [name for name in (mail.returned_id, *mail.refers_to) if name][:MOST_REFERENCES]
    found = mails_named(session, ids, mail.returned_key)
    order = {name: number for number, name in enumerate(ids)}
    found.sort(key=lambda ours: order.get(ours.message_id, -1))
    return _ours(session, found[:1])


def _ours(session: Session, mails: Sequence[OutboxMail]) -> list[OurMail]:
    whole: list[OutboxMail] = []
    for mail in mails:
        is_gathered = mail.mail is MailKind.DIGEST
        whole += outbox.parts_of(session, mail.key) if is_gathered else [mail]
    return [_our_mail(session, mail) for mail in whole]


def _our_mail(session: Session, mail: OutboxMail) -> OurMail:
    reference = mail.key.split("/", 1)[0]
    return OurMail(
        key=mail.merged_into or mail.key,
        reference=reference,
        step=mail.step,
        party=mail.party,
        is_open=_is_open(session, reference, mail.step, mail.party),
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
