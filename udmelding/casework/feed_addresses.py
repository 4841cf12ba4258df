"""The secret addresses at which calendars fetch the feed: each user's own, made and shut here."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from udmelding.casework.access import administration
from udmelding.casework.services import Services
from udmelding.config.settings import Settings
from udmelding.errors import NotFoundError
from udmelding.journal.access.access import UserValue, find_user
from udmelding.journal.access.api_tokens import FEED, TokenValue, find_token, tokens, use_token
from udmelding.journal.case.header import find
from udmelding.journal.database import reading, writing

LASTING_DAYS = 400
"""How long an address works: through a whole year and into the next."""

_TOUCH = dt.timedelta(minutes=1)


def make_address(services: Services, reference: str, by: UserValue, now: dt.datetime) -> str:
    """Make an address of the feed; returns it, and keeps no more than its checksum.

    Args:
        services: the database, and the address of the pages.
        reference: the case whose feed it is; empty for the feed of all cases.
        by: the user whose address it is.
        now: it works from now on for ``LASTING_DAYS``.

    Raises:
        NotFoundError: there is no such case.
    """
    if reference:
        with reading(services.engine) as session:
            reference = find(session, reference).reference
    secret = administration.make_token(
        services,
        name=f"Kalender: {reference or 'alle sager'}",
        scopes=(FEED,),
        days=LASTING_DAYS,
        by=by,
        now=now,
    )
    return address_of(services.settings, secret, reference)


def address_of(settings: Settings, secret: str, reference: str) -> str:
    """The address with that secret."""
    case = f"?sag={reference}" if reference else ""
    return f"{settings.web.url.rstrip('/')}/kalender/{secret}.ics{case}"


def own_addresses(session: Session, user: UserValue, now: dt.datetime) -> tuple[TokenValue, ...]:
    """The addresses that a user has made and that still work, newest first."""
    return tuple(token for token in tokens(session) if _is_own(token, user) and token.works(now))


def shut_address(services: Services, token_id: int, by: UserValue, now: dt.datetime) -> None:
    """Make one of a user's own addresses void from now on.

    Raises:
        NotFoundError: the user has no such address.
    """
    with reading(services.engine) as session:
        own = {token.id for token in own_addresses(session, by, now)}
    if token_id not in own:
        raise NotFoundError("kalenderadresse", str(token_id))
    administration.revoke_token(services, token_id, by=by, now=now)


def opens_feed(services: Services, secret: str, now: dt.datetime) -> bool:
    """Whether the secret lets a calendar in, which then is remembered.

    It does while it is for the feed, is neither shut nor over, and its user may still sign in.
    """
    with reading(services.engine) as session:
        found = find_token(session, secret)
        if found is None or FEED not in found.scopes or not found.works(now):
            return False
        owner = find_user(session, found.created_by)
    if owner is not None and not owner.is_active:
        return False
    if found.used_at is None or now - found.used_at > _TOUCH:
        with writing(services.engine) as session:
            use_token(session, found.id, now)
    return True


def _is_own(token: TokenValue, user: UserValue) -> bool:
    return token.scopes == (FEED,) and token.created_by == user.login
