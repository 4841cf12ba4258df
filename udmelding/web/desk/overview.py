"""The overview: the open cases, what is due this week, what has happened since last time."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models import Role
from udmelding.casework.access.substitutes import names_covered, waiting_as_substitute
from udmelding.casework.desk.beginning import beginning
from udmelding.casework.desk.desk import desk
from udmelding.casework.launch.drafts import open_drafts
from udmelding.journal.access import access
from udmelding.journal.database import reading
from udmelding.journal.summaries.summaries import Order, Wanted
from udmelding.rules.access.substitutes import Colleague
from udmelding.rules.status.lights import Light
from udmelding.web.desk.beginning import shown
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, Visitor, services_of

router = APIRouter()

LIGHTS: Mapping[str, Light] = {
    "problem": Light.RED,
    "opmaerksomhed": Light.YELLOW,
    "paa-sporet": Light.GREEN,
    "afsluttet": Light.CLOSED,
}
"""The lights by the word in the address."""

ORDERS: Mapping[str, str] = {
    Order.URGENCY: "Det, der haster",
    Order.DEADLINE: "Frist",
    Order.NEWEST: "Nyeste sag",
}
"""The orders by the word in the address."""

_RANKS = tuple(Light)
_ESTABLISHED = 3
"""From so many cases on a secretariat finds what is left to set up under Indstillinger."""


@router.get("/")
def overview(
    request: Request,
    visitor: Reader,
    q: str = "",
    lys: str = "",
    mine: str = "",
    sorter: str = Order.URGENCY,
    side: int = 1,
) -> HTMLResponse:
    """The cases at a glance; an unknown filter or order is the first one."""
    services, today = services_of(request), visitor.now.date()
    with reading(services.engine) as session:
        known = access.colleagues(session)
        covered, colleagues = names_covered(visitor.user.id, known, today)
        as_substitute = waiting_as_substitute(session, visitor.user.id, visitor.now, known)
        drafts = open_drafts(session) if visitor.may(Role.CASEWORKER) else ()
    order = Order(sorter) if sorter in ORDERS else Order.URGENCY
    light = LIGHTS.get(lys)
    wanted = Wanted(
        words=q.casefold()[:100],
        responsible=tuple(_names_of(visitor) | covered) if mine else (),
        rank=None if light is None else _RANKS.index(light),
        order=order,
    )
    found = desk(
        services,
        visitor.now,
        visitor.session.since,
        wanted,
        side,
        tells_none=visitor.may(Role.CASEWORKER),
    )
    is_new = found.open + found.closed < _ESTABLISHED and visitor.may(Role.CASEWORKER)
    begun = beginning(services, visitor.now) if is_new and not request.app.state.demo_day else None
    if begun is not None and not begun.has_cases:
        return page(request, "desk/beginning.html", **shown(request, visitor, begun), drafts=drafts)
    asked = {"q": q[:100], "lys": lys if light else "", "mine": "ja" if mine else ""}
    asked |= {"sorter": order.value if order is not Order.URGENCY else ""}
    return page(
        request,
        "desk/overview.html",
        desk=found,
        drafts=drafts,
        since=visitor.session.since,
        begun=begun if begun and begun.next else None,
        colleagues=colleagues,
        as_substitute=as_substitute,
        asked=asked,
        order=order,
        lights=LIGHTS,
        orders=ORDERS,
        failed=trigger.failed_runs(visitor.now) if (trigger := request.app.state.trigger) else (),
        query=urlencode({name: value for name, value in asked.items() if value}),
    )


def _names_of(visitor: Visitor) -> frozenset[str]:
    """What a case may call the person who is here."""
    return Colleague(visitor.user.id, visitor.user.login, visitor.user.name).called
