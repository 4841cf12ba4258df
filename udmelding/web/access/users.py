"""Settings for administrators: who may sign in, and as what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.access import administration, substitutes
from udmelding.casework.access.users import ONE_TIME_DAYS, is_one_time
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access import access
from udmelding.journal.access.access import UserValue
from udmelding.journal.database import reading
from udmelding.rules.access.substitutes import Colleague
from udmelding.rules.case.glossary import label
from udmelding.rules.words.date_wording import clock_time, short_date
from udmelding.web.access.settings import absence_fields, absence_of
from udmelding.web.rendering import page, redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Administrator, Visitor, services_of

router = APIRouter(prefix="/indstillinger/brugere")

Text = Annotated[str, Form()]

ROLES = tuple((role.value, label(role)) for role in Role)
MAY = (
    ("Læser", "ser alt, men ændrer intet."),
    ("Sagsbehandler", "starter sager, registrerer og sender."),
    ("Administrator", "som sagsbehandler, og styrer brugere, nøgler og opsætning."),
)
MOST_CHARACTERS = 254


@dataclass(frozen=True, slots=True)
class Line:
    """One user as the pages show it.

    Attributes:
        sign: stands before ``state``, which says in words how the access is.
        is_locked: the password was wrong too often, for now.
    """

    id: int
    login: str
    name: str
    role: Role
    seen_at: dt.datetime | None
    is_active: bool
    is_locked: bool
    is_self: bool
    has_password: bool
    sign: str
    state: str


def _line(user: UserValue, visitor: Visitor, has_accounts: bool) -> Line:
    is_locked = user.locked_until is not None and visitor.now < user.locked_until
    if not user.is_active:
        sign, state = "✕", "lukket"
    elif is_locked and user.locked_until:
        sign, state = "!", f"låst til kl. {clock_time(user.locked_until)}"
    elif is_one_time(user):
        sign, state = "○", "har ikke valgt adgangskode endnu"
    elif user.password_hash:
        sign, state = "✓", "kan logge på"
    elif has_accounts:
        sign, state = "✓", "kan logge på med organisationens konto"
    else:
        sign, state = "!", "har ingen adgangskode"
    return Line(
        id=user.id,
        login=user.login,
        name=user.name,
        role=user.role,
        seen_at=user.seen_at,
        is_active=user.is_active,
        is_locked=is_locked,
        is_self=user.id == visitor.user.id,
        has_password=bool(user.password_hash),
        sign=sign,
        state=state,
    )


@router.get("")
def all_users(request: Request, visitor: Administrator) -> HTMLResponse:
    """All users, and a form for a new one."""
    return _list(request, visitor)


@router.post("")
def add(
    request: Request,
    visitor: Administrator,
    name: Text = "",
    login: Text = "",
    role: Text = "",
    how: Text = "password",
) -> HTMLResponse:
    """Add a user; this answer is the only one that ever shows the one-time password."""
    services = services_of(request)
    has_accounts = services.settings.oidc.is_on
    values = {"name": name.strip(), "login": login.strip(), "role": role, "how": how}
    flaws = {
        field: f"Skriv {what} på højst {MOST_CHARACTERS} tegn."
        for field, what in (("name", "et navn"), ("login", "et brugernavn"))
        if not 0 < len(values[field]) <= MOST_CHARACTERS or not values[field].isprintable()
    }
    if role not in set(Role):
        flaws["role"] = "Vælg en rolle."
    if flaws:
        return _list(request, visitor, values=values, flaws=flaws, code=422)
    try:
        password = administration.add_user(
            services,
            login=values["login"],
            name=values["name"],
            role=Role(role),
            has_password=not (has_accounts and how == "account"),
            by=visitor.user,
            now=visitor.now,
        )
    except RefusedError as error:
        return _list(request, visitor, values=values, flaws={"login": error.message}, code=422)
    return _list(request, visitor, password=password, whose=values["name"])


def _number(number: str) -> int:
    """The number of the user that an address names.

    Raises:
        NotFoundError: it is no number.
    """
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFoundError("bruger", number[:40])
    return int(number)


Number = Annotated[int, Depends(_number)]


@router.get("/{number}")
def one_user(request: Request, visitor: Administrator, number: Number) -> HTMLResponse:
    """One user, and what can be changed."""
    return _one(request, visitor, number)


@router.post("/{number}/rolle")
def change_role(
    request: Request, visitor: Administrator, number: Number, role: Text = ""
) -> Response:
    """Give a user another role."""
    if role not in set(Role):
        return _one(request, visitor, number, wrong="Vælg en rolle.")
    services = services_of(request)
    return _done(
        request,
        visitor,
        number,
        partial(administration.change_role, services, number, Role(role)),
    )


@router.post("/{number}/stedfortraeder")
def set_substitute(
    request: Request,
    visitor: Administrator,
    number: Number,
    substitute: Text = "",
    away_from: Text = "",
    away_until: Text = "",
) -> Response:
    """Say who minds a user's mail, for one who cannot say it, being ill."""
    typed = {"substitute": substitute, "away_from": away_from, "away_until": away_until}
    services = services_of(request)

    def keep(*, by: UserValue, now: dt.datetime) -> str:
        said = absence_of(typed, now.date())
        return substitutes.set_absence(services, number, said, by=by.login, now=now)

    return _done(request, visitor, number, keep)


@router.post("/{number}/luk")
def close(request: Request, visitor: Administrator, number: Number) -> Response:
    """Take a user's access away."""
    services = services_of(request)
    return _done(request, visitor, number, partial(administration.close_user, services, number))


@router.post("/{number}/aabn")
def reopen(request: Request, visitor: Administrator, number: Number) -> Response:
    """Give a closed user access again."""
    services = services_of(request)
    return _done(request, visitor, number, partial(administration.open_user, services, number))


@router.post("/{number}/laas-op")
def unlock(request: Request, visitor: Administrator, number: Number) -> Response:
    """Let a user who is locked try again."""
    services = services_of(request)
    return _done(request, visitor, number, partial(administration.unlock_user, services, number))


@router.post("/{number}/engangskode")
def give_password(request: Request, visitor: Administrator, number: Number) -> HTMLResponse:
    """Give a user a one-time password; this answer is the only one that ever shows it."""
    services = services_of(request)
    with reading(services.engine) as session:
        user = access.user_numbered(session, number)
    if user is not None and user.password_hash and user.id != visitor.user.id:
        be_sure(request, visitor, _replacing(user))
    try:
        password = administration.give_password(services, number, by=visitor.user, now=visitor.now)
    except NotFoundError:
        raise
    except RefusedError as error:
        return _one(request, visitor, number, wrong=error.message)
    return _one(request, visitor, number, password=password)


def _replacing(user: UserValue) -> Deed:
    """What a new password does to the one there is."""
    old = "En engangsadgangskode, der ikke er brugt endnu," if is_one_time(user) else "Den gamle"
    return Deed(
        title=f"Giv {user.name} en ny engangsadgangskode?",
        happens=(
            f"{old} virker ikke mere, og {user.name} logges af alle steder.",
            "Den nye vises én gang. Du skal selv give den videre.",
        ),
        button="Giv en ny engangsadgangskode",
        back=f"/indstillinger/brugere/{user.id}",
        is_for_good=True,
    )


def _done(request: Request, visitor: Visitor, number: int, do: Callable[..., str]) -> Response:
    """Do it and say so, or show the user again with the reason why not."""
    try:
        message = do(by=visitor.user, now=visitor.now)
    except NotFoundError:
        raise
    except RefusedError as error:
        return _one(request, visitor, number, wrong=error.message)
    return redirect(request, visitor, message, f"/indstillinger/brugere/{number}")


def _frame(request: Request) -> dict[str, Any]:
    has_accounts = services_of(request).settings.oidc.is_on
    return {"roles": ROLES, "has_accounts": has_accounts, "days": ONE_TIME_DAYS}


def _list(
    request: Request,
    visitor: Visitor,
    *,
    values: Mapping[str, str] | None = None,
    flaws: Mapping[str, str] | None = None,
    password: str = "",
    whose: str = "",
    code: int = 200,
) -> HTMLResponse:
    frame = _frame(request)
    with reading(services_of(request).engine) as session:
        lines = [_line(user, visitor, frame["has_accounts"]) for user in access.users(session)]
        away = _away(access.colleagues(session), visitor.now.date())
    empty = {"name": "", "login": "", "role": Role.CASEWORKER.value, "how": "password"}
    return page(
        request,
        "access/users.html",
        code=code,
        **frame,
        users=lines,
        away=away,
        may=MAY,
        values=values or empty,
        flaws=flaws or {},
        password=password,
        whose=whose,
    )


def _away(colleagues: Sequence[Colleague], today: dt.date) -> Mapping[int, str]:
    """Who minds whose mail, in words, by the number of the one it is minded for."""
    names = {one.id: one.name for one in colleagues}
    found = {}
    for one in colleagues:
        if one.substitute in names:
            found[one.id] = f"Stedfortræder: {names[one.substitute]}"
            if one.is_away(today):
                until = f" til og med {short_date(one.away_until)}" if one.away_until else ""
                found[one.id] = f"Væk{until}. {found[one.id]}"
    return found


def _one(
    request: Request, visitor: Visitor, number: int, *, wrong: str = "", password: str = ""
) -> HTMLResponse:
    frame = _frame(request)
    with reading(services_of(request).engine) as session:
        user = access.user_numbered(session, number)
        absence = absence_fields(session, number)
    if user is None:
        raise NotFoundError("bruger", str(number))
    return page(
        request,
        "access/user.html",
        code=422 if wrong else 200,
        **frame,
        **absence,
        user=_line(user, visitor, frame["has_accounts"]),
        wrong=wrong,
        password=password,
    )
