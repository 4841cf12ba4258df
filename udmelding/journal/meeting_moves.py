"""Which day did a body's meeting have before it was moved?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.tables import table_of
from udmelding.rules.case.facts import Meeting


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
