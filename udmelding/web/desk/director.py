"""The director's one page: each open case as a block that prints on one A4, or a single case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.desk.director import Briefed, area_names, briefed, open_cases
from udmelding.casework.desk.weekly_mail import week_of
from udmelding.journal.access.weekly_mail import is_wanted, want
from udmelding.journal.database import reading, writing
from udmelding.rules.case.country import OTHER_AREAS
from udmelding.rules.status.briefing import AreaCount
from udmelding.rules.status.glance import Look
from udmelding.web.case.municipality_rows import TileMap, rows_of, tiles
from udmelding.web.case.pages import CaseSeen
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Reader, Visitor, services_of

router = APIRouter()

PAGE = "/direktoer"


@dataclass(frozen=True, slots=True)
class Block:
    """One case on the page, with its map."""

    one: Briefed
    tiles: TileMap | None

    @property
    def areas(self) -> Sequence[tuple[str, AreaCount]]:
        """The country's counts with the areas' names."""
        names = area_names()
        found = [(names.get(count.area, count.area), count) for count in self.one.briefing.areas]
        return sorted(found, key=lambda pair: pair[1].area == OTHER_AREAS)


def block_of(one: Briefed) -> Block:
    rows = rows_of(one.case, one.status)
    return Block(one, tiles(rows))


@router.get(PAGE)
def directors_page(request: Request, visitor: Reader) -> HTMLResponse:
    """All open cases."""
    with reading(services_of(request).engine) as session:
        cases = open_cases(session, visitor.now)
    return _page(request, visitor, cases)


@router.get("/sager/{reference}/direktoer")
def directors_page_of_case(request: Request, visitor: Reader, found: CaseSeen) -> HTMLResponse:
    """One case, open or closed, today or on a day that has been."""
    return _page(request, visitor, (briefed(found.case, found.status),), found.as_of)


@router.post(f"{PAGE}/mail")
def weekly_mail(
    request: Request, visitor: Reader, oensket: Annotated[str, Form()] = ""
) -> Response:
    """Have the page as a mail every Monday, or no longer."""
    wanted = oensket == "ja"
    with writing(services_of(request).engine) as session:
        week = week_of(visitor.now.date())
        want(session, visitor.user.id, week, visitor.now, is_wanted=wanted)
    told = (
        f"Du får siden på mail til {visitor.user.login}, første gang på mandag."
        if wanted
        else "Du får ikke længere siden på mail."
    )
    return redirect(request, visitor, told, PAGE)


def _page(
    request: Request, visitor: Visitor, cases: Sequence[Briefed], as_of: str = ""
) -> HTMLResponse:
    with reading(services_of(request).engine) as session:
        is_mailed = is_wanted(session, visitor.user.id)
    return page(
        request,
        "desk/director.html",
        blocks=[block_of(one) for one in cases],
        is_single=request.url.path != PAGE,
        seen_on=cases[0].status.as_of if cases else visitor.now.date(),
        as_of=as_of,
        now=visitor.now,
        Look=Look,
        is_mailed=is_mailed,
        may_be_mailed="@" in visitor.user.login,
    )
