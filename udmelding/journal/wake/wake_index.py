"""When must the machine look at what? Keeps ``models.WakeItem`` in step with the facts.

An index, not a source: ``rebuild`` makes it again from the facts alone, and a property test holds
the two equal. The daily sweep asks ``due`` and so reads what is due, not all that is open. A case
itself is put on the index when something has happened that may call for more. A woken case is
loaded and asked what is due; ``wake_index.settle`` puts it away again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.journal.case import load
from udmelding.journal.case.header import Header
from udmelding.journal.tables import table_of
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import Standing, standings
from udmelding.rules.due.chasing import Chase, Evidence, chase_of, days_of, last_rung
from udmelding.rules.due.due import next_look
from udmelding.rules.due.reminders import RungDay, next_day
from udmelding.rules.plan.case_plan import calendar_of


def refresh(session: Session, header: Header, touched: Collection[tuple[str, str]]) -> None:
    """Bring the wake index of the ``touched`` steps and parties in step with the facts."""
    _replace(session, header, touched, _fresh_rows(session, header, touched))


def refresh_and_wake(
    session: Session,
    header: Header,
    touched: Collection[tuple[str, str]],
    now: dt.datetime,
    *,
    everything: bool = False,
) -> None:
    """Something was recorded of the case at ``now``: do both in as few statements as one.

    Args:
        session: an open writing transaction.
        header: the case, which is put on the wake index for that day.
        touched: the steps and parties that it was about.
        now: when.
        everything: whether it was about all of them.
    """
    if everything:
        wake(session, header, now)
        rebuild(session, header)
        return
    # The case's own row first: on PostgreSQL, whoever else records something of it waits here.
    _revise(session, table_of(models.Announcement).c.id == header.id, now)
    rows = _fresh_rows(session, header, touched)
    rows.append(_row(header, "", "", now.date(), now.date(), "", now.date()))
    _replace(session, header, [*touched, ("", "")], rows)


def _fresh_rows(
    session: Session, header: Header, touched: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:
    return [
        row
        for step, party in touched
        for row in _rows(header, load.load_part(session, header, step, party))
        if (row["step"], row["party"]) == (step, party)
    ]


def rebuild(session: Session, header: Header, *, keep_wake: bool = True) -> None:
    """Make the whole wake index of a case again from its facts.

    Args:
        session: an open writing transaction.
        header: the case.
        keep_wake: whether a waiting look at the case itself stays on the wake index.
    """
    wakes = table_of(models.WakeItem)
    where = [wakes.c.announcement_id == header.id]
    if keep_wake:
        where.append(wakes.c.step != "")
    session.execute(sa.delete(wakes).where(*where))
    cases = load.load_all(session, load.EVER, (header,), is_chase=True)
    rows = _rows(header, cases[0]) if cases else []
    if rows:
        session.execute(sa.insert(wakes), rows)


def update(
    session: Session, header: Header, case: Case, touched: Collection[tuple[str, str]]
) -> None:
    """Bring the wake index of steps and parties in step with a case that is at hand.

    Args:
        session: an open writing transaction.
        header: the case.
        case: all that is known of it by now, the mails that were just written included.
        touched: which steps and parties.
    """
    rows = [row for row in _rows(header, case) if (row["step"], row["party"]) in touched]
    _replace(session, header, touched, rows)


def settle(session: Session, header: Header, case: Case, today: dt.date) -> None:
    """The case was looked at on ``today`` and nothing is left to do: wait for its next day."""
    announcement, day = table_of(models.Announcement), next_look(case, today)
    here = announcement.c.id == header.id
    if day is None:
        _take_off(session, sa.select(announcement.c.id).where(here))
    else:
        _put(session, here, day)


def _rows(header: Header, case: Case) -> list[dict[str, Any]]:
    if case.is_paused or case.is_closed:
        return []
    sent: dict[tuple[str, str, dt.date | None], set[str]] = {}
    for mail in case.mails:
        sent.setdefault((mail.step, mail.party, mail.due_on), set()).add(mail.rung)
    found = _Climbs(case)
    rows = standings(_chased_part(case), case.received_on)
    made = [_wake_row(header, found, row, sent) for row in rows]
    return [row for row in made if row is not None]


def _chased_part(case: Case) -> Case:
    """The case with no steps but those that a ladder can chase: somebody was asked."""
    asked = {obligation.step for obligation in case.obligations}
    steps = tuple(s for s in case.process.steps if s.ladder is not None and s.id in asked)
    return replace(case, process=case.process.model_copy(update={"steps": steps}))


class _Climbs(dict[tuple[Any, ...], Sequence[RungDay]]):
    """The days of a case's ladders, worked out once: parties of a step share their dates."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.evidence, self.work_days = Evidence(case), calendar_of(case)

    def days(self, chase: Chase) -> Sequence[RungDay]:
        """The days of the chase's ladder."""
        at = (chase.name, chase.opened_on, chase.due_on, chase.escalates_after)
        if at not in self:
            self[at] = days_of(chase, self.work_days)
        return self[at]


def _wake_row(
    header: Header,
    climbs: _Climbs,
    row: Standing,
    sent: Mapping[tuple[str, str, dt.date | None], set[str]],
) -> dict[str, Any] | None:
    chase = chase_of(climbs.evidence, row)
    if chase is None:
        return None
    step, party = row.step.id, row.party.party
    last = last_rung(chase.ladder, sent.get((step, party, chase.due_on), ()))
    next_on = next_day(climbs.days(chase), last)
    if next_on is None:
        return None
    silent = chase.silence is not None and chase.silence.until >= next_on
    made = _row(header, step, party, chase.opened_on, chase.due_on, last, next_on)
    made |= {
        "ladder": chase.name if chase.name != row.step.ladder else "",
        "escalates_after": chase.escalates_after,
    }
    if silent and chase.silence is not None:
        made |= {"silent": chase.silence.why.value, "next_on": _day_after(chase.silence.until)}
    return made


def _day_after(day: dt.date) -> dt.date:
    """The next day; there is none after the last that can be written."""
    return day if day == dt.date.max else day + dt.timedelta(days=1)


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
        "ladder": "",
        "escalates_after": None,
        "silent": "",
        "last_rung": last,
        "next_on": next_on,
    }


def _replace(
    session: Session,
    header: Header,
    at: Iterable[tuple[str, str]],
    rows: list[dict[str, Any]],
) -> None:
    here = [{"of_case": header.id, "in_step": step, "of_party": party} for step, party in at]
    if here:
        session.execute(_delete_one(), here)
    if rows:
        session.execute(sa.insert(table_of(models.WakeItem)), rows)


@cache
def _delete_one() -> sa.Delete:
    wakes = table_of(models.WakeItem)
    return sa.delete(wakes).where(
        wakes.c.announcement_id == sa.bindparam("of_case"),
        wakes.c.step == sa.bindparam("in_step"),
        wakes.c.party == sa.bindparam("of_party"),
    )


def wake(session: Session, header: Header, now: dt.datetime) -> None:
    """Something was recorded of the case at ``now``: put it on the wake index for that day."""
    _wake_where(session, table_of(models.Announcement).c.id == header.id, now)


def wake_area(session: Session, area: str, now: dt.datetime) -> None:
    """Put every case of ``area`` on the wake index: its meetings have changed."""
    announcement = table_of(models.Announcement)
    _wake_where(session, announcement.c.area == area, now)


def wake_parties(session: Session, codes: Collection[str], now: dt.datetime) -> None:
    """Put every case that one of the parties takes part in on the wake index, each once.

    Their contacts or meetings have changed.
    """
    announcement, parties = table_of(models.Announcement), table_of(models.Party)
    taking_part = sa.select(parties.c.announcement_id).where(parties.c.party.in_(codes))
    _wake_where(session, announcement.c.id.in_(taking_part), now)


def _wake_where(session: Session, where: sa.ColumnElement[bool], now: dt.datetime) -> None:
    _revise(session, where, now)
    _put(session, where, now.date())


def _revise(session: Session, where: sa.ColumnElement[bool], now: dt.datetime) -> None:
    """Those cases are others than they were: whoever has loaded one before has to look again."""
    announcement = table_of(models.Announcement)
    before = announcement.c.revised_at
    latest = sa.case((before > now, before), else_=sa.literal(now, before.type))
    values = {"revision": announcement.c.revision + 1, "revised_at": latest}
    session.execute(sa.update(announcement).where(where).values(**values))


class Revision(NamedTuple):
    """How often a case has changed, and the latest moment that anything was recorded at."""

    number: int
    at: dt.datetime | None


def revision_of(session: Session, header: Header) -> Revision:
    """What tells whether a case that was loaded before still is as it was."""
    case = table_of(models.Announcement)
    query = sa.select(case.c.revision, case.c.revised_at).where(case.c.id == header.id)
    return Revision(*session.execute(query).one())


def _put(session: Session, where: sa.ColumnElement[bool], day: dt.date) -> None:
    """Put the cases themselves on the wake index for ``day``."""
    wakes, announcement = table_of(models.WakeItem), table_of(models.Announcement)
    _take_off(session, sa.select(announcement.c.id).where(where))
    values: dict[str, Any] = {"step": "", "party": "", "last_rung": ""}
    values |= dict.fromkeys(("opened_on", "due_on", "next_on"), day)
    query = sa.select(
        announcement.c.id,
        announcement.c.process_version_id,
        *(sa.literal(value, wakes.c[name].type) for name, value in values.items()),
    ).where(where)
    names = ["announcement_id", "process_version_id", *values]
    session.execute(sa.insert(wakes).from_select(names, query))


def _take_off(session: Session, cases: sa.Select[tuple[int]]) -> None:
    """Take the cases themselves off the wake index."""
    wakes = table_of(models.WakeItem)
    here = (wakes.c.announcement_id.in_(cases), wakes.c.step == "")
    session.execute(sa.delete(wakes).where(*here))
