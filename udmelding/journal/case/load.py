"""Loads cases as they were known at a moment: rows in, the immutable values of rules out.

A fixed number of statements, however many cases are asked for: tables that are small in one case
are read together. Rows come in the order of
``recorded_at`` and key, so the order in which they arrived in the database does not matter.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import IncomingKind, OutboxState, PartyKind
from udmelding.config.case.library import NATIONAL
from udmelding.config.parties import danish_sort_key
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.errors import NotFoundError
from udmelding.journal.case import header as headers
from udmelding.journal.case.council_calendars import load_calendars
from udmelding.journal.case.header import Header
from udmelding.journal.case.rows import groups, maker, rows_of
from udmelding.journal.tables import KINDS, Kind, kind_for, known_at, table_of
from udmelding.rules.case import facts as values
from udmelding.rules.case.case import Case, process_on
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.mail_state import COPY

_FOR_ONE_PARTY = (
    "obligations",
    "responses",
    "decisions",
    "waivers",
    "extensions",
    "expectations",
    "chase_stops",
)
_FOR_ANY_PARTY = ("particulars", "documents", "pauses", "closures")

_LOADED = groups(lambda kind: bool(kind.field))
_CHASE = groups(lambda kind: kind.field in ("parties", *_FOR_ONE_PARTY, *_FOR_ANY_PARTY))
"""What the standings of municipalities and the ladders that chase them are read from."""

_OWED = tuple(kind for kind in KINDS if kind.field == "obligations")
_FRAME = tuple(kind for kind in KINDS if kind.field in ("parties", *_FOR_ANY_PARTY))
_PART = tuple(k for k in KINDS if k.field in ("parties", *_FOR_ONE_PARTY, *_FOR_ANY_PARTY))
"""Few rows in one case or of one party: one statement reads them, at every recording."""


EVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""A case as of then knows all that was recorded, also after the moment of whoever asks."""


def load(session: Session, reference: str, as_of: dt.datetime) -> Case:
    """The case as it was known at ``as_of``.

    Raises:
        NotFoundError: there is no such case, or it was not known then.
    """
    header = headers.find(session, reference)
    found = load_all(session, as_of, (header,))
    if not found:
        raise NotFoundError(f"sag pr. {as_of:%d.%m.%Y}", reference)
    return found[0]


class Around(NamedTuple):
    """What all cases share: the meetings of bodies and of councils."""

    meetings: tuple[values.Meeting, ...]
    calendars: CouncilCalendars


def load_around(session: Session, as_of: dt.datetime) -> Around:
    """What cases loaded as of that moment stand among, for whoever loads them more than once."""
    return Around(load_meetings(session, as_of), load_calendars(session, as_of))


def load_all(
    session: Session,
    as_of: dt.datetime,
    only: Sequence[Header] | None = None,
    *,
    is_chase: bool = False,
    around: Around | None = None,
) -> tuple[Case, ...]:
    """The cases of ``only``, or all, as known at ``as_of``; those unknown then are left out.

    ``is_chase`` loads no more than the municipalities' standings and their reminders need.
    ``around`` is what they share, where that was loaded before and has not changed.
    """
    asked = headers.headers(session) if only is None else only
    known = headers.pin_processes([h for h in asked if h.recorded_at <= as_of], as_of)
    ids = None if only is None else [header.id for header in known]
    by_case: dict[int, dict[str, Any]] = defaultdict(dict)
    for group in _CHASE if is_chase else _LOADED:
        for case_id, name, value in _facts(session, group, as_of, ids):
            by_case[case_id].setdefault(name, []).append(value)
    for case_id, mail in _mails(session, as_of, ids):
        by_case[case_id].setdefault("mails", []).append(mail)
    for case_id, reply in _replies(session, as_of, ids):
        by_case[case_id].setdefault("replies", []).append(reply)
    if is_chase:
        around = Around((), load_calendars(session, as_of, is_chase=True))
    around = around or load_around(session, as_of)
    return tuple(
        _case(header, by_case[header.id], *around, as_of)
        for header in known
        if "particulars" in by_case[header.id]
    )


def load_frame(session: Session, header: Header, as_of: dt.datetime) -> Case:
    """The case without what happened in it: who takes part, its front page and its documents."""
    known = headers.pin_processes([header], as_of)[0]
    parts: dict[str, Any] = {}
    for _, name, value in _facts(session, _FRAME, as_of, [header.id]):
        parts.setdefault(name, []).append(value)
    none = CouncilCalendars(known={}, chains={}, assumptions=load_assumptions())
    return _case(known, parts, (), none, as_of)


def load_part(session: Session, header: Header, step: str, party: str) -> Case:
    """What is known now of one party in one step; enough for its standing and its next reminder."""
    ids, at = [header.id], {"step": step, "party": party}
    parts: dict[str, Any] = {}
    for _, name, value in _facts(session, _PART, None, ids, at):
        parts.setdefault(name, []).append(value)
    parts["mails"] = [mail for _, mail in _mails(session, None, ids, at)]
    parts["replies"] = [reply for _, reply in _replies(session, None, ids, at)]
    calendars = load_calendars(session, None, is_chase=True)
    return _case(header, parts, (), calendars, header.recorded_at)


def load_obligations(
    session: Session, as_of: dt.datetime, case_ids: Sequence[int]
) -> Mapping[int, tuple[values.Obligation, ...]]:
    """What is owed in each of the cases, as their ``obligations`` have it."""
    found: dict[int, list[values.Obligation]] = defaultdict(list)
    for case_id, _, value in _facts(session, _OWED, as_of, case_ids):
        found[case_id].append(value)
    return {case_id: tuple(found[case_id]) for case_id in case_ids}


def load_meetings(session: Session, as_of: dt.datetime) -> tuple[values.Meeting, ...]:
    """All bodies' meetings known at ``as_of``, by day."""
    kind = kind_for(values.Meeting)
    found = [value for _, _, value in _facts(session, (kind,), as_of, None)]
    meetings = [value for value in found if isinstance(value, values.Meeting)]
    return tuple(sorted(meetings, key=lambda m: (m.held_on, m.area, m.body)))


def _case(
    header: Header,
    parts: dict[str, Any],
    meetings: Iterable[values.Meeting],
    calendars: CouncilCalendars,
    as_of: dt.datetime,
) -> Case:
    particulars = parts.pop("particulars")[-1]
    parties = sorted(parts.pop("parties", ()), key=lambda party: _place(party, header.area))
    return Case(
        reference=header.reference,
        process=process_on(header.process, as_of.date(), parts.get("decisions", ())),
        area=header.area,
        scope=header.scope,
        received_on=header.received_on,
        as_of=as_of,
        is_made_up=header.is_made_up,
        particulars=particulars,
        parties=tuple(parties),
        meetings=tuple(m for m in meetings if m.area in (header.area, NATIONAL)),
        council_calendars=calendars,
        **{name: tuple(found) for name, found in parts.items()},
    )


def _place(party: values.Party, area: str) -> tuple[Any, ...]:
    """Lists name municipalities as people look for them: their own area's first, then by name."""
    if party.kind is not PartyKind.MUNICIPALITY:
        return (True,)
    return (False, party.area != area, danish_sort_key(party.name))


_EVERYBODY: Mapping[str, str] = {}


def _facts(
    session: Session,
    kinds: tuple[Kind, ...],
    as_of: dt.datetime | None,
    ids: Sequence[int] | None,
    at: Mapping[str, str] = _EVERYBODY,
) -> Iterable[tuple[int, str, Any]]:
    """Rows of some tables as values, with the id of their case (0 for shared facts) and field."""
    query = _facts_query(
        kinds, is_dated=as_of is not None, is_limited=ids is not None, at=tuple(at)
    )
    made = [maker(kinds, kind) for kind in kinds]
    for number, case_id, *row in session.execute(query, {"as_of": as_of, "ids": ids, **at}).all():
        yield case_id, kinds[number].field, made[number](row)


@cache
def _facts_query(
    kinds: tuple[Kind, ...], *, is_dated: bool, is_limited: bool, at: tuple[str, ...]
) -> sa.CompoundSelect[Any]:
    """Built once for each way to ask: building a statement costs more than running it."""
    parts = []
    for number, kind in enumerate(kinds):
        table = table_of(kind.fact)
        is_shared = "announcement_id" not in table.c
        owner = sa.literal(0) if is_shared else table.c.announcement_id
        part = rows_of(kinds, number, owner).where(
            known_at(table, sa.bindparam("as_of") if is_dated else None),
            *(table.c[name] == sa.bindparam(name) for name in at if name in kind.names),
        )
        if is_limited and not is_shared:
            part = part.where(table.c.announcement_id.in_(sa.bindparam("ids", expanding=True)))
        parts.append(part)
    return sa.union_all(*parts).order_by(sa.column("recorded_at"), sa.column("key"))


_MAIL = tuple(field.name for field in fields(values.Mail))


def _mails(
    session: Session,
    as_of: dt.datetime | None,
    ids: Sequence[int] | None,
    at: Mapping[str, str] = _EVERYBODY,
) -> Iterable[tuple[int, values.Mail]]:
    """Mails written by ``as_of``; one that was finished later counts as waiting then."""
    query = _mails_query(is_dated=as_of is not None, is_limited=ids is not None, at=tuple(at))
    for case_id, *row in session.execute(query, {"as_of": as_of, "ids": ids, **at}):
        mail = values.Mail(**dict(zip(_MAIL, row, strict=True)))
        if as_of is not None and mail.finished_at is not None and mail.finished_at > as_of:
            mail = values.Mail(
                **(dict(zip(_MAIL, row, strict=True)))
                | {"state": OutboxState.PENDING, "finished_at": None, "outcome": ""}
            )
        yield case_id, mail


@cache
def _mails_query(*, is_dated: bool, is_limited: bool, at: tuple[str, ...]) -> sa.Select[Any]:
    table = table_of(models.OutboxMessage)
    query = sa.select(table.c.announcement_id, *(table.c[name] for name in _MAIL)).where(
        *(table.c[name] == sa.bindparam(name) for name in at), table.c.key.not_like(f"%{COPY}%")
    )
    if is_dated:
        query = query.where(table.c.created_at <= sa.bindparam("as_of"))
    if is_limited:
        query = query.where(table.c.announcement_id.in_(sa.bindparam("ids", expanding=True)))
    return query.order_by(table.c.created_at, table.c.key)


def _replies(
    session: Session,
    as_of: dt.datetime | None,
    ids: Sequence[int] | None,
    at: Mapping[str, str] = _EVERYBODY,
) -> Iterable[tuple[int, values.ReplyMail]]:
    """Replies by mail that had come by ``as_of``; one that was handled later waits then.

    One that lies nowhere yet waits for all that it may concern.
    """
    query = _replies_query(is_dated=as_of is not None, is_limited=ids is not None, at=tuple(at))
    for case_id, handled_at, *row in session.execute(query, {"as_of": as_of, "ids": ids, **at}):
        is_waiting = handled_at is None or (as_of is not None and handled_at > as_of)
        yield (
            case_id,
            values.ReplyMail(**dict(zip(_REPLY, row, strict=True)), is_waiting=is_waiting),
        )


_REPLY = ("key", "step", "party", "received_at", "sender", "subject")


@cache
def _replies_query(
    *, is_dated: bool, is_limited: bool, at: tuple[str, ...]
) -> sa.CompoundSelect[Any]:
    mail, hold = table_of(models.IncomingMail), table_of(models.IncomingHold)
    same = ("key", "received_at", "sender", "subject")
    laid = sa.select(
        mail.c.announcement_id, mail.c.handled_at, *(mail.c[name] for name in _REPLY)
    ).where(mail.c.announcement_id.is_not(None), mail.c.kind == IncomingKind.REPLY)
    columns = {name: mail.c[name] for name in same} | {"step": hold.c.step, "party": hold.c.party}
    held = (
        sa.select(hold.c.announcement_id, hold.c.held_until, *(columns[name] for name in _REPLY))
        .join_from(hold, mail, mail.c.key == hold.c.mail_key)
    )  # fmt: skip
    queries = []
    for query, table in ((laid, mail), (held, hold)):
        narrow = query.where(*(table.c[name] == sa.bindparam(name) for name in at))
        if is_dated:
            narrow = narrow.where(mail.c.received_at <= sa.bindparam("as_of"))
        if is_limited:
            narrow = narrow.where(table.c.announcement_id.in_(sa.bindparam("ids", expanding=True)))
        queries.append(narrow)
    both = sa.union_all(*queries)
    return both.order_by(both.selected_columns.received_at, both.selected_columns.key)
