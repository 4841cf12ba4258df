"""«Hjælp»: the user guide as pages. Which page helps with which, says ``helping``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from udmelding.documents.guide import FRONT, guide
from udmelding.errors import NotFoundError
from udmelding.web.helping import FOR_MUNICIPALITIES, HELP
from udmelding.web.rendering import page
from udmelding.web.visitor import Everybody, Reader

router = APIRouter(prefix=HELP)


def _shown(request: Request, name: str) -> HTMLResponse:
    pages = guide(HELP)
    if name not in pages:
        raise NotFoundError("side i vejledningen", name[:40])
    others = [one for one in pages.values() if one.name != FRONT]
    return page(request, "guide.html", shown=pages[name], others=others, home=HELP)


@router.get("")
def index(request: Request, visitor: Reader) -> HTMLResponse:
    return _shown(request, FRONT)


@router.get(f"/{FOR_MUNICIPALITIES}")
def for_municipalities(request: Request, nobody: Everybody) -> HTMLResponse:
    return _shown(request, FOR_MUNICIPALITIES)


@router.get("/{topic}")
def topic(request: Request, visitor: Reader, topic: str) -> HTMLResponse:
    return _shown(request, topic)
