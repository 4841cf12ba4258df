"""Signing in with the organisation's own accounts, where that is set up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from udmelding.casework.access.users import sign_in_known
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.web.access.login import own_path, signed_in
from udmelding.web.visitor import Everybody, moment, services_of

if TYPE_CHECKING:
    from udmelding.outside.oidc import Pending, Provider

router = APIRouter()

BACK = "/login/konto/svar"
_COOKIE = "udmelding-konto"
_PATIENCE = dt.timedelta(minutes=10)
_MOST = 1000


def provider_of(request: Request, *, is_trial: bool = False) -> Provider:
    """The provider that is set up.

    Args:
        request: names the page.
        is_trial: whether it is only tried, which is done before it is offered to people.

    Raises:
        NotFoundError: none is.
    """
    services = services_of(request)
    oidc = services.settings.oidc
    if not (oidc.is_on or (is_trial and oidc.issuer)):
        raise NotFoundError("side", request.url.path)
    made: Provider = request.app.state.provider_of(services, redirect_address(services))
    return made


def redirect_address(services: Services) -> str:
    """Where the provider sends people back to; it has to know the address."""
    return f"{services.settings.web.url.rstrip('/')}{BACK}"


def _under_way(request: Request) -> dict[str, Pending]:
    """Sign-ins that are under way, by the state that the browser's cookie names."""
    if not hasattr(request.app.state, "under_way"):
        request.app.state.under_way = {}
    found: dict[str, Pending] = request.app.state.under_way
    return found


@router.get("/login/konto")
def begin(request: Request, _: Everybody, then: str = "/") -> Response:
    """Send the person to the provider."""
    now, waiting = moment(request), _under_way(request)
    address, pending = provider_of(request).begin(own_path(then), now)
    for state in [s for s, p in waiting.items() if now - p.begun_at > _PATIENCE]:
        waiting.pop(state, None)
    if len(waiting) >= _MOST:
        raise RefusedError("Der er for mange, der er ved at logge på. Prøv igen om lidt.")
    waiting[pending.state] = pending
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _COOKIE,
        pending.state,
        max_age=int(_PATIENCE.total_seconds()),
        httponly=True,
        secure=services_of(request).settings.web.url.startswith("https"),
        samesite="lax",
        path=BACK,
    )
    return response


@router.get(BACK)
def finish(
    request: Request, _: Everybody, state: str = "", code: str = "", error: str = ""
) -> Response:
    """The person is back: believe the provider, and sign in the user with that login."""
    now = moment(request)
    pending = _under_way(request).pop(state, None) if state else None
    is_own = pending is not None and request.cookies.get(_COOKIE) == state
    if pending is None or not is_own or now - pending.begun_at > _PATIENCE:
        raise RefusedError("Login varede for længe eller begyndte i en anden browser. Prøv igen.")
    if error or not code:
        raise RefusedError("Udbyderen af konti afviste login.")
    login = provider_of(request).finish(code, pending, now)
    secret = sign_in_known(services_of(request), login, now)
    return signed_in(request, secret, pending.then)
