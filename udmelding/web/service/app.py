"""Puts the web together: routes, who may come in, what every answer carries.

``create_app`` takes everything it needs, so a test makes one on its own database and clock. Answers
carry a strict content security policy: nothing is loaded from elsewhere and no script stands in a
page.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from udmelding import clock, paths, web
from udmelding.casework.wiring import Services
from udmelding.casework.work import Works
from udmelding.documents.guide import PICTURES
from udmelding.errors import ConfirmationNeededError, UdmeldingError
from udmelding.rules.access.links import without_what_follows
from udmelding.web.access.resuming import signed_out_page
from udmelding.web.body_limits import TOO_LARGE, BodyLimits
from udmelding.web.files import question_page
from udmelding.web.kept_fields import kept_from
from udmelding.web.limits import Limit
from udmelding.web.rendering import STATIC, page
from udmelding.web.service.api import create_api
from udmelding.web.service.triggering import Trigger, follow_up, trigger_after
from udmelding.web.sure import UnsureError, to_question
from udmelding.web.visitor import Clock, SignInNeededError, check_form

if TYPE_CHECKING:
    from udmelding.outside.oidc import Provider

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_MOVED = {
    "/post-adresser": "/mails/adresser",
    "/post": "/mails/post",
    "/rykkere/sendt": "/mails/sendt",
    "/rykkere": "/mails/rykkere",
    "/kommuner": "/kontakter",
}
"""Where pages stood before, and stand now; the first that fits. Mails of then still lead there."""

_NOT_FOUND = 404
_NOT_OPENED_SO = (
    "Siden åbnes ikke ved sin adresse, men med en knap på en anden side. Gå tilbage til den side, "
    "du kom fra, eller begynd på Overblik."
)


def create_app(
    services: Services,
    now: Clock = clock.now,
    *,
    trigger: Trigger | None = None,
    demo_day: dt.date | None = None,
    works: Works | None = None,
) -> FastAPI:
    """The app on these parts and this clock.

    Args:
        services: database, store, mail.
        now: the clock.
        trigger: starts the flows that a recording calls for; None leaves them to the daily sweep.
        demo_day: the day that a demonstration shows; every page says so.
        works: runs what takes long; None makes one with the machine's clock.
    """
    app = FastAPI(
        title="udmelding",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_until_closed,
    )
    app.state.services, app.state.now = services, now
    app.state.trigger, app.state.demo_day, app.state.waits = trigger, demo_day, None
    app.state.provider_of = _provider
    app.state.sign_ins = Limit(most=30, window=dt.timedelta(minutes=10))
    app.state.works = works or Works()
    app.state.written_in = {}
    app.state.asking_key = secrets.token_bytes(32)
    if trigger is not None:
        app.state.works.follow_up = lambda reference: follow_up(app, reference, now())
    app.state.feed_tries = Limit(most=30, window=dt.timedelta(minutes=10))
    app.middleware("http")(trigger_after)
    app.middleware("http")(_guard)
    app.add_middleware(BodyLimits)
    # Starlette gives each handler the very kind that it is registered for.
    app.add_exception_handler(SignInNeededError, cast("Any", _to_sign_in))
    app.add_exception_handler(ConfirmationNeededError, cast("Any", question_page))
    app.add_exception_handler(UnsureError, cast("Any", to_question))
    app.add_exception_handler(UdmeldingError, cast("Any", _refused))
    app.add_exception_handler(HTTPException, cast("Any", _plain_error))
    app.router.routes.extend(_page_routes())
    app.mount("/api", create_api(services, now))
    app.mount(f"/static/{PICTURES}", StaticFiles(directory=paths.GUIDE / PICTURES), name="guide")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _until_closed(app: FastAPI) -> AsyncIterator[None]:
    """When the pages close, the works behind them end, or are told as broken off."""
    yield
    await run_in_threadpool(app.state.works.close)


@cache
def _page_routes() -> list[BaseRoute]:
    """The routes of all pages, read from their modules once however many apps are made.

    To read the signatures of some two hundred functions costs more than most pages do.
    """
    pages = APIRouter(dependencies=[Depends(check_form)])
    for name in sorted(found.name for found in walk_packages(web.__path__, "udmelding.web.")):
        router = getattr(import_module(name), "router", None)
        if router is not None:
            pages.include_router(router)
    return pages.routes


def _provider(services: Services, redirect: str) -> Provider:
    from udmelding.outside.oidc import Provider  # late: most installations have no provider

    return Provider(services.settings.oidc, redirect)


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Put the headers on every answer; pages are never kept by a cache, static files for a day."""
    path = request.scope["path"] = without_what_follows(request.scope["path"])
    if (now_at := _moved_to(path)) is not None:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(now_at + query, status_code=308)  # a form is sent on with it
    response = await call_next(request)
    if request.url.path.startswith(("/k/", "/b/")):  # whoever has such an address may use it
        response.headers["Referrer-Policy"] = "no-referrer"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    is_static = request.url.path.startswith("/static/")
    response.headers.setdefault("Cache-Control", "max-age=86400" if is_static else "no-store")
    if request.app.state.services.settings.web.url.startswith("https"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _moved_to(path: str) -> str | None:
    """Where a page that has moved stands now; None where the path is no such page's."""
    if path == "/mails":
        return "/mails/post"
    for before, now_at in _MOVED.items():
        if path == before or path.startswith(f"{before}/"):
            return now_at + quote(path.removeprefix(before))
    return None


async def _to_sign_in(request: Request, error: SignInNeededError) -> Response:
    kept = await kept_from(request) if request.method == "POST" else None
    if kept is not None and kept.fields:
        return signed_out_page(request, kept)
    return RedirectResponse(error.location, status_code=303)


async def _refused(request: Request, error: UdmeldingError) -> HTMLResponse:
    return page(request, "error.html", code=error.http_status, reason=error.message)


async def _plain_error(request: Request, error: HTTPException) -> HTMLResponse:
    known = {_NOT_FOUND: "Siden findes ikke.", TOO_LARGE: error.detail}
    reason = known.get(error.status_code, _NOT_OPENED_SO)
    return page(request, "error.html", code=error.status_code, reason=reason)
