"""«Kom godt i gang»: the steps of a first morning, each done in place or one press away."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework import own
from udmelding.casework.desk.beginning import (
    NAMES,
    Beginning,
    Step,
    beginning,
    is_under_way,
    take_in_meetings,
)
from udmelding.casework.mail.trial import say_arrived, send_trial
from udmelding.config.case.library import load_areas
from udmelding.config.own import FILE
from udmelding.errors import OutsideError, RefusedError
from udmelding.rules.wake import every_words
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

HERE = "/kom-godt-i-gang"

router = APIRouter(prefix=HERE)

Text = Annotated[str, Form(max_length=320)]

TITLES = {
    Step.WHO: (NAMES[Step.WHO], 2, "/indstillinger/vores/sekretariatet"),
    Step.MAIL_OUT: (NAMES[Step.MAIL_OUT], 5, ""),
    Step.MAIL_IN: (NAMES[Step.MAIL_IN], 3, ""),
    Step.CONTACTS: (NAMES[Step.CONTACTS], 20, "/kontakter"),
    Step.MEETINGS: (NAMES[Step.MEETINGS], 10, "/moeder"),
    Step.CASE: (NAMES[Step.CASE], 15, "/"),
}
"""Each step's name, the minutes it takes the first time, and the page where it stands once done."""


@router.get("")
def steps(request: Request, visitor: Caseworker, aaben: str = "") -> HTMLResponse:
    """The steps; the next one is open, or the one that was asked for."""
    return _page(request, visitor, wanted=aaben)


@router.post("/proevemail")
def try_mail(request: Request, visitor: Caseworker, address: Text = "", key: Text = "") -> Response:
    """Send a trial mail; pressed twice it goes once."""
    try:
        tried = send_trial(
            services_of(request), address, visitor.now, visitor.user.name, f"trial/{key}"[:200]
        )
    except (RefusedError, OutsideError) as error:
        here = Step.MAIL_OUT.value
        return _page(request, visitor, wanted=here, wrong=error.message, address=address)
    # How it went stands in the row, and stays there.
    told = "" if tried.is_good else "Prøvemailen er ikke sendt. Se under «Mails ud», hvorfor."
    return redirect(request, visitor, told, _MAIL_OUT, is_good=tried.is_good)


@router.post("/kom-den")
def answer(request: Request, visitor: Caseworker, key: Text = "", said: Text = "") -> Response:
    """Keep whether the trial mail came."""
    has_arrived = said == "ja"
    say_arrived(services_of(request), key, visitor.stamp, has_arrived=has_arrived)
    told = "Godt. Mails kommer frem, og sager kan startes." if has_arrived else ""
    return redirect(request, visitor, told, HERE if has_arrived else _MAIL_OUT)


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


def shown(request: Request, visitor: Visitor, found: Beginning, wanted: str = "") -> dict[str, Any]:
    """What the list of steps shows, also on an empty overview; ``wanted`` is the step to open."""
    settings = services_of(request).settings
    left = sum(TITLES[one.step][1] for one in found.steps if not one.is_done)
    return {
        "beginning": found,
        "titles": TITLES,
        "open": next((one for one in Step if one.value == wanted), found.next),
        "time_left": "en time" if left > _ABOUT_AN_HOUR else f"{left} minutter",
        "may_set_up": visitor.may(Role.ADMINISTRATOR),
        "own_address": visitor.user.login if "@" in visitor.user.login else "",
        "settings": settings,
        "sender": f"{settings.secretariat.sender_name} <{settings.secretariat.email}>",
        "server": settings.mail.host or settings.graph.mailbox,
        "areas": [(area.id, area.name) for area in load_areas().values()],
        "every": every_words(settings.prefect.deliver_every),
        "year": visitor.now.year + (visitor.now.month >= _NEXT_YEARS_CALENDAR),
        "fresh_key": uuid4().hex,
        "is_under_way": is_under_way(found.trial, visitor.now),
        "wrong": "",
        "address": "",
    }


def _page(
    request: Request, visitor: Visitor, *, wanted: str = "", wrong: str = "", address: str = ""
) -> HTMLResponse:
    found = beginning(services_of(request), visitor.now)
    said = shown(request, visitor, found, wanted) | {"wrong": wrong, "address": address}
    made = page(request, "desk/beginning.html", code=422 if wrong else 200, **said)
    if said["is_under_way"]:
        made.headers["Refresh"] = "5"
    return made


_MAIL_OUT = f"{HERE}?aaben={Step.MAIL_OUT.value}#{Step.MAIL_OUT.value}"
_ABOUT_AN_HOUR = 45
_NEXT_YEARS_CALENDAR = 10
"""From this month on people look for the calendar of the year to come."""
