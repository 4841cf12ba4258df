"""What a calendar says once it is read: meetings of bodies and of municipalities' levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.decision import Level
from udmelding.config.parties import load_municipalities
from udmelding.errors import Flaw

LEVELS: tuple[Level, ...] = tuple(level for level in Level if level is not Level.BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMeeting:
    """What a file says of one meeting, whoever meets.

    Attributes:
        held_on: the day of the meeting.
        papers_due_on: its agenda cut-off, where the file says so.
        is_cancelled: whether the file says that it is called off.
        moved_from: the day on which it lay before, where the file says that it was moved.
        note: what is special about it, in Danish.
        where: its place in the file, such as ``linje 4`` or ``Ark1!A4``, to name it in messages.
        uid: what an ICS calendar calls it on whatever day it lies; empty in other files.
    """

    held_on: dt.date
    papers_due_on: dt.date | None = None
    is_cancelled: bool = False
    moved_from: dt.date | None = None
    note: str = ""
    where: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalMeeting(ToldMeeting):
    """One meeting of one level of one municipality.

    Attributes:
        municipality: its code, such as ``0360``.
        level: committee, finance committee or council.
    """

    municipality: str
    level: Level

    @property
    def organ(self) -> tuple[str, str]:
        """Whose meeting it is."""
        return self.municipality, self.level


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMeeting(ToldMeeting):
    """One meeting of one body.

    Attributes:
        area: the KKR area, or ``national``.
        body: the body's id.
    """

    area: str
    body: str

    @property
    def organ(self) -> tuple[str, str]:
        """Whose meeting it is."""
        return self.area, self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalendars:
    """What one file says of bodies' and municipalities' meetings, and of municipalities' levels.

    Attributes:
        source: where the dates come from, in Danish; the file's name if it does not say.
        chains: by municipality code, its levels in order, where the file states them; the last
            one decides.
        meetings: of municipalities, sorted by municipality, order of levels, and date.
        bodies: of bodies, sorted by area, body, and date.
        skipped: Danish sentences about what was left out of the file, and why.
        flaws: rows that could not be read and are not among the meetings, with their place.
    """

    source: str
    chains: Mapping[str, tuple[Level, ...]]
    meetings: tuple[MunicipalMeeting, ...]
    bodies: tuple[BodyMeeting, ...] = ()
    skipped: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()


def year_problem(day: dt.date) -> str:
    """Why ``day`` cannot be a meeting's, in Danish; empty if it can."""
    return "" if 1990 <= day.year <= 2100 else f"året i {day} ligger uden for 1990-2100"


def name_of(code: str) -> str:
    """The municipality's name; a code that nobody has is its own name."""
    return next((place.name for place in load_municipalities() if place.code == code), code)
