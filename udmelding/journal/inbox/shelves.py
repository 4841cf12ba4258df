"""Which mails that came in stand on which list? Those that wait, were dealt with, were filed."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import IncomingKind, IncomingState
from udmelding import clock
from udmelding.journal.inbox.incoming import (
    InboxMail,
    count,
    has_locked,
    is_waiting,
    mails_where,
)
from udmelding.journal.tables import table_of


class Shelf(StrEnum):
    """Which mails a list shows; the words stand in the address."""

    WAITING = "venter"
    HANDLED = "behandlet"
    REPORTS = "rapporter"
    AWAY = "fravaer"


_FILED = {
    Shelf.REPORTS: (IncomingKind.BOUNCE, IncomingKind.DELAY, IncomingKind.RECEIPT),
    Shelf.AWAY: (IncomingKind.ABSENCE, IncomingKind.AUTOMATIC, IncomingKind.OWN),
}


def on_shelf(
    session: Session, shelf: Shelf, most: int | None = None, offset: int = 0
) -> list[InboxMail]:
    """The mails of a list; what waits with the oldest first, all else with the newest."""
    return mails_where(
        session,
        _stands_on(shelf),
        limit=most,
        offset=offset,
        is_newest_first=shelf is not Shelf.WAITING,
    )


def on_the_desk(session: Session, now: dt.datetime) -> tuple[list[InboxMail], list[InboxMail]]:
    """The mails that wait, and those that a person has dealt with on the day of ``now``."""
    table = table_of(models.IncomingMail)
    today = clock.at(now.date(), "00:00")
    is_done = sa.and_(table.c.state == IncomingState.HANDLED, table.c.handled_at >= today)
    mails = mails_where(session, sa.or_(is_waiting(), is_done))
    waiting = [m for m in mails if m.state is IncomingState.WAITING or m.locked_files]
    return waiting, [m for m in mails if m.handled_at is not None and m.handled_at >= today]


def count_on(session: Session, shelf: Shelf) -> int:
    """How many mails stand on a list."""
    return count(session, _stands_on(shelf))


def _stands_on(shelf: Shelf) -> sa.ColumnElement[bool]:
    table = table_of(models.IncomingMail)
    if shelf is Shelf.WAITING:
        return is_waiting()
    if shelf is Shelf.HANDLED:
        return table.c.state == IncomingState.HANDLED
    return sa.and_(table.c.state == IncomingState.FILED, table.c.kind.in_(_FILED[shelf]))


def in_case(session: Session, case_id: int, as_of: dt.datetime) -> list[InboxMail]:
    """The mails that had come in a case by ``as_of``, in the order they came."""
    return mails_where(session, _lies_in(case_id, as_of))


def newest_in_case(
    session: Session, case_id: int, as_of: dt.datetime, most: int
) -> tuple[int, list[InboxMail]]:
    """How many mails had come in a case by ``as_of``, and the newest ``most`` of them."""
    where = _lies_in(case_id, as_of)
    return count(session, where), mails_where(session, where, limit=most, is_newest_first=True)


def _lies_in(case_id: int, as_of: dt.datetime) -> sa.ColumnElement[bool]:
    table = table_of(models.IncomingMail)
    return sa.and_(table.c.announcement_id == case_id, table.c.received_at <= as_of)


def with_locked_files(session: Session) -> list[InboxMail]:
    """The mails of which a file is locked away, in the order they came."""
    return mails_where(session, has_locked())
