"""«Møder»: the bodies' meetings and the councils' days by month, the year wheels, the calendar."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from udmelding.casework.plan.calendar_feed import LASTING_DAYS, own_addresses
from udmelding.casework.plan.meeting_book import Wanted, case_wheels, meeting_book
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, services_of

router = APIRouter(prefix="/moeder")


@router.get("")
def index(
    request: Request, visitor: Reader, organ: str = "", sag: str = "", fra: str = ""
) -> HTMLResponse:
    """The coming meetings, and past ones from the day ``fra`` on.

    Raises:
        NotFoundError: there is no such organ or case.
    """
    since, flaw = _since(fra.strip(), visitor.now.date())
    wanted = Wanted(since=since, organ=organ, case=sag)
    with reading(services_of(request).engine) as session:
        book = meeting_book(
            session, visitor.now, wanted, services_of(request).settings.texts_folder
        )
        addresses = own_addresses(session, visitor.user, visitor.now)
    return page(
        request,
        "plan/meetings.html",
        code=422 if flaw else 200,
        book=book,
        names=dict(book.organs),
        wanted=wanted,
        since=fra,
        flaw=flaw,
        addresses=addresses,
        days=LASTING_DAYS,
    )


@router.get("/aarshjul")
def wheels(request: Request, visitor: Reader, sag: str = "") -> HTMLResponse:
    """The year wheel of each open case, or of the case ``sag``, as picture and in words.

    Raises:
        NotFoundError: there is no such case.
    """
    with reading(services_of(request).engine) as session:
        found = case_wheels(session, visitor.now, sag)
    return page(request, "plan/wheels.html", wheels=found, case=sag)


def _since(written: str, today: dt.date) -> tuple[dt.date | None, str]:
    """The day that was written, or what is wrong with it."""
    if not written:
        return None, ""
    try:
        return read_day(written, today=today, direction=Direction.PAST), ""
    except RefusedError as error:
        return None, error.message
