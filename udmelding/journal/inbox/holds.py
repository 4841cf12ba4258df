"""Whose reminders wait for a mail that lies nowhere yet: all that it may concern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.tables import table_of

Held = tuple[int, str, str]
"""Case, step and party."""


def hold(session: Session, mail_key: str, places: Iterable[Held], at: dt.datetime) -> None:
    """Hold the reminders of those places until ``let_go``."""
    rows = [
        {"mail_key": mail_key, "announcement_id": case_id, "step": step, "party": party,
         "held_from": at}
        for case_id, step, party in dict.fromkeys(places)
    ]  # fmt: skip
    if rows:
        session.execute(sa.insert(table_of(models.IncomingHold)), rows)


def let_go(session: Session, mail_key: str, at: dt.datetime) -> tuple[Held, ...]:
    """A person has said where a mail belongs, or what it means; returns what it held until now."""
    table = table_of(models.IncomingHold)
    mine = sa.and_(table.c.mail_key == mail_key, table.c.held_until.is_(None))
    query = sa.select(table.c.announcement_id, table.c.step, table.c.party).where(mine)
    held = tuple((row[0], row[1], row[2]) for row in session.execute(query))
    if held:
        session.execute(sa.update(table).where(mine).values(held_until=at))
    return held


def hold_again(session: Session, mail_key: str) -> tuple[Held, ...]:
    """What was said of a mail is undone: it holds what it held last; returns that."""
    table = table_of(models.IncomingHold)
    session.execute(sa.update(table).where(table.c.mail_key == mail_key).values(held_until=None))
    query = sa.select(table.c.announcement_id, table.c.step, table.c.party).where(
        table.c.mail_key == mail_key
    )
    return tuple((row[0], row[1], row[2]) for row in session.execute(query))
