"""Keeps the addresses from which calendars are read, and what each reading told.

An address is claimed for a day before it is read, so two runs read it once; what a reading told has
a key, so it is told once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import models
from models import CalendarNewsKind
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One address; see ``models.calendar_address``."""

    id: int
    organ: str
    url: str
    committee: str
    added_at: dt.datetime
    added_by: str
    tried_on: dt.date | None
    read_at: dt.datetime | None
    failing_since: dt.datetime | None
    trouble: str
    content: list[dict[str, Any]]
    stopped_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRow:
    """One thing that a reading told; see ``models.calendar_address``."""

    id: int
    address_id: int
    told_at: dt.datetime
    kind: CalendarNewsKind
    text: str
    organ: str
    held_on: dt.date | None
    answer: str
    answered_at: dt.datetime | None
    answered_by: str

    @property
    def is_open(self) -> bool:
        """Whether it waits for a person's answer."""
        return self.kind is CalendarNewsKind.GONE and self.answered_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a reading tells, before it is kept."""

    key: str
    kind: CalendarNewsKind
    text: str
    organ: str = ""
    held_on: dt.date | None = None


_ADDRESS = tuple(field.name for field in fields(AddressRow))
_NEWS = tuple(field.name for field in fields(NewsRow))


def addresses(session: Session, *, with_stopped: bool = False) -> tuple[AddressRow, ...]:
    """The addresses that are read, in the order in which they were added."""
    table = table_of(models.CalendarAddress)
    query = sa.select(*(table.c[name] for name in _ADDRESS)).order_by(table.c.id)
    if not with_stopped:
        query = query.where(table.c.stopped_at.is_(None))
    return tuple(
        AddressRow(**dict(zip(_ADDRESS, row, strict=True))) for row in session.execute(query)
    )


def address_named(session: Session, address_id: int) -> AddressRow | None:
    """The address with that number, also a stopped one; None where there is none."""
    found = (row for row in addresses(session, with_stopped=True) if row.id == address_id)
    return next(found, None)


def add_address(session: Session, organ: str, url: str, committee: str, stamp: Stamp) -> int:
    """Keep an address; returns its number. The same one of an organ that is read is kept once."""
    for row in addresses(session):
        if (row.organ, row.url, row.committee) == (organ, url, committee):
            return row.id
    table = table_of(models.CalendarAddress)
    clean = guard(session, f"calendar/{organ}", {"url": url, "committee": committee}, stamp)
    digest = hashlib.sha256(f"{url}|{committee}".encode()).hexdigest()[:12]
    values = {
        "key": f"{organ}@{stamp.now.astimezone(dt.UTC).isoformat()}/{digest}",
        "organ": organ,
        **clean,
        "added_at": stamp.now,
        "added_by": stamp.by,
        "trouble": "",
        "content": [],
        "stopped_by": "",
    }
    done = session.execute(sa.insert(table).values(values))
    return int(done.inserted_primary_key[0])  # type: ignore[attr-defined]


def stop_address(session: Session, address_id: int, stamp: Stamp) -> bool:
    """Read an address no more; False where it is not read."""
    table = table_of(models.CalendarAddress)
    query = sa.update(table).where(table.c.id == address_id, table.c.stopped_at.is_(None))
    done = session.execute(query.values(stopped_at=stamp.now, stopped_by=stamp.by))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def claim_address(session: Session, address_id: int, today: dt.date) -> bool:
    """Take an address up for today; False where another run has."""
    table = table_of(models.CalendarAddress)
    is_free = sa.or_(table.c.tried_on.is_(None), table.c.tried_on < today)
    query = sa.update(table).where(table.c.id == address_id, table.c.stopped_at.is_(None), is_free)
    done = session.execute(query.values(tried_on=today))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def note_reading(
    session: Session, address_id: int, content: Sequence[dict[str, Any]], now: dt.datetime
) -> None:
    """Keep what a reading held; trouble is over."""
    _change(session, address_id, content=list(content), read_at=now, failing_since=None, trouble="")


def note_failure(session: Session, address: AddressRow, trouble: str, now: dt.datetime) -> None:
    """Keep why an address cannot be read, and since when."""
    _change(session, address.id, trouble=trouble, failing_since=address.failing_since or now)


def _change(session: Session, address_id: int, **values: Any) -> None:
    table = table_of(models.CalendarAddress)
    session.execute(sa.update(table).where(table.c.id == address_id).values(**values))


def tell(session: Session, address_id: int, told: Sequence[News], now: dt.datetime) -> int:
    """Keep what a reading told; returns how much of it is new."""
    table, count = table_of(models.CalendarNews), 0
    for news in told:
        values = {
            "key": news.key[:200],
            "address_id": address_id,
            "told_at": now,
            "kind": news.kind,
            "text": news.text,
            "organ": news.organ,
            "held_on": news.held_on,
            "answer": "",
            "answered_by": "",
        }
        try:
            with session.begin_nested():
                session.execute(sa.insert(table).values(values))
        except IntegrityError:  # another run told it
            continue
        count += 1
    return count


def news(session: Session, most: int = 100) -> tuple[NewsRow, ...]:
    """What the readings told, the open questions first, then the newest."""
    table = table_of(models.CalendarNews)
    is_open = sa.and_(table.c.kind == CalendarNewsKind.GONE, table.c.answered_at.is_(None))
    query = sa.select(*(table.c[name] for name in _NEWS)).order_by(
        sa.case((is_open, 0), else_=1), table.c.told_at.desc(), table.c.id
    )
    rows = session.execute(query.limit(most))
    return tuple(NewsRow(**dict(zip(_NEWS, row, strict=True))) for row in rows)


def news_named(session: Session, news_id: int) -> NewsRow | None:
    """The news with that number; None where there is none."""
    table = table_of(models.CalendarNews)
    query = sa.select(*(table.c[name] for name in _NEWS)).where(table.c.id == news_id)
    row = session.execute(query).first()
    return None if row is None else NewsRow(**dict(zip(_NEWS, row, strict=True)))


def answer_news(session: Session, news_id: int, answer: str, stamp: Stamp) -> bool:
    """Keep a person's answer to a question; False where somebody has answered it."""
    table = table_of(models.CalendarNews)
    query = sa.update(table).where(table.c.id == news_id, table.c.answered_at.is_(None))
    values = {"answer": answer, "answered_at": stamp.now, "answered_by": stamp.by}
    done = session.execute(query.values(**values))
    return bool(done.rowcount)  # type: ignore[attr-defined]
