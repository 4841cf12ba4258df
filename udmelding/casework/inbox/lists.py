"""What came in by mail, in lists: what waits, what was done, what was reported, who is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

import models
from models import IncomingKind, IncomingState, ReportKind
from udmelding.casework.inbox.attachments import grade_of
from udmelding.casework.parties.book import other_parties
from udmelding.config.parties import load_municipalities
from udmelding.config.settings import Settings
from udmelding.journal.database import Session
from udmelding.journal.inbox import delivery_reports, incoming
from udmelding.journal.inbox.delivery_reports import ReportValue
from udmelding.journal.inbox.incoming import IncomingLetter
from udmelding.journal.tables import table_of
from udmelding.rules.files.cpr_wording import SHORT
from udmelding.rules.inbox.mail_files import locked_sentence
from udmelding.rules.inbox.post_wording import suggestion_sentence
from udmelding.rules.words.business_days import WorkCalendar


class Shelf(StrEnum):
    """Which mails a list shows; the words stand in the address."""

    WAITING = "venter"
    HANDLED = "behandlet"
    REPORTS = "rapporter"
    AWAY = "fravaer"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """One mail of a list.

    Attributes:
        age: working days since it came.
        party_name: whose it is; empty where nobody knows.
        looks_like: what its words suggest, in a sentence.
        reports: what it says of addresses.
        cpr: what looks like a CPR number in it, in a few words; empty where nothing does.
        locked: what a person has to decide on its files; empty where nothing is locked away.
    """

    letter: IncomingLetter
    age: int
    party_name: str
    looks_like: str
    reports: tuple[ReportValue, ...]
    cpr: str
    locked: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of a list: ``side`` of ``last``, of ``total`` mails in all."""

    lines: tuple[PostLine, ...]
    total: int
    side: int
    last: int


def _where(shelf: Shelf) -> tuple[sa.ColumnElement[bool], ...]:
    table = table_of(models.IncomingMail)
    reports = (IncomingKind.BOUNCE, IncomingKind.DELAY, IncomingKind.RECEIPT)
    match shelf:
        case Shelf.WAITING:
            return (incoming.is_waiting(),)
        case Shelf.HANDLED:
            return (table.c.state == IncomingState.HANDLED,)
        case Shelf.REPORTS:
            return (table.c.state == IncomingState.FILED, table.c.kind.in_(reports))
        case Shelf.AWAY:
            away = (IncomingKind.ABSENCE, IncomingKind.AUTOMATIC)
            return (table.c.state == IncomingState.FILED, table.c.kind.in_(away))


def post_page(
    session: Session, settings: Settings, shelf: Shelf, now: dt.datetime, side: int, size: int
) -> PostPage:
    """One page of a list; what waits stands with the oldest first, all else with the newest."""
    where = _where(shelf)
    total = incoming.count(session, *where)
    last = max(1, -(-total // size))
    side = min(max(1, side), last)
    letters = incoming.letters(
        session,
        *where,
        limit=size,
        offset=(side - 1) * size,
        is_newest_first=shelf is not Shelf.WAITING,
    )
    return PostPage(lines_of(session, settings, letters, now), total, side, last)


def case_post(
    session: Session, settings: Settings, case_id: int, as_of: dt.datetime, most: int
) -> tuple[int, tuple[PostLine, ...]]:
    """How many mails came in in a case until ``as_of``, and the newest ``most`` of them."""
    table = table_of(models.IncomingMail)
    where = (table.c.announcement_id == case_id, table.c.received_at <= as_of)
    letters = incoming.letters(session, *where, limit=most, is_newest_first=True)
    return incoming.count(session, *where), lines_of(session, settings, letters, as_of)


def lines_of(
    session: Session, settings: Settings, letters: list[IncomingLetter], now: dt.datetime
) -> tuple[PostLine, ...]:
    """The mails with their age at ``now``, their party's name, and what they seem to say."""
    table = table_of(models.DeliveryReport)
    told: dict[str, list[ReportValue]] = {}
    keys = [letter.key for letter in letters]
    for report in delivery_reports.reports(session, table.c.incoming_key.in_(keys)):
        told.setdefault(report.incoming_key, []).append(report)
    names, calendar = names_of(settings), WorkCalendar()
    return tuple(
        PostLine(
            letter=letter,
            age=max(0, calendar.business_days_between(letter.received_at.date(), now.date())),
            party_name=names.get(letter.party, letter.party),
            looks_like=suggestion_sentence(letter.suggestion),
            reports=tuple(told.get(letter.key, ())),
            cpr=SHORT[grade] if (grade := grade_of(letter)) else "",
            locked=locked_sentence(letter.locked_files),
        )
        for letter in letters
    )


def names_of(settings: Settings) -> Mapping[str, str]:
    """What every party that has contacts is called."""
    return {m.code: m.name for m in load_municipalities()} | dict(other_parties(settings))


@dataclass(frozen=True, slots=True)
class PostCount:
    """How much waits for a person: mails, and addresses that do not work."""

    mails: int
    addresses: int


def post_count(session: Session, now: dt.datetime) -> PostCount:
    """What the menu and the overview tell."""
    contact, report = table_of(models.Contact), table_of(models.DeliveryReport)
    standing = sa.select(sa.func.lower(contact.c.email)).where(contact.c.superseded_at.is_(None))
    failed = sa.select(report.c.address).where(
        report.c.kind == ReportKind.FAILED, report.c.address.in_(standing)
    )
    last = {  # the receipts of all other addresses are many, and say nothing here
        told.address: told.kind
        for told in delivery_reports.reports(
            session,
            report.c.address.in_(failed),
            report.c.kind != ReportKind.ABSENT,
            report.c.reported_at <= now,
        )
    }
    failing = [address for address, kind in last.items() if kind is ReportKind.FAILED]
    return PostCount(incoming.count(session, incoming.is_waiting()), len(failing))
