"""Signing in and out, and choosing another password."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import Role
from udmelding.casework.access import users
from udmelding.errors import RefusedError
from udmelding.journal.access import access
from udmelding.journal.database import reading, writing
from udmelding.web.rendering import page
from udmelding.web.visitor import (
    Everybody,
    Reader,
    cookie_name,
    moment,
    services_of,
    visitor_or_none,
)

router = APIRouter()


@router.get("/login")
def form(request: Request, _: Everybody, then: str = "/") -> Response:
    """The form; one who is signed in is sent on."""
    if visitor_or_none(request) is not None:
        return RedirectResponse(own_path(then), status_code=303)
    return _form(request, then=then)


@router.post("/login")
def sign_in(
    request: Request,
    _: Everybody,
    login: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    then: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in and go on to the page that was asked for."""
    services, now = services_of(request), moment(request)
    request.app.state.sign_ins.spend(request.client.host if request.client else "", now)
    try:
        secret = users.sign_in(services, login, password, now)
    except users.OneTimePasswordError:
        asked = urlencode({"login": login})
        return RedirectResponse(f"/login/engangskode?{asked}", status_code=303)
    except RefusedError as error:
        return _form(request, then=then, login=login, wrong=error.message, status=403)
    return signed_in(request, secret, then)


def signed_in(request: Request, secret: str, then: str) -> Response:
    """Send a person who has just signed in on, with the cookie that says so.

    One who only reads, and asked for no page, begins at the director's.
    """
    address = own_path(then)
    if address == "/" and _only_reads(request, secret):
        address = "/direktoer"
    response = RedirectResponse(address, status_code=303)
    put_cookie(request, response, secret)
    return response


def _only_reads(request: Request, secret: str) -> bool:
    services, now = services_of(request), moment(request)
    idle = dt.timedelta(minutes=services.settings.web.idle_minutes)
    with reading(services.engine) as session:
        found = access.find_session(session, secret, now, idle)
    return found is not None and found.user.role is Role.READER


def put_cookie(request: Request, response: Response, secret: str) -> None:
    """Give the browser the cookie of its session."""
    services = services_of(request)
    response.set_cookie(
        cookie_name(services),
        secret,
        max_age=services.settings.web.session_hours * 3600,
        httponly=True,
        secure=services.settings.web.url.startswith("https"),
        samesite="lax",
        path="/",
    )


@router.post("/logout")
def sign_out(request: Request, visitor: Reader) -> Response:
    """End this browser's session."""
    services = services_of(request)
    with writing(services.engine) as session:
        access.end_session(session, visitor.session.id)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(cookie_name(services), path="/")
    return response


def account_button(request: Request) -> str:
    """What the button says that leads to the organisation's accounts; empty where there is none."""
    oidc = services_of(request).settings.oidc
    return f"Log på med {oidc.name or 'din organisations konto'}" if oidc.is_on else ""


def own_path(then: str) -> str:
    """The page to go on to, if it is one of ours; else the overview."""
    parts = urlsplit(then)
    is_ours = not parts.scheme and not parts.netloc and then.startswith("/")
    return then if is_ours and not then.startswith(("//", "/\\")) else "/"


def _form(
    request: Request, *, then: str, login: str = "", wrong: str = "", status: int = 200
) -> HTMLResponse:
    return page(
        request,
        "access/login.html",
        code=status,
        then=own_path(then),
        login=login,
        wrong=wrong,
        account_button=account_button(request),
    )
