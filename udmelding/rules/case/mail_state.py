"""How far has a mail come, in one word? The one function for all who show it.

That a mail was written says nothing of whether it went; that our own mail server took it, nothing
of whether it arrived. Each state stands for one thing that is known, and from whom: the outbox, a
delivery report, or that its personal link was used. ``label`` has the words. Nothing is kept of
this: whoever asks as of a day gives what was known then.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from models.delivery_report import DeliveryReportKind
from models.outbox import GATHERED, MailKind, OutboxState

CONFIRMED = "bekræftet af sekretariatet"
"""The outcome of a mail of which a person says that it arrived."""

COPY = "/copy-"
"""Stands between a mail's key and the number of the receiver whose copy goes by itself.

Such a copy is no mail of the case's: it was asked for, and is counted, with the one it belongs to.
"""

FOLDER = "folder"
"""The transport that writes files and sends nothing."""


REMINDING = frozenset(
    {
        MailKind.REMINDER_BEFORE,
        MailKind.REMINDER_OVERDUE,
        MailKind.REMINDER_ESCALATED,
        MailKind.COUNCIL_REMINDER_BEFORE,
        MailKind.COUNCIL_REMINDER_OVERDUE,
        MailKind.COUNCIL_REMINDER_ESCALATED,
        MailKind.ANNOUNCED_BEFORE,
        MailKind.ANNOUNCED_PASSED,
        MailKind.DATED_REMINDER,
    }
)
"""The kinds of mails that remind: they can become parts of one, and stop on evidence."""


class MailState(StrEnum):
    """What is known of a mail.

    ``WRITTEN`` waits; ``AS_FILE`` lies in a folder and was sent to nobody; ``HANDED_OVER`` was
    taken by the secretariat's own mail server; ``DELIVERED`` and ``REJECTED`` are the word of the
    receiver's, the latter of our own too; ``OPENED`` its personal link was used; ``ANSWERED`` a
    reply came. ``UNTOLD`` left before it was kept by which way. The rest are as in the outbox.
    """

    WRITTEN = "written"
    AS_FILE = "as_file"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    OPENED = "opened"
    ANSWERED = "answered"
    UNTOLD = "untold"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    TOGETHER = "together"
    ELSEWHERE = "elsewhere"


_OF_OUTBOX = {
    OutboxState.FAILED: MailState.REJECTED,
    OutboxState.HELD: MailState.HELD,
    OutboxState.WITHDRAWN: MailState.WITHDRAWN,
    OutboxState.MERGED: MailState.TOGETHER,
    OutboxState.ELSEWHERE: MailState.ELSEWHERE,
}
_REJECTING = frozenset(
    {
        *(DeliveryReportKind.FAILED, DeliveryReportKind.FAILED_FOR_NOW),
        *(DeliveryReportKind.SENDER_REFUSED, DeliveryReportKind.UNCLEAR),
    }
)


def mail_state(
    state: OutboxState,
    transport: str,
    outcome: str = "",
    *,
    reports: Collection[DeliveryReportKind] = (),
    is_opened: bool = False,
    is_answered: bool = False,
) -> MailState:
    """What is known of a mail that says most; what comes from outside goes before our own word.

    Args:
        state: where it stands in the outbox.
        transport: what has taken it; empty where nothing has, or nobody kept it.
        outcome: what the outbox says with it.
        reports: what other servers said of it, whichever of its receivers they mean.
        is_opened: its personal link was used.
        is_answered: somebody has replied to it.
    """
    if is_answered:
        return MailState.ANSWERED
    if is_opened:
        return MailState.OPENED
    if _REJECTING & set(reports):  # of several receivers, the one that needs a person
        return MailState.REJECTED
    if DeliveryReportKind.DELIVERED in reports:
        return MailState.DELIVERED
    if state is not OutboxState.SENT:
        return _OF_OUTBOX.get(state, MailState.WRITTEN)
    if outcome == CONFIRMED:
        return MailState.DELIVERED
    if transport == FOLDER:
        return MailState.AS_FILE
    return MailState.HANDED_OVER if transport else MailState.UNTOLD


def gathered_words(mail: MailKind, came: MailState, merged_into: str | None, cases: int) -> str:
    """Is a mail made of others, or a part of one? In Danish, so that no list counts both.

    Args:
        mail: its kind.
        came: what is known of it.
        merged_into: the key of the mail that it is, or was, a part of.
        cases: of how many cases its own parts are; 0 where it has none, or none any more.

    Returns:
        Empty for a mail that goes by itself, and for a part that waits: its state says so.
    """
    if mail in GATHERED:
        told = f"{cases} sager" if cases > 1 else "1 sag"  # one address can answer for two parties
        return f"samlet mail: {told}" if cases else "samlet mail, delt igen"
    if merged_into is None or came is MailState.TOGETHER:
        return ""
    return "del af én mail" if came in _NOT_SENT else "sendt som del af én mail"


_NOT_SENT = frozenset(
    {
        MailState.WRITTEN,
        MailState.AS_FILE,
        MailState.REJECTED,
        MailState.HELD,
        MailState.WITHDRAWN,
        MailState.ELSEWHERE,
    }
)
"""What is known of a mail that nobody can say was sent from here."""
