"""The works of people as rows: begun, followed, ended, told of once, forgotten after some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import WorkState
from udmelding.journal.tables import table_of
from udmelding.rules.work import DEAD_AFTER, Plan, Result, WorkSeen, work_seen


def put_work(
    session: Session,
    name: str,
    user_id: int,
    plan: Plan,
    begun_at: dt.datetime,
    now: dt.datetime,
) -> None:
    """A work that goes on, of which nothing is known but that."""
    session.execute(
        sa.insert(table_of(models.Work)).values(
            name=name,
            user_id=user_id,
            kind=plan.kind,
            plan=plan.as_json,
            state=WorkState.RUNNING,
            part=-1,
            done=0,
            total=0,
            begun_at=begun_at,
            beat_at=now,
            is_stopping=False,
            result=Result().as_json,
        )
    )


def beat(session: Session, name: str, at: tuple[int, int, int], now: dt.datetime) -> None:
    """Say how far a work is: its part, and how much of how much of that; and that it goes on."""
    part, done, total = at
    table = table_of(models.Work)
    session.execute(
        sa.update(table)
        .where(table.c.name == name, table.c.state == WorkState.RUNNING)
        .values(part=part, done=done, total=total, beat_at=now)
    )


def stopping(session: Session, names: Sequence[str]) -> frozenset[str]:
    """Those of the works that their people want to stop."""
    table = table_of(models.Work)
    query = sa.select(table.c.name).where(table.c.name.in_(names), table.c.is_stopping)
    return frozenset(session.execute(query).scalars())


def ask_to_stop(session: Session, name: str, user_id: int) -> None:
    """The person wants the work to stop."""
    table = table_of(models.Work)
    session.execute(
        sa.update(table)
        .where(table.c.name == name, table.c.user_id == user_id)
        .values(is_stopping=True)
    )


def end_work(
    session: Session, name: str, state: WorkState, result: Result, now: dt.datetime
) -> None:
    """A work is over; one that is over already stays as it is."""
    table = table_of(models.Work)
    session.execute(
        sa.update(table)
        .where(table.c.name == name, table.c.state == WorkState.RUNNING)
        .values(state=state, result=result.as_json, beat_at=now, ended_at=now)
    )


def say_told(session: Session, names: Sequence[str], now: dt.datetime) -> None:
    """The person knows that these works are over."""
    table = table_of(models.Work)
    session.execute(sa.update(table).where(table.c.name.in_(names)).values(told_at=now))


def work_named(session: Session, name: str, user_id: int) -> WorkSeen | None:
    """That person's work of that name; None where there is none, or it is somebody else's."""
    table = table_of(models.Work)
    query = sa.select(table).where(table.c.name == name, table.c.user_id == user_id)
    row = session.execute(query).mappings().first()
    return work_seen(dict(row)) if row else None


def untold_works(session: Session, user_id: int) -> tuple[WorkSeen, ...]:
    """The person's works that go on, or whose end the person has not been told of; by age."""
    table = table_of(models.Work)
    query = sa.select(table).where(table.c.user_id == user_id, table.c.told_at.is_(None))
    rows = session.execute(query.order_by(table.c.id)).mappings()
    return tuple(work_seen(dict(row)) for row in rows)


def same_work(session: Session, user_id: int, kind: str, now: dt.datetime) -> str:
    """The name of the same work of that person that goes on already; empty where none does."""
    table = table_of(models.Work)
    query = sa.select(table.c.name).where(
        table.c.user_id == user_id,
        table.c.kind == kind,
        table.c.state == WorkState.RUNNING,
        table.c.is_stopping.is_(False),
        table.c.beat_at > now - DEAD_AFTER,
    )
    return session.execute(query.limit(1)).scalar() or ""


def last_done(session: Session, user_id: int, kind: str) -> WorkSeen | None:
    """The person's newest work of that kind that came to its end."""
    table = table_of(models.Work)
    query = sa.select(table).where(
        table.c.user_id == user_id, table.c.kind == kind, table.c.state == WorkState.DONE
    )
    row = session.execute(query.order_by(table.c.id.desc()).limit(1)).mappings().first()
    return work_seen(dict(row)) if row else None


def usual_seconds(session: Session, kind: str) -> float | None:
    """How long the last work of that kind took, whoever's it was; None where none is known."""
    table = table_of(models.Work)
    query = (
        sa.select(table.c.begun_at, table.c.ended_at)
        .where(table.c.kind == kind, table.c.state == WorkState.DONE)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row[1] - row[0]).total_seconds() if row else None


def forget_works(session: Session, before: dt.datetime) -> None:
    """Works that began before then are nobody's business any more."""
    table = table_of(models.Work)
    session.execute(sa.delete(table).where(table.c.begun_at < before))
