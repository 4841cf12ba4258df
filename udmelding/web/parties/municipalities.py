"""«Kontakter»: every municipality with its contacts and what it owes."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.forms.workbooks import MEDIA_TYPE
from udmelding.casework.parties.book import (
    area_choices,
    matching,
    other_parties,
    owing_by_party,
    party_book,
)
from udmelding.casework.parties.contact_import import export_workbook, template_workbook
from udmelding.journal.database import reading
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, services_of

router = APIRouter(prefix="/kontakter")

_MOST_WORDS = 100


@router.get("")
def index(
    request: Request,
    visitor: Reader,
    omraade: str = "",
    q: str = "",
    aabne: str = "",
    adresse: str = "",
) -> HTMLResponse:
    """The municipalities of an area or of the whole country; the secretariat's own by default."""
    services, words = services_of(request), q.strip()[:_MOST_WORDS]
    area = omraade or services.settings.area
    owing = owing_by_party(services, visitor.now)
    with reading(services.engine) as session:
        lines = party_book(session, area, owing, visitor.now)
    shown = matching(lines, words, only_open=bool(aabne), only_unreachable=bool(adresse))
    return page(
        request,
        "parties/municipalities.html",
        lines=shown,
        total=len(lines),
        open_count=sum(line.owing.things for line in shown),
        unreachable=sum(line.is_unreachable for line in shown),
        areas=area_choices(services.settings),
        area=area,
        words=words,
        only_open=bool(aabne),
        only_unreachable=bool(adresse),
        others=other_parties(services.settings, area),
        template_query=urlencode({"omraade": area}),
    )


@router.get("/kontakter.xlsx")
def export(request: Request, visitor: Reader) -> Response:
    """Every contact as an Excel workbook."""
    with reading(services_of(request).engine) as session:
        content = export_workbook(session)
    return _saved(content, f"kontakter-{visitor.now.date()}.xlsx")


@router.get("/skabelon.xlsx")
def template(request: Request, _: Reader, omraade: str = "") -> Response:
    """A workbook to fill in, with every municipality of the area and what is known."""
    services = services_of(request)
    area = omraade or services.settings.area
    with reading(services.engine) as session:
        content = template_workbook(session, area)
    return _saved(content, f"kontakter-{area}-skabelon.xlsx")


def _saved(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
