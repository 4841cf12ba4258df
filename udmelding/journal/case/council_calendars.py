"""Reads the municipalities' chains and meetings, for all cases at once.

Rules never see these rows one by one: they become one ``CouncilCalendars``, which every case loaded
together shares. What reminders and the matrix need is only which level decides, so for them the
meetings stay in the database.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Level, MeetingState
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.journal.tables import known_at, table_of
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.slots import Slot


def load_calendars(
    session: Session, as_of: dt.datetime | None, *, is_chase: bool = False
) -> CouncilCalendars:
    """What was known at ``as_of`` (None: now) of all municipalities' chains and meetings.

    ``is_chase`` leaves the meetings out.
    """
    chains = session.execute(_chains_query(is_dated=as_of is not None), {"as_of": as_of})
    known: dict[str, dict[Level, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    if not is_chase:
        query = _meetings_query(is_dated=as_of is not None)
        for municipality, level, held_on, papers in session.execute(query, {"as_of": as_of}):
            known[municipality][level].append(Slot(held_on, papers))
    return CouncilCalendars(
        known={code: dict(levels) for code, levels in known.items()},
        chains={code: tuple(map(Level, levels)) for code, levels in chains},
        assumptions=load_assumptions(),
    )


@cache
def _chains_query(*, is_dated: bool) -> sa.Select[Any]:
    table = table_of(models.MunicipalChain)
    return (
        sa.select(table.c.municipality, table.c.levels)
        .where(known_at(table, sa.bindparam("as_of") if is_dated else None))
        .order_by(table.c.recorded_at, table.c.key)
    )


@cache
def _meetings_query(*, is_dated: bool) -> sa.Select[Any]:
    table = table_of(models.MunicipalMeeting)
    return (
        sa.select(table.c.municipality, table.c.level, table.c.held_on, table.c.papers_due_on)
        .where(
            known_at(table, sa.bindparam("as_of") if is_dated else None),
            table.c.state != MeetingState.CANCELLED,
        )
        .order_by(table.c.municipality, table.c.held_on)
    )
