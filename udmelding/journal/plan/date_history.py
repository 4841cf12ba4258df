"""Reads every date that a case has or had, replaced ones too, for explanations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import MeetingState
from udmelding.journal.case.header import Header
from udmelding.journal.tables import table_of
from udmelding.rules.plan.explain_history import DateFact


def date_history(session: Session, header: Header, as_of: dt.datetime) -> tuple[DateFact, ...]:
    """All dates recorded by ``as_of`` that concern the case, in no particular order.

    Meetings are those of the case's area; municipal ones those of its parties.
    """
    own = {"announcement_id": header.id}
    parties = table_of(models.Party)
    codes = sa.select(parties.c.party).where(parties.c.announcement_id == header.id)
    found: list[DateFact] = []
    deadline, meeting = table_of(models.Deadline), table_of(models.Meeting)
    municipal, expectation = table_of(models.MunicipalMeeting), table_of(models.Expectation)
    found += _facts(session, deadline, "deadline", "due_on", as_of, own=own)
    for dues in (models.Obligation, models.Extension):
        found += _facts(
            session, table_of(dues), "due", "due_on", as_of, own=own, step="step", party="party"
        )
    found += _facts(
        session,
        expectation,
        "expectation",
        "expected_on",
        as_of,
        own=own,
        step="step",
        party="party",
    )
    where = meeting.c.area == header.area
    found += _facts(session, meeting, "meeting", "held_on", as_of, step="body", where=where)
    found += _facts(
        session,
        municipal,
        "municipal_meeting",
        "held_on",
        as_of,
        step="level",
        party="municipality",
        where=municipal.c.municipality.in_(codes),
    )
    return tuple(found)


def _facts(
    session: Session,
    table: sa.Table,
    kind: str,
    day: str,
    as_of: dt.datetime,
    *,
    step: str = "",
    party: str = "",
    own: dict[str, Any] | None = None,
    where: sa.ColumnElement[bool] | None = None,
) -> Iterable[DateFact]:
    """Rows of one table as dates; ``step`` and ``party`` name the columns that hold them."""
    empty = sa.literal("")
    query = sa.select(
        table.c.key,
        table.c[day],
        table.c[step] if step else empty,
        table.c[party] if party else empty,
        table.c.recorded_at,
        table.c.recorded_by,
        table.c.source,
        table.c.superseded_at,
        table.c.superseded_by,
        table.c.state if "state" in table.c else empty,
    ).where(table.c.recorded_at <= as_of)
    for name, value in (own or {}).items():
        query = query.where(table.c[name] == value)
    if where is not None:
        query = query.where(where)
    for row in session.execute(query):
        key, held, at_step, at_party, recorded_at, by, source, until, successor, state = row
        is_replaced = until is not None and until <= as_of
        yield DateFact(
            kind=kind,
            key=key,
            day=held,
            step=str(at_step),
            party=str(at_party),
            recorded_at=recorded_at,
            recorded_by=by,
            source=source,
            superseded_at=until if is_replaced else None,
            superseded_by=successor or "" if is_replaced else "",
            is_cancelled=state == MeetingState.CANCELLED,
        )
