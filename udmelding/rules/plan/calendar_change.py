"""What does a calendar that is read change in what stands?

A calendar never undoes what a person recorded: a meeting that was called off or held stays so, and
a cut-off that stands is kept. A meeting that a calendar no longer holds is a question, for it may
be moved, off, or forgotten by whoever wrote the calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.meeting import MeetingState
from udmelding.config.plan.meeting_calendars import BodyMeeting
from udmelding.rules.case.facts import Meeting

NEAR = dt.timedelta(days=10)
"""A meeting that is gone and a new one so near to it are likely the same, moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyDifference:
    """What a calendar changes in the bodies' meetings.

    Attributes:
        new: meetings that are not on record.
        changed: what stands, and what the calendar says of the same meeting: another day, that it
            is off, or a cut-off that was not known.
        missing: planned meetings in the time that the calendar covers, and not in it.
        known: how many stand just so.
        unused: what stands, and what the calendar says otherwise and is not used.
    """

    new: tuple[BodyMeeting, ...]
    changed: tuple[tuple[Meeting, BodyMeeting], ...]
    missing: tuple[Meeting, ...]
    known: int
    unused: tuple[tuple[Meeting, BodyMeeting], ...]


def body_difference(standing: Sequence[Meeting], listed: Sequence[BodyMeeting]) -> BodyDifference:
    """What ``listed`` changes in ``standing``, the meetings of any bodies as they are on record."""
    rest = {(m.area, m.body, m.held_on): m for m in sorted(standing, key=_is_off, reverse=True)}
    new, changed, unused, known = [], [], [], 0
    for meeting in listed:
        before = rest.pop((*meeting.organ, meeting.held_on), None)
        moved = rest.get((*meeting.organ, meeting.moved_from)) if meeting.moved_from else None
        if moved is not None and moved.state is MeetingState.PLANNED and before is None:
            del rest[moved.area, moved.body, moved.held_on]
            changed.append((moved, meeting))
        elif before is None:
            new.append(meeting)
        elif _adds(before, meeting):
            changed.append((before, meeting))
        else:
            known += 1
            if _differs(before, meeting):
                unused.append((before, meeting))
    return BodyDifference(
        new=tuple(new),
        changed=tuple(changed),
        missing=tuple(_missing(rest.values(), listed)),
        known=known,
        unused=tuple(unused),
    )


def _is_off(meeting: Meeting) -> bool:
    return meeting.state is MeetingState.CANCELLED


def _adds(before: Meeting, meeting: BodyMeeting) -> bool:
    """Whether the calendar says something that does not undo what stands."""
    if before.state is not MeetingState.PLANNED:
        return False
    has_papers = meeting.papers_due_on is not None and before.papers_due_on is None
    return meeting.is_cancelled or has_papers


def _differs(before: Meeting, meeting: BodyMeeting) -> bool:
    is_off = before.state is MeetingState.CANCELLED
    papers = meeting.papers_due_on or before.papers_due_on
    return papers != before.papers_due_on or is_off != meeting.is_cancelled


def _missing(rest: Iterable[Meeting], listed: Sequence[BodyMeeting]) -> Iterator[Meeting]:
    for meeting in rest:
        days = [m.held_on for m in listed if m.organ == (meeting.area, meeting.body)]
        is_planned = meeting.state is MeetingState.PLANNED
        if days and is_planned and min(days) <= meeting.held_on <= max(days):
            yield meeting


def likely_moves(
    gone: Iterable[dt.date], new: Iterable[dt.date]
) -> tuple[tuple[dt.date, dt.date], ...]:
    """Of one organ's meetings that are gone and new, the pairs that are likely the same, moved.

    Each day is in one pair at most, and the nearest ones are paired first.
    """
    pairs = sorted(
        (abs(after - before), before, after)
        for before in set(gone)
        for after in set(new)
        if abs(after - before) <= NEAR
    )
    taken: set[tuple[str, dt.date]] = set()
    found = []
    for _, before, after in pairs:
        if not taken & {("gone", before), ("new", after)}:
            taken |= {("gone", before), ("new", after)}
            found.append((before, after))
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMeeting:
    """One meeting as an address said it at one reading.

    Attributes:
        organ: key of the organ.
        uid: what the calendar calls it; empty where it has no name for it.
    """

    organ: str
    held_on: dt.date
    is_cancelled: bool = False
    uid: str = ""


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What a second reading of an address says otherwise than the first.

    Attributes:
        moved: meetings that kept their name and changed their day, as ``(before, after)``.
        gone: coming meetings that it held before and holds no more.
    """

    moved: tuple[tuple[SaidMeeting, SaidMeeting], ...]
    gone: tuple[SaidMeeting, ...]


def read_again(
    before: Sequence[SaidMeeting], after: Sequence[SaidMeeting], today: dt.date
) -> ReadAgain:
    """What became of the meetings that an address said the last time.

    A meeting whose name the calendar kept is the same on another day. One that is not there any
    more is gone, unless its day has passed: calendars forget what is over.

    Args:
        before: the last reading; empty at the first one.
        after: this reading.
        today: the day of it.
    """
    days = {(said.organ, said.held_on) for said in after}
    by_uid = {(said.organ, said.uid): said for said in after if said.uid}
    earlier = {(said.organ, said.held_on) for said in before}
    moved, gone = [], []
    for said in before:
        if (said.organ, said.held_on) in days or said.held_on < today:
            continue
        now = by_uid.get((said.organ, said.uid)) if said.uid else None
        if now is not None and (now.organ, now.held_on) not in earlier and not now.is_cancelled:
            moved.append((said, now))
        elif not said.is_cancelled:
            gone.append(said)
    return ReadAgain(tuple(moved), tuple(gone))
