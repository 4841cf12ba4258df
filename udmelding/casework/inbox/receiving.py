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

from models import GATHERED, IncomingKind, IncomingState
from udmelding.casework.files import keep_own, lock_away, words_in
from udmelding.casework.inbox.attachments import keep_files, may_be_kept, without_numbers
from udmelding.casework.inbox.locked import tidy_quietly
from udmelding.casework.inbox.telling import concerning, reports_of
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.parties.book import owed_by
from udmelding.casework.wiring import Services
from udmelding.clock import COPENHAGEN
from udmelding.journal.access.access import users
from udmelding.journal.case.header import Header, find, headers, references, with_ids
from udmelding.journal.case.load import load_part
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.inbox import delivery_reports, holds, incoming
from udmelding.journal.inbox.holds import Held
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import mails_named
from udmelding.journal.parties import load_contacts
from udmelding.journal.summaries import summaries
from udmelding.journal.wake import wake_index
from udmelding.outside.inbox.reading import read
from udmelding.rules.access.links import without_links
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import (
    MOST_CANDIDATES,
    Candidate,
    Clues,
    Match,
    OpenItem,
    OurMail,
)
from udmelding.rules.inbox.understanding import Understood, understand


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
    today = now.date()
    mail = concerning(services, mail, known)
    masked = without_numbers(_without_links(mail), today)
    files, apart = keep_files(services, mail.files, masked.in_words, today)
    grade, raw_sha256 = masked.in_all, ""
    # Neither numbers nor personal links can be taken out of what lies in a wrapper.
    if not mail.is_unwrapped and may_be_kept(services, raw, files, grade, today):
        if apart:  # the mail as it came carries its files
            apart.append(raw)
        raw_sha256 = _checksum(raw) if apart else keep_own(services, raw).sha256
    mail = masked.mail
    written_on = (mail.sent_at or now).astimezone(COPENHAGEN).date()
    minutes = _minutes(mail, files, known, today)
    found = understand(mail, known, min(written_on, today), minutes)
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
        kind=found.kind,
        is_doubtful=found.is_doubtful,
        raw_sha256=raw_sha256,
        attachments=files,
        locked_files=sum("is_locked" in file for file in files),
        reply_to_key=found.where.reply_to_key,
        suggestion=_suggestion(found)
        | {
            "known_sender": bool(known.senders),
            **({"links": list(mail.links)} if mail.links and found.needs_person else {}),
            **({"cpr": grade.value} if grade else {}),
            **({"sealed": mail.sealed.value} if mail.sealed else {}),
        },
        matched_by=found.where.by,
    )
    if not found.needs_person:
        inbox_mail = replace(
            inbox_mail, state=IncomingState.FILED, handled_at=now, handled_by=MACHINE
        )
    with writing(services.engine) as session:
        if apart:
            incoming.hold_files(session)
        placed = _placed(session, inbox_mail, found.where)
        if not incoming.add(session, placed):
            return None
        for content in apart:  # with the row: what no row names is tidied away
            lock_away(services, content)
        delivery_reports.add(session, reports_of(placed, mail, found, now))
        _hold(session, placed, found.holds, now)
    return placed


MOST_MINUTES = 3
"""Files of a mail that are read for a decision."""


def _minutes(
    mail: Incoming, files: Sequence[dict[str, Any]], known: Clues, today: dt.date
) -> tuple[str, ...]:
    """The words of its files, where a decision is owed; not of one that is locked or refused."""
    is_wanted = any(one.is_decision for one in known.answered)
    if not is_wanted and not any(one.is_decision for one in known.open_items):
        return ()
    readable = [
        came
        for came, kept in zip(mail.files, files, strict=True)
        if kept["sha256"] and "is_locked" not in kept
        and came.file_name.lower().endswith((".pdf", ".docx", ".txt"))
    ]  # fmt: skip
    return tuple(words_in(one.file_name, one.content, today) for one in readable[:MOST_MINUTES])


def _without_links(mail: Incoming) -> Incoming:
    """The mail without the personal links that it quotes: they are for whoever got them."""
    return replace(
        mail,
        subject=without_links(mail.subject),
        text=without_links(mail.text),
        own_text=without_links(mail.own_text),
        links=tuple(one for one in mail.links if without_links(one) == one),
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


def _placed(session: Session, inbox_mail: InboxMail, where: Match) -> InboxMail:
    """The mail with its case, where that is known."""
    if where.found is None:
        return inbox_mail
    header = find(session, where.found.reference)
    return replace(
        inbox_mail,
        announcement_id=header.id,
        reference=header.reference,
        step=where.found.step,
        party=where.found.party,
    )


def _hold(session: Session, mail: InboxMail, places: Sequence[Candidate], now: dt.datetime) -> None:
    """Let the reminders of all that it may concern wait; one that is laid holds by lying there."""
    if not mail.reference:
        ids = [(find(session, one.reference).id, one.step, one.party) for one in places]
        holds.hold(session, mail.key, ids, now)
    for one in places:
        after_change(session, one.reference, one.step, one.party, now)


def let_go(session: Session, mail: InboxMail, now: dt.datetime) -> None:
    """A person has said where ``mail`` belongs, or what it means; it is as it was before that.

    What it may concern is free, and where it lay is brought in step.
    """
    refreshed(session, holds.let_go(session, mail.key, now), now)
    if mail.reference:
        after_change(session, mail.reference, mail.step, mail.party, now)


def refreshed(session: Session, held: Iterable[Held], now: dt.datetime) -> None:
    """Bring in step what hangs on places that are held, or are no longer."""
    held = tuple(held)
    names = {header.id: header.reference for header in with_ids(session, (one[0] for one in held))}
    for case_id, step, party in held:
        after_change(session, names[case_id], step, party, now)


def _suggestion(found: Understood) -> dict[str, Any]:
    """What was made of a mail, as it is kept."""
    made: dict[str, Any] = {"signs": [sign.value for sign in found.signs]} if found.signs else {}
    if found.absence is not None:
        days = {"absent_from": found.absence.since, "absent_until": found.absence.until}
        made |= {name: day.isoformat() for name, day in days.items() if day}
    said = found.suggestion
    if said is not None:
        made |= {
            "meaning": said.meaning.value,
            "outcome": said.outcome.value if said.outcome else "",
            "level": said.level.value if said.level else "",
            "on": said.on.isoformat() if said.on else "",
            "words": said.words,
            **({"address": said.address} if said.address else {}),
            **({"item_number": said.item_number} if said.item_number else {}),
        }
    if found.needs_person:
        made["candidates"] = [
            {"reference": c.reference, "step": c.step, "party": c.party, "why": c.why}
            for c in found.where.candidates[:MOST_CANDIDATES]
        ]
    return made


MOST_REFERENCES = 50
"""Message-IDs of a mail that are looked up; a thread holds no more of ours that matter."""

_OPEN_DOMAINS = frozenset({"gmail.com", "hotmail.com", "outlook.com", "live.dk", "yahoo.dk"})
"""Domains that say nothing about where somebody works."""


def known_of(services: Services, mail: Incoming, now: dt.datetime) -> Clues:
    """What is known at ``now`` about the mails that ``mail`` answers, its sender and ourselves."""
    with reading(services.engine) as session:
        answered = _answered(session, mail)
        earlier = [] if answered else _earlier(session, mail)
        senders, neighbours = _parties(session, mail.sender, now)
        voices = frozenset(p for one in mail.voices for p in _parties(session, one, now)[0])
        names, own = references(session), own_addresses(services, session)
    parties = senders | neighbours | voices | {one.party for one in answered}
    parties |= {one.party for one in earlier}
    owed = [
        (party, one) for party in sorted(parties) for one in owed_by(services, party, party, now)
    ]
    with reading(services.engine) as session:
        open_items = _items(session, [(one.reference, one.step_id, who) for who, one in owed])
    return Clues(
        answered=answered,
        incoming_answered=earlier,
        senders=senders,
        voices=voices,
        neighbours=neighbours,
        open_items=open_items,
        references=frozenset(name.casefold() for name in names),
        own_addresses=own,
        own_domains=frozenset(_domains(own) - _OPEN_DOMAINS),
    )


def _items(session: Session, places: Sequence[tuple[str, str, str]]) -> list[OpenItem]:
    """What stands at those places: case, step and party."""
    heads = {head.reference: head for head in headers(session, tuple({one[0] for one in places}))}
    return [
        OpenItem(
            reference=reference,
            step=step_id,
            party=party,
            is_decision=_is_decision(heads[reference], step_id),
        )
        for reference, step_id, party in places
    ]


def own_addresses(services: Services, session: Session) -> frozenset[str]:
    """The addresses that we write from: the secretariat's, its mailbox's and its users'."""
    settings = services.settings
    found = {
        settings.secretariat.email,
        settings.mailbox.username,
        *(user.login for user in users(session)),
    }
    return frozenset(one.casefold() for one in found if "@" in one)


def _answered(session: Session, mail: Incoming) -> list[OurMail]:
    """Our mails that it refers to, the nearest first; a gathered one as its parts."""
    ids = [name for name in (mail.returned_id, *mail.refers_to) if name][:MOST_REFERENCES]
    found = mails_named(session, ids, mail.returned_key)
    order = {name: number for number, name in enumerate(ids)}
    found.sort(key=lambda ours: order.get(ours.message_id, -1))
    return _ours(session, found[:1])


def _earlier(session: Session, mail: Incoming) -> list[OpenItem]:
    """Where the nearest mail lies that came in before and is answered by this one."""
    ids = list(mail.refers_to)[:MOST_REFERENCES]
    for one in incoming.named(session, ids):
        if one.reference:
            return _items(session, [(one.reference, one.step, one.party)])
    return []


def _is_decision(header: Header, step_id: str) -> bool:
    step = header.process.step(step_id)
    return step is not None and is_council_step(step)


def _ours(session: Session, mails: Sequence[OutboxMail]) -> list[OurMail]:
    whole: list[OutboxMail] = []
    for mail in mails:
        is_gathered = mail.mail in GATHERED
        whole += outbox.parts_of(session, mail.key) if is_gathered else [mail]
    return [_our_mail(session, mail) for mail in whole]


def _our_mail(session: Session, mail: OutboxMail) -> OurMail:
    header = find(session, mail.key.split("/", 1)[0])
    return OurMail(
        key=mail.merged_into or mail.key,
        reference=header.reference,
        step=mail.step,
        party=mail.party,
        is_open=_is_open(session, header, mail.step, mail.party),
        is_decision=_is_decision(header, mail.step),
        sent_at=mail.finished_at,
    )


def _is_open(session: Session, header: Header, step: str, party: str) -> bool:
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
