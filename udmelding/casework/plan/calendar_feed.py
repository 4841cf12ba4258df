"""Publishes the calendar feed: of one case, or of all."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from models import DateSource
from udmelding.casework.services import Services
from udmelding.documents.plan.calendar_feed import FeedEvent, feed_bytes
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load_all
from udmelding.journal.database import writing
from udmelding.journal.plan.calendar_entries import publish
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilState
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.feed import FeedItem, FeedKind, case_items, merged

ALL = "*"
"""The feed of all cases."""


def calendar_feed(services: Services, reference: str | None, now: dt.datetime) -> bytes:
    """The ICS file of one case, or of all open ones where ``reference`` is None.

    Publishing remembers what was said, so the next file tells what changed since.

    Raises:
        NotFoundError: there is no such case.
    """
    today = now.date()
    with writing(services.engine) as session:
        only = None if reference is None else (find(session, reference),)
        cases = load_all(session, now, only)
        items = merged(item for case in cases for item in _items(case, today))
        feed = cases[0].reference if reference is not None and cases else ALL
        published = publish(session, feed, [_content(item) for item in items], now)
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
