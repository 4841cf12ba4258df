"""What does the wake index say is due, and what does it hold back? Read in sets, without the cases.

The daily sweep and «Rykkere» ask here; ``wake_index`` keeps the rows in step with the facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.config.case.process import Process
from udmelding.journal.case.header import process_from
from udmelding.journal.tables import table_of
from udmelding.rules.due.reminders import due_rung, ladder_days
from udmelding.rules.words.business_days import WorkCalendar, work_calendar


class DueItem(NamedTuple):
    """One thing that is due: a rung of a ladder, or (``rung`` empty) a case to be looked at."""

    reference: str
    step: str
    party: str
    rung: str
    due_on: dt.date


def due(session: Session, today: dt.date) -> list[DueItem]:
    """All that is due on ``today`` in all cases, by case, step and party.

    On a day without sending (weekend, holiday, quiet period of the case's process) no rung is due.
    """
    rungs = _Rungs(_processes(session), today)
    found: list[DueItem] = []
    result = session.connection().execute(_due_query(), {"today": today})
    # The driver's own rows: on a bad day there are tens of thousands, of few different dates.
    cursor: Any = result.cursor
    for reference, step, party, *at, _ in cursor:
        rung, due_on = rungs[step, *at]
        if rung is not None:
            found.append(DueItem(reference, step, party, rung, due_on))
    result.close()
    return found


def first_rungs(session: Session, first: dt.date, last: dt.date) -> list[tuple[DueItem, dt.date]]:
    """For each step and party the first rung that is due from ``first`` to ``last``, with its day.

    In two statements, however many days; by day, then by case, step and party.
    """
    processes = _processes(session)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    rungs = {day: _Rungs(processes, day) for day in days}
    found: list[tuple[DueItem, dt.date]] = []
    for reference, step, party, *at, next_on in session.execute(_due_query(), {"today": last}):
        for day in days if step else ():
            rung, due_on = rungs[day][step, *at] if day >= _day(next_on) else (None, first)
            if rung:
                found.append((DueItem(reference, step, party, rung, due_on), day))
                break
    return sorted(found, key=lambda item: item[1])


class SilentItem(NamedTuple):
    """A rung that has been reached and is not sent; ``until`` is the last day, None: open-ended."""

    reference: str
    step: str
    party: str
    rung: str
    due_on: dt.date
    why: str
    until: dt.date | None


def silenced_by_case(session: Session, today: dt.date) -> list[SilentItem]:
    """What would be due on ``today`` and is held back by evidence, by case, step and party."""
    rungs = _Rungs(_processes(session), today)
    found: list[SilentItem] = []
    for reference, step, party, *at, why, next_on in session.execute(_silent_query()):
        rung, due_on = rungs[step, *at]
        until = _day(next_on)
        if rung and until > today:
            last = None if until == dt.date.max else until - dt.timedelta(days=1)
            found.append(SilentItem(reference, step, party, rung, due_on, why, last))
    return found


def next_day(session: Session, after: dt.date) -> dt.date | None:
    """The first day after ``after`` on which something comes due; None where nothing will."""
    wakes = table_of(models.WakeItem)
    query = sa.select(sa.func.min(wakes.c.next_on)).where(wakes.c.next_on > after)
    found: dt.date | None = session.execute(query).scalar()
    return found


def calendars(session: Session) -> tuple[WorkCalendar, ...]:
    """The working days of the processes by which somebody waits to be reminded."""
    wakes, version = table_of(models.WakeItem), table_of(models.ProcessVersion)
    used = sa.select(wakes.c.process_version_id).where(wakes.c.step != "")
    query = sa.select(version.c.content).where(version.c.id.in_(used))
    contents = session.execute(query).scalars()
    return tuple({work_calendar(process_from(content).work_days) for content in contents})


def _circumstances() -> list[sa.ColumnElement[Any]]:
    """Whose row it is, and what ``_Rungs`` works the rung out from; days as the driver has them."""
    wakes, announcement = table_of(models.WakeItem), table_of(models.Announcement)
    return [
        announcement.c.reference,
        wakes.c.step,
        wakes.c.party,
        wakes.c.process_version_id,
        sa.type_coerce(wakes.c.opened_on, sa.String),
        sa.type_coerce(wakes.c.due_on, sa.String),
        wakes.c.ladder,
        sa.type_coerce(wakes.c.escalates_after, sa.String),
        wakes.c.last_rung,
    ]


@cache
def _silent_query() -> sa.Select[Any]:
    wakes, announcement = table_of(models.WakeItem), table_of(models.Announcement)
    return (
        sa.select(
            *_circumstances(),
            wakes.c.silent,
            sa.type_coerce(wakes.c.next_on, sa.String),
        )
        .join(announcement, announcement.c.id == wakes.c.announcement_id)
        .where(wakes.c.silent != "")
        .order_by(announcement.c.reference, wakes.c.step, wakes.c.party)
    )


@cache
def _due_query() -> sa.Select[Any]:
    """Built once: the sweep asks it every day, mostly for an answer of a few rows."""
    wakes, announcement = table_of(models.WakeItem), table_of(models.Announcement)
    return (
        sa.select(*_circumstances(), sa.type_coerce(wakes.c.next_on, sa.String))
        .join(announcement, announcement.c.id == wakes.c.announcement_id)
        .where(wakes.c.next_on <= sa.bindparam("today"))
        .order_by(announcement.c.reference, wakes.c.step, wakes.c.party)
    )


class _Rungs(dict[tuple[Any, ...], tuple[str | None, dt.date]]):
    """The rung due for given circumstances, worked out once: parties of a step share them.

    Days come as the driver gives them, text from SQLite and days from PostgreSQL. No rung is None;
    a case that is to be looked at has the empty one.
    """

    def __init__(self, processes: Mapping[int, Process], today: dt.date) -> None:
        super().__init__()
        self.processes, self.today = processes, today

    def __missing__(self, at: tuple[Any, ...]) -> tuple[str | None, dt.date]:
        step_id, version, opened, due, ladder, escalates, last = at
        opened_on, due_on = _day(opened), _day(due)
        after = _day(escalates) if escalates else None
        rung = (
            self._rung(step_id, version, opened_on, due_on, ladder, after, last) if step_id else ""
        )
        self[at] = rung, due_on
        return self[at]

    def _rung(
        self,
        step_id: str,
        version: int,
        opened_on: dt.date,
        due_on: dt.date,
        ladder: str,
        escalates_after: dt.date | None,
        last: str,
    ) -> str | None:
        process = self.processes[version]
        work_days = work_calendar(process.work_days)
        step = process.step(step_id)
        if step is None or step.ladder is None or not work_days.may_send(self.today):
            return None
        rungs = process.ladders[ladder or step.ladder]
        days = ladder_days(rungs, opened_on, due_on, work_days, escalates_after)
        item = due_rung(days, last, self.today)
        return item.rung.id if item else None


def _day(given: Any) -> dt.date:
    found: dt.date = dt.date.fromisoformat(given) if isinstance(given, str) else given
    return found


def _processes(session: Session) -> dict[int, Process]:
    rows = session.execute(_processes_query())
    return {row[0]: process_from(row[1]) for row in rows}


@cache
def _processes_query() -> sa.Select[Any]:
    version = table_of(models.ProcessVersion)
    return sa.select(version.c.id, version.c.content)
