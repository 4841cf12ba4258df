"""«Kom godt i gang»: the steps of a first morning, each done in place or one press away."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework import own
from udmelding.casework.desk.beginning import Beginning, Step, beginning, take_in_meetings
from udmelding.casework.mail.trial import say_arrived, send_trial
from udmelding.config.own import FILE
from udmelding.errors import OutsideError, RefusedError
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

HERE = "/kom-godt-i-gang"

router = APIRouter(prefix=HERE)

Text = Annotated[str, Form(max_length=320)]

TITLES = {
    Step.WHO: ("Hvem er I?", "2 min.", "/indstillinger/vores/sekretariatet"),
    Step.MAIL_OUT: ("Mails ud", "5 min.", ""),
    Step.MAIL_IN: ("Mails ind", "3 min.", ""),
    Step.CONTACTS: ("Kommunernes kontakter", "20 min.", "/kommuner/import"),
    Step.MEETINGS: ("Årets møder", "10 min.", "/moeder/skriv"),
    Step.CASE: ("Den første sag", "15 min.", "/ny"),
}
"""Each step's name, how long it takes the first time, and the page that does it."""


@router.get("")
def steps(request: Request, visitor: Caseworker) -> HTMLResponse:
    """The steps; the next one is open."""
    return _page(request, visitor)


@router.post("/proevemail")
def try_mail(request: Request, visitor: Caseworker, address: Text = "", key: Text = "") -> Response:
    """Send a trial mail; pressed twice it goes once."""
    try:
        tried = send_trial(
            services_of(request), address, visitor.now, visitor.user.name, f"trial/{key}"[:200]
        )
    except (RefusedError, OutsideError) as error:
        return _page(request, visitor, wrong=error.message, address=address)
    return redirect(request, visitor, tried.text, f"{HERE}#mails-ud", is_good=tried.is_good)


@router.post("/kom-den")
def answer(request: Request, visitor: Caseworker, key: Text = "", said: Text = "") -> Response:
    """Keep whether the trial mail came."""
    has_arrived = said == "ja"
    say_arrived(services_of(request), key, visitor.stamp, has_arrived=has_arrived)
    told = "Godt. Mails kommer frem, og sager kan startes." if has_arrived else ""
    return redirect(request, visitor, told, f"{HERE}#mails-ud")


@router.post("/oevelse")
def practise(request: Request, visitor: Caseworker) -> Response:
    """Say that this installation is for practice; it is taken back under «Hvem er I?»."""
    services = services_of(request)
    seen = own.numbers(services, [FILE])[FILE]
    own.change_settings(services, {("is_for_practice",): True}, visitor.stamp, seen=seen)
    told = "Installationen er til øvelse, og hver side siger det. Ret det under «Hvem er I?»."
    return redirect(request, visitor, told, HERE)


@router.post("/moeder")
def take_in(request: Request, visitor: Caseworker) -> Response:
    """Take in the public meetings that ship with the program, to be looked through."""
    count = take_in_meetings(services_of(request), visitor.stamp)
    told = f"{count} møder er skrevet ind. Se dem efter." if count else "Møderne var skrevet ind."
    return redirect(request, visitor, told, "/moeder")


def shown(request: Request, visitor: Visitor, found: Beginning) -> dict[str, Any]:
    """What the list of steps shows, also on an empty overview."""
    settings = services_of(request).settings
    return {
        "beginning": found,
        "titles": TITLES,
        "may_set_up": visitor.may(Role.ADMINISTRATOR),
        "own_address": visitor.user.login if "@" in visitor.user.login else "",
        "sender": f"{settings.secretariat.sender_name} <{settings.secretariat.email}>",
        "sends": settings.sends,
        "server": settings.mail.host or settings.graph.mailbox,
        "reads_mail": bool(settings.mailbox.host),
        "fresh_key": uuid4().hex,
    }


def _page(
    request: Request, visitor: Visitor, *, wrong: str = "", address: str = ""
) -> HTMLResponse:
    found = beginning(services_of(request), visitor.now)
    return page(
        request,
        "desk/beginning.html",
        code=422 if wrong else 200,
        **shown(request, visitor, found),
        wrong=wrong,
        address=address,
    )
