"""«Login»: signing in with the organisation's own accounts, set up by administrators.

The secret is the server's; the page says whether it is there, and what the IT department has to do.
What is decided here counts from the next request on.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.access.administration import change_sign_in
from udmelding.config.settings import variable
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.access import access
from udmelding.journal.database import reading
from udmelding.web.access.oidc import provider_of, redirect_address
from udmelding.web.own import Ask, Sheet, decide, sheet_page, typed_in
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Administrator, Visitor, services_of

HERE = "/indstillinger/login"

router = APIRouter(prefix=HERE)


SIGN_IN = Sheet(
    "login",
    "Login",
    "Hvordan man logger på: med en adgangskode her, og med organisationens egen konto "
    "(OpenID Connect, fx Microsoft Entra ID), hvis it-afdelingen har givet jer lov.",
    (
        Ask(
            ("oidc", "is_used"),
            "Tilbyd login med organisationens konto",
            "Uden flueben vises knappen ikke, selv om det nedenfor er udfyldt.",
            "yes",
        ),
        Ask(
            ("oidc", "name"),
            "Navn på knappen",
            "«Log på med …». Tomt: din organisations konto.",
            is_optional=True,
        ),
        Ask(
            ("oidc", "issuer"),
            "Udbyderens adresse",
            "Kaldes issuer, fx https://login.microsoftonline.com/…/v2.0. Tomt: kun adgangskoder.",
            is_optional=True,
        ),
        Ask(
            ("oidc", "client_id"),
            "Klient-id",
            "Det navn, udbyderen kender udmelding under.",
            is_optional=True,
        ),
        Ask(
            ("oidc", "login_claim"),
            "Felt med brugernavnet",
            "Det felt hos udbyderen, der svarer til brugernavnet her: email, upn eller "
            "preferred_username.",
        ),
        Ask(("web", "session_hours"), "Login varer højst så mange timer", kind="number"),
        Ask(("web", "idle_minutes"), "Minutter uden aktivitet, før man logges af", kind="number"),
    ),
    place=HERE,
)


@router.get("")
def sign_in_settings(request: Request, visitor: Administrator) -> HTMLResponse:
    """How one signs in, and what the IT department needs to know."""
    return _page(request, visitor, SIGN_IN)


@router.post("")
async def change(request: Request, visitor: Administrator) -> Response:
    """Decide anew how one signs in."""
    typed = await typed_in(request)
    return decide(request, visitor, SIGN_IN, typed, change=change_sign_in, show=_page)


@router.post("/proev")
def examine(request: Request, visitor: Administrator) -> Response:
    """Ask the provider that is set up how it works, as a sign-in would."""
    provider = provider_of(request, is_trial=True)
    try:
        count = provider.examine()
    except (RefusedError, OutsideError) as error:
        return redirect(request, visitor, error.message, HERE, is_good=False)
    keys = "1 nøgle" if count == 1 else f"{count} nøgler"
    told = (
        f"Udbyderen svarer, som den skal, og har {keys}. Om klient-id og hemmelighed er rigtige, "
        "ses først, når en af jer logger på: log på i et privat vindue."
    )
    return redirect(request, visitor, told, HERE)


def _page(request: Request, visitor: Visitor, shown: Sheet, **said: Any) -> HTMLResponse:
    services = services_of(request)
    oidc = services.settings.oidc
    with reading(services.engine) as session:
        without = [o.name for o in access.users(session) if o.is_active and not o.password_hash]
    more = {
        "oidc": oidc,
        "has_secret": bool(oidc.client_secret.get_secret_value()),
        "secret_variable": variable(("oidc", "client_secret")),
        "back_address": redirect_address(services),
        "without_password": without,
    }
    return sheet_page(request, visitor, shown, template="access/provider.html", more=more, **said)
