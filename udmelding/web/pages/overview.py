"""The overview: all open cases, what is due this week, what has happened since last time."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from udmelding.casework.desk import desk
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, services_of

router = APIRouter()


@router.get("/")
def overview(request: Request, visitor: Reader) -> HTMLResponse:
    """Every case at a glance."""
    found = desk(services_of(request), visitor.now, visitor.session.since)
    return page(request, "overview.html", desk=found, since=visitor.session.since)
