"""Remembers what each calendar feed last said, so that a change is published as a change.

A calendar program keeps an event by its uid and takes a new version of it only with a higher
``SEQUENCE`` (RFC 5545, 3.8.7.4); an event that is no more is published as cancelled for a while. A
body's meeting that was moved is told with the day it had before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.tables import table_of
from udmelding.rules.case.facts import Meeting

CANCELLED_FOR = dt.timedelta(days=180)
"""How long a cancelled event stays in the feed: calendars that were closed for a summer see it."""


@dataclass(frozen=True, slots=True)
class Published:
    """One event as it is to be published: what it says, and in which version."""

    content: Mapping[str, Any]
    sequence: int
    changed_at: dt.datetime
    is_cancelled: bool


def publish(
    session: Session, feed: str, contents: Sequence[Mapping[str, Any]], now: dt.datetime
) -> tuple[Published, ...]:
    """The events of a feed with their versions; remembers them.

    Args:
        session: an open writing transaction.
        feed: reference of the case, or ``*``.
        contents: what each event says, as JSON values, with its ``uid``; unchanged ones keep their
            version, changed ones get the next, and those that are no more are cancelled.
        now: the moment of publishing.
    """
    _one_at_a_time(session, feed)
    table = table_of(models.CalendarEntry)
    rows = session.execute(sa.select(table).where(table.c.feed == feed)).mappings()
    known = {row["uid"]: dict(row) for row in rows}
    found = [_standing(session, table, feed, known, content, now) for content in contents]
    here = {str(content["uid"]) for content in contents}
    for uid, row in known.items():
        if uid not in here and (gone := _gone(session, table, row, now)) is not None:
            found.append(gone)
    return tuple(found)


def _one_at_a_time(session: Session, feed: str) -> None:
    """Two that publish a feed for the first time would both insert its events.

    On SQLite writers wait for each other from the start; PostgreSQL is told to.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = sa.func.hashtext(f"calendar feed {feed}")
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(name)))


def _standing(
    session: Session,
    table: sa.Table,
    feed: str,
    known: Mapping[str, dict[str, Any]],
    content: Mapping[str, Any],
    now: dt.datetime,
) -> Published:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = known.get(str(content["uid"]))
    if row is not None and row["digest"] == digest and not row["is_cancelled"]:
        return Published(content, row["sequence"], row["changed_at"], False)
    sequence = 0 if row is None else row["sequence"] + 1
    values = {
        "feed": feed,
        "uid": content["uid"],
        "digest": digest,
        "content": text,
        "sequence": sequence,
        "changed_at": now,
        "is_cancelled": False,
    }
    if row is None:
        session.execute(sa.insert(table).values(values))
    else:
        session.execute(sa.update(table).where(table.c.id == row["id"]).values(values))
    return Published(content, sequence, now, False)


def _gone(
    session: Session, table: sa.Table, row: dict[str, Any], now: dt.datetime
) -> Published | None:
    """A published event that is no more: cancelled, and forgotten by calendars after a while."""
    content = json.loads(row["content"])
    if not row["is_cancelled"]:
        if dt.date.fromisoformat(content["day"]) <= now.date():
            return None  # it was held, or its day has come; nothing is called off
        row |= {"is_cancelled": True, "sequence": row["sequence"] + 1, "changed_at": now}
        session.execute(
            sa.update(table)
            .where(table.c.id == row["id"])
            .values(is_cancelled=True, sequence=row["sequence"], changed_at=now)
        )
    if now - row["changed_at"] > CANCELLED_FOR:
        return None
    return Published(content, row["sequence"], row["changed_at"], True)


def moved_from(
    session: Session, meetings: Sequence[Meeting], as_of: dt.datetime
) -> Mapping[str, dt.date]:
    """For each of ``meetings`` that was moved by ``as_of``, its latest other day, by its key."""
    table = table_of(models.Meeting)
    query = sa.select(table.c.superseded_by, table.c.key, table.c.held_on).where(
        table.c.superseded_at <= as_of
    )
    before = {after: (key, held_on) for after, key, held_on in session.execute(query)}
    found = {}
    for meeting in meetings:
        earlier = before.get(meeting.key)
        while earlier is not None and earlier[1] == meeting.held_on:
            earlier = before.get(earlier[0])
        if earlier is not None:
            found[meeting.key] = earlier[1]
    return found
