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
from udmelding.casework.inbox.lists import PostCount, post_count
from udmelding.casework.inbox.mailbox import mailbox_silent_since
from udmelding.casework.mail.brakes import Brakes, brakes
from udmelding.errors import OutsideError
from udmelding.journal.access import access
from udmelding.journal.database import reading, writing
from udmelding.rules.case.glossary import label
from udmelding.rules.words.danish_numbers import number_text
from udmelding.rules.words.date_wording import clock_time, long_date, short_date, weekday_date
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper
from udmelding.web.visitor import (
    WARNING,
    Visitor,
    moment,
    services_of,
    take_message,
    visitor_or_none,
)

STATIC = Path(__file__).parent / "static"

NAVIGATION: tuple[tuple[str, str], ...] = (
    ("/", "Overblik"),
    ("/post", "Post"),
    ("/rykkere", "Rykkere"),
    ("/moeder", "Møder"),
    ("/kommuner", "Kommuner"),
    ("/soeg", "Søg"),
    ("/indstillinger", "Indstillinger"),
)


def _day(value: dt.date | dt.datetime | None) -> str:
    if value is None:
        return "–"
    return short_date(value.date() if isinstance(value, dt.datetime) else value)


def _moment(value: dt.datetime | None) -> str:
    return f"{short_date(value.date())} kl. {value:%H.%M}" if value else "–"


def _label(value: StrEnum | None) -> str:
    return label(value) if value is not None else ""


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": _day,
    "long_day": lambda value: long_date(value) if value else "–",
    "weekday": lambda value: weekday_date(value) if value else "–",
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


def _brakes(request: Request) -> Brakes | None:
    """What keeps mails from going out; None where the database cannot tell."""
    services = services_of(request)
    try:
        with reading(services.engine) as session:
            return brakes(session, services.settings)
    except OutsideError:
        return None  # a page that tells of the trouble must not fail by it


def _mailbox_silent(request: Request) -> dt.datetime | None:
    """Since when the mailbox could not be read; None where all is well, or there is none."""
    return mailbox_silent_since(services_of(request).settings, moment(request))


def _post(request: Request) -> PostCount:
    """How much incoming mail waits for a person."""
    try:
        with reading(services_of(request).engine) as session:
            return post_count(session, moment(request))
    except OutsideError:
        return PostCount(0, 0)  # as above


def page(request: Request, template: str, /, *, code: int = 200, **values: Any) -> HTMLResponse:
    """A page with its frame: navigation, the user, one message.

    Args:
        request: says who is looking and where.
        template: file below ``templates/web``.
        code: the HTTP status.
        values: what the template shows.
    """
    visitor: Visitor | None = visitor_or_none(request)
    there, message = paths_of(request), take_message(request)
    frame = {
        "navigation": [entry for entry in NAVIGATION if entry[0] in there],
        "visitor": visitor,
        "csrf": visitor.session.csrf if visitor else "",
        "message": message.removeprefix(WARNING),
        "message_kind": "warning" if message.startswith(WARNING) else "success",
        "path": request.url.path,
        "secretariat": services_of(request).settings.secretariat,
        "today": moment(request).date(),
        "demo_day": request.app.state.demo_day,
        "brakes": _brakes(request) if visitor else None,
        "mailbox_silent": _mailbox_silent(request) if visitor else None,
        "post": _post(request) if visitor else PostCount(0, 0),
        "is_partial": request.headers.get("hx-request") == "true",
    }
    html = environment().get_template(template).render(frame | values)
    return HTMLResponse(html, status_code=code)


def redirect(
    request: Request, visitor: Visitor, message: str, address: str, *, is_good: bool = True
) -> RedirectResponse:
    """Go on to ``address``, where ``message`` stands once; as a warning if it is not good."""
    said = message if is_good else f"{WARNING}{message}"
    with writing(services_of(request).engine) as session:
        access.touch_session(session, visitor.session.id, visitor.now, said)
    return RedirectResponse(address, status_code=303)


def paths_of(request: Request) -> frozenset[str]:
    """The paths of the app's routes, as they are written, such as ``/kommuner/{code}``.

    FastAPI keeps the routes of an included router in that router: ``app.routes`` names none.
    """
    return frozenset(route.path or "" for route in iter_route_contexts(request.app.routes))
