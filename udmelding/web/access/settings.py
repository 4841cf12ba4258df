"""«Indstillinger»: the way to all that can be decided, and one's own account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.access import substitutes, users
from udmelding.casework.access.substitutes import Absence
from udmelding.casework.access.users import PASSWORD_RULES, WrongPasswordError
from udmelding.errors import RefusedError
from udmelding.journal.access import access
from udmelding.journal.access.access import sign_ins
from udmelding.journal.database import Session, reading, writing
from udmelding.rules.words.danish_dates import read_day
from udmelding.rules.words.date_wording import short_date
from udmelding.web.access.front import front
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Reader, Visitor, services_of

router = APIRouter(prefix="/indstillinger")

Text = Annotated[str, Form()]


@router.get("")
def own_account(request: Request, visitor: Reader) -> HTMLResponse:
    """The person's own account; for administrators also the way to the rest."""
    return _page(request, visitor)


@router.post("/adgangskode")
def change_password(
    request: Request, visitor: Reader, password: Text = "", wanted: Text = "", again: Text = ""
) -> Response:
    """Give oneself another password; this browser stays signed in, the others do not."""
    if wanted != again:
        return _page(request, visitor, flaws={"again": NOT_ALIKE}, code=422)
    try:
        users.change_own_password(
            services_of(request), visitor.session, password, wanted, visitor.now
        )
    except WrongPasswordError as error:
        return _page(request, visitor, flaws={"password": error.message}, code=422)
    except RefusedError as error:
        return _page(request, visitor, flaws={"wanted": error.message}, code=422)
    message = "Adgangskoden er skiftet. Du er logget af alle andre steder."
    return redirect(request, visitor, message, "/indstillinger")


@router.post("/log-ud-andre")
def sign_out_elsewhere(request: Request, visitor: Reader) -> Response:
    """Sign this user out of every other browser."""
    with writing(services_of(request).engine) as session:
        count = access.end_other_sessions(session, visitor.user.id, visitor.session.id)
    ended = f"{count} andet sted" if count == 1 else f"{count} andre steder"
    message = f"Du er logget af {ended}." if count else "Du var ikke logget på andre steder."
    return redirect(request, visitor, message, "/indstillinger")


@router.post("/stedfortraeder")
def substitute(
    request: Request,
    visitor: Reader,
    substitute: Text = "",
    away_from: Text = "",
    away_until: Text = "",
) -> Response:
    """Say who minds one's mail, and when one is away."""
    typed = {"substitute": substitute, "away_from": away_from, "away_until": away_until}
    try:
        absence = absence_of(typed, visitor.now.date())
        message = substitutes.set_absence(
            services_of(request), visitor.user.id, absence, by=visitor.user.login, now=visitor.now
        )
    except RefusedError as error:
        return _page(request, visitor, away=typed, wrong=error.message, code=422)
    return redirect(request, visitor, message, "/indstillinger#substitute-heading")


def absence_of(typed: Mapping[str, str], today: dt.date) -> Absence:
    """What the fields of somebody's absence say.

    Raises:
        RefusedError: a day cannot be read, or no user is chosen where one must be.
    """
    chosen = typed["substitute"]
    first, last = (
        read_day(typed[name], today=today) if typed[name].strip() else None
        for name in ("away_from", "away_until")
    )
    is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 10
    if chosen and not is_number:
        raise RefusedError("Vælg en stedfortræder på listen.")
    return Absence(int(chosen) if chosen else None, first, last)


def absence_fields(session: Session, user_id: int) -> dict[str, Any]:
    """What the form of a user's absence shows: whom one may choose, and what was said."""
    everybody = access.colleagues(session)
    may = {user.id for user in access.users(session) if user.role is not Role.READER}
    said = next((one for one in everybody if one.id == user_id), None)
    return {
        "colleagues": [("", "Ingen")]
        + [(str(one.id), one.name) for one in everybody if one.id in may - {user_id}],
        "away": {
            "substitute": str(said.substitute or "") if said else "",
            "away_from": short_date(said.away_from) if said and said.away_from else "",
            "away_until": short_date(said.away_until) if said and said.away_until else "",
        },
    }


NOT_ALIKE = "De to nye adgangskoder er ikke ens. Skriv dem igen."


def _page(
    request: Request,
    visitor: Visitor,
    *,
    flaws: Mapping[str, str] | None = None,
    away: Mapping[str, str] | None = None,
    wrong: str = "",
    code: int = 200,
) -> HTMLResponse:
    services = services_of(request)
    idle = dt.timedelta(minutes=services.settings.web.idle_minutes)
    with reading(services.engine) as session:
        user = access.user_numbered(session, visitor.user.id)
        here = sign_ins(session, visitor.user.id, visitor.now, idle)
        absence = absence_fields(session, visitor.user.id)
    return page(
        request,
        "access/settings.html",
        code=code,
        **absence | ({"away": away} if away else {}),
        wrong=wrong,
        flaws=flaws or {},
        has_password=bool(user and user.password_hash),
        rules=PASSWORD_RULES,
        sessions=here,
        own_session=visitor.session.id,
        idle_minutes=services.settings.web.idle_minutes,
        front=front(request, visitor),
    )
