"""Who is not reminded, by a person's word? Read for all open cases at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.case.header import closed_ids, paused_ids
from udmelding.journal.tables import table_of


def paused_cases(session: Session) -> tuple[tuple[str, str], ...]:
    """Reference and reason of the open cases in which nobody is written to for now."""
    pause, case = table_of(models.Pause), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference, pause.c.reason)
        .join(case, case.c.id == pause.c.announcement_id)
        .where(
            pause.c.superseded_at.is_(None),
            case.c.id.in_(paused_ids()),
            case.c.id.not_in(closed_ids()),
        )
        .order_by(pause.c.recorded_at, pause.c.key)
    )
    return tuple(sorted(dict(session.execute(query).tuples().all()).items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedChase:
    """One party that is not reminded of one thing."""

    reference: str
    step: str
    party: str
    party_name: str
    until: dt.date | None
    reason: str
    by: str
    at: dt.datetime


def stopped_chases(session: Session, today: dt.date) -> tuple[StoppedChase, ...]:
    """All parties of open cases whose reminders somebody has switched off, as of ``today``."""
    stop, party = table_of(models.ChaseStop), table_of(models.Party)
    case = table_of(models.Announcement)
    query = (
        sa.select(
            case.c.reference,
            stop.c.step,
            stop.c.party,
            party.c.name,
            stop.c.until,
            stop.c.reason,
            stop.c.recorded_by,
            stop.c.recorded_at,
            stop.c.is_stopped,
        )
        .join(case, case.c.id == stop.c.announcement_id)
        .join(
            party,
            sa.and_(
                party.c.announcement_id == stop.c.announcement_id,
                party.c.party == stop.c.party,
                party.c.superseded_at.is_(None),
            ),
        )
        .where(stop.c.superseded_at.is_(None), case.c.id.not_in(closed_ids()))
        .order_by(stop.c.recorded_at, stop.c.key)
    )
    latest: dict[tuple[str, str, str], StoppedChase | None] = {}
    for *said, is_stopped in session.execute(query):
        reference, step, who, name, until, reason, by, at = said
        is_over = until is not None and until < today
        latest[reference, step, who] = (
            StoppedChase(
                reference=reference,
                step=step,
                party=who,
                party_name=name,
                until=until,
                reason=reason,
                by=by,
                at=at,
            )
            if is_stopped and not is_over
            else None
        )
    return tuple(stopped for stopped in latest.values() if stopped is not None)
