"""What came in by mail, in lists: what waits, what was done, what was reported, who is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from udmelding.casework.inbox.attachments import grade_of
from udmelding.casework.parties.book import other_parties
from udmelding.config.parties import load_municipalities
from udmelding.config.settings import Settings
from udmelding.journal.database import Session
from udmelding.journal.inbox.delivery_reports import (
    DeliveryReportValue,
    delivery_reports_in,
    failing_contacts,
    refusing,
)
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.inbox.shelves import Shelf, count_on, newest_in_case, on_shelf
from udmelding.rules.files.cpr_wording import SHORT
from udmelding.rules.inbox.mail_files import locked_sentence
from udmelding.rules.inbox.post_wording import (
    absence_sentence,
    suggestion_sentence,
    weighed_sentence,
)
from udmelding.rules.words.business_days import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """One mail of a list.

    Attributes:
        age: working days since it came.
        party_name: whose it is; empty where nobody knows.
        looks_like: what its words suggest, in a sentence; ``away`` what they say of an absence.
        weighed: why it was taken for a person's or a machine's.
        delivery_reports: what it says of addresses.
        cpr: what looks like a CPR number in it, in a few words; empty where nothing does.
        locked: what a person has to decide on its files; empty where nothing is locked away.
    """

    mail: InboxMail
    age: int
    party_name: str
    looks_like: str
    away: str
    weighed: str
    delivery_reports: tuple[DeliveryReportValue, ...]
    cpr: str
    locked: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of a list: ``side`` of ``last``, of ``total`` mails in all."""

    lines: tuple[PostLine, ...]
    total: int
    side: int
    last: int


def post_page(
    session: Session, settings: Settings, shelf: Shelf, now: dt.datetime, side: int, size: int
) -> PostPage:
    """One page of a list; what waits stands with the oldest first, all else with the newest."""
    total = count_on(session, shelf)
    last = max(1, -(-total // size))
    side = min(max(1, side), last)
    mails = on_shelf(session, shelf, size, (side - 1) * size)
    return PostPage(lines_of(session, settings, mails, now), total, side, last)


def case_post(
    session: Session, settings: Settings, case_id: int, as_of: dt.datetime, most: int
) -> tuple[int, tuple[PostLine, ...]]:
    """How many mails came in in a case until ``as_of``, and the newest ``most`` of them."""
    count, mails = newest_in_case(session, case_id, as_of, most)
    return count, lines_of(session, settings, mails, as_of)


def lines_of(
    session: Session, settings: Settings, mails: list[InboxMail], now: dt.datetime
) -> tuple[PostLine, ...]:
    """The mails with their age at ``now``, their party's name, and what they seem to say."""
    told = delivery_reports_in(session, [mail.key for mail in mails])
    names, calendar = names_of(settings), WorkCalendar()
    return tuple(
        PostLine(
            mail=mail,
            age=max(0, calendar.business_days_between(mail.received_at.date(), now.date())),
            party_name=names.get(mail.party, mail.party),
            looks_like=suggestion_sentence(mail.suggestion),
            away=absence_sentence(mail.suggestion),
            weighed=weighed_sentence(mail.suggestion, is_doubtful=mail.is_doubtful),
            delivery_reports=tuple(told.get(mail.key, ())),
            cpr=SHORT[grade] if (grade := grade_of(mail)) else "",
            locked=locked_sentence(mail.locked_files),
        )
        for mail in mails
    )


def names_of(settings: Settings) -> Mapping[str, str]:
    """What every party that has contacts is called."""
    return {m.code: m.name for m in load_municipalities()} | dict(other_parties(settings))


@dataclass(frozen=True, slots=True)
class PostCount:
    """How much waits for a person: mails, and addresses that do not work.

    Attributes:
        refused: addresses at which other servers refuse us.
    """

    mails: int
    addresses: int
    refused: int = 0


def post_count(session: Session, now: dt.datetime, *, only_refused: bool = False) -> PostCount:
    """What the pages of mails tell; every page tells where we are refused, and may ask no more."""
    refused = len(refusing(session, now))
    if only_refused:
        return PostCount(0, 0, refused)
    waiting = count_on(session, Shelf.WAITING)
    return PostCount(waiting, len(failing_contacts(session, now)), refused)
