"""Keeps meeting calendars: planned, moved, held, cancelled. Shared by all cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models import Level, MeetingState
from udmelding.config.case.library import bodies_met_in
from udmelding.config.parties import Municipality, find_municipality
from udmelding.config.plan.calendars import Calendar
from udmelding.config.plan.meeting_calendars import MunicipalMeeting
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import Session
from udmelding.journal.plan.municipal import (
    StandingMeeting,
    record_municipal_meeting,
    standing_meeting,
)
from udmelding.journal.recording.record import record_meeting
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.facts import Meeting
from udmelding.rules.case.glossary import label
from udmelding.rules.plan.calendar_change import BodyDifference
from udmelding.rules.recording.case import NewMeeting
from udmelding.rules.words.date_wording import long_date

_IF_ASSUMED = (
    "Står det i planen som antaget, er der intet at flytte eller aflyse: registrér i stedet den "
    "dag, mødet holdes."
)


def take_in_calendar(session: Session, calendar: Calendar, stamp: Stamp) -> int:
    """Record the meetings of a calendar that are not on record; returns how many were new.

    A meeting that stands already, in whatever state, is left as it is: a calendar file never
    undoes what was recorded by hand.
    """
    known = {(m.area, m.body, m.held_on) for m in load_meetings(session, stamp.now)}
    count = 0
    for body, meetings in calendar.bodies.items():
        for meeting in meetings:
            if (calendar.area, body, meeting.held_on) in known:
                continue
            entry = NewMeeting(
                area=calendar.area,
                body=body,
                held_on=meeting.held_on,
                papers_due_on=meeting.papers_due_on,
                note=meeting.note,
                source=calendar.source,
            )
            record_meeting(session, entry, stamp)
            count += 1
    return count


def record_body_changes(session: Session, found: BodyDifference, source: str, stamp: Stamp) -> None:
    """Record what a calendar changes in the bodies' meetings."""
    before: list[Meeting | None] = [None] * len(found.new)
    before += [was for was, _ in found.changed]
    after = (*found.new, *(meeting for _, meeting in found.changed))
    for was, meeting in zip(before, after, strict=True):
        is_same_day = was is not None and was.held_on == meeting.held_on
        entry = NewMeeting(
            area=meeting.area,
            body=meeting.body,
            held_on=meeting.held_on,
            papers_due_on=meeting.papers_due_on
            or (was.papers_due_on if was and is_same_day else None),
            state=MeetingState.CANCELLED if meeting.is_cancelled else MeetingState.PLANNED,
            note=meeting.note or (was.note if was else ""),
            source=source,
            corrects=was.key if was else None,
        )
        record_meeting(session, entry, stamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingChange:
    """What became of a meeting, or a new one.

    Attributes:
        area: the KKR area whose body it is; of no meaning for a municipality's meeting.
        body: id of the body, or a municipality's name or code.
        on: the day of the meeting as it stands.
        moved_to: its new day, where it was moved.
        level: for a municipality, which of its levels meets.
    """

    area: str
    body: str
    on: dt.date
    moved_to: dt.date | None = None
    is_held: bool = False
    is_cancelled: bool = False
    papers_due_on: dt.date | None = None
    level: Level = Level.COUNCIL
    note: str = ""
    source: str = ""

    @property
    def held_on(self) -> dt.date:
        """The day of the meeting after the change."""
        return self.moved_to or self.on


def check_meeting(change: MeetingChange, today: dt.date) -> None:
    """Refuse what cannot be.

    Raises:
        RefusedError: a coming meeting is called held, its papers come after it, or it is both held
            and cancelled.
    """
    if change.is_held and change.is_cancelled:
        raise RefusedError("Et møde kan ikke både være holdt (--held) og aflyst (--cancelled).")
    if change.moved_to is not None and change.is_cancelled:
        raise RefusedError(
            "Et møde kan ikke både være flyttet (--moved-to) og aflyst (--cancelled)."
        )
    if change.moved_to == change.on:
        raise RefusedError(f"Mødet ligger allerede {long_date(change.on)}.")
    if change.moved_to is not None and change.moved_to < today and not change.is_held:
        raise RefusedError(
            f"Mødet kan ikke flyttes til {long_date(change.moved_to)}: den dag er gået."
        )
    if change.is_held and change.held_on > today:
        raise RefusedError(f"Mødet {long_date(change.held_on)} er ikke holdt endnu.")
    if change.papers_due_on is not None and change.papers_due_on > change.held_on:
        raise RefusedError(
            f"Papirfristen {long_date(change.papers_due_on)} ligger efter mødet "
            f"{long_date(change.held_on)}. Papirerne skal være inde før mødet."
        )


def change_meeting(session: Session, change: MeetingChange, stamp: Stamp, own: Path | None) -> str:
    """Record what became of a meeting, or a new one; returns a Danish sentence on what changed.

    Args:
        session: an open writing transaction.
        change: what became of it.
        stamp: who and when.
        own: the folder of what the secretariat has of its own, whose areas have the bodies.

    Raises:
        NotFoundError: no such body or municipality, or no such meeting to move or cancel.
        RefusedError: see ``check_meeting``; or there is a meeting on the new day already.
    """
    check_meeting(change, stamp.now.date())
    bodies = {member.id: member for member in bodies_met_in(change.area, own)}
    if change.body in bodies:
        # A national body has meetings of its own area, whatever the case's is.
        meant = replace(change, area=bodies[change.body].area)
        return _change_body(session, meant, bodies[change.body].title, stamp)
    try:
        municipality = find_municipality(change.body)
    except NotFoundError as error:
        known = (*bodies, *error.known)
        raise NotFoundError("organ eller kommune", change.body, known) from error
    return _change_municipal(session, change, municipality, stamp)


def _change_body(session: Session, change: MeetingChange, title: str, stamp: Stamp) -> str:
    meetings = load_meetings(session, stamp.now)
    standing = _meeting(meetings, change.area, change.body, change.on)
    if standing is None and (change.moved_to or change.is_cancelled):
        coming = [m.held_on for m in meetings if (m.area, m.body) == (change.area, change.body)]
        near = _near(coming, change.on)
        raise NotFoundError(f"møde i {title} den", long_date(change.on), near, hint=_IF_ASSUMED)
    if change.moved_to and _is_held_on(meetings, change):
        raise RefusedError(f"{title} har allerede et møde {long_date(change.moved_to)}.")
    entry = NewMeeting(
        area=change.area,
        body=change.body,
        held_on=change.held_on,
        papers_due_on=change.papers_due_on or _kept_papers(standing, change),
        state=_state(change),
        note=change.note,
        source=change.source,
        corrects=standing.key if standing else None,
    )
    recorded = record_meeting(session, entry, stamp)
    return _told(title, change, is_new=recorded.is_new)


def _change_municipal(
    session: Session, change: MeetingChange, municipality: Municipality, stamp: Stamp
) -> str:
    level, code = change.level, municipality.code
    name = f"{municipality.name}, {label(level)}"
    standing = standing_meeting(session, code, level, change.on)
    if standing is None and (change.moved_to or change.is_cancelled):
        raise NotFoundError(f"møde i {name} den", long_date(change.on), hint=_IF_ASSUMED)
    there = standing_meeting(session, code, level, change.moved_to) if change.moved_to else None
    if there is not None and there.state is not MeetingState.CANCELLED:
        raise RefusedError(f"{name} har allerede et møde {long_date(there.held_on)}.")
    if standing is not None and _is_known_so(standing, change):
        return _told(name, change, is_new=False)
    meeting = MunicipalMeeting(
        municipality=code,
        level=level,
        held_on=change.held_on,
        papers_due_on=change.papers_due_on or _kept_papers(standing, change),
        is_cancelled=change.is_cancelled,
        note=change.note,
    )
    record_municipal_meeting(
        session,
        meeting,
        change.source,
        stamp,
        corrects=standing.key if standing else None,
        is_held=change.is_held,
    )
    return _told(name, change, is_new=True)


def _kept_papers(
    standing: Meeting | StandingMeeting | None, change: MeetingChange
) -> dt.date | None:
    """A meeting that stays on its day keeps the day its papers are due."""
    return standing.papers_due_on if standing and not change.moved_to else None


def _is_known_so(standing: StandingMeeting, change: MeetingChange) -> bool:
    papers = change.papers_due_on in (None, standing.papers_due_on)
    return change.moved_to is None and standing.state is _state(change) and papers


def _told(name: str, change: MeetingChange, *, is_new: bool) -> str:
    if not is_new:
        return f"Det er allerede registreret: {name} {long_date(change.held_on)}."
    if change.moved_to:
        return f"{name}: mødet {long_date(change.on)} er flyttet til {long_date(change.moved_to)}."
    what = "holdt" if change.is_held else "aflyst" if change.is_cancelled else "planlagt"
    return f"{name}: mødet {long_date(change.held_on)} er {what}."


def _near(days: Sequence[dt.date], day: dt.date) -> tuple[str, ...]:
    """The meetings nearest to a day on which there is none, in order."""
    nearest = sorted(days, key=lambda other: abs((other - day).days))[:4]
    return tuple(long_date(other) for other in sorted(nearest))


def _is_held_on(meetings: Sequence[Meeting], change: MeetingChange) -> bool:
    """Whether the body has a meeting on the new day that was not called off."""
    return any(
        (m.area, m.body, m.held_on) == (change.area, change.body, change.moved_to)
        and m.state is not MeetingState.CANCELLED
        for m in meetings
    )


def _meeting(meetings: Sequence[Meeting], area: str, body: str, day: dt.date) -> Meeting | None:
    """The meeting on that day; one that was called off only where there is no other."""
    found = [m for m in meetings if (m.area, m.body, m.held_on) == (area, body, day)]
    return min(found, key=lambda m: m.state is MeetingState.CANCELLED, default=None)


def _state(change: MeetingChange) -> MeetingState:
    if change.is_held:
        return MeetingState.HELD
    return MeetingState.CANCELLED if change.is_cancelled else MeetingState.PLANNED
