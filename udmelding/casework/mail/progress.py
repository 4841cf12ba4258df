"""How far did each mail come? Accepted, delivered, sent back, opened and answered differ.

That our own mail server took a mail says nothing of whether it arrived. Each word stands for one
thing that is known, and from whom.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models import DeliveryReportKind, MailKind, OutboxState
from udmelding.casework.parties.addresses import away_in_words
from udmelding.journal.access.party_links import last_openings
from udmelding.journal.database import Session
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue, delivery_reports_on
from udmelding.journal.inbox.incoming import InboxMail, answers_to
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import part_keys
from udmelding.rules.case.glossary import label
from udmelding.rules.inbox.delivery_report_wording import in_full


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One thing that is known of a mail.

    Attributes:
        sign: stands before ``words``; ``is_good`` false where the mail did not arrive.
        who: the address that it is known of, and ``why`` what was said; both may be empty.
        incoming_key: the mail that came in and says so; empty where none does.
    """

    sign: str
    words: str
    at: dt.datetime | None = None
    who: str = ""
    why: str = ""
    is_good: bool = True
    incoming_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All that is known of one mail, in the order it came to be known.

    Attributes:
        furthest: the one thing that says most.
    """

    steps: tuple[Reached, ...]
    furthest: Reached


_OF_DELIVERY_REPORT: Mapping[DeliveryReportKind, tuple[str, str, bool]] = {
    DeliveryReportKind.FAILED: ("✕", "kom retur", False),
    DeliveryReportKind.FAILED_FOR_NOW: ("!", "kunne ikke leveres lige nu", False),
    DeliveryReportKind.SENDER_REFUSED: ("✕", "vi blev afvist", False),
    DeliveryReportKind.UNCLEAR: ("!", "sendt retur, læs selv", False),
    DeliveryReportKind.DELAYED: ("!", "forsinket", False),
    DeliveryReportKind.DELIVERED: ("✓", "leveret hos modtageren", True),
    DeliveryReportKind.RELAYED: ("○", "sendt videre uden kvittering", True),
    DeliveryReportKind.ABSENT: ("○", "fraværende", True),
}
_SAYS_MOST = (
    "besvaret",
    "linket blev åbnet",
    "kom retur",
    "vi blev afvist",
    "sendt retur, læs selv",
    "kunne ikke leveres lige nu",
    "leveret hos modtageren",
    "forsinket",
    "sendt videre uden kvittering",
)


def progress_of(
    session: Session, mails: Sequence[OutboxMail], as_of: dt.datetime
) -> Mapping[str, Progress]:
    """How far each of ``mails`` had come at ``as_of``, by key; in three statements."""
    parts = part_keys(session, [one.key for one in mails if one.mail is MailKind.DIGEST])
    own = {one.key: (one.key, *parts.get(one.key, ())) for one in mails}
    whole = {one.key: one.merged_into or one.key for one in mails}
    keys = {*whole.values(), *(key for group in own.values() for key in group)}
    delivery_reports = delivery_reports_on(session, sorted(keys))
    opened = last_openings(session, keys, as_of)
    answers = answers_to(session, keys, as_of)
    found = {}
    for mail in mails:
        theirs = list(dict.fromkeys((whole[mail.key], *own[mail.key])))
        steps = [
            *_sent(mail),
            *(
                _of_delivery_report(delivery_report)
                for key in theirs
                for delivery_report in _known(delivery_reports.get(key, ()), as_of)
            ),
            *_opening(opened[key] for key in theirs if key in opened),
            *(_answer(one) for key in theirs for one in answers.get(key, ())),
        ]
        found[mail.key] = _progress(mail, steps)
    return found


def _progress(mail: OutboxMail, steps: list[Reached]) -> Progress:
    if not steps:
        steps = [Reached(sign="○", words=label(mail.state))]
    rank = {words: place for place, words in enumerate(_SAYS_MOST)}
    best = min(steps, key=lambda step: rank.get(step.words, len(rank)))
    return Progress(steps=tuple(steps), furthest=best)


def _sent(mail: OutboxMail) -> Iterable[Reached]:
    at, why = mail.finished_at, mail.outcome
    if mail.state is OutboxState.SENT and why.startswith("prøvedrift"):
        yield Reached(sign="○", words="skrevet som fil, ikke sendt", at=at)
    elif mail.state is OutboxState.SENT:
        yield Reached(sign="✓", words="afleveret til jeres mailserver", at=at, why=why)
    elif mail.state in (OutboxState.FAILED, OutboxState.HELD):
        yield Reached(sign="✕", words=label(mail.state), at=at, why=why, is_good=False)
    elif at is not None or why:
        yield Reached(sign="○", words=label(mail.state), at=at, why=why)


def _known(
    found: Iterable[DeliveryReportValue], as_of: dt.datetime
) -> Iterable[DeliveryReportValue]:
    return (delivery_report for delivery_report in found if delivery_report.reported_at <= as_of)


def _of_delivery_report(delivery_report: DeliveryReportValue) -> Reached:
    sign, words, is_good = _OF_DELIVERY_REPORT[delivery_report.kind]
    why = "" if is_good else in_full(delivery_report.status, delivery_report.why)
    if delivery_report.kind is DeliveryReportKind.ABSENT:
        words = away_in_words(delivery_report.until)
    return Reached(
        sign=sign,
        words=words,
        at=delivery_report.reported_at,
        who=delivery_report.address,
        why=why,
        is_good=is_good,
        incoming_key=delivery_report.incoming_key,
    )


def _opening(moments: Iterable[dt.datetime]) -> Iterable[Reached]:
    last = max(moments, default=None)
    if last is not None:
        yield Reached(sign="✓", words="linket blev åbnet", at=last)


def _answer(mail: InboxMail) -> Reached:
    return Reached(
        sign="✓",
        words="besvaret",
        at=mail.received_at,
        who=mail.sender,
        incoming_key=mail.key,
    )
