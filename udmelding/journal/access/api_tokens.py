"""Tokens of programs that use the JSON API or subscribe to a calendar; stored as checksums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.errors import NotFoundError
from udmelding.journal.access.access import checksum, fresh_secret
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of

READ, WRITE, FEED = "read", "write", "feed"
SCOPES = (READ, WRITE, FEED)
"""What a token may be for: reading, recording, and the calendar feed alone."""


@dataclass(frozen=True, slots=True)
class TokenValue:
    """One token; see ``models.access.ApiToken``."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None

    def works(self, now: dt.datetime) -> bool:
        """Whether it lets anybody in at ``now``."""
        return self.revoked_at is None and now < self.expires_at


_NAMES = (
    "id",
    "name",
    "scopes",
    "created_at",
    "created_by",
    "expires_at",
    "revoked_at",
    "used_at",
)


def make_token(
    session: Session,
    *,
    name: str,
    scopes: Sequence[str],
    by: str,
    now: dt.datetime,
    lasting: dt.timedelta,
    has_looked: bool = False,
) -> str:
    """Make a token; returns its secret, which is kept nowhere.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    guard(session, f"token/{name}", {"name": name}, Stamp(now, by, has_looked))
    secret = fresh_secret()
    values = {
        "token_hash": checksum(secret),
        "name": name,
        "scopes": list(scopes),
        "created_at": now,
        "created_by": by,
        "expires_at": now + lasting,
    }
    session.execute(sa.insert(table_of(models.ApiToken)).values(values))
    return secret


def find_token(session: Session, secret: str) -> TokenValue | None:
    """The token with that secret, working or not; None where there is none."""
    table = table_of(models.ApiToken)
    found = _values(session, table.c.token_hash == checksum(secret))
    return found[0] if found else None


def tokens(session: Session) -> tuple[TokenValue, ...]:
    """All tokens, newest first."""
    return _values(session, sa.true())


def use_token(session: Session, token_id: int, now: dt.datetime) -> None:
    """Remember that a token was used."""
    table = table_of(models.ApiToken)
    session.execute(sa.update(table).where(table.c.id == token_id).values(used_at=now))


def revoke_token(session: Session, token_id: int, now: dt.datetime) -> None:
    """Make a token void from now on.

    Raises:
        NotFoundError: there is no such token, or it is void already.
    """
    table = table_of(models.ApiToken)
    where = (table.c.id == token_id, table.c.revoked_at.is_(None))
    done = session.execute(sa.update(table).where(*where).values(revoked_at=now))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFoundError("gældende adgangsnøgle", str(token_id))


def _values(session: Session, where: sa.ColumnElement[bool]) -> tuple[TokenValue, ...]:
    table = table_of(models.ApiToken)
    query = (
        sa.select(*(table.c[name] for name in _NAMES))
        .where(where)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
    )
    return tuple(
        TokenValue(row[0], row[1], tuple(row[2]), *row[3:]) for row in session.execute(query)
    )
