"""What does a mail that came in tell of addresses: whom does it concern, and what is kept of it?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models import DeliveryReportKind, IncomingKind
from udmelding.casework.wiring import Services
from udmelding.journal.database import reading
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.mail import outbox
from udmelding.rules.inbox.absence import Absence
from udmelding.rules.inbox.concerning import lines_on
from udmelding.rules.inbox.incoming import Incoming
from udmelding.rules.inbox.matching import Clues
from udmelding.rules.inbox.understanding import Understood


def concerning(services: Services, mail: Incoming, known: Clues) -> Incoming:
    """The mail with what it says of those whom the mail of ours went to that it tells of."""
    receivers: list[str] = []
    if known.answered and mail.kind in _ON_DELIVERY:
        with reading(services.engine) as session:
            ours = outbox.get(session, known.answered[0].key)
        receivers = [address.casefold() for address in (*ours.recipients, *ours.copies)]
    lines = lines_on(mail.kind, mail.delivery_reports, receivers)
    return replace(mail, delivery_reports=lines)


_ON_DELIVERY = frozenset({IncomingKind.BOUNCE, IncomingKind.DELAY, IncomingKind.RECEIPT})


def reports_of(
    inbox_mail: InboxMail, mail: Incoming, found: Understood, now: dt.datetime
) -> list[DeliveryReportValue]:
    """What the mail says of addresses."""
    if found.absence is not None and mail.sender:
        return [absence_report(inbox_mail, found.absence, now)]
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


def absence_report(mail: InboxMail, absence: Absence, at: dt.datetime) -> DeliveryReportValue:
    """That the sender of a mail is away.

    It concerns the address that it comes from, whichever we wrote to: a mailbox that many read is
    not unmanned because one of them is away (docs/decisions/0033-mail-is-weighed.md).
    """
    return DeliveryReportValue(
        incoming_key=mail.key,
        mail_key=mail.reply_to_key,
        address=mail.sender.casefold(),
        kind=DeliveryReportKind.ABSENT,
        reported_at=at,
        why=" ".join(mail.own_text.split())[:300],
        since=absence.since,
        until=absence.until,
    )
