"""What administrators do: users and their access, and tokens of programs.

Everything done here is logged with who and when, never with a secret. It is logged as a warning,
because the pages are served with warnings only (``udmelding serve``). There is always an active
administrator left, and nobody shuts themselves out.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from models import Role
from udmelding.casework.access import users
from udmelding.casework.own import change_settings
from udmelding.casework.wiring import Services
from udmelding.config.own import decided
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.access import access, api_tokens
from udmelding.journal.access.access import UserValue
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.glossary import label

SCOPES = (api_tokens.READ, api_tokens.WRITE)
"""What a token made here may be for; those of calendars are made with the calendars."""

MOST_DAYS = 1095

_log = logging.getLogger(__name__)
_ALPHANUMERICS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that can be taken for another when read from paper."""


def fresh_password() -> str:
    """A random one-time password, such as ``k7mqe-x2v9s-…``: 20 characters, 98 bits."""
    return "-".join("".join(secrets.choice(_ALPHANUMERICS) for _ in range(5)) for _ in range(4))


def add_user(
    services: Services,
    *,
    login: str,
    name: str,
    role: Role,
    has_password: bool,
    by: UserValue,
    now: dt.datetime,
    has_looked: bool = False,
) -> str:
    """Add a user; returns the one-time password, or nothing for one who signs in elsewhere.

    Raises:
        RefusedError: the login is empty or taken.
    """
    users.add_user(
        services,
        login=login,
        name=name,
        role=role,
        password="",
        now=now,
        has_looked=has_looked,
    )
    _tell(now, by, "added user %s as %s", login.strip().lower(), role.value)
    if not has_password:
        return ""
    with reading(services.engine) as session:
        made = access.find_user(session, login)
    return give_password(services, made.id, by=by, now=now) if made else ""


def give_password(services: Services, user_id: int, *, by: UserValue, now: dt.datetime) -> str:
    """Give a user a new one-time password and sign the user out; returns it.

    Raises:
        NotFoundError: there is no such user.
        RefusedError: it is one's own.
    """
    with writing(services.engine) as session:
        user = _other(session, user_id, by, "Skift din egen adgangskode under «Din konto».")
        password = fresh_password()
        access.change_user(
            session,
            user.id,
            password_hash=users.one_time_hash(password, now),
            failed_logins=0,
            locked_until=None,
        )
    _tell(now, by, "gave user %s a one-time password", user.login)
    return password


def change_role(
    services: Services, user_id: int, role: Role, *, by: UserValue, now: dt.datetime
) -> str:
    """Give a user another role; returns what was done, in Danish.

    Raises:
        NotFoundError: there is no such user.
        RefusedError: it is one's own, or no administrator would be left.
    """
    with writing(services.engine) as session:
        user = _other(session, user_id, by, "Du kan ikke skifte din egen rolle.")
        if role is not Role.ADMINISTRATOR:
            _keep_one(session, user)
        access.change_user(session, user.id, role=role)
    _tell(now, by, "changed role of user %s from %s to %s", user.login, user.role, role.value)
    return f"{user.name} er nu {label(role)}."


def close_user(services: Services, user_id: int, *, by: UserValue, now: dt.datetime) -> str:
    """Take a user's access away and sign the user out; returns what was done, in Danish.

    Raises:
        NotFoundError: there is no such user.
        RefusedError: it is oneself, or no administrator would be left.
    """
    with writing(services.engine) as session:
        user = _other(session, user_id, by, "Du kan ikke lukke din egen adgang.")
        _keep_one(session, user)
        access.change_user(session, user.id, is_active=False)
    _tell(now, by, "closed user %s", user.login)
    return f"{user.name} kan ikke længere logge på."


def open_user(services: Services, user_id: int, *, by: UserValue, now: dt.datetime) -> str:
    """Give a closed user access again; returns what was done, in Danish.

    Raises:
        NotFoundError: there is no such user.
    """
    with writing(services.engine) as session:
        user = _known(session, user_id)
        access.change_user(session, user.id, is_active=True, failed_logins=0, locked_until=None)
    _tell(now, by, "opened user %s", user.login)
    return f"{user.name} kan logge på igen."


def unlock_user(services: Services, user_id: int, *, by: UserValue, now: dt.datetime) -> str:
    """Let a user who wrote the password wrong too often try again; returns what was done.

    Raises:
        NotFoundError: there is no such user.
    """
    with writing(services.engine) as session:
        user = _known(session, user_id)
        access.change_user(session, user.id, failed_logins=0, locked_until=None)
    _tell(now, by, "unlocked user %s", user.login)
    return f"{user.name} er låst op."


SIGN_IN: tuple[tuple[str, ...], ...] = (
    ("oidc", "is_used"),
    ("oidc", "issuer"),
    ("oidc", "client_id"),
    ("oidc", "login_claim"),
)
"""The settings with which one can shut everybody out who has no password here."""


def change_sign_in(
    services: Services, changes: Mapping[tuple[str, ...], Any], stamp: Stamp, *, seen: int
) -> bool:
    """Decide how people sign in, as ``casework.own.change_settings``.

    Raises:
        RefusedError: no administrator has a password, so a mistake could not be mended here.
        BadFileError, ChangedMeanwhileError: as ``change_settings``.
    """
    now = decided(services.settings)
    if any(changes[trail] != now[trail] for trail in SIGN_IN):
        with reading(services.engine) as session:
            known = access.users(session)
        if not any(
            one.is_active and one.password_hash and one.role is Role.ADMINISTRATOR for one in known
        ):
            raise RefusedError(
                "Ingen administrator har en adgangskode her. Er noget af det forkert, kan ingen "
                "logge på og rette det. Giv først en af jer en engangskode under «Brugere»."
            )
    return change_settings(services, changes, stamp, seen=seen)


def make_token(
    services: Services,
    *,
    name: str,
    scopes: Sequence[str],
    days: int,
    by: UserValue,
    now: dt.datetime,
    has_looked: bool = False,
) -> str:
    """Make a token for a program; returns its secret, which is kept nowhere."""
    with writing(services.engine) as session:
        secret = api_tokens.make_token(
            session,
            name=name,
            scopes=scopes,
            by=by.login,
            now=now,
            lasting=dt.timedelta(days=days),
            has_looked=has_looked,
        )
    _tell(now, by, "made token %s for %s, %s days", name, ",".join(scopes), days)
    return secret


def revoke_token(services: Services, token_id: int, *, by: UserValue, now: dt.datetime) -> None:
    """Make a token void from now on.

    Raises:
        NotFoundError: there is no such token, or it is void already.
    """
    with writing(services.engine) as session:
        api_tokens.revoke_token(session, token_id, now)
    _tell(now, by, "revoked token %s", token_id)


def _known(session: Session, user_id: int) -> UserValue:
    user = access.user_numbered(session, user_id)
    if user is None:
        raise NotFoundError("bruger", str(user_id))
    return user


def _other(session: Session, user_id: int, by: UserValue, refused: str) -> UserValue:
    """The user, who must not be the administrator."""
    user = _known(session, user_id)
    if user.id == by.id:
        raise RefusedError(refused)
    return user


def _keep_one(session: Session, user: UserValue) -> None:
    """Refuse to take away the last administrator."""
    if set(access.administrators(session)) == {user.login}:
        raise RefusedError(f"{user.name} er den eneste administrator. Gør først en anden til det.")


def _tell(now: dt.datetime, by: UserValue, what: str, *about: object) -> None:
    _log.warning(f"%s %s: {what}", now.isoformat(timespec="seconds"), by.login, *about)
