"""«Adresser, der ikke virker»: one entry for each, and the mails that can be sent again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.inbox.lists import names_of
from udmelding.casework.mail.resending import (
    Offer,
    offers,
    refusal,
    send_again,
    send_once_mended,
)
from udmelding.casework.mail.undelivered import broken_addresses
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.inbox.delivery_reports import say_works
from udmelding.journal.parties import check_address
from udmelding.rules.words.lists import join_names
from udmelding.web.rendering import page, redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/mails/adresser")


@router.get("")
def index(request: Request, visitor: Reader) -> HTMLResponse:
    """The addresses at which mails do not arrive, and what can be sent again."""
    return _page(request, visitor)


@router.post("/virker")
def works(request: Request, visitor: Caseworker, address: Annotated[str, Form()]) -> Response:
    """A person says that an address works again.

    Raises:
        RefusedError: it is no mail address.
    """
    email = check_address(address)
    with writing(services_of(request).engine) as session:
        say_works(session, email, visitor.now, visitor.user.name)
    done = f"{email} er mærket som virkende. Der skrives til den igen."
    return redirect(request, visitor, done, "/mails/adresser")


@router.post("/send-igen")
def again(
    request: Request,
    visitor: Caseworker,
    offer: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Write the chosen mails anew; they go out with the next delivery."""
    if not offer:
        return _page(request, visitor, "Sæt kryds ved de mails, der skal sendes igen.")
    services = services_of(request)
    with reading(services.engine) as session:
        chosen = [one for one in offers(services, session, visitor.now) if one.id in offer]
    if chosen:
        be_sure(request, visitor, _resending(services, chosen))
    try:
        keys = send_again(services, offer, visitor.now, visitor.user.name)
    except RefusedError as error:
        return _page(request, visitor, error.message)
    return redirect(request, visitor, _written(keys), "/mails/adresser")


@router.post("/opsaetning")
def setup_mended(request: Request, visitor: Caseworker) -> Response:
    """Our own set-up was mended: all that others refused is written anew."""
    services = services_of(request)
    with reading(services.engine) as session:
        refused = refusal(services, session, visitor.now)
    if refused is not None and refused.offers:
        be_sure(request, visitor, _resending(services, refused.offers))
    try:
        keys = send_once_mended(services, visitor.now, visitor.user.name)
    except RefusedError as error:
        return _page(request, visitor, error.message)
    done = _written(keys) if keys else "Opsætningen er mærket som rettet. Der er intet at sende."
    return redirect(request, visitor, done, "/mails/adresser")


def _resending(services: Services, chosen: Sequence[Offer]) -> Deed:
    names = names_of(services.settings)
    to = [
        f"{names.get(one.mail.outbox_mail.party, one.mail.outbox_mail.party)}, {one.to.email}: "
        f"{one.mail.outbox_mail.subject}"
        for one in chosen
    ]
    return Deed(
        title=f"Send {'mailen' if len(to) == 1 else f'{len(to)} mails'} igen?",
        happens=(
            "De skrives igen med samme tekst og et nyt personligt link, og går med den næste "
            "udsendelse.",
        ),
        names=to,
        names_title="Modtagere",
        button=f"Send til {len(to)}",
        back="/mails/adresser",
    )


def _written(keys: Sequence[str]) -> str:
    count = "1 mail er skrevet" if len(keys) == 1 else f"{len(keys)} mails er skrevet"
    return (
        f"{count} igen og går med den næste udsendelse. Under «Rykkere» kan du sende med det samme."
    )


def _page(request: Request, visitor: Visitor, wrong: str = "") -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        broken = broken_addresses(session, visitor.now)
        found = offers(services, session, visitor.now)
        refused = refusal(services, session, visitor.now)
    names = names_of(services.settings)
    return page(
        request,
        "inbox/addresses.html",
        code=409 if wrong else 200,
        broken=broken,
        offers=found,
        refused=refused,
        wrong=wrong,
        names=names,
        whose=lambda one: join_names([names.get(code, code) for code in one.parties]),
        may_act=visitor.may(Role.CASEWORKER),
    )
