"""Records facts: the one way in.

Each fact has a key made of its content, so that recording the same thing twice records it once. A
correction names the key it replaces. Nothing is committed here; whoever calls owns the transaction,
so a batch is recorded whole or not at all. Before an entry becomes a fact, it is held against what
it must not contradict. Of some kinds the latest holds (a deadline, an extension): there a new fact
overrides the one before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from udmelding.config.case.process import Parties
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.header import Header, find, process_from
from udmelding.journal.case.process_versions import pin
from udmelding.journal.files import guard
from udmelding.journal.recording.announcing import CORRECTED, RECORDED, WITHDRAWN, announce
from udmelding.journal.stamp import Stamp
from udmelding.journal.summaries.summaries import forget
from udmelding.journal.tables import FACTS, SHARED_FACTS, insert_new, table_for, table_of
from udmelding.journal.wake.wake_index import refresh_and_wake, wake_area
from udmelding.rules.access.links import without_links_in
from udmelding.rules.recording.case import NewMeeting, NewProcess
from udmelding.rules.recording.entry import Entry
from udmelding.rules.recording.parties import NewDecision
from udmelding.rules.recording.report import NewRespondent


@dataclass(frozen=True, slots=True)
class Recorded:
    """The key of a fact, and whether it is new (False: it was known already)."""

    key: str
    is_new: bool


def content_key(prefix: str, entry: Entry) -> str:
    """A key made of what the entry says; who recorded it and when are not part of it."""
    content = entry.model_dump(mode="json", exclude={"kind", "corrects", "source"})
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    return f"{prefix}/{entry.kind}/{digest}"


def record(
    session: Session, header: Header, entry: Entry, stamp: Stamp, *, key: str | None = None
) -> Recorded:
    """Record one fact of one case, and put the case on the wake index.

    Args:
        session: an open writing transaction.
        header: the case, from ``header.find``.
        entry: what is to be recorded.
        stamp: who and when.
        key: the key of an imported fact; None makes one of the content.

    No personal link is recorded: a sign stands for it (``journal.files.guard``).

    Raises:
        NotFoundError: the party, the step or the corrected fact is not in the case.
        RefusedError: the entry contradicts the case, such as a decision in the future.
    """
    # The gate is first: a refusal repeats what was said.
    entry, made_key = _passed(session, header.reference, entry, stamp, key)
    check(session, header, entry, stamp.now.date())
    extra = {"announcement_id": header.id}
    if isinstance(entry, NewProcess):
        process = process_from(entry.content)
        extra["process_version_id"] = pin(session, process, stamp.now)
    recorded = _insert(
        session,
        entry,
        stamp,
        made_key,
        extra,
        is_given=key is not None,
    )
    if recorded.is_new:
        if isinstance(entry, NewProcess):
            header = find(session, header.reference)
        touched = set() if entry.at is None else {entry.at}
        if entry.corrects:
            touched |= supersede(session, entry.corrects, recorded.key, stamp, header)
        refresh_and_wake(session, header, touched, stamp.now, everything=entry.is_wide)
        what, new = (CORRECTED if entry.corrects else RECORDED), recorded.key
        announce(session, header, what, new, at=stamp.now, by=stamp.by, replaces=entry.corrects)
    return recorded


def _passed(
    session: Session, prefix: str, entry: Entry, stamp: Stamp, given: str | None = None
) -> tuple[Entry, str]:
    """The entry as it may be recorded, and its key."""
    clean = entry.reword(without_links_in)
    key = given or content_key(prefix, clean)
    guard(session, key, _texts_of(clean) | ({"key": given} if given else {}), stamp)
    return clean, key


def _texts_of(entry: Entry) -> dict[str, Any]:
    """What a person may have written in an entry; a process's own text becomes no column."""
    content = {"content": entry.content} if isinstance(entry, NewProcess) else {}
    return entry.columns() | content


def record_meeting(session: Session, entry: NewMeeting, stamp: Stamp) -> Recorded:
    """Record one meeting of a body; open cases of its area are put on the wake index.

    Raises:
        NotFoundError: the corrected meeting does not exist.
    """
    new, key = _passed(session, f"{entry.area}/{entry.body}", entry, stamp)
    recorded = _insert(session, new, stamp, key, {})
    if recorded.is_new:
        if entry.corrects:
            supersede(session, entry.corrects, recorded.key, stamp, None)
        wake_area(session, entry.area, stamp.now)
    return recorded


def after_latest(session: Session, header: Header, entry: Entry, stamp: Stamp) -> Stamp:
    """The stamp, a trifle later where the fact it overrides was recorded at the same moment.

    A rehearsal acts at noon of its day, however often; what is said last has to hold.
    """
    soon = stamp.now + dt.timedelta(seconds=1)
    latest = latest_of(session, table_for(entry), entry, header.id, soon)
    if latest is None or latest[1] < stamp.now:
        return stamp
    return replace(stamp, now=latest[1] + dt.timedelta(microseconds=1))


def retract(session: Session, header: Header, key: str, reason: str, stamp: Stamp) -> None:
    """Take a fact back without putting another in its place; it stays readable.

    Raises:
        NotFoundError: there is no such fact, or it was replaced already.
    """
    clean = guard(session, key, {"reason": reason}, stamp)
    touched = supersede(session, key, f"taget tilbage: {clean['reason']}", stamp, header)
    header = find(session, header.reference)  # the rules that hold may be others now
    refresh_and_wake(session, header, touched, stamp.now, everything=True)
    forget(session, {header.id})
    announce(session, header, WITHDRAWN, key, at=stamp.now, by=stamp.by)


def insert_many(
    session: Session, fact: type[models.Fact], rows: Sequence[dict[str, Any]], stamp: Stamp | None
) -> None:
    """Insert rows of one table in one statement; keys must be new.

    Args:
        session: an open writing transaction.
        fact: the table.
        rows: with all columns.
        stamp: who records them now; None where they are copies of rows that passed the gate.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.files.guard``.
    """
    if stamp is not None:
        rows = [guard(session, row["key"], row, stamp) for row in rows]
    if rows:
        session.execute(sa.insert(table_of(fact)), rows)
        forget(session, {row["announcement_id"] for row in rows if "announcement_id" in row})


def _insert(
    session: Session,
    entry: Entry,
    stamp: Stamp,
    key: str,
    extra: dict[str, Any],
    *,
    is_given: bool = False,
) -> Recorded:
    """Insert the entry under that key, unless it stands already.

    A fact that was taken back, or overridden by a later one, can be recorded again; it then gets
    the next free number. A key that was given by an import is known in any case.
    """
    table = table_for(entry)
    row = entry.columns() | extra
    row |= {"recorded_at": stamp.now, "recorded_by": without_links_in(stamp.by)}
    case_id = extra.get("announcement_id")
    free, number, latest = key, 1, None
    while not insert_new(session, table, row | {"key": free}, "key"):
        if number == 1 and not is_given and case_id is not None:
            latest = latest_of(session, table, entry, case_id, stamp.now)
        replaced_at = session.execute(_key_query(table), {"key": free}).scalar_one()
        is_overridden = latest is not None and latest[0] != free
        if is_given or (replaced_at is None and not is_overridden):
            return Recorded(free, is_new=False)
        number += 1
        free = f"{key}~{number}"
    if case_id is not None:
        forget(session, {case_id})
    return Recorded(free, is_new=True)


def supersede(
    session: Session, key: str, by_key: str, stamp: Stamp, header: Header | None
) -> set[tuple[str, str]]:
    """Mark the fact ``key`` as replaced; returns the step and party it was about.

    Raises:
        NotFoundError: no such fact stands in the case (or among the meetings).
    """
    facts = FACTS if header is not None else SHARED_FACTS
    asked = {"key": key, "case": header.id if header is not None else 0}
    found = session.execute(_standing_query(facts), asked).first()
    if found is not None:
        number, step, party = found
        table = table_of(facts[number])
        replaced = (
            sa.update(table)
            .where(table.c.key == key, table.c.superseded_at.is_(None))
            .values(superseded_at=stamp.now, superseded_by=by_key)
        )
        if session.execute(replaced).rowcount:  # type: ignore[attr-defined]
            return set() if step is None or party is None else {(step, party)}
    raise NotFoundError("gældende registrering", key)


@cache
def _standing_query(facts: tuple[type[models.Fact], ...]) -> sa.CompoundSelect[Any]:
    """In which table a key stands that nothing has replaced, and the step and party of it."""
    parts = []
    for number, fact in enumerate(facts):
        table = table_of(fact)
        about = (table.c.get(name, sa.cast(sa.null(), sa.String())) for name in ("step", "party"))
        part = sa.select(sa.literal(number, sa.Integer()), *about).where(
            table.c.key == sa.bindparam("key"), table.c.superseded_at.is_(None)
        )
        if "announcement_id" in table.c:
            part = part.where(table.c.announcement_id == sa.bindparam("case"))
        parts.append(part)
    return sa.union_all(*parts)


@cache
def _key_query(table: sa.Table) -> sa.Select[Any]:
    """Built once for each table: building a statement costs more than running it."""
    return sa.select(table.c.superseded_at).where(table.c.key == sa.bindparam("key"))


def check(session: Session, header: Header, entry: Entry, today: dt.date) -> None:
    """Refuse an entry that contradicts its case or the calendar.

    Raises:
        NotFoundError: the party or the step is not in the case.
        RefusedError: the entry contradicts the case, such as a decision in the future.
    """
    _check_party(session, header, entry)
    if told := entry.contradiction(header.received_on, today):
        raise RefusedError(told)


def _check_party(session: Session, header: Header, entry: Entry) -> None:
    step_id, party = getattr(entry, "step", None), getattr(entry, "party", None)
    step = header.process.step(step_id) if step_id else None
    if step_id and step is None:
        raise NotFoundError("trin", step_id, tuple(s.id for s in header.process.steps))
    if not party or isinstance(entry, NewRespondent):
        return
    here = {"announcement_id": header.id, "party": party}
    known = session.execute(_party_query(), here).first()
    if known is None:
        raise NotFoundError("part i sagen", party)
    is_body = known[1] is models.PartyKind.BODY
    if step is not None and is_body and step.parties is Parties.MUNICIPALITIES:
        raise RefusedError(f"{known[0]} skylder intet i trinnet «{step.title}».")
    if isinstance(entry, NewDecision) and step is not None and step.fulfilled_by != "decision":
        raise RefusedError(f"Trinnet «{step.title}» afgøres ikke ved en beslutning.")


@cache
def _party_query() -> sa.Select[Any]:
    parties = table_of(models.Party)
    return sa.select(parties.c.name, parties.c.kind).where(
        parties.c.announcement_id == sa.bindparam("announcement_id"),
        parties.c.party == sa.bindparam("party"),
        parties.c.superseded_at.is_(None),
    )


def latest_of(
    session: Session, table: sa.Table, entry: Entry, announcement_id: int, until: dt.datetime
) -> tuple[str, dt.datetime] | None:
    """Key and moment of the fact that an entry overrides, where the latest of its kind holds.

    Only what was recorded by ``until``: an import tells again what was said long ago.
    """
    if not entry.latest_holds:
        return None
    row = session.execute(
        _latest_query(table, has_party="party" in table.c),
        {
            "announcement_id": announcement_id,
            "until": until,
            "step": getattr(entry, "step", ""),
            "party": getattr(entry, "party", ""),
        },
    ).first()
    return (str(row[0]), row[1]) if row else None


@cache
def _latest_query(table: sa.Table, *, has_party: bool) -> sa.Select[Any]:
    where = [
        table.c.announcement_id == sa.bindparam("announcement_id"),
        table.c.superseded_at.is_(None),
        table.c.recorded_at <= sa.bindparam("until"),
    ]
    if has_party:
        where += [
            table.c.step == sa.bindparam("step"),
            table.c.party == sa.bindparam("party"),
        ]
    newest = (table.c.recorded_at.desc(), table.c.key.desc())
    return sa.select(table.c.key, table.c.recorded_at).where(*where).order_by(*newest).limit(1)
