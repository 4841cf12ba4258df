"""What happens to a form when its person was signed out meanwhile: nothing of it is lost.

The fields travel on in the page that asks for signing in, and are sent again when the person says
so. A file cannot travel along; the page says which. Nothing is sent by itself: after signing in
again the person presses the form's button anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from udmelding.casework.access import users
from udmelding.errors import RefusedError
from udmelding.web.access.login import own_path, put_cookie
from udmelding.web.rendering import page
from udmelding.web.visitor import (
    RESUME,
    Everybody,
    cookie_name,
    moment,
    services_of,
    visitor_or_none,
)

MOST_CHARACTERS = 500_000
_UNAUTHORIZED = 401
_NOT_KEPT = frozenset({"csrf", "password"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that could not be sent.

    Attributes:
        action: the path it was sent to.
        fields: what stood in it, in its order.
        files: names of the files that must be chosen again.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def packed(self) -> str:
        """The fields as one text."""
        return urlencode(self.fields)


async def kept_from(request: Request) -> Kept | None:
    """The form of a request that nobody was signed in for; None where it is too large to carry."""
    form = await request.form()
    fields, files = [], []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files += [value.filename] if value.filename else []
        elif name not in _NOT_KEPT:
            fields.append((name, value))
    kept = Kept(request.url.path, tuple(fields), tuple(files))
    return kept if len(kept.packed) <= MOST_CHARACTERS else None


def unpacked(action: str, packed: str, files: str) -> Kept:
    """The form again, from what the page carried."""
    fields = tuple(parse_qsl(packed[:MOST_CHARACTERS], keep_blank_values=True))
    return Kept(action, fields, tuple(name for name in files.split("\n") if name))


def signed_out_page(request: Request, kept: Kept, wrong: str = "", login: str = "") -> HTMLResponse:
    """Says that nothing is lost, and asks the person to sign in and go on."""
    return page(
        request,
        "access/signed_out.html",
        code=_UNAUTHORIZED,
        kept=kept,
        wrong=wrong,
        login=login,
        has_accounts=bool(services_of(request).settings.oidc.issuer),
    )


router = APIRouter()

Words = Annotated[str, Form()]


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
    form = unpacked(own_path(action), kept, files)
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
