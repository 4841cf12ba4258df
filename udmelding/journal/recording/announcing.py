"""Tells webhooks what was recorded, in the transaction that records it.

What is rolled back (a preview, a refused batch) was never told. Where nobody listens it costs one
small query. ``docs/webhooks.md`` says what a receiver gets; a test holds the values of a fact equal
to those of the JSON API.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import OutboxState
from udmelding.journal.case.header import Header
from udmelding.journal.case.rows import maker, rows_of
from udmelding.journal.tables import KINDS, Kind, table_of
from udmelding.journal.webhooks.deliveries import enqueue, fresh_event
from udmelding.rules.access.links import without_links
from udmelding.rules.case import facts
from udmelding.rules.recording.catalogue import ENTRY_OF_VALUE, kind_of, sentence
from udmelding.rules.recording.entry import Names, names_in

RECORDED, CORRECTED, WITHDRAWN = "recorded", "corrected", "withdrawn"
LAUNCHED = "case.launched"
TEST = "webhook.test"
STOPPED = "mail.stopped"
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
    replaced = dict(keys)
    if not hooks or not replaced:
        return
    found = _find(session, header, replaced)
    events = []
    for key, replaces in replaced.items():
        if key in found:
            noun, values = found[key]
            told = {"party": values["fields"].get("party"), "step": values["fields"].get("step")}
            told |= {"key": key, "replaces": replaces, "values": values}
            events.append((f"{noun}.{what}", told))
    _tell(session, hooks, events, header.reference, at, by)


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
    _tell(session, hooks, [(LAUNCHED, told)], header.reference, header.recorded_at, by)


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
    event = (MAIL_EVENTS[row["state"]], told)
    _tell(session, hooks, [event], row["reference"], now, "udmelding")


def announce_stop(session: Session, fault: str, how_to_mend: str, now: dt.datetime) -> None:
    """Tell the webhooks that no mail goes, and what is to be mended; it belongs to no case.

    The server's own words are not told: addresses may stand in them.
    """
    values = {"fault": fault, "how_to_mend": how_to_mend}
    told = {**_NOBODY, "key": None, "values": _plain(values)}
    _tell(session, _hooks(session), [(STOPPED, told)], None, now, "udmelding")


def announce_test(session: Session, hook_id: int, by: str, now: dt.datetime) -> int:
    """Put a test event on its way to one webhook; returns the number of the delivery."""
    told = {**_NOBODY, "key": None, "values": {}}
    (event,) = _tell(session, {hook_id: ()}, [(TEST, told)], None, now, by)
    table = table_of(models.WebhookDelivery)
    made = sa.select(table.c.id).where(table.c.webhook_id == hook_id, table.c.event == event)
    return int(session.execute(made).scalar_one())


def listens(events: tuple[str, ...], kind: str) -> bool:
    """Whether a webhook that names ``events`` (none: all) is told of that kind."""
    return not events or kind in events or kind.partition(".")[0] in events


def _tell(
    session: Session,
    hooks: Mapping[int, tuple[str, ...]],
    events: Iterable[tuple[str, Mapping[str, Any]]],
    case: str | None,
    at: dt.datetime,
    by: str,
) -> list[str]:
    """Put events on their way, each a kind and what is told of it; returns the id of each."""
    ids, waiting = [], []
    for kind, told in events:
        event = fresh_event()
        body = {"id": event, "kind": kind, "case": case, "at": at.isoformat(), "by": _json(by)}
        text = json.dumps({**body, **told}, ensure_ascii=False)
        wanted = (hook_id for hook_id, names in hooks.items() if listens(names, kind))
        waiting += [(hook_id, event, kind, text) for hook_id in wanted]
        ids.append(event)
    enqueue(session, waiting, at)
    return ids


def _hooks(session: Session) -> dict[int, tuple[str, ...]]:
    """The webhooks that are switched on, and what each wants to be told of."""
    return {row[0]: tuple(row[1]) for row in session.execute(_hooks_query())}


@cache
def _hooks_query() -> sa.Select[Any]:
    """Built once: building a statement costs more than running it."""
    table = table_of(models.Webhook)
    return sa.select(table.c.id, table.c.events).where(table.c.is_active.is_(sa.true()))


def _find(
    session: Session, header: Header, keys: Iterable[str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """The noun of each fact and its values: those of its line in the log, and its own fields."""
    nouns, kinds = tuple(_KINDS), tuple(_KINDS.values())
    asked = {"case": header.id, "keys": tuple(keys)}
    rows = session.execute(_facts_query(kinds), asked).all()
    names = _names(session, header) if rows else {}
    found = {}
    for number, replaced_at, replaced_by, *row in rows:
        kind = kinds[number]
        fact = maker(kinds, kind)(row)
        is_taken_back = str(replaced_by or "").startswith("taget ")
        own = {name: getattr(fact, name) for name in kind.names if name not in _OF_ITSELF}
        values = {
            "at": fact.recorded_at,
            "by": fact.recorded_by,
            "kind": table_of(kind.fact).name,
            "key": fact.key,
            "text": sentence(fact, names) + (f" ({replaced_by})" if is_taken_back else ""),
            "source": fact.source,
            "made_up": fact.is_made_up,
            "replaced_at": replaced_at,
            "fields": _plain(own),
        }
        found[fact.key] = nouns[number], _plain(values)
    return found


@cache
def _facts_query(kinds: tuple[Kind, ...]) -> sa.CompoundSelect[Any]:
    """Facts of a case by their keys, of whatever kind; built once, as above."""
    parts = []
    for number, kind in enumerate(kinds):
        table = table_of(kind.fact)
        here = table.c.announcement_id == sa.bindparam("case")
        named = table.c.key.in_(sa.bindparam("keys", expanding=True))
        rows = rows_of(kinds, number, table.c.superseded_at, table.c.superseded_by)
        parts.append(rows.where(here, named))
    return sa.union_all(*parts)


def _names(session: Session, header: Header) -> Names:
    parties = table_of(models.Party)
    rows = session.execute(
        sa.select(parties.c.party, parties.c.name).where(parties.c.announcement_id == header.id)
    )
    return names_in(header.process, {row[0]: row[1] for row in rows})


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
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    return [_json(one) for one in value] if isinstance(value, (tuple, list)) else value
