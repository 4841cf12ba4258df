"""How far did each mail come? Accepted, delivered, sent back, opened and answered differ.

That our own mail server took a mail says nothing of whether it arrived. Each word stands for one
thing that is known, and from whom; the one that says most is ``rules.case.mail_state``'s. Every
page, command and JSON asks here, so that no two of them can say different things of one mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from models import GATHERED, DeliveryReportKind, MailKind, OutboxState
from udmelding.casework.parties.addresses import away_in_words
from udmelding.journal.access.party_links import last_openings
from udmelding.journal.database import Session
from udmelding.journal.inbox.delivery_reports import DeliveryReportValue, delivery_reports_on
from udmelding.journal.inbox.incoming import InboxMail, answers_to
from udmelding.journal.mail.outbox_search import part_keys
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import MailState, gathered_words, mail_state
from udmelding.rules.inbox.delivery_report_wording import in_full


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One thing that is known of a mail.

    Attributes:
        sign: stands before ``words``; ``is_good`` false where the mail did not arrive.
        who: the address that it is known of, and ``why`` what was said; both may be empty.
        incoming_key: the mail that came in and says so; empty where none does.
        state: the state of a mail of which this says most; None where it says none.
    """

    sign: str
    words: str
    at: dt.datetime | None = None
    who: str = ""
    why: str = ""
    is_good: bool = True
    incoming_key: str = ""
    state: MailState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All that is known of one mail, in the order it came to be known.

    Attributes:
        state: what says most, in one word; ``furthest`` the same as it is shown.
        gathered: whether it is made of others or a part of one, in words; empty where neither.
    """

    steps: tuple[Reached, ...]
    state: MailState
    furthest: Reached
    gathered: str = ""

    @property
    def values(self) -> dict[str, str]:
        """How far it came, as JSON has it beside the mail: a word that stays, and the words."""
        reached = {"reached": self.state.value, "reached_text": self.furthest.words}
        return reached | {"gathered_text": self.gathered}


class Kept(Protocol):
    """A mail as far as the outbox says what became of it."""

    @property
    def key(self) -> str: ...

    @property
    def mail(self) -> MailKind: ...

    @property
    def state(self) -> OutboxState: ...

    @property
    def merged_into(self) -> str | None: ...

    @property
    def finished_at(self) -> dt.datetime | None: ...

    @property
    def outcome(self) -> str: ...

    @property
    def transport(self) -> str: ...


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
_GOOD = (MailState.HANDED_OVER, MailState.DELIVERED, MailState.OPENED, MailState.ANSWERED)
_BAD = (MailState.REJECTED, MailState.HELD)


def progress_of(
    session: Session, mails: Sequence[Kept], as_of: dt.datetime
) -> Mapping[str, Progress]:
    """How far each of ``mails`` had come at ``as_of``, by key; in three statements."""
    parts = part_keys(session, [one.key for one in mails if one.mail in GATHERED])
    own = {one.key: (one.key, *parts.get(one.key, ())) for one in mails}
    whole = {one.key: one.merged_into or one.key for one in mails}
    keys = {*whole.values(), *(key for group in own.values() for key in group)}
    delivery_reports = delivery_reports_on(session, sorted(keys))
    opened = last_openings(session, keys, as_of)
    answers = answers_to(session, keys, as_of)
    found = {}
    for mail in mails:
        theirs = list(dict.fromkeys((whole[mail.key], *own[mail.key])))
        reports = [
            report for key in theirs for report in _known(delivery_reports.get(key, ()), as_of)
        ]
        openings = [opened[key] for key in theirs if key in opened]
        replies = [one for key in theirs for one in answers.get(key, ())]
        state = mail_state(
            *_as_known(mail, as_of),
            reports=[report.kind for report in reports],
            is_opened=bool(openings),
            is_answered=bool(replies),
        )
        steps = [
            _sent(mail, as_of),
            *map(_of_delivery_report, reports),
            *_opening(openings),
            *map(_answer, replies),
        ]
        told = next((step for step in steps if step.state is state), _reached(state))
        furthest = replace(told, sign=_sign(state), words=label(state), is_good=state not in _BAD)
        if state is MailState.HANDED_OVER:  # one that is late says more than that it was taken
            furthest = next((step for step in steps if not step.is_good), furthest)
        cases = len({key.partition("/")[0] for key in parts.get(mail.key, ())})
        words = gathered_words(mail.mail, state, mail.merged_into, cases)
        found[mail.key] = Progress(
            steps=tuple(steps), state=state, furthest=furthest, gathered=words
        )
    return found


def _as_known(mail: Kept, as_of: dt.datetime) -> tuple[OutboxState, str, str]:
    """State, transport and outcome at that moment; one that was finished later waited then."""
    if mail.finished_at is not None and mail.finished_at > as_of:
        return OutboxState.PENDING, "", ""
    return mail.state, mail.transport, mail.outcome


def _reached(state: MailState, at: dt.datetime | None = None, why: str = "") -> Reached:
    is_good, words = state not in _BAD, label(state)
    return Reached(sign=_sign(state), words=words, at=at, why=why, is_good=is_good, state=state)


def _sign(state: MailState) -> str:
    return "✓" if state in _GOOD else "✕" if state in _BAD else "○"


def _sent(mail: Kept, as_of: dt.datetime) -> Reached:
    """What the outbox says by itself."""
    state, transport, outcome = _as_known(mail, as_of)
    at = None if state is OutboxState.PENDING else mail.finished_at
    return _reached(mail_state(state, transport, outcome), at, outcome)


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
        state=mail_state(OutboxState.PENDING, "", reports=[delivery_report.kind]),
    )


def _opening(moments: Iterable[dt.datetime]) -> Iterable[Reached]:
    last = max(moments, default=None)
    if last is not None:
        yield _reached(MailState.OPENED, last)


def _answer(mail: InboxMail) -> Reached:
    return Reached(
        sign="✓",
        words=label(MailState.ANSWERED),
        state=MailState.ANSWERED,
        at=mail.received_at,
        who=mail.sender,
        incoming_key=mail.key,
    )
