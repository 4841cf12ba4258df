"""Tells webhooks what was recorded, in the transaction that records it.

What is rolled back (a preview, a refused batch) was never told. Where nobody listens it costs one
small query. ``docs/webhooks.md`` says what a receiver gets; a test holds the values of a fact equal
to those of the JSON API.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.journal.case.header import Header
from udmelding.journal.tables import KINDS, table_of
from udmelding.journal.webhooks.deliveries import enqueue, fresh_event
from udmelding.rules.access import without_links
from udmelding.rules.case import facts
from udmelding.rules.recording.catalogue import ENTRY_OF_VALUE, kind_of, sentence

RECORDED, CORRECTED, WITHDRAWN = "recorded", "corrected", "withdrawn"
LAUNCHED = "case.launched"
TEST = "webhook.test"
MAIL_EVENTS: Mapping[OutboxState, str] = {
    OutboxState.FAILED: "mail.failed",
    OutboxState.HELD: "mail.held",
}

_KINDS = {
    kind_of(ENTRY_OF_VALUE[kind.value]): kind
    for kind in KINDS
    if kind.value in ENTRY_OF_VALUE and kind.value is not facts.Party
}
GROUPS = ("case", *_KINDS, "mail")
"""What can happen: the first part of each kind of event; a webhook may name those it wants."""

_OF_ITSELF = {field.name for field in fields(facts.Recorded)} | {"process_version_id"}
"""What every fact says about itself stands beside its fields, and numbers of rows mean nothing."""

_NOBODY: Mapping[str, Any] = {"party": None, "step": None, "replaces": None}


def announce(
    session: Session,
    header: Header,
    what: str,
    key: str,
    *,
    at: dt.datetime,
    by: str,
    replaces: str | None = None,
) -> None:
    """Tell the webhooks that the fact ``key`` was recorded, corrected or withdrawn.

    Args:
        session: the transaction that does it.
        header: the case.
        what: ``RECORDED``, ``CORRECTED`` or ``WITHDRAWN``.
        key: the fact; parties are not told of.
        at: when it was done.
        by: who did it.
        replaces: the key of the fact that it corrects.
    """
    announce_all(session, header, what, [(key, replaces)], at=at, by=by)


def announce_all(
    session: Session,
    header: Header,
    what: str,
    keys: Iterable[tuple[str, str | None]],
    *,
    at: dt.datetime,
    by: str,
) -> None:
    """``announce`` of many facts at once, each with the key of the one that it corrects."""
    hooks = _hooks(session)
    for key, replaces in keys if hooks else ():
        found = _find(session, header, key)
        if found is None:
            continue
        noun, values = found
        told = {"party": values["fields"].get("party"), "step": values["fields"].get("step")}
        told |= {"key": key, "replaces": replaces, "values": values}
        _tell(session, hooks, f"{noun}.{what}", header.reference, at, by, told)


def announce_launch(
    session: Session, header: Header, title: str, deadline: dt.date | None, by: str
) -> None:
    """Tell the webhooks of a new case; its facts follow as events of their own."""
    hooks = _hooks(session)
    if not hooks:
        return
    values = {
        "reference": header.reference,
        "title": title,
        "area": header.area,
        "scope": header.scope,
        "received": header.received_on,
        "deadline": deadline,
        "has_made_up_data": header.is_made_up,
    }
    told = {**_NOBODY, "key": header.reference, "values": _plain(values)}
    _tell(session, hooks, LAUNCHED, header.reference, header.recorded_at, by, told)


def announce_mail(session: Session, key: str, now: dt.datetime) -> None:
    """Tell the webhooks of a mail that needs a person; of a mail in another state nothing is told.

    Neither its text nor its addresses are told.
    """
    hooks = _hooks(session)
    mail, case = table_of(models.OutboxMessage), table_of(models.Announcement)
    names = ("key", "state", "mail", "party", "attempts", "outcome")
    query = (
        sa.select(case.c.reference, mail.c.step, mail.c.created_at, mail.c.finished_at)
        .add_columns(*(mail.c[name] for name in names))
        .join(case, case.c.id == mail.c.announcement_id)
        .where(mail.c.key == key, mail.c.state.in_(MAIL_EVENTS))
    )
    row = session.execute(query).mappings().first() if hooks else None
    if row is None:
        return
    values = {name: row[name] for name in names}
    values |= {"created": row["created_at"], "finished": row["finished_at"]}
    told = {"party": row["party"], "step": row["step"], "key": key, "replaces": None}
    told |= {"values": _plain(values)}
    _tell(session, hooks, MAIL_EVENTS[row["state"]], row["reference"], now, "udmelding", told)


def announce_test(session: Session, hook_id: int, by: str, now: dt.datetime) -> int:
    """Put a test event on its way to one webhook; returns the number of the delivery."""
    told = {**_NOBODY, "key": None, "values": {}}
    event = _tell(session, {hook_id: ()}, TEST, None, now, by, told)
    table = table_of(models.WebhookDelivery)
    made = sa.select(table.c.id).where(table.c.webhook_id == hook_id, table.c.event == event)
    return int(session.execute(made).scalar_one())


def listens(events: tuple[str, ...], kind: str) -> bool:
    """Whether a webhook that names ``events`` (none: all) is told of that kind."""
    return not events or kind in events or kind.partition(".")[0] in events


def _tell(
    session: Session,
    hooks: Mapping[int, tuple[str, ...]],
    kind: str,
    case: str | None,
    at: dt.datetime,
    by: str,
    told: Mapping[str, Any],
) -> str:
    wanted = [hook_id for hook_id, events in hooks.items() if listens(events, kind)]
    event = fresh_event()
    if wanted:
        body = {"id": event, "kind": kind, "case": case, "at": at.isoformat(), "by": _json(by)}
        body |= told
        enqueue(session, wanted, event, kind, json.dumps(body, ensure_ascii=False), at)
    return event


def _hooks(session: Session) -> dict[int, tuple[str, ...]]:
    """The webhooks that are switched on, and what each wants to be told of."""
    return {row[0]: tuple(row[1]) for row in session.execute(_hooks_query())}


@cache
def _hooks_query() -> sa.Select[Any]:
    """Built once: building a statement costs more than running it."""
    table = table_of(models.Webhook)
    return sa.select(table.c.id, table.c.events).where(table.c.is_active.is_(sa.true()))


def _find(session: Session, header: Header, key: str) -> tuple[str, dict[str, Any]] | None:
    """The noun of a fact and its values: those of its line in the log, and its own fields."""
    for noun, kind in _KINDS.items():
        table = table_of(kind.fact)
        query = sa.select(
            table.c.superseded_at, table.c.superseded_by, *(table.c[name] for name in kind.names)
        ).where(table.c.announcement_id == header.id, table.c.key == key)
        row = session.execute(query).first()
        if row is None:
            continue
        replaced_at, replaced_by, *columns = row
        named = dict(zip(kind.names, columns, strict=True))
        fact = kind.value(**named)
        is_taken_back = str(replaced_by or "").startswith("taget ")
        values = {
            "at": fact.recorded_at,
            "by": fact.recorded_by,
            "kind": table.name,
            "key": fact.key,
            "text": sentence(fact, _names(session, header))
            + (f" ({replaced_by})" if is_taken_back else ""),
            "source": fact.source,
            "made_up": fact.is_made_up,
            "replaced_at": replaced_at,
            "fields": _plain({k: v for k, v in named.items() if k not in _OF_ITSELF}),
        }
        return noun, _plain(values)
    return None


def _names(session: Session, header: Header) -> dict[str, str]:
    parties = table_of(models.Party)
    rows = session.execute(
        sa.select(parties.c.party, parties.c.name).where(parties.c.announcement_id == header.id)
    )
    return {row[0]: row[1] for row in rows}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON knows it, and without any personal link."""
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dt.date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, str):
        return without_links(value)
    if isinstance(value, Mapping):
        return _plain(value)
    return [_json(one) for one in value] if isinstance(value, (tuple, list)) else value
