"""The overview: what waits for a person, the open cases, what has happened since last time."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from models import Role
from udmelding.casework.access.substitutes import names_covered
from udmelding.casework.desk.desk import desk
from udmelding.casework.launch.drafts import draft_waits, open_drafts
from udmelding.journal.access import access
from udmelding.journal.database import reading
from udmelding.rules.access.substitutes import Colleague, stands_in
from udmelding.rules.desk.waits import GROUPS, Wait, Waiting, grouped
from udmelding.rules.words.business_days import WorkCalendar
from udmelding.web.desk.beginning import shown
from udmelding.web.desk.waiting import offer_of
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, Visitor, services_of

router = APIRouter()

CARDS = 8
"""So many cases are shown with bars; of the others the verdict."""


@router.get("/")
def overview(request: Request, visitor: Reader, mine: str = "", vis: str = "") -> HTMLResponse:
    """What waits and how the cases stand; ``?mine=ja`` one's own, ``?vis=`` one group's rows all.

    A reader sees the cases and what has happened; nothing waits for one who only reads.
    """
    services, today = services_of(request), visitor.now.date()
    may_act = visitor.may(Role.CASEWORKER)
    with reading(services.engine) as session:
        known = access.colleagues(session)
    covered, colleagues = names_covered(visitor.user.id, known, today)
    names = _names_of(visitor) | covered
    found = desk(
        services,
        visitor.now,
        visitor.session.since,
        names=names,
        is_own=bool(mine),
        sets_up=may_act and not request.app.state.demo_day,
        more=draft_waits,
        tells_none=may_act,
    )
    if found.begun is not None and not found.begun.has_cases:
        with reading(services.engine) as session:
            drafts = open_drafts(session)
        values = shown(request, visitor, found.begun)
        return page(request, "desk/beginning.html", **values, drafts=drafts)
    groups = grouped(found.waits, vis if vis in GROUPS else "") if may_act else ()
    asked = urlencode({"mine": "ja"} if mine else {})
    return page(
        request,
        "desk/overview.html",
        waits=found.total if may_act else 0,
        desk=found,
        groups=groups,
        offer_of=lambda one: offer_of(one, today),
        cards=found.cards[:CARDS],
        others=found.cards[CARDS:],
        drafts=[one for one in found.waits if one.kind is Waiting.DRAFT] if may_act else (),
        since=visitor.session.since,
        colleagues=colleagues,
        stands_in=lambda one: _stands_in(visitor, one, known),
        is_own=bool(mine),
        whole=vis,
        query=f"?{asked}" if asked else "",
        may_act=may_act,
        failed=trigger.failed_runs(visitor.now) if (trigger := request.app.state.trigger) else (),
    )


def _stands_in(visitor: Visitor, one: Wait, known: Sequence[Colleague]) -> str:
    """Why a row is the visitor's as a substitute, in a sentence; empty where it is not.

    A mail that nobody has taken is the substitute's too, whoever is here.
    """
    today, age = visitor.now.date(), 0
    if one.kind is Waiting.REPLY and one.at is not None:
        age = WorkCalendar().business_days_between(one.at.date(), today)
    return stands_in(visitor.user.id, one.mine, age, known, today)


def _names_of(visitor: Visitor) -> frozenset[str]:
    """What a case may call the person who is here."""
    return Colleague(visitor.user.id, visitor.user.login, visitor.user.name).called
