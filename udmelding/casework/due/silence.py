"""Who would be reminded today and is not, and why? Read from the wake index, which knows why.

Those whom a person switched off are read from the facts of all open cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

import models
from udmelding.journal.case.header import headers
from udmelding.journal.database import Session
from udmelding.journal.tables import table_of
from udmelding.journal.wake import wake_due
from udmelding.rules.case.actions import Withheld
from udmelding.rules.words.business_days import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentChase:
    """One party that its ladder has reached, and that is left in peace.

    Attributes:
        due_on: when what it owes is or was due, or the day that it has announced.
        why: what speaks for leaving it in peace.
        until: the last such day; None until somebody does something.
    """

    reference: str
    step: str
    party: str
    party_name: str
    due_on: dt.date
    why: Withheld
    until: dt.date | None


def silent_chases(session: Session, today: dt.date) -> tuple[SilentChase, ...]:
    """All parties that are not reminded on ``today`` though their ladder has come to a rung.

    Those whose reminders a person has switched off are left out: ``stopped_chases`` has them.
    """
    items = [
        item for item in wake_due.silenced(session, today) if item.why != Withheld.STOPPED.value
    ]
    references = tuple({item.reference for item in items})
    known = {header.reference: header.id for header in headers(session, references)}
    names = _names(session, known.values())
    return tuple(
        SilentChase(
            reference=item.reference,
            step=item.step,
            party=item.party,
            party_name=names.get((known[item.reference], item.party), item.party),
            due_on=item.due_on,
            why=Withheld(item.why),
            until=item.until,
        )
        for item in items
    )


def _names(session: Session, case_ids: Iterable[int]) -> dict[tuple[int, str], str]:
    table = table_of(models.Party)
    query = sa.select(table.c.announcement_id, table.c.party, table.c.name).where(
        table.c.superseded_at.is_(None), table.c.announcement_id.in_(list(case_ids))
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def paused_cases(session: Session) -> tuple[tuple[str, str], ...]:
    """Reference and reason of the open cases in which nobody is written to for now."""
    pause, case = table_of(models.Pause), table_of(models.Announcement)
    closure = table_of(models.Closure)
    is_closed = sa.exists().where(
        closure.c.announcement_id == case.c.id, closure.c.superseded_at.is_(None)
    )
    query = (
        sa.select(case.c.reference, pause.c.is_paused, pause.c.reason)
        .join(case, case.c.id == pause.c.announcement_id)
        .where(pause.c.superseded_at.is_(None), ~is_closed)
        .order_by(pause.c.recorded_at, pause.c.key)
    )
    latest = {row[0]: (row[1], row[2]) for row in session.execute(query)}
    return tuple((reference, why) for reference, (is_on, why) in sorted(latest.items()) if is_on)


def why_quiet(session: Session, day: dt.date) -> str:
    """Why nobody is reminded on ``day`` whatever is due, as a Danish clause; empty on other days.

    A closed day or a quiet period counts when the processes of all waiting cases share it.
    """
    if day.isoweekday() > 5:
        return "det er weekend"
    holiday = WorkCalendar().is_holiday(day)
    if holiday:
        return f"det er {holiday.lower()}"
    calendars = wake_due.calendars(session)
    if not calendars or any(calendar.may_send(day) for calendar in calendars):
        return ""
    quiet = next((name for calendar in calendars if (name := calendar.is_quiet(day))), None)
    return f"det er {quiet}" if quiet else "kontoret er lukket"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedChase:
    """One party that is not reminded of one thing, by a person's word."""

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
    case, closure = table_of(models.Announcement), table_of(models.Closure)
    is_closed = sa.exists().where(
        closure.c.announcement_id == case.c.id, closure.c.superseded_at.is_(None)
    )
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
        .where(stop.c.superseded_at.is_(None), ~is_closed)
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
