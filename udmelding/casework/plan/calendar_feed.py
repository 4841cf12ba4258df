"""Publishes the calendar feed: of one case, or of all, at each user's own secret address.

The addresses are made and shut here too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from models import DateSource
from udmelding.casework.access import administration
from udmelding.casework.wiring import Services
from udmelding.config.case.library import bodies_met_in
from udmelding.config.settings import Settings
from udmelding.documents.plan.calendar_feed import FeedEvent, feed_bytes
from udmelding.errors import NotFoundError
from udmelding.journal.access.access import UserValue, find_user
from udmelding.journal.access.api_tokens import FEED, TokenValue, find_token, tokens, use_token
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load_all, load_meetings
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.plan.calendar_entries import publish
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilState
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.feed import FeedItem, FeedKind, case_items, forum_items, merge_items

ALL = "*"
"""The feed of all cases."""


def calendar_feed(
    services: Services, reference: str | None, now: dt.datetime, *, with_forums: bool = False
) -> bytes:
    """The ICS file of one case, or of all open ones where ``reference`` is None.

    Args:
        services: the parts in use.
        reference: the case.
        now: the moment of publishing.
        with_forums: the meetings of bodies that no case passes are in it too: those of the case's
            area, or of the secretariat's own, and the national ones.

    Publishing remembers what was said, so the next file tells what changed since.

    Raises:
        NotFoundError: there is no such case.
    """
    today = now.date()
    with writing(services.engine) as session:
        only = None if reference is None else (find(session, reference),)
        cases = load_all(session, now, only)
        items = merge_items(item for case in cases for item in _items(case, today))
        feed = cases[0].reference if reference is not None and cases else ALL
        published = publish(session, feed, [_content(item) for item in items], now)
        if with_forums:
            area = cases[0].area if reference is not None and cases else services.settings.area
            forums = [
                body
                for body in bodies_met_in(area, services.settings.texts_folder)
                if not body.is_in_chain
            ]
            met = forum_items(load_meetings(session, now), forums, today)
            # A feed of its own: it is the same in each feed that has it, and in none of the others.
            published += publish(session, f"+{area}", [_content(item) for item in met], now)
    events = [
        FeedEvent(
            item=_item(event.content),
            sequence=event.sequence,
            changed_at=event.changed_at,
            is_cancelled=event.is_cancelled,
        )
        for event in published
    ]
    name = f"Udmelding {cases[0].reference}" if reference and cases else "Centrale udmeldinger"
    return feed_bytes(name, events, services.settings.secretariat.email)


def _items(case: Case, today: dt.date) -> tuple[FeedItem, ...]:
    plan = plan_of(case, today)
    # Days that are only assumed would look like appointments in somebody's calendar.
    councils = {
        row.name: row.planned
        for row in (plan.councils if plan else ())
        if row.planned is not None
        and row.state is not CouncilState.DECIDED
        and row.origin in (DateSource.CALENDAR, DateSource.ANNOUNCED)
    }
    return case_items(case, plan, today, councils)


def _content(item: FeedItem) -> dict[str, Any]:
    found = asdict(item) | {"day": item.day.isoformat(), "kind": item.kind.value}
    found["cases"] = list(item.cases)
    found["held_on"] = item.held_on.isoformat() if item.held_on else None
    return found


def _item(content: Any) -> FeedItem:
    said = dict(content)
    said["day"] = dt.date.fromisoformat(said["day"])
    said["held_on"] = dt.date.fromisoformat(said["held_on"]) if said["held_on"] else None
    said["kind"] = FeedKind(said["kind"])
    said["cases"] = tuple(said["cases"])
    return FeedItem(**said)


LASTING_DAYS = 400
"""How long an address works: through a whole year and into the next."""

_TOUCH = dt.timedelta(minutes=1)


def make_address(
    services: Services,
    reference: str,
    by: UserValue,
    now: dt.datetime,
    *,
    with_forums: bool = False,
) -> str:
    """Make an address of the feed; returns it, and keeps no more than its checksum.

    Args:
        services: the database, and the address of the pages.
        reference: the case whose feed it is; empty for the feed of all cases.
        by: the user whose address it is.
        now: it works from now on for ``LASTING_DAYS``.
        with_forums: as for ``calendar_feed``.

    Raises:
        NotFoundError: there is no such case.
    """
    if reference:
        with reading(services.engine) as session:
            reference = find(session, reference).reference
    secret = administration.make_token(
        services,
        name=f"Kalender: {reference or 'alle sager'}{' og andre fora' if with_forums else ''}",
        scopes=(FEED,),
        days=LASTING_DAYS,
        by=by,
        now=now,
    )
    return address_of(services.settings, secret, reference, with_forums=with_forums)


def address_of(
    settings: Settings, secret: str, reference: str, *, with_forums: bool = False
) -> str:
    """The address with that secret."""
    asked = ({"sag": reference} if reference else {}) | ({"fora": "ja"} if with_forums else {})
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{settings.web.url.rstrip('/')}/kalender/{secret}.ics{query}"


def own_addresses(session: Session, user: UserValue, now: dt.datetime) -> tuple[TokenValue, ...]:
    """The addresses that a user has made and that still work, newest first."""
    return tuple(token for token in made_addresses(session, user) if token.works(now))


def made_addresses(session: Session, user: UserValue) -> tuple[TokenValue, ...]:
    """All addresses that a user has ever made, newest first."""
    return tuple(token for token in tokens(session) if _is_own(token, user))


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
