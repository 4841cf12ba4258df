"""Settings for administrators: tokens of programs that use the JSON API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.access import administration
from udmelding.casework.access.administration import MOST_DAYS, SCOPES
from udmelding.errors import NotFoundError
from udmelding.journal.access.api_tokens import FEED, READ, WRITE, tokens
from udmelding.journal.database import reading
from udmelding.rules.words.date_wording import near_moment
from udmelding.rules.words.lists import join_names
from udmelding.web.rendering import page, redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Administrator, Visitor, services_of

router = APIRouter(prefix="/indstillinger/noegler")

SCOPE_WORDS: Mapping[str, str] = {
    READ: "læse sager, planer og status",
    WRITE: "registrere svar og beslutninger",
    FEED: "abonnere på kalenderen",
}
MOST_CHARACTERS = 100
_EMPTY = {"name": "", "days": "365"}


@router.get("")
def all_tokens(request: Request, visitor: Administrator) -> HTMLResponse:
    """All tokens, and a form for a new one."""
    return _page(request, visitor)


@router.post("")
def make(
    request: Request,
    visitor: Administrator,
    name: Annotated[str, Form()] = "",
    scope: Annotated[Sequence[str], Form()] = (),
    days: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Make a token; this answer is the only one that ever shows it."""
    values = {"name": name.strip(), "days": days.strip()}
    flaws = _flaws(values, scope)
    if flaws:
        return _page(request, visitor, values=values, scopes=scope, flaws=flaws)
    secret = administration.make_token(
        services_of(request),
        name=values["name"],
        scopes=[word for word in SCOPES if word in scope],
        days=int(values["days"]),
        by=visitor.user,
        now=visitor.now,
    )
    return _page(request, visitor, secret=secret, made=values["name"])


@router.post("/luk")
def revoke(
    request: Request, visitor: Administrator, token: Annotated[str, Form()] = ""
) -> Response:
    """Make a token void at once.

    Raises:
        NotFoundError: there is no such token.
    """
    if not (token.isascii() and token.isdigit() and len(token) < 10):
        raise NotFoundError("gældende adgangsnøgle", token[:40])
    services, here = services_of(request), "/indstillinger/noegler"
    with reading(services.engine) as session:
        one = next((one for one in tokens(session) if one.id == int(token)), None)
    if one is None:
        raise NotFoundError("gældende adgangsnøgle", token)
    message = f"Adgangsnøglen «{one.name}» er lukket. Den virker ikke mere."
    if one.revoked_at is None:
        used = near_moment(one.used_at, visitor.now.date()) if one.used_at else ""
        be_sure(
            request,
            visitor,
            Deed(
                title=f"Luk nøglen «{one.name}»?",
                happens=(
                    "Det program, der bruger nøglen, kan ikke længere "
                    f"{join_names([SCOPE_WORDS.get(s, s) for s in one.scopes])}.",
                    f"Nøglen er sidst brugt {used}." if used else "Nøglen har aldrig været brugt.",
                    "Skal programmet bruges igen, skal det have en ny nøgle.",
                ),
                button="Luk nøglen",
                back=here,
                is_for_good=True,
            ),
        )
        administration.revoke_token(services, one.id, by=visitor.user, now=visitor.now)
    return redirect(request, visitor, message, here)


def _flaws(values: Mapping[str, str], scopes: Sequence[str]) -> dict[str, str]:
    flaws = {}
    if not 0 < len(values["name"]) <= MOST_CHARACTERS or not values["name"].isprintable():
        flaws["name"] = f"Skriv, hvad nøglen er til, med højst {MOST_CHARACTERS} tegn."
    if not scopes or not set(scopes) <= set(SCOPES):
        flaws["scope"] = "Sæt mindst ét kryds."
    days = values["days"]
    is_number = days.isascii() and days.isdigit() and len(days) <= len(str(MOST_DAYS))
    if not is_number or not 1 <= int(days) <= MOST_DAYS:
        flaws["days"] = f"Skriv et antal dage fra 1 til {MOST_DAYS}."
    return flaws


def _page(
    request: Request,
    visitor: Visitor,
    *,
    values: Mapping[str, str] = _EMPTY,
    scopes: Sequence[str] = (READ,),
    flaws: Mapping[str, str] | None = None,
    secret: str = "",
    made: str = "",
) -> HTMLResponse:
    with reading(services_of(request).engine) as session:
        known = tokens(session)
    return page(
        request,
        "access/tokens.html",
        code=422 if flaws else 200,
        tokens=known,
        now=visitor.now,
        words=SCOPE_WORDS,
        scopes=SCOPES,
        ticked=scopes,
        values=values,
        flaws=flaws or {},
        secret=secret,
        made=made,
        most_days=MOST_DAYS,
    )
