"""Which kinds of mail are there, and whose text has each? The list, and the way back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.mail import texts as mail_texts
from udmelding.casework.mail.texts import Origin
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, services_of

HERE = "/indstillinger/mailtekster"

router = APIRouter(prefix=HERE)

Text = Annotated[str, Form()]

ORIGINS = {
    Origin.SHIPPED: ("–", "state-waived", "Medfølgende"),
    Origin.OWN: ("✓", "state-fulfilled", "Egen"),
    Origin.FLAWED: ("!", "state-overdue", "Fejl: den medfølgende bruges"),
}


@router.get("")
def kinds(request: Request, _: Caseworker) -> HTMLResponse:
    """Every kind of mail, and whose text it is written from."""
    services = services_of(request)
    found = mail_texts.all_kinds(services)
    told_here = {flaw for one in found for flaw in one.flaws}
    warnings = {warning for one in found for warning in one.warnings}
    return page(
        request,
        "mail/texts.html",
        kinds=found,
        origins=ORIGINS,
        flaws=sorted(told_here),
        unused=[
            flaw
            for flaw in mail_texts.flaws_in(services.settings.texts_folder)
            if flaw not in told_here
        ],
        warnings=sorted(warnings),
    )


@router.get("/{mail}/medfoelgende")
def ask(request: Request, _: Caseworker, mail: str) -> HTMLResponse:
    """Ask whether the own text is really to go."""
    services, kind = services_of(request), mail_texts.kind_named(mail)
    return page(
        request,
        "mail/texts_shipped.html",
        kind=mail_texts.one_kind(services, kind),
        edited=mail_texts.edited_texts(services, kind),
    )


@router.post("/{mail}/medfoelgende")
def use_shipped(request: Request, visitor: Caseworker, mail: str, seen: Text = "") -> Response:
    """Use the shipped text again.

    Raises:
        ChangedMeanwhileError: somebody has changed the own text since the page was opened.
    """
    kind = mail_texts.kind_named(mail)
    mail_texts.use_shipped(services_of(request), kind, seen, visitor.stamp)
    message = "Den egen tekst er fjernet. Den medfølgende bruges i de næste mails."
    return redirect(request, visitor, message, f"{HERE}/{kind.value}")
