"""Each event's way to each webhook.

A delivery's way: ``PENDING`` → ``CLAIMED`` (one sender has it) → ``DELIVERED`` or ``GIVEN_UP``; a
try that failed puts it back to ``PENDING`` for a while. A killed sender may or may not have been
heard, so what it leaves behind is sent again under the same event id: never lost, and a receiver
knows it again. The number of the try marks the claim, so a sender that comes back late changes
nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import DeliveryState
from udmelding.errors import NotFoundError
from udmelding.journal.tables import table_of
from udmelding.journal.webhooks.webhooks import Hook, get_hook

LEASE = dt.timedelta(minutes=5)
"""How long a claim holds; longer than any one try can take."""

PAUSES = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440))
"""Waiting times after failed tries; when the try after the last one fails too, it is given up."""

LONGEST_PAUSE = PAUSES[-1]
"""A receiver that asks for more is tried after this."""

STREAK = 5
"""So many events given up in a row switch the webhook off."""

KEPT = dt.timedelta(days=90)
"""How long finished deliveries can be looked up."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook; see ``models.webhook.WebhookDelivery``."""

    id: int
    webhook_id: int
    event: str
    kind: str
    body: str
    state: DeliveryState
    created_at: dt.datetime
    not_before: dt.datetime
    attempts: int
    finished_at: dt.datetime | None
    status: int | None
    outcome: str


_NAMES = tuple(f.name for f in fields(Delivery))


def fresh_event() -> str:
    """The id of a new event."""
    return f"msg_{uuid.uuid4().hex}"


def enqueue(session: Session, told: Sequence[tuple[int, str, str, str]], now: dt.datetime) -> None:
    """Put events on their way: for each the webhook, the event's id, its kind and its body."""
    rows = [
        {
            "webhook_id": hook_id,
            "event": event,
            "kind": kind,
            "body": body,
            "state": DeliveryState.PENDING,
            "created_at": now,
            "not_before": now,
            "attempts": 0,
            "outcome": "",
        }
        for hook_id, event, kind, body in told
    ]
    if rows:
        session.execute(sa.insert(table_of(models.WebhookDelivery)), rows)


def waiting(session: Session, now: dt.datetime) -> dict[int, list[int]]:
    """Deliveries that may be tried now, oldest first, for each webhook that is switched on."""
    table, hooks = table_of(models.WebhookDelivery), table_of(models.Webhook)
    query = (
        sa.select(table.c.webhook_id, table.c.id)
        .join(hooks, hooks.c.id == table.c.webhook_id)
        .where(
            table.c.state == DeliveryState.PENDING,
            table.c.not_before <= now,
            hooks.c.is_active.is_(sa.true()),
        )
        .order_by(table.c.not_before, table.c.id)
    )
    found: dict[int, list[int]] = {}
    for hook_id, delivery_id in session.execute(query):
        found.setdefault(hook_id, []).append(delivery_id)
    return found


def claim(session: Session, delivery_id: int, now: dt.datetime) -> tuple[Delivery, Hook] | None:
    """Take one waiting delivery for a try; None when another was first or the webhook is off."""
    table, hooks = table_of(models.WebhookDelivery), table_of(models.Webhook)
    is_on = sa.select(hooks.c.id).where(hooks.c.is_active.is_(sa.true()))
    taken = session.execute(
        sa.update(table)
        .where(
            table.c.id == delivery_id,
            table.c.state == DeliveryState.PENDING,
            table.c.webhook_id.in_(is_on),
        )
        .values(
            state=DeliveryState.CLAIMED,
            claimed_until=now + LEASE,
            attempts=table.c.attempts + 1,
        )
    )
    if not _count(taken):
        return None
    delivery = get(session, delivery_id)
    return delivery, get_hook(session, delivery.webhook_id)


def finish(
    session: Session,
    taken: Delivery,
    state: DeliveryState,
    now: dt.datetime,
    *,
    status: int | None,
    outcome: str,
) -> bool:
    """Give a claimed delivery its last state; False when the claim was lost meanwhile."""
    return _move(
        session,
        taken,
        {"state": state, "finished_at": now, "status": status, "outcome": outcome},
    )


def postpone(
    session: Session, taken: Delivery, until: dt.datetime, *, status: int | None, outcome: str
) -> bool:
    """Put a claimed delivery back until later; False when the claim was lost meanwhile."""
    return _move(
        session,
        taken,
        {
            "state": DeliveryState.PENDING,
            "not_before": until,
            "status": status,
            "outcome": outcome,
        },
    )


def _move(session: Session, taken: Delivery, values: dict[str, Any]) -> bool:
    table = table_of(models.WebhookDelivery)
    moved = session.execute(
        sa.update(table)
        .where(
            table.c.id == taken.id,
            table.c.state == DeliveryState.CLAIMED,
            table.c.attempts == taken.attempts,
        )
        .values(claimed_until=None, **values)
    )
    return bool(_count(moved))


def ends_streak(session: Session, hook_id: int) -> bool:
    """Whether one more event given up makes ``STREAK`` in a row."""
    last = deliveries(session, hook_id, STREAK - 1, only_finished=True)
    return len(last) == STREAK - 1 and all(d.state is DeliveryState.GIVEN_UP for d in last)


def release_dead_claims(session: Session, now: dt.datetime) -> int:
    """Let deliveries wait again whose sender has died; returns how many."""
    table = table_of(models.WebhookDelivery)
    released = session.execute(
        sa.update(table)
        .where(table.c.state == DeliveryState.CLAIMED, table.c.claimed_until < now)
        .values(state=DeliveryState.PENDING, claimed_until=None)
    )
    return _count(released)


def try_again(session: Session, hook_id: int, delivery_id: int, now: dt.datetime) -> None:
    """Let a delivery that was given up, or that waits for later, be tried now.

    Raises:
        NotFoundError: the webhook has no such delivery that can be tried.
    """
    table = table_of(models.WebhookDelivery)
    moved = session.execute(
        sa.update(table)
        .where(
            table.c.id == delivery_id,
            table.c.webhook_id == hook_id,
            table.c.state.in_((DeliveryState.GIVEN_UP, DeliveryState.PENDING)),
        )
        .values(state=DeliveryState.PENDING, not_before=now, finished_at=None)
    )
    if not _count(moved):
        raise NotFoundError("hændelse, der kan prøves igen,", str(delivery_id))


def forget_old(session: Session, now: dt.datetime) -> int:
    """Delete finished deliveries that nobody looks up any more; returns how many."""
    table = table_of(models.WebhookDelivery)
    return _count(session.execute(sa.delete(table).where(table.c.finished_at < now - KEPT)))


def get(session: Session, delivery_id: int) -> Delivery:
    """The delivery with that number.

    Raises:
        NotFoundError: there is none.
    """
    table = table_of(models.WebhookDelivery)
    query = sa.select(*(table.c[name] for name in _NAMES)).where(table.c.id == delivery_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("hændelse", str(delivery_id))
    return Delivery(*row)


def deliveries(
    session: Session, hook_id: int, limit: int, *, only_finished: bool = False
) -> list[Delivery]:
    """The newest deliveries of a webhook; with ``only_finished`` those that ended last."""
    table = table_of(models.WebhookDelivery)
    query = sa.select(*(table.c[name] for name in _NAMES)).where(table.c.webhook_id == hook_id)
    if only_finished:
        query = query.where(table.c.finished_at.is_not(None)).order_by(table.c.finished_at.desc())
    else:
        query = query.order_by(table.c.created_at.desc())
    return [
        Delivery(*row) for row in session.execute(query.order_by(table.c.id.desc()).limit(limit))
    ]


def _count(result: Any) -> int:
    return int(result.rowcount)
