"""In which browsers is a user signed in now?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which a user is signed in; see ``models.access.WebSession``."""

    id: int
    created_at: dt.datetime
    used_at: dt.datetime
    expires_at: dt.datetime


def sign_ins(
    session: Session, user_id: int, now: dt.datetime, idle: dt.timedelta
) -> tuple[SignedIn, ...]:
    """The sessions of a user that are not over, the one used last first."""
    table = table_of(models.WebSession)
    query = (
        sa.select(table.c.id, table.c.created_at, table.c.used_at, table.c.expires_at)
        .where(table.c.user_id == user_id, table.c.expires_at > now, table.c.used_at >= now - idle)
        .order_by(table.c.used_at.desc(), table.c.id.desc())
    )
    return tuple(SignedIn(*row) for row in session.execute(query))
