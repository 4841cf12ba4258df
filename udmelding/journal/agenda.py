"""When must the machine look at what? Keeps ``models.AgendaItem`` in step with the facts.

An index, not a source: ``rebuild`` makes it again from the facts alone, and a property test holds
the two equal. The daily sweep asks ``due`` and so reads what is due, not all that is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.config.process import Process
from udmelding.journal import load
from udmelding.journal.header import Header, process_from
from udmelding.journal.tables import table_of
from udmelding.journal.waking import wake
from udmelding.rules.case import Case
from udmelding.rules.case_plan import calendar_of
from udmelding.rules.chasing import is_chased, last_rung
from udmelding.rules.due import next_look
from udmelding.rules.reminders import RungDay, due_rung, ladder_days, next_day
from udmelding.rules.standing import Standing, standings
from udmelding.rules.work_days import work_calendar


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
    for reference, step, party, *at in cursor:
        rung, due_on = rungs[step, *at]
        if rung is not None:
            found.append(DueItem(reference, step, party, rung, due_on))
    result.close()
    return found


@cache
def _due_query() -> sa.Select[Any]:
    """Built once: the sweep asks it every day, mostly for an answer of a few rows."""
    agenda, announcement = table_of(models.AgendaItem), table_of(models.Announcement)
    return (
        sa.select(
            announcement.c.reference,
            agenda.c.step,
            agenda.c.party,
            agenda.c.process_version_id,
            sa.type_coerce(agenda.c.opened_on, sa.String),
            sa.type_coerce(agenda.c.due_on, sa.String),
            agenda.c.last_rung,
        )
        .join(announcement, announcement.c.id == agenda.c.announcement_id)
        .where(agenda.c.next_on <= sa.bindparam("today"))
        .order_by(announcement.c.reference, agenda.c.step, agenda.c.party)
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
        step_id, version, opened, due, last = at
        opened_on, due_on = _day(opened), _day(due)
        rung = self._rung(step_id, version, opened_on, due_on, last) if step_id else ""
        self[at] = rung, due_on
        return self[at]

    def _rung(
        self, step_id: str, version: int, opened_on: dt.date, due_on: dt.date, last: str
    ) -> str | None:
        process = self.processes[version]
        work_days = work_calendar(process.work_days)
        step = process.step(step_id)
        if step is None or step.ladder is None or not work_days.may_send(self.today):
            return None
        days = ladder_days(process.ladders[step.ladder], opened_on, due_on, work_days)
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


def refresh(
    session: Session,
    header: Header,
    touched: Iterable[tuple[str, str]],
    *,
    everything: bool = False,
) -> None:
    """Bring the agenda of the ``touched`` steps and parties in step with the facts."""
    if everything:
        rebuild(session, header)
        return
    for step, party in touched:
        case = load.load_part(session, header, step, party)
        rows = [row for row in _rows(header, case) if (row["step"], row["party"]) == (step, party)]
        _replace(session, header, [(step, party)], rows)


def rebuild(session: Session, header: Header, *, keep_wake: bool = True) -> None:
    """Make the whole agenda of a case again from its facts.

    Args:
        session: an open writing transaction.
        header: the case.
        keep_wake: whether a waiting look at the case itself stays on the agenda.
    """
    agenda = table_of(models.AgendaItem)
    now = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
    where = [agenda.c.announcement_id == header.id]
    if keep_wake:
        where.append(agenda.c.step != "")
    session.execute(sa.delete(agenda).where(*where))
    cases = load.load_all(session, now, (header,), is_chase=True)
    rows = _rows(header, cases[0]) if cases else []
    if rows:
        session.execute(sa.insert(agenda), rows)


def settle(session: Session, header: Header, case: Case, today: dt.date) -> None:
    """The case was looked at on ``today`` and nothing is left to do: wait for its next day."""
    agenda = table_of(models.AgendaItem)
    session.execute(
        sa.delete(agenda).where(agenda.c.announcement_id == header.id, agenda.c.step == "")
    )
    day = next_look(case, today)
    if day is not None:
        wake(session, header, day)


def _rows(header: Header, case: Case) -> list[dict[str, Any]]:
    if case.is_paused or case.is_closed:
        return []
    sent: dict[tuple[str, str, dt.date | None], set[str]] = {}
    for mail in case.mails:
        sent.setdefault((mail.step, mail.party, mail.due_on), set()).add(mail.rung)
    ladders = _Ladders(case)
    rows = standings(_chased_part(case), case.received_on)
    found = [_agenda_row(header, ladders, row, sent) for row in rows]
    return [row for row in found if row is not None]


def _chased_part(case: Case) -> Case:
    """The case with no steps but those that a ladder can chase: somebody was asked."""
    asked = {obligation.step for obligation in case.obligations}
    steps = tuple(s for s in case.process.steps if s.ladder is not None and s.id in asked)
    return replace(case, process=case.process.model_copy(update={"steps": steps}))


class _Ladders(dict[tuple[str, dt.date, dt.date], Sequence[RungDay]]):
    """The days of a case's ladders, worked out once: parties of a step share their dates."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case, self.rungs, self.work_days = case, case.process.ladders, calendar_of(case)

    def __missing__(self, at: tuple[str, dt.date, dt.date]) -> Sequence[RungDay]:
        name, opened_on, due_on = at
        self[at] = ladder_days(self.rungs[name], opened_on, due_on, self.work_days)
        return self[at]


def _agenda_row(
    header: Header,
    ladders: _Ladders,
    row: Standing,
    sent: Mapping[tuple[str, str, dt.date | None], set[str]],
) -> dict[str, Any] | None:
    if not is_chased(row) or row.opened_on is None or row.due_on is None:
        return None
    step, party = row.step.id, row.party.party
    ladder = row.step.ladder or ""
    days = ladders[ladder, row.opened_on, row.due_on]
    last = last_rung(ladders.rungs[ladder], sent.get((step, party, row.due_on), ()))
    next_on = _after_stop(ladders.case, step, party, next_day(days, last))
    if next_on is None:
        return None
    return _row(header, step, party, row.opened_on, row.due_on, last, next_on)


def _after_stop(case: Case, step: str, party: str, day: dt.date | None) -> dt.date | None:
    """The first day from ``day`` on which nobody has stopped the reminders; None for never."""
    stop = case.chase_stop(step, party, day) if day is not None else None
    if stop is None:
        return day
    return stop.until + dt.timedelta(days=1) if stop.until else None


def _row(
    header: Header,
    step: str,
    party: str,
    opened_on: dt.date,
    due_on: dt.date,
    last: str,
    next_on: dt.date,
) -> dict[str, Any]:
    return {
        "announcement_id": header.id,
        "process_version_id": header.process_version_id,
        "step": step,
        "party": party,
        "opened_on": opened_on,
        "due_on": due_on,
        "last_rung": last,
        "next_on": next_on,
    }


def _replace(
    session: Session,
    header: Header,
    at: Iterable[tuple[str, str]],
    rows: list[dict[str, Any]],
) -> None:
    for step, party in at:
        here = {"of_case": header.id, "in_step": step, "of_party": party}
        session.execute(_delete_one(), here)
    if rows:
        session.execute(sa.insert(table_of(models.AgendaItem)), rows)


@cache
def _delete_one() -> sa.Delete:
    agenda = table_of(models.AgendaItem)
    return sa.delete(agenda).where(
        agenda.c.announcement_id == sa.bindparam("of_case"),
        agenda.c.step == sa.bindparam("in_step"),
        agenda.c.party == sa.bindparam("of_party"),
    )
