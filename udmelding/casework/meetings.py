"""Keeps the bodies' meeting calendars: planned, moved, held, cancelled. Shared by all cases."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from models import MeetingState
from udmelding.casework.services import Services
from udmelding.config.calendars import Calendar
from udmelding.config.library import area_named
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import writing
from udmelding.journal.entries import NewMeeting
from udmelding.journal.load import load_meetings
from udmelding.journal.record import Stamp, record_meeting
from udmelding.rules.date_wording import long_date
from udmelding.rules.facts import Meeting


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


def change_meeting(
    services: Services,
    *,
    area: str,
    body: str,
    on: dt.date,
    moved_to: dt.date | None,
    is_held: bool,
    is_cancelled: bool,
    papers_due_on: dt.date | None,
    note: str,
    source: str,
    stamp: Stamp,
) -> str:
    """Record what became of a meeting, or a new one; returns a Danish sentence on what changed.

    Raises:
        NotFoundError: the area has no such body, or there is no such meeting to move or cancel.
        RefusedError: a meeting that has not been is called held, or papers come after the meeting.
    """
    bodies = {member.id: member.title for member in area_named(area).chain}
    if body not in bodies:
        raise NotFoundError("organ", body, tuple(bodies))
    held_on = moved_to or on
    if is_held and held_on > stamp.now.date():
        raise RefusedError(f"Mødet {long_date(held_on)} er ikke holdt endnu.")
    if papers_due_on is not None and papers_due_on > held_on:
        raise RefusedError("Papirerne skal være inde før mødet, ikke efter.")
    with writing(services.engine) as session:
        standing = _meeting(load_meetings(session, stamp.now), area, body, on)
        if standing is None and (moved_to or is_cancelled):
            raise NotFoundError(f"møde i {bodies[body]} den", long_date(on))
        entry = NewMeeting(
            area=area,
            body=body,
            held_on=held_on,
            papers_due_on=papers_due_on,
            state=_state(is_held=is_held, is_cancelled=is_cancelled),
            note=note,
            source=source,
            corrects=standing.key if standing else None,
        )
        recorded = record_meeting(session, entry, stamp)
    if not recorded.is_new:
        return f"Det er allerede registreret: {bodies[body]} {long_date(held_on)}."
    if moved_to:
        return f"{bodies[body]}: mødet {long_date(on)} er flyttet til {long_date(moved_to)}."
    what = "holdt" if is_held else "aflyst" if is_cancelled else "planlagt"
    return f"{bodies[body]}: mødet {long_date(held_on)} er {what}."


def _meeting(meetings: tuple[Meeting, ...], area: str, body: str, day: dt.date) -> Meeting | None:
    return next((m for m in meetings if (m.area, m.body, m.held_on) == (area, body, day)), None)


def _state(*, is_held: bool, is_cancelled: bool) -> MeetingState:
    if is_held:
        return MeetingState.HELD
    return MeetingState.CANCELLED if is_cancelled else MeetingState.PLANNED
