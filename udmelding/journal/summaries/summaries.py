"""Case summaries in the database: which are there, which are missing, and what they say.

A summary says nothing on another day than its own, nor when what all cases share has changed: its
``stamp`` tells. Whatever is recorded in a case throws its summary away, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.tables import table_of

_SHARED = (models.Meeting, models.MunicipalChain, models.MunicipalMeeting)


@dataclass(frozen=True, slots=True)
class Basis:
    """The day that summaries are for, and the checksum of all else that they rest on."""

    day: dt.date
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """What is stored of one case; see ``models.CaseSummary``."""

    case_id: int
    is_closed: bool
    rank: int
    deadline: dt.date | None
    content: Mapping[str, Any]


def shared_stamp(session: Session) -> str:
    """What tells whether any meeting or chain was recorded, or replaced, since it was last read."""
    return "/".join(map(str, session.execute(_shared_query()).one()))


@cache
def _shared_query() -> sa.Select[Any]:
    """The newest id and how many are replaced: facts are only ever added and superseded."""
    columns: list[sa.ColumnElement[Any]] = []
    for fact in _SHARED:
        table = table_of(fact)
        for what in (sa.func.max(table.c.id), sa.func.count(table.c.superseded_at)):
            columns.append(sa.select(what).scalar_subquery())
    return sa.select(*columns)


def forget(session: Session, case_ids: Collection[int]) -> None:
    """Throw summaries away.

    To be called after a row that belongs to the case was inserted: on PostgreSQL that waits for
    ``still_missing`` and is waited for by it.
    """
    if case_ids:
        session.execute(_forget(), {"ids": list(case_ids)})


@cache
def _forget() -> sa.Delete:
    """Built once: it is part of every recording."""
    table = table_of(models.CaseSummary)
    return sa.delete(table).where(table.c.announcement_id.in_(sa.bindparam("ids", expanding=True)))


def missing(session: Session, basis: Basis, until: dt.datetime) -> list[int]:
    """Cases that are known at ``until`` and have no summary that holds."""
    return list(session.execute(_missing_query(), _at(basis) | {"until": until}).scalars())


@cache
def _missing_query() -> sa.Select[Any]:
    own, case = table_of(models.CaseSummary), table_of(models.Announcement)
    holds = sa.select(own.c.announcement_id).where(_holds(own))
    return (
        sa.select(case.c.id)
        .where(case.c.recorded_at <= sa.bindparam("until"), case.c.id.not_in(holds))
        .order_by(case.c.id)
    )


def still_missing(
    session: Session, basis: Basis, until: dt.datetime, ids: Sequence[int]
) -> set[int]:
    """Those of ``ids`` without a summary; nobody records in them until this transaction ends."""
    case = table_of(models.Announcement)
    session.execute(sa.select(case.c.id).where(case.c.id.in_(ids)).with_for_update()).all()
    return set(missing(session, basis, until)) & set(ids)


def put(session: Session, basis: Basis, rows: Sequence[SummaryRow]) -> None:
    """Store summaries, in place of any that their cases had."""
    if not rows:
        return
    forget(session, [row.case_id for row in rows])
    session.execute(
        sa.insert(table_of(models.CaseSummary)),
        [
            {
                "announcement_id": row.case_id,
                "day": basis.day,
                "stamp": basis.stamp,
                "is_closed": row.is_closed,
                "rank": row.rank,
                "deadline": row.deadline,
                "content": dict(row.content),
            }
            for row in rows
        ],
    )


def contents(session: Session, basis: Basis) -> list[dict[str, Any]]:
    """What is stored of every open case, the newest case first."""
    own, case = table_of(models.CaseSummary), table_of(models.Announcement)
    query = (
        sa.select(own.c.content)
        .join(case, case.c.id == own.c.announcement_id)
        .where(_holds(own), sa.not_(own.c.is_closed))
        .order_by(case.c.received_on.desc(), case.c.reference)
    )
    return list(session.execute(query, _at(basis)).scalars())


def closed(session: Session, basis: Basis, most: int) -> tuple[int, list[tuple[str, str]]]:
    """How many cases are closed, and the newest ``most`` of them: reference and title."""
    own, case = table_of(models.CaseSummary), table_of(models.Announcement)
    query = (
        sa.select(sa.func.count().over(), case.c.reference, own.c.content["title"].as_string())
        .join(case, case.c.id == own.c.announcement_id)
        .where(_holds(own), own.c.is_closed)
        .order_by(case.c.received_on.desc(), case.c.reference)
        .limit(most)
    )
    rows = session.execute(query, _at(basis)).all()
    return (int(rows[0][0]) if rows else 0), [(row[1], row[2]) for row in rows]


def parts(session: Session, basis: Basis, *path: str) -> list[tuple[str, Any]]:
    """One part of the content of every open case, with its reference; None where it has none."""
    own, case = table_of(models.CaseSummary), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, own.c.content[path])
        .join(case, case.c.id == own.c.announcement_id)
        .where(_holds(own), sa.not_(own.c.is_closed))
        .order_by(case.c.reference)
    )
    return [(row[0], row[1]) for row in session.execute(query, _at(basis))]


def _at(basis: Basis) -> dict[str, Any]:
    return {"on_day": basis.day, "of_stamp": basis.stamp}


def _holds(own: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(own.c.day == sa.bindparam("on_day"), own.c.stamp == sa.bindparam("of_stamp"))
