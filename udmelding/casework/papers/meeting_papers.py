"""Writes the papers for a meeting: which meetings a case may go to, and what each one reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import MeetingState
from udmelding.casework.plan.explaining import forecast_for
from udmelding.casework.report.figures import newest_figures
from udmelding.casework.summaries import Summary, open_summaries, summary_of
from udmelding.casework.wiring import Services
from udmelding.config.case.library import NATIONAL, area_named, national_bodies
from udmelding.config.case.process import Area, Body, BodyKind
from udmelding.errors import NotFoundError
from udmelding.journal.case.load import load, load_all, load_meetings
from udmelding.journal.database import reading
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Meeting
from udmelding.rules.papers.meeting_paper import MeetingPaper, Venue, meeting_paper
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.date_wording import long_date

FORUM = Body(id="koordinationsforum", title="Koordinationsforum", kind=BodyKind.COORDINATION_FORUM)
"""The forum of the five regions; it decides nothing, and often meets without a calendar of ours."""


def bodies_of(area: Area, own: Path | None) -> tuple[Body, ...]:
    """The bodies that a paper may be for: those of the area in order, and Koordinationsforum."""
    called = {body.id: body.title for body in national_bodies(own)}
    forum = FORUM.model_copy(update={"title": called.get(FORUM.id, FORUM.title)})
    return (*area.chain, forum)


def venues_of(case: Case, own: Path | None) -> tuple[Venue, ...]:
    """Every meeting that a paper on ``case`` may be for, by day; those without a day come last.

    Args:
        case: what is known.
        own: as for ``config.case.library.load_areas``.
    """
    dated: list[tuple[dt.date, Venue]] = []
    undated: list[Venue] = []
    area = area_named(case.area, own)
    for body in bodies_of(area, own):
        days = _days(case.meetings, _area_of(case, body), body.id)
        dated += [(day, _venue(area, body, day)) for day in days]
        if not any(day >= case.as_of.date() for day in days):
            undated.append(_venue(area, body, None))
    dated.sort(key=lambda item: item[0])
    return (*(venue for _, venue in dated), *undated)


def _area_of(case: Case, body: Body) -> str:
    return NATIONAL if body.id == FORUM.id else case.area


def _days(meetings: Iterable[Meeting], area: str, body: str) -> tuple[dt.date, ...]:
    held = {
        m.held_on
        for m in meetings
        if (m.area, m.body) == (area, body) and m.state is not MeetingState.CANCELLED
    }
    return tuple(sorted(held))


def _venue(area: Area, body: Body, day: dt.date | None) -> Venue:
    return Venue(body=body.id, title=body.title, kind=body.kind, held_on=day, area_name=area.name)


def next_venue(case: Case, found: Status, own: Path | None) -> Venue:
    """The meeting that the plan has next for the case; else the next one of any of its bodies."""
    today = found.as_of
    venues = venues_of(case, own)
    rows = found.plan.steps if found.plan else ()
    planned = {(r.id, r.planned) for r in rows if not r.is_done}
    coming = [v for v in venues if v.held_on is not None and v.held_on >= today]
    first = next((v for v in coming if (v.body, v.held_on) in planned), None)
    passed = [v for v in coming if v.body != FORUM.id]  # no case is on its way to the forum
    return first or next(iter([*passed, *coming]), venues[-1])


def venue_named(
    case: Case, found: Status, body: str, day: dt.date | None, own: Path | None
) -> Venue:
    """The meeting of ``body`` on ``day``, or its next one.

    A body without a calendar may meet on any day.

    Raises:
        NotFoundError: there is no such body, or its calendar has no meeting on that day.
    """
    area = area_named(case.area, own)
    known = bodies_of(area, own)
    named = body.casefold()
    chosen = next((b for b in known if named in (b.id, b.title.casefold())), None)
    if chosen is None:
        raise NotFoundError("organ", body, tuple(b.id for b in known))
    days = _days(case.meetings, _area_of(case, chosen), chosen.id)
    if day is None:
        return _next_of(area, found, chosen, days)
    if days and day not in days:
        near = sorted(sorted(days, key=lambda other: abs((other - day).days))[:4])
        known_days = tuple(long_date(other) for other in near)
        raise NotFoundError(f"møde i {chosen.title} den", long_date(day), known_days)
    return _venue(area, chosen, day)


def _next_of(area: Area, found: Status, body: Body, days: tuple[dt.date, ...]) -> Venue:
    """The body's meeting by the plan, else its next one, else one whose day is not fixed."""
    row = found.plan.step(body.id) if found.plan else None
    if row is not None and not row.is_done and row.planned in days:
        return _venue(area, body, row.planned)
    return _venue(area, body, next((day for day in days if day >= found.as_of), None))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which meeting is asked for; ``body`` empty: the next planned one."""

    body: str = ""
    day: dt.date | None = None


def paper_of(services: Services, reference: str, now: dt.datetime, asked: Asked) -> MeetingPaper:
    """The paper on a case for one meeting, as it was known at ``now``.

    Raises:
        NotFoundError: no such case, body or meeting.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
    found, own = status(case, now.date()), services.settings.texts_folder
    if asked.body:
        venue = venue_named(case, found, asked.body, asked.day, own)
    else:
        venue = next_venue(case, found, own)
    return paper_at(services, case, found, venue, now)


def paper_at(
    services: Services, case: Case, found: Status, venue: Venue, now: dt.datetime
) -> MeetingPaper:
    """``paper_of`` for a case that is loaded, and one of its meetings."""
    expected = forecast_for(services, case, now)
    return meeting_paper(case, found, expected, venue, newest_figures(services, case))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A coming meeting with the open cases that may have a paper on it.

    Attributes:
        to_decide: the cases that have this meeting by their plan; ``to_note`` the other ones.
    """

    venue: Venue
    to_decide: tuple[Summary, ...]
    to_note: tuple[Summary, ...]


def agendas(services: Services, now: dt.datetime, *, is_past: bool = False) -> tuple[Agenda, ...]:
    """The coming meetings of the bodies of all open cases, by day.

    Args:
        services: the database.
        now: the moment they are seen from.
        is_past: it lies in the past, so that no stored summary can be read.
    """
    today = now.date()
    if is_past:
        with reading(services.engine) as session:
            cases = load_all(session, now)
        open_cases = tuple(summary_of(case, today) for case in cases if not case.is_closed)
    else:
        open_cases = open_summaries(services, now)
    with reading(services.engine) as session:
        meetings = load_meetings(session, now)
    by_area: dict[str, list[Summary]] = defaultdict(list)
    own = services.settings.texts_folder
    for summary in open_cases:
        by_area[summary.area].append(summary)
    made = [
        _agenda(_venue(area, body, day), by_area[area.id])
        for area in (area_named(area_id, own) for area_id in by_area)
        for body in bodies_of(area, own)
        for day in _days(meetings, area.id, body.id)
        if day >= today
    ]
    return tuple(sorted(made, key=lambda agenda: agenda.venue.held_on or today))


def _agenda(venue: Venue, cases: Sequence[Summary]) -> Agenda:
    here = (venue.body, venue.held_on)
    return Agenda(
        venue=venue,
        to_decide=tuple(case for case in cases if here in case.planned),
        to_note=tuple(case for case in cases if here not in case.planned),
    )
