"""Lists to take along: each as a page that prints, and as the workbook with the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.exchange.lists import (
    ACROSS,
    case_listing,
    listing_across,
    listing_of_municipality,
)
from udmelding.casework.forms.workbooks import MEDIA_TYPE
from udmelding.documents.exchange import workbook_of
from udmelding.rules.exchange.listing import TITLES, Holds, Listing, Seen, Word
from udmelding.rules.words.date_wording import short_date
from udmelding.web.case.pages import CaseSeen, moment_seen
from udmelding.web.case.pages import Seen as SeenCase
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, Visitor, services_of

router = APIRouter()

_ALL = "/lister"
_CASE = "/sager/{reference}/lister"

_SAID: dict[Word, str] = {
    Word.OPEN: "Hver åben sag: stadie, frist, det næste, hvem der mangler, hvem der er ansvarlig.",
    Word.OWED: "Alle kommuner, der skylder noget, med frist, rykkere og næste møde.",
    Word.STEPS: "Hvor langt hver kommune er i hver åben sag.",
    Word.PUNCTUAL: "Hvor meget der kom til tiden i et år: for trin, sager og kommuner.",
}


@router.get(_ALL)
def index(request: Request, _: Reader) -> HTMLResponse:
    """The lists of all cases."""
    lists = [(word.value, TITLES[word], _SAID[word]) for word in ACROSS]
    return page(request, "exchange/index.html", lists=lists)


@router.get(f"{_ALL}/kommune/{{party}}.xlsx")
def municipality_as_workbook(
    request: Request, visitor: Reader, party: str, pr: str = ""
) -> Response:
    """One municipality in all open cases, as Excel."""
    made = listing_of_municipality(services_of(request), party, moment_seen(request, pr))
    return _file(request, visitor, made, party)


@router.get(f"{_ALL}/kommune/{{party}}")
def municipality(request: Request, _: Reader, party: str, pr: str = "") -> HTMLResponse:
    """One municipality in all open cases."""
    made = listing_of_municipality(services_of(request), party, moment_seen(request, pr))
    crumbs = (("/kontakter", "Kontakter"), (f"/kontakter/{party}", made.title.partition(" i ")[0]))
    return _page(request, made, crumbs, pr)


@router.get(f"{_ALL}/{{which}}.xlsx")
def across_as_workbook(
    request: Request, visitor: Reader, which: str, pr: str = "", aar: int | None = None
) -> Response:
    """A list of all cases, as Excel."""
    return _file(request, visitor, _across(request, visitor, which, pr, aar), which)


@router.get(f"{_ALL}/{{which}}")
def across(
    request: Request, visitor: Reader, which: str, pr: str = "", aar: int | None = None
) -> HTMLResponse:
    """A list of all cases; one that is of a year names the others."""
    made = _across(request, visitor, which, pr, aar)
    return _page(request, made, ((_ALL, "Lister"),), pr, aar or made.as_of.year)


def _across(request: Request, visitor: Visitor, word: str, pr: str, year: int | None) -> Listing:
    at, may_act = moment_seen(request, pr), visitor.may(Role.CASEWORKER)
    services = services_of(request)
    return listing_across(services, word, at, knows_people=may_act and not pr, year=year)


@router.get(f"{_CASE}/{{word}}.xlsx")
def of_case_as_workbook(request: Request, visitor: Reader, found: CaseSeen, word: str) -> Response:
    """A list of the case, as Excel."""
    made = _of_case(request, visitor, found, word)
    return _file(request, visitor, made, f"{found.case.reference}-{word}")


@router.get(f"{_CASE}/{{word}}")
def of_case(request: Request, visitor: Reader, found: CaseSeen, word: str) -> HTMLResponse:
    """A list of the case."""
    made, home = _of_case(request, visitor, found, word), f"/sager/{found.case.reference}"
    crumbs = ((home, found.case.reference), (f"{home}/kommuner", "Kommuner"))
    return _page(request, made, crumbs, found.as_of)


def _of_case(request: Request, visitor: Visitor, found: SeenCase, word: str) -> Listing:
    may_see = visitor.may(Role.CASEWORKER) and not found.as_of
    seen = Seen(found.case, found.status)
    return case_listing(services_of(request), seen, word, knows_people=may_see)


def _marked(request: Request, made: Listing) -> Listing:
    """Whatever a demo shows is made up."""
    is_demo = request.app.state.demo_day is not None
    return replace(made, is_made_up=True) if is_demo else made


def _page(
    request: Request, made: Listing, crumbs: Sequence[tuple[str, str]], pr: str, year: int = 0
) -> HTMLResponse:
    asked = ({"pr": pr} if pr else {}) | ({"aar": str(year)} if made.years else {})
    query = f"?{urlencode(asked)}" if asked else ""
    return page(
        request,
        "exchange/list.html",
        listing=_marked(request, made),
        crumbs=[(f"{there}?pr={quote(pr)}" if pr else there, name) for there, name in crumbs],
        workbook=f"{request.url.path}.xlsx{query}",
        query=f"?pr={quote(pr)}" if pr else "",
        year=year,
        pr=pr,
        Holds=Holds,
        written=short_date,
    )


def _file(request: Request, visitor: Visitor, made: Listing, name: str) -> Response:
    content = workbook_of(_marked(request, made), visitor.now)
    saved = quote(f"{name}-{made.as_of}.xlsx")
    disposition = f"attachment; filename*=UTF-8''{saved}"
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
