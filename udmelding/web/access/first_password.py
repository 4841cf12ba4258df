"""Exchanging a one-time password for one of one's own, before the first sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.access import users
from udmelding.casework.access.users import PASSWORD_RULES, WrongPasswordError
from udmelding.errors import RefusedError
from udmelding.web.access.login import signed_in
from udmelding.web.access.settings import NOT_ALIKE
from udmelding.web.rendering import page
from udmelding.web.visitor import Everybody, moment, services_of

router = APIRouter(prefix="/login/engangskode")

Text = Annotated[str, Form()]


@router.get("")
def form(request: Request, _: Everybody, login: str = "") -> HTMLResponse:
    return _page(request, login, {})


@router.post("")
def choose(
    request: Request,
    _: Everybody,
    login: Text = "",
    password: Text = "",
    wanted: Text = "",
    again: Text = "",
) -> Response:
    """Take the new password and sign the person in with it."""
    services, now = services_of(request), moment(request)
    request.app.state.sign_ins.spend(request.client.host if request.client else "", now)
    if wanted != again:
        return _page(request, login, {"again": NOT_ALIKE})
    try:
        users.choose_password(services, login, password, wanted, now)
    except WrongPasswordError as error:
        return _page(request, login, {"password": error.message})
    except RefusedError as error:
        return _page(request, login, {"wanted": error.message})
    return signed_in(request, users.sign_in(services, login, wanted, now), "/")


def _page(request: Request, login: str, flaws: Mapping[str, str]) -> HTMLResponse:
    return page(
        request,
        "access/first_password.html",
        code=422 if flaws else 200,
        login=login,
        flaws=flaws,
        rules=PASSWORD_RULES,
    )
