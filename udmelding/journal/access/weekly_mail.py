"""Who wants the director's page as a mail every Monday, and which week was weighed for whom?

It says how things stand now and changes in place, as everything about users does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A user who wants it.

    Attributes:
        content: SHA-256 of what the last mail said; empty before any.
    """

    user_id: int
    email: str
    name: str
    content: str


def is_wanted(session: Session, user_id: int) -> bool:
    """Whether the user wants it."""
    table = table_of(models.WeeklyMail)
    query = sa.select(table.c.is_wanted).where(table.c.user_id == user_id)
    return bool(session.execute(query).scalar())


def want(session: Session, user_id: int, week: str, now: dt.datetime, *, is_wanted: bool) -> None:
    """Remember what the user wants from now on: the first mail is that of the week after ``week``.

    What was told before counts no more.
    """
    table = table_of(models.WeeklyMail)
    values = {"is_wanted": is_wanted, "changed_at": now, "content": "", "week": week}
    changed = session.execute(sa.update(table).where(table.c.user_id == user_id).values(values))
    if not changed.rowcount:  # type: ignore[attr-defined]
        session.execute(sa.insert(table).values(user_id=user_id, **values))


def subscribers(session: Session, week: str) -> tuple[Subscriber, ...]:
    """The active users who want it and for whom ``week`` was not weighed, by name."""
    table, user = table_of(models.WeeklyMail), table_of(models.User)
    query = (
        sa.select(user.c.id, user.c.login, user.c.name, table.c.content)
        .join(user, user.c.id == table.c.user_id)
        .where(table.c.is_wanted, user.c.is_active, table.c.week < week, user.c.login.contains("@"))
        .order_by(user.c.name, user.c.id)
    )
    return tuple(Subscriber(*row) for row in session.execute(query))


def take_week(session: Session, user_id: int, week: str, content: str) -> bool:
    """Say that the week was weighed and ``content`` told; False where another run was first."""
    table = table_of(models.WeeklyMail)
    query = (
        sa.update(table)
        .where(table.c.user_id == user_id, table.c.is_wanted, table.c.week < week)
        .values(week=week, content=content)
    )
    done = session.execute(query)
    return bool(done.rowcount)  # type: ignore[attr-defined]
