"""Webhooks: the addresses that are told of events; ``deliveries`` says what became of each.

An address was checked before it comes here (``outside.webhook_client.check_address``).
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.errors import NotFoundError
from udmelding.journal.files import guard
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook; see ``models.webhook.Webhook``."""

    id: int
    name: str
    url: str
    secret: str = field(repr=False)
    events: tuple[str, ...]
    is_active: bool
    created_at: dt.datetime
    created_by: str


_NAMES = tuple(f.name for f in fields(Hook))


def fresh_secret() -> str:
    """A secret to sign with, as Standard Webhooks writes it: 32 random bytes."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def add_hook(
    session: Session,
    *,
    name: str,
    url: str,
    events: Sequence[str],
    by: str,
    now: dt.datetime,
    has_looked: bool = False,
) -> Hook:
    """Add a webhook, switched on, with a secret of its own; its address was checked before.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    guard(session, f"webhook/{name}", {"name": name, "url": url}, Stamp(now, by, has_looked))
    table = table_of(models.Webhook)
    values = {
        "name": name,
        "url": url,
        "secret": fresh_secret(),
        "events": list(events),
        "is_active": True,
        "created_at": now,
        "created_by": by,
    }
    made = session.execute(sa.insert(table).values(values).returning(table.c.id))
    return get_hook(session, made.scalar_one())


def change_hook(session: Session, hook_id: int, **values: Any) -> None:
    """Change a webhook: ``is_active``, ``secret``, ``name``, ``url`` or ``events``.

    Raises:
        NotFoundError: there is no such webhook.
    """
    table = table_of(models.Webhook)
    done = session.execute(sa.update(table).where(table.c.id == hook_id).values(**values))
    if not _count(done):
        raise NotFoundError("webhook", str(hook_id))


def remove_hook(session: Session, hook_id: int) -> None:
    """Remove a webhook and all its deliveries.

    Raises:
        NotFoundError: there is no such webhook.
    """
    table, hooks = table_of(models.WebhookDelivery), table_of(models.Webhook)
    session.execute(sa.delete(table).where(table.c.webhook_id == hook_id))
    if not _count(session.execute(sa.delete(hooks).where(hooks.c.id == hook_id))):
        raise NotFoundError("webhook", str(hook_id))


def get_hook(session: Session, hook_id: int) -> Hook:
    """The webhook with that number.

    Raises:
        NotFoundError: there is none.
    """
    found = _hooks(session, table_of(models.Webhook).c.id == hook_id)
    if not found:
        raise NotFoundError("webhook", str(hook_id))
    return found[0]


def all_hooks(session: Session) -> tuple[Hook, ...]:
    """All webhooks, oldest first."""
    return _hooks(session, sa.true())


def _hooks(session: Session, where: sa.ColumnElement[bool]) -> tuple[Hook, ...]:
    table = table_of(models.Webhook)
    query = sa.select(*(table.c[name] for name in _NAMES)).where(where).order_by(table.c.id)
    found = []
    for row in session.execute(query).mappings():
        found.append(Hook(**dict(row) | {"events": tuple(row["events"])}))
    return tuple(found)


def _count(result: Any) -> int:
    return int(result.rowcount)
