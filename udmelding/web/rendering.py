"""How does a page look? Renders the templates of ``templates/web`` with what every page shows.

Templates are autoescaped and strict: a name that the page did not give is an error, not a gap.
After something was done, ``redirect`` leads to the next page with one sentence on what happened.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import iter_route_contexts
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models import Role
from udmelding import paths
from udmelding.casework.desk.waiting import waiting_count
from udmelding.casework.inbox.lists import PostCount, post_count
from udmelding.casework.inbox.mailbox import mailbox_silent_since
from udmelding.casework.launch.drafts import draft_waits
from udmelding.casework.mail.brakes import brakes
from udmelding.casework.work import WorkNews, work_news
from udmelding.errors import OutsideError
from udmelding.journal.access import access
from udmelding.journal.database import reading, writing
from udmelding.journal.work import untold_works
from udmelding.rules.case.glossary import label
from udmelding.rules.words.danish_numbers import number_text
from udmelding.rules.words.date_wording import (
    clock_time,
    long_date,
    near_date,
    near_moment,
    short_date,
    weekday_date,
    weekday_near,
)
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper
from udmelding.web.helping import help_for
from udmelding.web.visitor import (
    WARNING,
    Visitor,
    moment,
    services_of,
    take_message,
    visitor_or_none,
)

STATIC = Path(__file__).parent / "static"

WORKS = "/arbejde/"
"""Where the pages of long works are."""

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("/", "Overblik"),
    ("/mails/post", "Mails"),
    ("/moeder", "Møder"),
    ("/kontakter", "Kontakter"),
    ("/indstillinger", "Indstillinger"),
)


def _day(value: dt.date | dt.datetime | None) -> str:
    if value is None:
        return "–"
    return short_date(value.date() if isinstance(value, dt.datetime) else value)


def _moment(value: dt.datetime | None) -> str:
    return f"{short_date(value.date())} kl. {clock_time(value)}" if value else "–"


def _label(value: StrEnum | None) -> str:
    return label(value) if value is not None else ""


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": _day,
    "long_day": lambda value: long_date(value) if value else "–",
    "weekday": lambda value: weekday_date(value) if value else "–",
    "weekday_near": weekday_near,
    "moment_near": near_moment,
    "near": lambda value, today: near_date(value, today),
    "moment": _moment,
    "clock": clock_time,
    "label": _label,
    "enumerated": lambda names: join_names(list(names)),
    "first_upper": first_upper,
    "decimals": number_text,
    "count": lambda number, one, many: f"{number} {one if number == 1 else many}",
}


@cache
def asset(path: str) -> str:
    """The address of a static file; its checksum in it, so that browsers never keep an old one."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


@cache
def environment() -> Environment:
    """The templates; compiled once, read anew when a file changes."""
    made = Environment(
        loader=FileSystemLoader(paths.TEMPLATES / "web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_FILTERS)
    made.globals.update({"Role": Role, "asset": asset})
    return made


def _standing(request: Request, visitor: Visitor | None, *, is_elsewhere: bool) -> dict[str, Any]:
    """What the frame tells a user of mails and of long works, read in one transaction.

    Where the database cannot tell there is none of it: a page that tells of the trouble must not
    fail by it.
    """
    found: dict[str, Any] = {"brakes": None, "mailbox_silent": None, "post": PostCount(0, 0)}
    found["news"] = WorkNews()
    if visitor is None:
        return found
    services, now = services_of(request), moment(request)
    found["mailbox_silent"] = mailbox_silent_since(services.settings, now)
    try:
        with reading(services.engine) as session:
            found["brakes"] = brakes(session, services.settings)
            is_among_mails = request.url.path.startswith(_MAILS)
            found["post"] = post_count(session, now, only_refused=not is_among_mails)
            works = untold_works(session, visitor.user.id) if is_elsewhere else ()
        found["news"] = work_news(services, works, request.app.state.works.now())
    except OutsideError:
        pass
    return found


_REFUSED = 400
_NOT_TO_KEEP = "cpr-nummer"
"""Where a page speaks of one, what was typed may hold one, and no browser is to keep the page."""

_MAILS = "/mails"
"""Under it each page tells how many mails and addresses wait."""

_FRESH = dt.timedelta(seconds=30)
"""So long the number in the menu stands, unless something is done on a page meanwhile."""


def _waits(request: Request, visitor: Visitor | None) -> int:
    """How much waits for a person, as the menu tells it on every page: none for who only reads.

    The overview counts anew each time; other pages say what was last counted.
    """
    if visitor is None or not visitor.may(Role.CASEWORKER):
        return 0
    state, now = request.app.state, moment(request)
    if state.waits is None or not dt.timedelta(0) <= now - state.waits[0] < _FRESH:
        is_demo = state.demo_day is not None
        try:
            state.waits = (
                now,
                waiting_count(services_of(request), now, draft_waits, is_demo=is_demo),
            )
        except OutsideError:
            return 0  # as above
    found: int = state.waits[1]
    return found


def page(request: Request, template: str, /, *, code: int = 200, **values: Any) -> HTMLResponse:
    """A page with its frame: navigation, the user, one message.

    Args:
        request: says who is looking and where.
        template: file below ``templates/web``.
        code: the HTTP status.
        values: what the template shows.
    """
    visitor: Visitor | None = visitor_or_none(request)
    is_partial = request.headers.get("hx-request") == "true"
    is_elsewhere = not is_partial and not request.url.path.startswith(WORKS)
    there = paths_of(request)
    message = "" if is_partial else take_message(request)  # the next whole page shows it
    standing = _standing(request, visitor, is_elsewhere=is_elsewhere)
    if "waits" in values:
        request.app.state.waits = moment(request), values["waits"]
    frame = {
        "navigation": [entry for entry in NAVIGATION if entry[0] in there],
        "visitor": visitor,
        "csrf": visitor.session.csrf if visitor else "",
        "message": message.removeprefix(WARNING),
        "message_kind": "warning" if message.startswith(WARNING) else "success",
        "path": request.url.path,
        "help_at": help_for(getattr(request.scope.get("route"), "path", "")),
        "secretariat": services_of(request).settings.secretariat,
        "today": moment(request).date(),
        "now": moment(request),
        "demo_day": request.app.state.demo_day,
        "is_partial": is_partial,
        **standing,
        "waits": values["waits"] if "waits" in values else _waits(request, visitor),
    }
    html = environment().get_template(template).render(frame | values)
    answer = HTMLResponse(html, status_code=code)
    if request.method == "POST" and code >= _REFUSED and _NOT_TO_KEEP not in html:
        # A browser that may keep it shows it again when one goes back, and asks to resend nothing.
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def redirect(
    request: Request, visitor: Visitor, message: str, address: str, *, is_good: bool = True
) -> RedirectResponse:
    """Go on to ``address``, where ``message`` stands once; as a warning if it is not good."""
    said = message if is_good else f"{WARNING}{message}"
    with writing(services_of(request).engine) as session:
        access.touch_session(session, visitor.session.id, visitor.now, said)
    request.app.state.waits = None
    _waits(request, visitor)  # counted here, so that the next page need not
    return RedirectResponse(address, status_code=303)


def paths_of(request: Request) -> frozenset[str]:
    """The paths of the app's routes, as they are written, such as ``/kontakter/{code}``.

    FastAPI keeps the routes of an included router in that router: ``app.routes`` names none.
    """
    return frozenset(route.path or "" for route in iter_route_contexts(request.app.routes))
