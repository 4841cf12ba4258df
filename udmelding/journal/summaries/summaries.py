"""Case summaries in the database: which are there, which are missing, and pages of them.

A summary says nothing on another day than its own, nor when what all cases share has changed: its
``stamp`` tells. Whatever is recorded in a case throws its summary away, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import GATHERED, OutboxState
from udmelding.journal.tables import table_of

STUCK = (OutboxState.FAILED, OutboxState.HELD)
"""Mails in these states need a person."""

BROKEN, CLOSED = 0, 3
"""The rank of a case in which something is broken, and that of a closed one."""

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


class Order(StrEnum):
    """How to sort the cases."""

    URGENCY = "haster"
    DEADLINE = "frist"
    NEWEST = "nyeste"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases to show.

    Attributes:
        words: what the title, the reference or the responsible person has in it, in small letters.
        responsible: those who are responsible, in small letters; empty for anybody.
        rank: of that urgency only; None for all open cases.
    """

    words: str = ""
    responsible: tuple[str, ...] = ()
    rank: int | None = None
    order: Order = Order.URGENCY


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


def totals(session: Session, basis: Basis, wanted: Wanted) -> Mapping[int, tuple[int, int]]:
    """By rank: how many cases there are, and how many of them ``wanted`` means."""
    rank = _rank()
    is_meant = sa.case((sa.and_(sa.true(), *_meant(wanted)), 1), else_=0)
    query = (
        sa.select(rank, sa.func.count(), sa.func.sum(is_meant))
        .where(_holds(table_of(models.CaseSummary)))
        .group_by(rank)
    )
    rows = session.execute(query, _at(basis))
    return {int(found): (int(every), int(meant)) for found, every, meant in rows}


def page(
    session: Session, basis: Basis, wanted: Wanted, offset: int, most: int | None
) -> list[tuple[int, int, dict[str, Any]]]:
    """At most ``most`` cases (None: all) from ``offset`` on: id, rank and content of each."""
    own, case, rank = table_of(models.CaseSummary), table_of(models.Announcement), _rank()
    is_asked = rank == wanted.rank if wanted.rank is not None else rank < CLOSED
    by_deadline = (own.c.deadline.is_(None), own.c.deadline, case.c.reference)
    hurry = own.c.content["hurry_on"].as_string()
    # In which nobody is waited for stands below the rest, unless something is broken in it.
    is_done = sa.and_(hurry == "", rank != BROKEN)
    orders: Mapping[Order, tuple[Any, ...]] = {
        Order.URGENCY: (is_done, rank, hurry == "", hurry, case.c.reference),
        Order.DEADLINE: by_deadline,
        Order.NEWEST: (case.c.received_on.desc(), case.c.reference),
    }
    query = (
        sa.select(own.c.announcement_id, rank, own.c.content)
        .join(case, case.c.id == own.c.announcement_id)
        .where(_holds(own), is_asked, *_meant(wanted))
        .order_by(*orders[wanted.order])
        .offset(offset)
        .limit(most)
    )
    return [(row[0], int(row[1]), row[2]) for row in session.execute(query, _at(basis))]


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


def coming(
    session: Session, basis: Basis, wanted: Wanted, until: dt.date, most: int
) -> tuple[int, list[dict[str, Any]]]:
    """The contents of the cases in which something is due by ``until``, the first due first.

    Returns:
        How many there are, and at most ``most`` of them.
    """
    own = table_of(models.CaseSummary)
    first = own.c.content["next_on"].as_string()
    is_due = sa.and_(first != "", first <= until.isoformat())
    every = sa.func.count().over()
    query = (
        sa.select(every, own.c.content)
        .where(_holds(own), sa.not_(own.c.is_closed), is_due, *_meant(wanted))
        .order_by(first, own.c.announcement_id)
        .limit(most)
    )
    rows = session.execute(query, _at(basis)).all()
    return (int(rows[0][0]) if rows else 0), [row[1] for row in rows]


def stuck(session: Session, case_ids: Collection[int]) -> list[tuple[int, OutboxState, int]]:
    """How many mails of those cases need a person, gathered ones as parts: case, state, number."""
    mail = table_of(models.OutboxMessage)
    query = (
        sa.select(mail.c.announcement_id, mail.c.state, sa.func.count())
        .where(mail.c.state.in_(STUCK), mail.c.announcement_id.in_(list(case_ids)))
        .where(mail.c.mail.not_in(GATHERED))
        .group_by(mail.c.announcement_id, mail.c.state)
        .order_by(mail.c.announcement_id, mail.c.state)
    )
    return [(row[0], row[1], int(row[2])) for row in session.execute(query)]


def _at(basis: Basis) -> dict[str, Any]:
    return {"on_day": basis.day, "of_stamp": basis.stamp}


def _holds(own: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(own.c.day == sa.bindparam("on_day"), own.c.stamp == sa.bindparam("of_stamp"))


def _rank() -> sa.ColumnElement[int]:
    """The rank of a case, which a stuck mail makes the first."""
    own, mail = table_of(models.CaseSummary), table_of(models.OutboxMessage)
    broken = sa.select(mail.c.announcement_id).where(mail.c.state.in_(STUCK))
    rank = sa.case(
        (own.c.is_closed, sa.literal(CLOSED)),
        (own.c.announcement_id.in_(broken), sa.literal(BROKEN)),
        else_=own.c.rank,
    )
    return rank.label("shown_rank")


def _meant(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    content = table_of(models.CaseSummary).c.content
    found: list[sa.ColumnElement[bool]] = [
        content["words"].as_string().contains(word, autoescape=True)
        for word in wanted.words.split()
    ]
    if wanted.responsible:
        found.append(content["mine"].as_string().in_(wanted.responsible))
    return found
