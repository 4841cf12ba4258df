"""What dead senders left behind, and what can become of a mail in one round of delivery."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from enum import StrEnum

from sqlmodel import Session

from models import OutboxState
from udmelding.casework.outgoing import message_of
from udmelding.casework.services import Services
from udmelding.journal.database import writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.recording.announcing import announce_mail


class Fate(StrEnum):
    """What became of one mail in one round of delivery."""

    SENT = "sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    POSTPONED = "postponed"
    HELD = "held"
    RECOVERED = "recovered"
    LATER = "later"


LOOK = "Se efter, om den er nået frem, og svar med «udmelding outbox resolve»."
"""What is added to the reason why a mail is held."""


def recover(services: Services, now: dt.datetime) -> Counter[Fate]:
    """Decide on the mails that dead senders left behind; the rule: ``journal.mail.outbox``."""
    fates: Counter[Fate] = Counter()
    with writing(services.engine) as session:
        released, doubtful = outbox.release_dead_claims(session, now)
        fates[Fate.RECOVERED] += len(released)
        for letter in doubtful:
            fates[_decide(services, session, letter, now)] += 1
    return +fates


def _decide(services: Services, session: Session, letter: Letter, now: dt.datetime) -> Fate:
    taken = services.transport.has_taken(message_of(services, letter), letter.key)
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
        f"Afsendelsen blev afbrudt, og mailserveren kan ikke spørges. {LOOK}",
    )
    announce_mail(session, letter.key, now)
    return Fate.HELD
