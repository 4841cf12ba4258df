"""Users and their sessions: who may come in. What secrets are, for links and tokens too.

Only checksums of secrets are kept here; a secret is handed out once, when it is made. Passwords are
argon2 (``argon2-cffi``'s defaults, RFC 9106). What a password must be is in
``casework.access.users``. A user's sessions are listed too: the browsers that are signed in now.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Role
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.access.links import without_links_in
from udmelding.rules.access.substitutes import Colleague

TOKEN_BYTES = 32
"""Random bytes of every secret: 256 bits."""


@dataclass(frozen=True, slots=True)
class UserValue:
    """One user as pages know it; see ``models.access.User``."""

    id: int
    login: str
    name: str
    role: Role
    is_active: bool
    failed_logins: int
    locked_until: dt.datetime | None
    seen_at: dt.datetime | None
    password_hash: str = ""


@dataclass(frozen=True, slots=True)
class SessionValue:
    """One signed-in browser and its user."""

    id: int
    user: UserValue
    csrf: str
    since: dt.datetime | None
    message: str
    used_at: dt.datetime
    expires_at: dt.datetime


def fresh_secret() -> str:
    """A new random secret that can stand in a cookie or an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def checksum(secret: str) -> str:
    """What is stored of a secret. Random secrets of 256 bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """The active users, and who stands in for whom."""
    table = table_of(models.User)
    names = ("id", "login", "name", "substitute_id", "away_from", "away_until")
    query = sa.select(*(table.c[name] for name in names)).where(table.c.is_active)
    return tuple(Colleague(*row) for row in session.execute(query))


_USER = ("id", "login", "name", "role", "is_active", "failed_logins", "locked_until", "seen_at")


def users(session: Session) -> tuple[UserValue, ...]:
    """All users by name, with the passwords' hashes."""
    table = table_of(models.User)
    columns = (*(table.c[name] for name in _USER), table.c.password_hash)
    query = sa.select(*columns).order_by(table.c.name, table.c.login)
    return tuple(UserValue(*row) for row in session.execute(query))


def user_numbered(session: Session, user_id: int) -> UserValue | None:
    """The user with that id, with the password's hash; None where there is none."""
    table = table_of(models.User)
    query = sa.select(*(table.c[name] for name in _USER), table.c.password_hash)
    row = session.execute(query.where(table.c.id == user_id)).first()
    return UserValue(*row) if row else None


def administrators(session: Session) -> tuple[str, ...]:
    """Logins of the active administrators; held, so that no two take each other away at once."""
    table = table_of(models.User)
    query = (
        sa.select(table.c.login)
        .where(table.c.role == Role.ADMINISTRATOR, table.c.is_active)
        .with_for_update()
    )
    return tuple(session.execute(query).scalars())


def find_user(session: Session, login: str) -> UserValue | None:
    """The user with that login, with the password's hash; None where there is none."""
    table = table_of(models.User)
    query = sa.select(*(table.c[name] for name in _USER), table.c.password_hash).where(
        table.c.login == login.strip().lower()
    )
    row = session.execute(query).first()
    return UserValue(*row) if row else None


def add_user(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    password_hash: str,
    now: dt.datetime,
    has_looked: bool = False,
) -> None:
    """Record a new user; the login must be free.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    guard(session, f"user/{login}", {"name": name, "login": login}, Stamp(now, login, has_looked))
    values = {
        "login": login.strip().lower(),
        "name": name,
        "role": role,
        "password_hash": password_hash,
        "is_active": True,
        "failed_logins": 0,
        "created_at": now,
    }
    session.execute(sa.insert(table_of(models.User)).values(values))


def change_user(
    session: Session, user_id: int, *, kept_session: int | None = None, **values: Any
) -> None:
    """Set columns of a user.

    One that is no longer active, or has a new password, is signed out everywhere but in
    ``kept_session``.
    """
    table = table_of(models.User)
    session.execute(sa.update(table).where(table.c.id == user_id).values(values))
    if values.get("is_active") is False or "password_hash" in values:
        end_other_sessions(session, user_id, kept_session)


def begin_session(
    session: Session, user: UserValue, now: dt.datetime, lasting: dt.timedelta
) -> str:
    """Sign a user in; returns the secret for the cookie."""
    secret = fresh_secret()
    values = {
        "token_hash": checksum(secret),
        "user_id": user.id,
        "csrf": secrets.token_urlsafe(24),
        "since": user.seen_at,
        "message": "",
        "created_at": now,
        "used_at": now,
        "expires_at": now + lasting,
    }
    table = table_of(models.WebSession)
    session.execute(sa.delete(table).where(table.c.expires_at < now))
    session.execute(sa.insert(table).values(values))
    change_user(session, user.id, failed_logins=0, locked_until=None, seen_at=now)
    return secret


def find_session(
    session: Session, secret: str, now: dt.datetime, idle: dt.timedelta
) -> SessionValue | None:
    """The session of that cookie; None where it is unknown, over, or its user is not active."""
    own, user = table_of(models.WebSession), table_of(models.User)
    query = (
        sa.select(
            own.c.id,
            own.c.csrf,
            own.c.since,
            own.c.message,
            own.c.used_at,
            own.c.expires_at,
            *(user.c[name] for name in _USER),
        )
        .join(user, user.c.id == own.c.user_id)
        .where(own.c.token_hash == checksum(secret), user.c.is_active)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    found = SessionValue(row[0], UserValue(*row[6:]), *row[1:6])
    is_over = now >= found.expires_at or now - found.used_at > idle
    return None if is_over else found


def touch_session(session: Session, session_id: int, now: dt.datetime, message: str | None) -> None:
    """Remember that a session was used; ``message`` sets what the next page tells."""
    table = table_of(models.WebSession)
    values: dict[str, Any] = {"used_at": now}
    if message is not None:
        values["message"] = without_links_in(message)  # it repeats what a person wrote
    session.execute(sa.update(table).where(table.c.id == session_id).values(values))


def end_session(session: Session, session_id: int) -> None:
    """Sign one browser out."""
    table = table_of(models.WebSession)
    session.execute(sa.delete(table).where(table.c.id == session_id))


def end_other_sessions(session: Session, user_id: int, kept: int | None) -> int:
    """Sign a user out of every browser but ``kept``; returns of how many."""
    table = table_of(models.WebSession)
    where = [table.c.user_id == user_id]
    if kept is not None:
        where.append(table.c.id != kept)
    ended = session.execute(sa.delete(table).where(*where))
    return int(ended.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which a user is signed in; see ``models.access.WebSession``."""

    id: int
    created_at: dt.datetime
    used_at: dt.datetime
    expires_at: dt.datetime


def sign_ins(
    session: Session, user_id: int, now: dt.datetime, idle: dt.timedelta
) -> tuple[SignedIn, ...]:
    """The sessions of a user that are not over, the one used last first."""
    table = table_of(models.WebSession)
    query = (
        sa.select(table.c.id, table.c.created_at, table.c.used_at, table.c.expires_at)
        .where(table.c.user_id == user_id, table.c.expires_at > now, table.c.used_at >= now - idle)
        .order_by(table.c.used_at.desc(), table.c.id.desc())
    )
    return tuple(SignedIn(*row) for row in session.execute(query))
