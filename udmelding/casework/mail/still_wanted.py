"""May a mail that was written go now, and is it still wanted? Asked right before it is sent.

Minutes or days lie between: somebody answered, or it is night. A gathered mail is asked part by
part; is one of them pointless, it is taken apart, and the others wait anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from models import GATHERED, MailKind, OutboxState
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.wiring import Services
from udmelding.config.case.process import WorkDays
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load_part
from udmelding.journal.database import Session
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.report.reader_standing import is_awaited
from udmelding.rules.case.actions import LETTERS, Withheld
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import REMINDING
from udmelding.rules.due.overtaken import INVITING, StillOwed
from udmelding.rules.mail.pace import NO_WAIT, is_allowed, next_opening

CHASING = (
    frozenset(MailKind)
    - LETTERS
    - {
        MailKind.THANKS,
        MailKind.NOTICE,
        *GATHERED,
        MailKind.COMMENT_INVITATION,
        MailKind.COMMENT_REMINDER,
        MailKind.CORRECTION,
        MailKind.HANDOVER,
        MailKind.WEEKLY,
    }
)
"""Mails that ask for something, and are pointless once it was given."""

NOT_ALLOWED = "modtageren står ikke på listen over adresser, der må skrives til (only_to)"


def opening(
    session: Session, mail: OutboxMail, now: dt.datetime, waits: dt.timedelta = NO_WAIT
) -> dt.datetime:
    """When the mail may go: what the machine has written keeps to the process's days and hours.

    So do invitations, whoever makes the case go on, and on whatever day; only quiet periods do not
    hold them. What follows from a person's act (a letter, a reminder by hand) goes at once.

    Args:
        session: reads.
        mail: what waits.
        now: the moment.
        waits: how long an invitation waits for those of other cases; see ``gather``.
    """
    is_reminding = mail.mail in REMINDING or mail.mail is MailKind.DIGEST
    is_inviting = mail.mail in INVITING
    if mail.written_by != MACHINE:
        return now
    if not (is_reminding or is_inviting or mail.mail is MailKind.INVITATION_DIGEST):
        return now
    if is_inviting:
        now = max(now, mail.created_at + waits)
    work_days = headers(session, (mail.key.split("/", 1)[0],))[0].process.work_days
    return within_hours(work_days, now, is_quiet_kept=is_reminding)


def within_hours(work_days: WorkDays, now: dt.datetime, *, is_quiet_kept: bool) -> dt.datetime:
    """When the process next lets mails go; ``now`` where it does already, or has no hours."""
    if work_days.sending_hours is None:
        return now
    return next_opening(work_days, now, is_quiet_kept=is_quiet_kept)


def reason_to_withdraw(
    services: Services, session: Session, mail: OutboxMail, now: dt.datetime
) -> str | None:
    """Why a claimed mail should not go any more, in Danish; None when it should."""
    receivers = (*mail.recipients, *mail.copies)
    if not all(is_allowed(address, services.settings.mail.only_to) for address in receivers):
        return NOT_ALLOWED
    if mail.mail in GATHERED:
        is_apart = _take_apart(session, mail, now)
        return label(Withheld.REGROUPED) if is_apart else None
    reason = _pointless(session, mail, now)
    return label(reason) if reason is not None else None


def _pointless(session: Session, mail: OutboxMail, now: dt.datetime) -> Withheld | None:
    """Why a mail that was written should not go any more, or None when it should."""
    if mail.mail is MailKind.COMMENT_REMINDER:
        return None if is_awaited(session, mail, now) else Withheld.ANSWERED_MEANWHILE
    if mail.mail not in CHASING:
        return None
    reference = mail.key.split("/", 1)[0]
    header = headers(session, (reference,))[0]
    case = load_part(session, header, mail.step, mail.party)
    at = (mail.step, mail.party)
    return StillOwed(case).reason_overtaken(mail.mail, at, mail.due_on, now.date())


def _take_apart(session: Session, digest: OutboxMail, now: dt.datetime) -> bool:
    """Has a part of a gathered mail become pointless? Then let the other parts wait anew.

    Returns:
        True when it was taken apart and is not to be sent.
    """
    parts = outbox.parts_of(session, digest.key)
    gone = {part.key: why for part in parts if (why := _pointless(session, part, now)) is not None}
    if not gone:
        return False
    outbox.take_apart(session, [part.key for part in parts])
    for key, why in gone.items():
        outbox.finish(session, key, OutboxState.WITHDRAWN, now, label(why))
    return True


def regroup(session: Session, whole: str, parts: Sequence[str], now: dt.datetime) -> None:
    """Take a gathered mail apart that cannot go as it is: its parts wait anew, by themselves."""
    outbox.take_apart(session, parts)
    outbox.finish(session, whole, OutboxState.WITHDRAWN, now, label(Withheld.REGROUPED))


def waits_with_its_case(session: Session, mail: OutboxMail, now: dt.datetime) -> bool:
    """Whether a case of the mail is paused; then it is not sent, and loses nothing by it.

    It waits as it did. A gathered mail is taken apart: its parts in other cases go without it.
    """
    is_whole = mail.mail in GATHERED
    keys = [part.key for part in outbox.parts_of(session, mail.key)] if is_whole else [mail.key]
    if not outbox.in_paused_cases(session, keys):
        return False
    if is_whole:
        regroup(session, mail.key, keys, now)
    else:  # somebody paused the case since the mails to send were asked for
        outbox.give_back(session, mail.key, mail.not_before)
    return True
