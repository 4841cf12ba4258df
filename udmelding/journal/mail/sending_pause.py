"""Is all sending stopped? Facts of the installation: who stopped it or took it up again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import known_at, table_of


@dataclass(frozen=True, slots=True)
class Pause:
    """All sending is stopped."""

    since: dt.datetime
    by: str
    reason: str


def pause_at(session: Session, as_of: dt.datetime | None = None) -> Pause | None:
    """The pause that holds (at ``as_of``; None: by all that is known), or None where mails go."""
    query = _latest_query(is_dated=as_of is not None)
    row = session.execute(query, {"as_of": as_of}).first()
    return Pause(row[0], row[1], row[2]) if row is not None and row[3] else None


@cache
def _latest_query(*, is_dated: bool) -> sa.Select[Any]:
    """Built once: every mail that is sent asks it."""
    table = table_of(models.SendingPause)
    return (
        sa.select(table.c.recorded_at, table.c.recorded_by, table.c.reason, table.c.is_paused)
        .where(known_at(table, sa.bindparam("as_of") if is_dated else None))
        .order_by(table.c.recorded_at.desc(), table.c.id.desc())
        .limit(1)
    )


def say(
    session: Session,
    *,
    is_paused: bool,
    reason: str,
    now: dt.datetime,
    by: str,
    has_looked: bool = False,
) -> bool:
    """Stop all sending or take it up again; False where that holds already.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    said = guard(session, "sending-pause", {"reason": reason}, Stamp(now, by, has_looked))
    if (pause_at(session) is not None) == is_paused:
        return False
    table = table_of(models.SendingPause)
    last = session.execute(sa.select(sa.func.max(table.c.recorded_at))).scalar()
    moment = now if last is None or last < now else last + dt.timedelta(microseconds=1)
    session.execute(
        sa.insert(table).values(
            key=f"sending-pause/{moment.astimezone(dt.UTC).isoformat()}",
            recorded_at=moment,
            recorded_by=by,
            is_paused=is_paused,
            reason=said["reason"],
            source="",
            is_made_up=False,
        )
    )
    return True
