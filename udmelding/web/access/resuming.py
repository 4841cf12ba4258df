"""What happens to a form when its person was signed out meanwhile: nothing of it is lost.

The fields travel on in the page that asks for signing in, and are sent again when the person says
so. A file cannot travel along; the page says which. Nothing is sent by itself: after signing in
again the person presses the form's button anew.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.access import users
from udmelding.errors import RefusedError
from udmelding.web.access.login import account_button, own_path, put_cookie
from udmelding.web.kept_fields import Kept, unpack_fields
from udmelding.web.rendering import page
from udmelding.web.sure import ASKED, question
from udmelding.web.visitor import (
    RESUME,
    Everybody,
    Reader,
    cookie_name,
    moment,
    services_of,
    visitor_or_none,
)

_UNAUTHORIZED = 401


def signed_out_page(request: Request, kept: Kept, wrong: str = "", login: str = "") -> HTMLResponse:
    """Says that nothing is lost, and asks the person to sign in and go on."""
    return page(
        request,
        "access/signed_out.html",
        code=_UNAUTHORIZED,
        kept=kept,
        wrong=wrong,
        login=login,
        account_button=account_button(request),
    )


router = APIRouter()

Words = Annotated[str, Form()]


@router.get(ASKED)
def ask(request: Request, visitor: Reader, f: str = "") -> HTMLResponse:
    """What a button is about to do, before it does it."""
    return question(request, visitor, f)


@router.post(RESUME)
def resume(
    request: Request,
    _: Everybody,
    action: Words = "/",
    kept: Words = "",
    files: Words = "",
    login: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Sign in if that is asked for, and show the form's button again; nothing is sent by itself."""
    form = unpack_fields(own_path(action), kept, files)
    services, now, secret = services_of(request), moment(request), ""
    if login:
        request.app.state.sign_ins.spend(request.client.host if request.client else "", now)
        try:
            secret = users.sign_in(services, login, password, now)
        except RefusedError as error:
            return signed_out_page(request, form, error.message, login)
        request.cookies[cookie_name(services)] = secret
        del request.state.visitor
    if visitor_or_none(request) is None:
        return signed_out_page(request, form, "Du er ikke logget på endnu.")
    response = page(request, "access/go_on.html", kept=form)
    if secret:
        put_cookie(request, response, secret)
    return response
