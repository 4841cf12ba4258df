"""Who may open the pages: users, their sessions, municipalities' links, and the API's tokens.

None of these is a fact about a case: they say how things stand now and change in place. What a user
does is recorded with the facts themselves. Secrets are stored as checksums only.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class Role(StrEnum):
    """What a user may do; each may all that the ones before it may."""

    READER = "reader"
    CASEWORKER = "caseworker"
    ADMINISTRATOR = "administrator"


class User(SQLModel, table=True):
    """One person of the secretariat.

    Attributes:
        login: what the person signs in with, lower case; a mail address or a short name.
        password_hash: argon2; empty for one who signs in elsewhere (OpenID Connect).
        failed_logins: since the last one that succeeded.
        locked_until: no sign-in before then.
        seen_at: when the person was last here; «what has happened since» counts from it.
        substitute_id: id of the user who minds this person's mail while it is not minded.
        away_from: the first day away, where the person has said any; ``away_until`` the last,
            empty until further notice.
    """

    __tablename__ = "app_user"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=254)
    name: str
    role: Role = word(Role)
    password_hash: str = ""
    is_active: bool = True
    failed_logins: int = 0
    locked_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    created_at: dt.datetime = Field(sa_type=Moment)
    seen_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    substitute_id: int | None = None
    away_from: dt.date | None = None
    away_until: dt.date | None = None


class WebSession(SQLModel, table=True):
    """One browser that is signed in.

    Attributes:
        token_hash: SHA-256 of the cookie's random value.
        csrf: random value that every form of this session carries.
        since: what the overview tells as new: the user's ``seen_at`` when the session began.
        message: one sentence to show on the next page, then emptied.
        used_at: a session that nobody has used for long is over.
    """

    __tablename__ = "web_session"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    csrf: str = Field(max_length=64)
    since: dt.datetime | None = Field(default=None, sa_type=Moment)
    message: str = ""
    created_at: dt.datetime = Field(sa_type=Moment)
    used_at: dt.datetime = Field(sa_type=Moment)
    expires_at: dt.datetime = Field(sa_type=Moment)


class PartyLink(SQLModel, table=True):
    """A personal link for one party in one case; whoever has it may answer for that party.

    Attributes:
        token_hash: SHA-256 of the link's random part.
        made_for: to whom it was given; ``mail_key`` is the mail that carried it, if one did.
        parent_id: the link that it was made from, and ends with; empty where the secretariat or a
            mail made it.
        revoked_at: it is void from here on.
    """

    __tablename__ = "party_link"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    party: str
    made_for: str = ""
    mail_key: str = Field(
        default="", max_length=200, index=True, sa_column_kwargs={"server_default": ""}
    )
    parent_id: int | None = Field(default=None, foreign_key="party_link.id", index=True)
    created_at: dt.datetime = Field(sa_type=Moment)
    created_by: str
    expires_at: dt.datetime = Field(sa_type=Moment)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    used_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class PartyLinkTurn(SQLModel, table=True):
    """Somebody closed a personal link, or opened it again; none of them is ever changed.

    Attributes:
        is_open: what it was from then on. Whether it works now is ``PartyLink.revoked_at``'s.
    """

    __tablename__ = "party_link_turn"

    id: int | None = Field(default=None, primary_key=True)
    link_id: int = Field(foreign_key="party_link.id", index=True)
    is_open: bool
    turned_at: dt.datetime = Field(sa_type=Moment)
    turned_by: str


class ApiToken(SQLModel, table=True):
    """A program that may use the JSON API.

    Attributes:
        token_hash: SHA-256 of the token.
        scopes: what it may do: ``read``, ``write``, ``feed``.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    name: str
    scopes: list[str] = Field(sa_type=sa.JSON)
    created_at: dt.datetime = Field(sa_type=Moment)
    created_by: str
    expires_at: dt.datetime = Field(sa_type=Moment)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    used_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class WeeklyMail(SQLModel, table=True):
    """Whether a user wants the director's page as a mail every Monday.

    Attributes:
        week: the last one that was weighed, such as ``2025-W19``; empty before any.
        content: SHA-256 of what the last mail said; empty before any.
    """

    __tablename__ = "weekly_mail"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="app_user.id", unique=True)
    is_wanted: bool = True
    changed_at: dt.datetime = Field(sa_type=Moment)
    week: str = Field(default="", max_length=8)
    content: str = Field(default="", max_length=64)
