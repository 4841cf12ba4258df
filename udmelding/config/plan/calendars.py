"""When do the bodies meet? The shape of ``config/calendars/*.yaml``.

A calendar lists the meetings of one area's bodies; a meeting is a date, or a date with the day its
papers are due and a note. Calendars are only taken in from here: what became of a meeting (moved,
held, cancelled) is recorded in the journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, Strict, model_validator

from udmelding import paths
from udmelding.config import marked
from udmelding.config.case.library import area_named, load_areas
from udmelding.config.case.process import Shape
from udmelding.config.flaw_wording import suggestion
from udmelding.errors import BadFileError, Flaw

_WHAT = "Mødekalenderen"

_Day = Annotated[dt.date, Strict(), Field(ge=dt.date(1990, 1, 1), le=dt.date(2100, 12, 31))]


@dataclass(frozen=True, slots=True)
class CalendarMeeting:
    """One meeting of one body.

    Attributes:
        held_on: the day of the meeting.
        papers_due_on: the day its papers are due, where the calendar says so.
        note: what is special about it, in Danish.
    """

    held_on: dt.date
    papers_due_on: dt.date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The meetings of one area's bodies.

    Attributes:
        area: id of the area, or empty if the file does not say.
        source: where the dates come from, in Danish.
        bodies: each body's meetings by its id, in order of their dates.
    """

    area: str
    source: str
    bodies: Mapping[str, tuple[CalendarMeeting, ...]]


class _Entry(Shape):
    on: _Day
    papers_due: _Day | None = None
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _date_alone(cls, written: Any) -> Any:
        return written if isinstance(written, dict) else {"on": written}


class _CalendarFile(Shape):
    area: str = ""
    source: str = ""
    bodies: dict[str, tuple[_Entry, ...]]


def load_calendar(path: Path, own: Path | None = None) -> Calendar:
    """The calendar that the file describes; ``own`` as for ``config.case.library.load_areas``.

    Raises:
        BadFileError: the file is flawed, names an area or a body that there is not, has a meeting
            twice, papers due after their meeting, or a year outside 1990-2100.
    """
    content = marked.read_yaml(path, _WHAT)
    written = marked.validate(_CalendarFile, content.data, content.lines, _WHAT)
    flaws = [*_place_flaws(written, content.lines, own)]
    for body, entries in written.bodies.items():
        flaws += _meeting_flaws(body, entries, content.lines)
    if flaws:
        raise BadFileError(_WHAT, tuple(flaws))
    return Calendar(
        area=written.area,
        source=written.source,
        bodies={body: _meetings(entries) for body, entries in written.bodies.items()},
    )


def shipped_calendars(
    area_id: str, folder: Path | None = None, own: Path | None = None
) -> tuple[Calendar, ...]:
    """The calendars of one area in ``folder`` (the shipped ones if None), in order of file name.

    An area without calendars gives none. Bodies that the secretariat's own area has no more are
    left out; ``own`` as for ``config.case.library.load_areas``.

    Raises:
        BadFileError: a calendar in the folder is flawed.
    """
    files = sorted((folder or paths.CONFIG / "calendars").glob("*.yaml"))
    found = [calendar for path in files if (calendar := load_calendar(path)).area == area_id]
    if not found:
        return ()
    area = area_named(area_id, own)
    has = {body.id for body in (*area.chain, *area.beside)}
    return tuple(
        replace(one, bodies={body: met for body, met in one.bodies.items() if body in has})
        for one in found
    )


def _meetings(entries: tuple[_Entry, ...]) -> tuple[CalendarMeeting, ...]:
    ordered = sorted(entries, key=lambda entry: entry.on)
    return tuple(CalendarMeeting(entry.on, entry.papers_due, entry.note) for entry in ordered)


def _place_flaws(written: _CalendarFile, lines: marked.Lines, own: Path | None) -> list[Flaw]:
    """An area that does not exist, or a body that the area's chain does not have."""
    if not written.area:
        return []
    areas = load_areas(own)
    if written.area not in areas:
        hint = suggestion(written.area, areas)
        known = ", ".join(areas)
        return [lines.flaw(("area",), f"er ikke et KKR-område; {hint}tilladt er: {known}")]
    chain = [body.id for body in areas[written.area].chain]
    return [
        lines.flaw(
            ("bodies", body),
            f"området har intet organ med den nøgle; {suggestion(body, chain)}"
            f"tilladt er: {', '.join(chain)}",
        )
        for body in written.bodies
        if body not in chain
    ]


def _meeting_flaws(body: str, entries: tuple[_Entry, ...], lines: marked.Lines) -> list[Flaw]:
    flaws = []
    first: dict[dt.date, int] = {}
    for place, entry in enumerate(entries):
        trail: marked.Trail = ("bodies", body, place)
        before = first.setdefault(entry.on, place)
        if before != place:
            line = lines.line(("bodies", body, before))
            flaws.append(lines.flaw(trail, f"mødet {entry.on} står allerede i linje {line}"))
        if entry.papers_due and entry.papers_due > entry.on:
            problem = f"papirfristen {entry.papers_due} ligger efter mødet {entry.on}"
            flaws.append(lines.flaw((*trail, "papers_due"), problem))
    return flaws
