"""Who is asking? The signed-in user of a request, and what that user may do.

Every route names who may open it with ``needs`` or ``everybody``; a test walks all routes and finds
none that does not. A page for users sends others to sign in; a user without the role is refused.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request

from models import Role
from udmelding.casework.wiring import Services, refreshed
from udmelding.errors import RefusedError
from udmelding.journal.access import access
from udmelding.journal.access.access import SessionValue, UserValue
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.stamp import Stamp

COOKIE = "udmelding"
HAS_LOOKED = "no_cpr"
"""The box on a form: I have looked, it is no CPR number."""

WARNING = "! "
"""How a message begins that is a warning."""

RESUME = "/fortsaet"
"""Where a form goes on after its person has signed in again; it only shows, and changes nothing."""

SECURE_COOKIE = "__Host-udmelding"
_RANK = {role: place for place, role in enumerate(Role)}


class SignInNeededError(Exception):
    """Nobody is signed in; the page to come back to afterwards is ``then``."""

    def __init__(self, then: str) -> None:
        """Remember where the visitor was going."""
        super().__init__(then)
        self.then = then

    @property
    def location(self) -> str:
        """The sign-in page, which leads back."""
        return f"/login?then={quote(self.then)}"


class ForbiddenError(RefusedError):
    """The visitor is known and may not do this."""

    http_status = 403


@dataclass(frozen=True, slots=True)
class Visitor:
    """One signed-in user in one request.

    Attributes:
        has_looked: the form says that what may look like a CPR number is none.
    """

    session: SessionValue
    now: dt.datetime
    has_looked: bool = False

    @property
    def stamp(self) -> Stamp:
        """What the visitor records with."""
        return Stamp(self.now, self.user.name, self.has_looked)

    @property
    def user(self) -> UserValue:
        return self.session.user

    def may(self, role: Role) -> bool:
        """Whether the user has at least that role."""
        return _RANK[self.user.role] >= _RANK[role]


def services_of(request: Request) -> Services:
    """The parts that this app was made with, and what people have decided by now.

    Asked once in a request: all of it goes by the same settings and texts.
    """
    found: Services | None = getattr(request.state, "services", None)
    if found is None:
        with reading(request.app.state.services.engine) as session:
            found = _services_in(request, session)
    return found


def _services_in(request: Request, session: Session) -> Services:
    found = request.state.services = refreshed(request.app.state.services, session)
    request.app.state.services = found
    return found


def moment(request: Request) -> dt.datetime:
    """The moment of the request; tests set the app's clock."""
    found: dt.datetime = request.app.state.now()
    return found


def cookie_name(services: Services) -> str:
    """Over https the browser itself guards that the cookie came from this host."""
    return SECURE_COOKIE if services.settings.web.url.startswith("https") else COOKIE


def visitor_or_none(request: Request) -> Visitor | None:
    """The signed-in user, or None; looked up once for each request."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _find(request)
    found: Visitor | None = request.state.visitor
    return found


def _find(request: Request) -> Visitor | None:
    services: Services = request.app.state.services
    secret = request.cookies.get(cookie_name(services))
    if not secret:
        return None
    now = moment(request)
    idle = dt.timedelta(minutes=services.settings.web.idle_minutes)
    with reading(services.engine) as session:  # one transaction for both: each page begins so
        if not hasattr(request.state, "services"):
            services = _services_in(request, session)
        found = access.find_session(session, secret, now, idle)
    if found is None:
        return None
    if now - found.used_at > dt.timedelta(minutes=1):
        with writing(services.engine) as session:
            access.touch_session(session, found.id, now, None)
    return Visitor(found, now)


def take_message(request: Request) -> str:
    """The one sentence that the visitor is to be shown once; a page that shows it takes it."""
    visitor = visitor_or_none(request)
    if visitor is None or not visitor.session.message:
        return ""
    with writing(services_of(request).engine) as session:
        access.touch_session(session, visitor.session.id, visitor.now, "")
    return visitor.session.message


async def check_form(request: Request) -> None:
    """Refuse a change that did not come from one of our own pages.

    The form (or, for a script, the header ``X-CSRF-Token``) must carry the session's own value, and
    the browser, where it says so, must name our own site as the origin.

    Raises:
        ForbiddenError: it does not.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForbiddenError("Anmodningen kom fra et andet websted og er afvist.")
    visitor = visitor_or_none(request)
    if visitor is None or request.url.path == RESUME:
        return  # the route itself says what it means that nobody is signed in
    form = request.state.form = await request.form()
    given = request.headers.get("x-csrf-token") or form.get("csrf")
    wanted = visitor.session.csrf.encode()
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), wanted):
        raise ForbiddenError("Siden var forældet. Gå tilbage, genindlæs den, og prøv igen.")
    request.state.visitor = replace(visitor, has_looked=bool(form.get(HAS_LOOKED)))


def needs(role: Role) -> Any:
    """A dependency that gives the visitor, and lets in only users with at least ``role``."""

    def check(request: Request) -> Visitor:
        visitor = visitor_or_none(request)
        if visitor is None:
            then = f"{request.url.path}?{request.url.query}".rstrip("?")
            then = then if request.method == "GET" else "/"
            raise SignInNeededError(then)
        if not visitor.may(role):
            raise ForbiddenError("Det har du ikke adgang til. Spørg en administrator.")
        return visitor

    check.__dict__["allowed"] = role
    return Depends(check)


def everybody(request: Request) -> None:
    """Marks a route that needs no user: sign-in, the municipalities' links, static files."""


everybody.__dict__["allowed"] = "everybody"

Reader = Annotated[Visitor, needs(Role.READER)]
Caseworker = Annotated[Visitor, needs(Role.CASEWORKER)]
Administrator = Annotated[Visitor, needs(Role.ADMINISTRATOR)]
Everybody = Annotated[None, Depends(everybody)]

Clock = Callable[[], dt.datetime]
