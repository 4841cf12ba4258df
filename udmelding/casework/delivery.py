"""Sends what waits in the outbox, each mail once, and says what became of every one.

Before a mail goes, it is asked once more whether it is still wanted: somebody may have answered
since it was written. One mail that fails never stops the others.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from enum import StrEnum

from sqlmodel import Session

from models import MailKind, OutboxState
from udmelding.casework.digests import gather, take_apart
from udmelding.casework.services import Services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal import outbox
from udmelding.journal.announcing import announce_mail
from udmelding.journal.database import reading, writing
from udmelding.journal.header import headers
from udmelding.journal.load import load_part
from udmelding.journal.outbox import Letter
from udmelding.outside.mime import Attachment, MailToSend, build_message
from udmelding.outside.transport import MailDelayedError
from udmelding.rules.actions import Withheld
from udmelding.rules.glossary import label
from udmelding.rules.overtaken import overtaken


class Fate(StrEnum):
    """What became of one mail in one round of delivery."""

    SENT = "sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    POSTPONED = "postponed"
    HELD = "held"
    RECOVERED = "recovered"


CHASING = frozenset(MailKind) - {
    MailKind.THANKS,
    MailKind.NOTICE,
    MailKind.SUBMISSION,
    MailKind.RESERVATION_LIFTED,
    MailKind.DIGEST,
}
"""Mails that ask for something, and are pointless once it was given."""

_LOOK = "Se efter, om den er nået frem, og svar med «udmelding outbox resolve»."

Checkpoint = Callable[[str, str], None]
"""Called with a key and a place (``claimed``, ``handing_over``, ``sent``): tests kill there."""


def _pass(_key: str, _place: str) -> None:
    return None


def deliver_waiting(
    services: Services, now: dt.datetime, owner: str, checkpoint: Checkpoint = _pass
) -> Counter[Fate]:
    """Send every mail that may go at ``now``.

    Args:
        services: database and transport.
        now: decides what waits and which claims of dead senders are void.
        owner: a name for this sender, unique among those that run.
        checkpoint: for tests that stop the sender at a given place.

    Returns:
        How many mails met which fate. Safe to run twice, at once, or after being killed.
    """
    fates = recover(services, now)
    for _ in range(_ROUNDS):
        gather(services, now)
        with reading(services.engine) as session:
            keys = outbox.waiting(session, now)
        if not keys:
            break
        with services.sending():
            for key in keys:
                fate = _deliver_one(services, key, now, owner, checkpoint)
                if fate is not None:
                    fates[fate] += 1
    return fates


_ROUNDS = 3
"""A mail that is taken apart lets its parts wait again: they go out in the same delivery."""


def recover(services: Services, now: dt.datetime) -> Counter[Fate]:
    """Decide on the mails that dead senders left behind; see ``journal.outbox`` for the rule."""
    fates: Counter[Fate] = Counter()
    with writing(services.engine) as session:
        released, doubtful = outbox.release_dead_claims(session, now)
        fates[Fate.RECOVERED] += len(released)
        for letter in doubtful:
            fates[_decide(services, session, letter, now)] += 1
    return +fates


def _decide(services: Services, session: Session, letter: Letter, now: dt.datetime) -> Fate:
    taken = services.transport.has_taken(_message(services, letter), letter.key)
    if taken is True:
        outbox.finish(session, letter.key, OutboxState.SENT, now, "fundet hos modtageren")
        return Fate.SENT
    if taken is False:
        outbox.finish(session, letter.key, OutboxState.FAILED, now, "afbrudt før afsendelse")
        outbox.resolve(session, letter.key, was_sent=False, now=now)
        return Fate.RECOVERED
    outbox.finish(
        session,
        letter.key,
        OutboxState.HELD,
        now,
        f"Afsendelsen blev afbrudt, og mailserveren kan ikke spørges. {_LOOK}",
    )
    announce_mail(session, letter.key, now)
    return Fate.HELD


def _deliver_one(
    services: Services, key: str, now: dt.datetime, owner: str, checkpoint: Checkpoint
) -> Fate | None:
    with writing(services.engine) as session:
        letter = outbox.claim(session, key, now, owner)
        if letter is None:
            return None
        if letter.mail is MailKind.DIGEST:
            is_apart = take_apart(session, letter, _pointless, now)
            reason = Withheld.REGROUPED if is_apart else None
        else:
            reason = _pointless(session, letter, now)
        if reason is not None:
            outbox.finish(session, key, OutboxState.WITHDRAWN, now, label(reason))
            return Fate.WITHDRAWN
    checkpoint(key, "claimed")
    try:
        message = _message(services, letter)
    except (RefusedError, OutsideError) as error:
        return _failed(services, key, now, error)
    with writing(services.engine) as session:
        if not outbox.hand_over(session, key, owner):
            return None
    checkpoint(key, "handing_over")
    try:
        receipt = services.transport.deliver(message, key)
    except OutsideError as error:
        return _failed(services, key, now, error)
    checkpoint(key, "sent")
    refused = "; ".join(f"{address}: {why}" for address, why in receipt.refused.items())
    with writing(services.engine) as session:
        outbox.finish(
            session, key, OutboxState.SENT, now, f"ikke modtaget af {refused}" if refused else ""
        )
    return Fate.SENT


def _failed(
    services: Services, key: str, now: dt.datetime, error: RefusedError | OutsideError
) -> Fate:
    with writing(services.engine) as session:
        if isinstance(error, MailDelayedError) and error.is_in_doubt:
            outbox.finish(session, key, OutboxState.HELD, now, f"{error.message} {_LOOK}")
            announce_mail(session, key, now)
            return Fate.HELD
        if isinstance(error, OutsideError) and error.is_temporary:
            outbox.postpone(session, key, now, error.message)
            return Fate.POSTPONED
        outbox.finish(session, key, OutboxState.FAILED, now, error.message)
        announce_mail(session, key, now)
        return Fate.FAILED


def _pointless(session: Session, letter: Letter, now: dt.datetime) -> Withheld | None:
    """Why a mail that was written should not go any more, or None when it should."""
    if letter.mail not in CHASING:
        return None
    reference = letter.key.split("/", 1)[0]
    header = headers(session, (reference,))[0]
    case = load_part(session, header, letter.step, letter.party)
    at = (letter.step, letter.party)
    return overtaken(case, letter.mail, at, letter.due_on, now.date())


def _message(services: Services, letter: Letter) -> EmailMessage:
    settings = services.settings
    mail = MailToSend(
        key=letter.key,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        recipients=tuple(letter.recipients),
        copies=tuple(letter.copies),
        message_id=letter.message_id,
        thread_id=letter.thread_id,
        created_at=letter.created_at,
        reference=letter.key.split("/", 1)[0],
        attachments=tuple(_attachment(services, item) for item in letter.attachments),
    )
    return build_message(mail, sender=settings.secretariat)


def _attachment(services: Services, item: Mapping[str, str]) -> Attachment:
    with services.store.open_checked(item["sha256"]) as file:
        content = file.read()
    return Attachment(file_name=item["file_name"], media_type=item["media_type"], content=content)
