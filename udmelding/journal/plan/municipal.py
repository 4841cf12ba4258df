"""Keeps the municipalities' chains and meetings; shared by all cases.

A file is compared with what stands: a meeting is new, changed (moved, other papers, cancelled or
planned again), known, or missing from the file though it lies in the time that the file covers.
Nothing that a person recorded by hand is undone by a file unless the caller asks for it
(``replace``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Level, MeetingState
from udmelding.config.plan.meeting_calendars import MeetingCalendars, MunicipalMeeting
from udmelding.journal.recording.record import insert_many
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import supersede, table_of
from udmelding.journal.wake.wake_index import wake_parties


@dataclass(frozen=True, slots=True)
class StandingMeeting:
    """A meeting as it stands in the database."""

    key: str
    municipality: str
    level: Level
    held_on: dt.date
    papers_due_on: dt.date | None
    state: MeetingState
    note: str
    source: str
    recorded_by: str
    recorded_at: dt.datetime


_STANDING = tuple(field.name for field in fields(StandingMeeting))


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDifference:
    """What a file would change.

    Attributes:
        new: meetings that are not on record.
        changed: what stands, and what the file says of the same meeting; on another day where the
            file says that it was moved.
        missing: planned meetings that lie in the time the file covers, and not in the file.
        known: how many meetings are on record just so.
        chains: by municipality, its levels before (None: unknown) and by the file.
    """

    new: tuple[MunicipalMeeting, ...]
    changed: tuple[tuple[StandingMeeting, MunicipalMeeting], ...]
    missing: tuple[StandingMeeting, ...]
    known: int
    chains: Mapping[str, tuple[tuple[Level, ...] | None, tuple[Level, ...]]]

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The municipalities for which something would change."""
        touched = {m.municipality for m in self.new} | {s.municipality for s, _ in self.changed}
        return tuple(sorted(touched | {s.municipality for s in self.missing} | set(self.chains)))


def differences(session: Session, file: MeetingCalendars) -> CalendarDifference:
    """What taking in ``file`` would change; changes nothing."""
    codes = {m.municipality for m in file.meetings} | set(file.chains)
    standing = {(s.municipality, s.level, s.held_on): s for s in standing_meetings(session, codes)}
    new, changed, known = [], [], 0
    for meeting in file.meetings:
        at = (meeting.municipality, meeting.level)
        before = standing.pop((*at, meeting.held_on), None)
        moved = standing.get((*at, meeting.moved_from)) if meeting.moved_from else None
        if moved is not None and moved.state is MeetingState.CANCELLED:
            moved = None
        if moved is not None and (before is None or before.state is MeetingState.CANCELLED):
            del standing[*at, moved.held_on]
            changed.append((moved, meeting))
        elif before is None:
            new.append(meeting)
        elif _says_the_same(before, meeting):
            known += 1
        else:
            changed.append((before, meeting))
    known_chains = chains(session, codes)
    return CalendarDifference(
        new=tuple(new),
        changed=tuple(changed),
        missing=tuple(_missing(standing.values(), file.meetings)),
        known=known,
        chains={
            code: (known_chains.get(code), levels)
            for code, levels in file.chains.items()
            if known_chains.get(code) != levels
        },
    )


def _says_the_same(before: StandingMeeting, meeting: MunicipalMeeting) -> bool:
    # A meeting that was held stays held, and a cut-off that the file leaves out is no change.
    papers = meeting.papers_due_on or before.papers_due_on
    is_cancelled = before.state is MeetingState.CANCELLED
    return papers == before.papers_due_on and is_cancelled == meeting.is_cancelled


def _missing(
    rest: Iterable[StandingMeeting], meetings: Sequence[MunicipalMeeting]
) -> Iterable[StandingMeeting]:
    spans: dict[tuple[str, Level], list[dt.date]] = defaultdict(list)
    for meeting in meetings:
        spans[meeting.municipality, meeting.level].append(meeting.held_on)
    for standing in rest:
        days = spans.get((standing.municipality, standing.level))
        is_planned = standing.state is MeetingState.PLANNED
        if days and is_planned and min(days) <= standing.held_on <= max(days):
            yield standing


def take_in_meetings(
    session: Session,
    file: MeetingCalendars,
    found: CalendarDifference,
    stamp: Stamp,
    *,
    replace: bool = False,
) -> None:
    """Record what ``differences`` found.

    Args:
        session: an open writing transaction, the one that ``found`` was read in.
        file: the calendars.
        found: what they change.
        stamp: who and when.
        replace: meetings that are missing from the file are cancelled.
    """
    rows = [_row(meeting, file.source, stamp) for meeting in found.new]
    replaced: list[tuple[str, dict[str, Any]]] = [
        (before.key, _row(meeting, file.source, stamp, papers=_kept_papers(before, meeting)))
        for before, meeting in found.changed
    ]
    if replace:
        replaced += [(s.key, _cancelled(s, file.source, stamp)) for s in found.missing]
    _give_keys(session, [*rows, *(row for _, row in replaced)])
    insert_many(session, models.MunicipalMeeting, [*rows, *(row for _, row in replaced)], stamp)
    supersede(session, models.MunicipalMeeting, [(k, row["key"]) for k, row in replaced], stamp)
    _record_chains(session, file, found, stamp)
    wake_parties(session, found.municipalities, stamp.now)


def _row(
    meeting: MunicipalMeeting, source: str, stamp: Stamp, *, papers: dt.date | None = None
) -> dict[str, Any]:
    return {
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
        "source": source,
        "municipality": meeting.municipality,
        "level": meeting.level,
        "held_on": meeting.held_on,
        "papers_due_on": meeting.papers_due_on or papers,
        "state": MeetingState.CANCELLED if meeting.is_cancelled else MeetingState.PLANNED,
        "note": meeting.note,
        "is_made_up": False,
    }


def _kept_papers(before: StandingMeeting, meeting: MunicipalMeeting) -> dt.date | None:
    """A meeting that stays on its day keeps its cut-off; one that is moved has none of its own."""
    return before.papers_due_on if before.held_on == meeting.held_on else None


def _cancelled(standing: StandingMeeting, source: str, stamp: Stamp) -> dict[str, Any]:
    return {
        "recorded_at": stamp.now,
        "recorded_by": stamp.by,
        "source": source,
        "municipality": standing.municipality,
        "level": standing.level,
        "held_on": standing.held_on,
        "papers_due_on": standing.papers_due_on,
        "state": MeetingState.CANCELLED,
        "note": "står ikke i den nye kalender",
        "is_made_up": False,
    }


def record_municipal_meeting(
    session: Session,
    meeting: MunicipalMeeting,
    source: str,
    stamp: Stamp,
    *,
    corrects: str | None = None,
    is_held: bool = False,
) -> str:
    """Record one meeting by hand, replacing the one with the key ``corrects``; returns its key."""
    row = _row(meeting, source, stamp)
    if is_held:
        row["state"] = MeetingState.HELD
    _give_keys(session, [row])
    insert_many(session, models.MunicipalMeeting, [row], stamp)
    if corrects is not None:
        supersede(session, models.MunicipalMeeting, [(corrects, row["key"])], stamp)
    wake_parties(session, (meeting.municipality,), stamp.now)
    return str(row["key"])


def standing_meeting(
    session: Session, municipality: str, level: Level, day: dt.date
) -> StandingMeeting | None:
    """The meeting of that level on that day, one that was called off only if there is no other."""
    found = [
        s
        for s in standing_meetings(session, {municipality})
        if (s.level, s.held_on) == (level, day)
    ]
    return min(found, key=lambda s: s.state is MeetingState.CANCELLED, default=None)


def standing_meetings(session: Session, codes: Iterable[str]) -> Sequence[StandingMeeting]:
    """The meetings of those municipalities that stand, also those called off, by day."""
    table = table_of(models.MunicipalMeeting)
    query = (
        sa.select(*(table.c[name] for name in _STANDING))
        .where(table.c.municipality.in_(sorted(codes)), table.c.superseded_at.is_(None))
        .order_by(table.c.municipality, table.c.held_on)
    )
    return [StandingMeeting(*row) for row in session.execute(query)]


def last_meetings(session: Session) -> Mapping[tuple[str, Level], dt.date]:
    """The day of the last known meeting of every municipality's levels."""
    table = table_of(models.MunicipalMeeting)
    query = (
        sa.select(table.c.municipality, table.c.level, sa.func.max(table.c.held_on))
        .where(table.c.superseded_at.is_(None), table.c.state != MeetingState.CANCELLED)
        .group_by(table.c.municipality, table.c.level)
    )
    return {(code, level): day for code, level, day in session.execute(query)}


def chains(session: Session, codes: Iterable[str] | None = None) -> Mapping[str, tuple[Level, ...]]:
    """The levels that a matter passes in those municipalities, or in all; where they are known."""
    table = table_of(models.MunicipalChain)
    query = sa.select(table.c.municipality, table.c.levels).where(table.c.superseded_at.is_(None))
    if codes is not None:
        query = query.where(table.c.municipality.in_(sorted(codes)))
    return {code: tuple(map(Level, levels)) for code, levels in session.execute(query)}


def _record_chains(
    session: Session, file: MeetingCalendars, found: CalendarDifference, stamp: Stamp
) -> None:
    if not found.chains:
        return
    table = table_of(models.MunicipalChain)
    query = (
        sa.select(table.c.municipality, table.c.key, table.c.superseded_at.is_(None))
        .where(table.c.municipality.in_(sorted(found.chains)))
        .order_by(table.c.municipality)
    )
    known: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for code, key, is_standing in session.execute(query):
        known[code].append((key, is_standing))
    rows: list[dict[str, Any]] = []
    replaced: list[tuple[str, str]] = []
    for code, (_, levels) in found.chains.items():
        key = f"municipal/{code}/chain/{len(known[code]) + 1}"
        replaced += [(old, key) for old, is_standing in known[code] if is_standing]
        row = {"key": key, "recorded_at": stamp.now, "recorded_by": stamp.by, "is_made_up": False}
        row |= {"source": file.source, "municipality": code, "levels": [v.value for v in levels]}
        rows.append(row)
    insert_many(session, models.MunicipalChain, rows, stamp)
    supersede(session, models.MunicipalChain, replaced, stamp)


def _give_keys(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """A key made of what each row says; said again after it was replaced, it gets a number."""
    table = table_of(models.MunicipalMeeting)
    codes = sorted({row["municipality"] for row in rows})
    taken = set(
        session.execute(sa.select(table.c.key).where(table.c.municipality.in_(codes))).scalars()
    )
    for row in rows:
        said = f"{row['papers_due_on']}|{row['state'].value}|{row['note']}"
        digest = hashlib.sha256(said.encode()).hexdigest()[:8]
        base = f"municipal/{row['municipality']}/{row['level'].value}/{row['held_on']}/{digest}"
        key, number = base, 1
        while key in taken:
            number += 1
            key = f"{base}~{number}"
        taken.add(key)
        row["key"] = key
