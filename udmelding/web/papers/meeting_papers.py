"""«Til mødet»: a case's paper for a body's meeting, to copy or to take along as Word or PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from udmelding import clock
from udmelding.casework.papers.meeting_papers import (
    agendas,
    next_venue,
    paper_at,
    venue_named,
    venues_of,
)
from udmelding.casework.papers.papers import Ending, PaperFile, meeting_file, paper_ending
from udmelding.documents.papers.meeting_paper import body_paper
from udmelding.documents.papers.paper import paper_text, paper_values
from udmelding.rules.papers.meeting_paper import MeetingPaper, Venue
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.date_wording import weekday_date
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, moment, services_of

router = APIRouter()

_RECENT = dt.timedelta(days=60)
"""Meetings that are longer ago than this are not offered; their address still works."""


def _paper(request: Request, found: Seen, moede: str = "", dag: str = "") -> MeetingPaper:
    """The paper for the meeting ``moede`` (``k17@2025-03-28``), or for the next planned one."""
    own = services_of(request).settings.texts_folder
    body, _, written = moede.partition("@")
    today = found.moment.date()
    written = dag.strip() or written
    day = read_day(written, today=today, direction=Direction.COMING) if written else None
    if body:
        venue = venue_named(found.case, found.status, body, day, own)
    else:
        venue = next_venue(found.case, found.status, own)
    return paper_at(services_of(request), found.case, found.status, venue, found.moment)


def meeting_key(venue: Venue) -> str:
    """What names a meeting in an address: ``k17@2025-03-28``."""
    return f"{venue.body}@{venue.held_on or ''}"


def meeting_choices(found: Seen, chosen: Venue, own: Path | None) -> list[tuple[str, str]]:
    """The meetings to choose among: the chosen one, the coming ones and the latest."""
    since = found.moment.date() - _RECENT
    near = [v for v in venues_of(found.case, own) if v.held_on is None or v.held_on >= since]
    if chosen not in near:
        near.insert(0, chosen)
    return [(meeting_key(venue), _named(venue)) for venue in near]


def _named(venue: Venue) -> str:
    day = weekday_date(venue.held_on) if venue.held_on else "dag ikke fastsat"
    return f"{venue.title}, {day}"


def _query(found: Seen, venue: Venue) -> str:
    asked = {"moede": meeting_key(venue)} | ({"pr": found.as_of} if found.as_of else {})
    return f"?{urlencode(asked)}"


@router.get("/sager/{reference}/moede")
def case_paper(
    request: Request, _: Reader, found: CaseSeen, moede: str = "", dag: str = ""
) -> HTMLResponse:
    """The paper on a case for a meeting.

    Raises:
        NotFoundError: no such body or meeting.
    """
    paper = _paper(request, found, moede, dag)
    written = body_paper(paper, author="")
    shown: dict[str, Any] = {
        "shown": paper_values(written),
        "text": paper_text(written),
        "choices": meeting_choices(found, paper.venue, services_of(request).settings.texts_folder),
        "chosen": meeting_key(paper.venue),
        "paper_query": _query(found, paper.venue),
    }
    return case_page(request, "papers/meeting_paper.html", found, **shown)


@router.get("/sager/{reference}/moede.docx")
@router.get("/sager/{reference}/moede.pdf")
def case_paper_file(
    request: Request, _: Reader, found: CaseSeen, moede: str = "", dag: str = ""
) -> Response:
    """The same paper as Word or PDF.

    Raises:
        NotFoundError: no such body or meeting.
        OutsideError: the PDF could not be set.
    """
    paper, ending = _paper(request, found, moede, dag), paper_ending(request.url.path)
    return attached(meeting_file(services_of(request), paper, ending, moment(request)), ending)


def attached(file: PaperFile, ending: Ending) -> Response:
    """The file, to be saved."""
    return Response(file.content, media_type=ending.media, headers=attachment(file.name))


def attachment(name: str) -> dict[str, str]:
    """The heads of an answer that is saved under ``name``."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


@router.get("/til-moedet")
def meeting_papers(request: Request, visitor: Reader, pr: str = "") -> HTMLResponse:
    """The coming meetings, each with a paper for every open case, as of the day ``pr`` or now.

    Raises:
        RefusedError: the day cannot be read.
    """
    at = visitor.now
    if pr:
        at = clock.end_of(read_day(pr, today=at.date(), direction=Direction.PAST))
    found = [
        (agenda, {"moede": meeting_key(agenda.venue)} | ({"pr": pr} if pr else {}))
        for agenda in agendas(services_of(request), at, is_past=bool(pr))
    ]
    shown = [(agenda, f"?{urlencode(asked)}") for agenda, asked in found]
    return page(request, "papers/meetings.html", agendas=shown, as_of=pr, seen_on=at.date())
