"""May a written mail go now, and is it still wanted? Asked right before each is sent."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from models import MailKind
from udmelding.casework.mail.digests import take_apart
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.services import Services
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_part
from udmelding.journal.mail.outbox import Letter
from udmelding.journal.report.reader_standing import is_awaited
from udmelding.rules.allowed_receivers import is_allowed
from udmelding.rules.case.actions import Withheld
from udmelding.rules.case.glossary import label
from udmelding.rules.due.overtaken import REMINDING, overtaken
from udmelding.rules.sending_hours import next_opening

CHASING = frozenset(MailKind) - {
    MailKind.THANKS,
    MailKind.NOTICE,
    MailKind.SUBMISSION,
    MailKind.RESERVATION_LIFTED,
    MailKind.DIGEST,
    MailKind.COMMENT_INVITATION,
    MailKind.COMMENT_REMINDER,
}
"""Mails that ask for something, and are pointless once it was given."""

NOT_ALLOWED = "modtageren står ikke på listen over adresser, der må skrives til (only_to)"


def opening(session: Session, letter: Letter, now: dt.datetime) -> dt.datetime:
    """When the mail may go: reminders that the machine has written keep to the process's hours.

    What follows from a person's act (an invitation, a letter, a reminder by hand) goes at once.
    """
    is_reminding = letter.mail in REMINDING or letter.mail is MailKind.DIGEST
    if not is_reminding or letter.written_by != MACHINE:
        return now
    work_days = headers(session, (letter.key.split("/", 1)[0],))[0].process.work_days
    return next_opening(work_days, now) if work_days.sending_hours else now


def withdrawn(services: Services, session: Session, letter: Letter, now: dt.datetime) -> str | None:
    """Why a claimed mail should not go any more, in Danish; None when it should."""
    receivers = (*letter.recipients, *letter.copies)
    if not all(is_allowed(address, services.settings.mail.only_to) for address in receivers):
        return NOT_ALLOWED
    if letter.mail is MailKind.DIGEST:
        is_apart = take_apart(session, letter, _pointless, now)
        return label(Withheld.REGROUPED) if is_apart else None
    reason = _pointless(session, letter, now)
    return label(reason) if reason is not None else None


def _pointless(session: Session, letter: Letter, now: dt.datetime) -> Withheld | None:
    """Why a mail that was written should not go any more, or None when it should."""
    if letter.mail is MailKind.COMMENT_REMINDER:
        return None if is_awaited(session, letter, now) else Withheld.ANSWERED_MEANWHILE
    if letter.mail not in CHASING:
        return None
    reference = letter.key.split("/", 1)[0]
    header = headers(session, (reference,))[0]
    case = load_part(session, header, letter.step, letter.party)
    at = (letter.step, letter.party)
    return overtaken(case, letter.mail, at, letter.due_on, now.date())
