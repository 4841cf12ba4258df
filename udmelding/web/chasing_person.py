"""The page of one person who is to be reminded, also when a form on it was flawed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from models import Role
from udmelding.casework.due.actions import drafted
from udmelding.casework.due.listing import person_due
from udmelding.journal.database import reading
from udmelding.web.rendering import page
from udmelding.web.visitor import Visitor, services_of

HORIZONS = ((0, "i dag"), (7, "de næste 7 dage"), (30, "de næste 30 dage"))
"""How many days ahead can be looked, and in words."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed on a form that could not be used, and why.

    Attributes:
        key: which form: that of a mail, or (``case/step/party``) of one point's switch.
    """

    key: str
    first: str
    second: str
    flaw: str


def horizon(asked: int) -> int:
    """The days to look ahead; today alone where something else was asked for."""
    return asked if asked in dict(HORIZONS) else 0


def until(visitor: Visitor, ahead: int) -> dt.date:
    """The last day that is looked at."""
    return visitor.now.date() + dt.timedelta(days=ahead)


def person_address(email: str, ahead: int) -> str:
    """The address of a person's page."""
    return f"/rykkere/person?{urlencode({'til': email, 'frem': ahead})}"


def person_page(
    request: Request, visitor: Visitor, email: str, ahead: int, typed: Typed | None = None
) -> HTMLResponse:
    """The mails that a person would get now, and what each of them reminds of."""
    services = services_of(request)
    with reading(services.engine) as session:
        found = person_due(session, email, visitor.now, until(visitor, ahead))
        mails = drafted(services, session, found, visitor.now) if found is not None else ()
    return page(
        request,
        "chasing/person.html",
        code=200 if typed is None else 422,
        email=email,
        person=found,
        mails=mails,
        ahead=ahead,
        horizons=HORIZONS,
        typed=typed,
        may_act=visitor.may(Role.CASEWORKER),
    )
