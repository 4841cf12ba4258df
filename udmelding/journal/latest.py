"""Which fact does a new one override? For the kinds of which the latest holds."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from udmelding.journal.recording.entries import Entry

LATEST_WINS = frozenset(
    {"deadline", "extension", "expectation", "pause", "chase_stop", "process", "particulars"}
)
"""Kinds of which the latest holds: 31/5, then 30/4, then 31/5 again are three facts."""


def latest_of(
    session: Session, table: sa.Table, entry: Entry, announcement_id: int, until: dt.datetime
) -> tuple[str, dt.datetime] | None:
    """Key and moment of the fact that an entry of the ``LATEST_WINS`` kinds overrides.

    Only what was recorded by ``until``: an import tells again what was said long ago.
    """
    if entry.kind not in LATEST_WINS:
        return None
    row = session.execute(
        _latest_query(table, has_party="party" in table.c),
        {
            "announcement_id": announcement_id,
            "until": until,
            "step": getattr(entry, "step", ""),
            "party": getattr(entry, "party", ""),
        },
    ).first()
    return (str(row[0]), row[1]) if row else None


@cache
def _latest_query(table: sa.Table, *, has_party: bool) -> sa.Select[Any]:
    where = [
        table.c.announcement_id == sa.bindparam("announcement_id"),
        table.c.superseded_at.is_(None),
        table.c.recorded_at <= sa.bindparam("until"),
    ]
    if has_party:
        where += [
            table.c.step == sa.bindparam("step"),
            table.c.party == sa.bindparam("party"),
        ]
    newest = (table.c.recorded_at.desc(), table.c.key.desc())
    return sa.select(table.c.key, table.c.recorded_at).where(*where).order_by(*newest).limit(1)
