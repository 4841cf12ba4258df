"""Which case is meant? The little that every use of a case needs before its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import DocumentKind, Scope, SubmissionKind
from udmelding.config.case.process import Process
from udmelding.errors import NotFoundError
from udmelding.journal.tables import known_at, table_of


@dataclass(frozen=True, slots=True)
class Pin:
    """A case was moved to another version of its process; superseded when that was taken back."""

    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    process: Process
    process_version_id: int

    def holds(self, as_of: dt.datetime | None) -> bool:
        """Whether it was known, and not yet replaced, at ``as_of`` (None: now)."""
        if as_of is None:
            return self.superseded_at is None
        is_replaced = self.superseded_at is not None and self.superseded_at <= as_of
        return self.recorded_at <= as_of and not is_replaced


@dataclass(frozen=True, slots=True)
class Header:
    """The identity of a case and the process that it is pinned to.

    Attributes:
        process: the version that holds, and ``process_version_id`` its id.
        first: the version that the case started with, where it was moved to another; else None.
        pins: every version that it was moved to, in the order in which that became known.
    """

    id: int
    reference: str
    process: Process
    process_version_id: int
    area: str
    scope: Scope
    received_on: dt.date
    recorded_at: dt.datetime
    is_made_up: bool
    first: tuple[Process, int] | None = None
    pins: tuple[Pin, ...] = ()


def find(session: Session, reference: str) -> Header:
    """The case with that reference; case of letters does not matter.

    Raises:
        NotFoundError: there is none; names the known ones.
    """
    found = headers(session, (reference,))
    if not found:
        raise NotFoundError("sag", reference, references(session))
    return found[0]


def references(session: Session) -> tuple[str, ...]:
    """All references, newest case first."""
    announcements = table_of(models.Announcement)
    query = sa.select(announcements.c.reference).order_by(announcements.c.received_on.desc())
    return tuple(session.execute(query).scalars())


def headers(session: Session, only: tuple[str, ...] | None = None) -> tuple[Header, ...]:
    """The cases named in ``only``, or all of them, newest first."""
    if only is None:
        return _headers(session.execute(_headers_query("")))
    wanted = [reference.casefold() for reference in only]
    return _headers(session.execute(_headers_query("reference"), {"wanted": wanted}))


def open_headers(session: Session) -> tuple[Header, ...]:
    """The cases that are not closed, newest first."""
    closed = set(session.execute(closed_ids()).scalars())
    return tuple(header for header in headers(session) if header.id not in closed)


def with_ids(session: Session, ids: Iterable[int]) -> tuple[Header, ...]:
    """The cases with those ids, newest first."""
    return _headers(session.execute(_headers_query("id"), {"wanted": sorted(set(ids))}))


def _headers(rows: Iterable[Any]) -> tuple[Header, ...]:
    found: dict[int, Header] = {}
    for number, reference, content, version, *rest, at, until, pinned_to, pinned_version in rows:
        if number not in found:
            found[number] = Header(number, reference, process_from(content), version, *rest)
        if at is not None:
            pin = Pin(at, until, process_from(pinned_to), pinned_version)
            found[number] = replace(found[number], pins=(*found[number].pins, pin))
    return pin_processes(found.values(), None)


def ended_cases(session: Session, as_of: dt.datetime) -> set[int]:
    """Ids of the cases that were closed, or whose report was sent, as known at ``as_of``."""
    closure, sent = table_of(models.Closure), table_of(models.Submission)
    is_report = sent.c.submission_kind == SubmissionKind.REPORT
    closed = sa.select(closure.c.announcement_id).where(known_at(closure, as_of))
    submitted = sa.select(sent.c.announcement_id).where(known_at(sent, as_of), is_report)
    return set(session.execute(closed.union(submitted)).scalars())


def closed_among(session: Session, as_of: dt.datetime) -> set[int]:
    """Ids of the cases that were closed as known at ``as_of``."""
    closure = table_of(models.Closure)
    query = sa.select(closure.c.announcement_id).where(known_at(closure, as_of))
    return set(session.execute(query).scalars())


def closed_ids() -> sa.Select[tuple[int]]:
    """The ids of the cases that are closed, for the conditions of statements."""
    closure = table_of(models.Closure)
    return sa.select(closure.c.announcement_id).where(closure.c.superseded_at.is_(None))


def paused_ids() -> sa.Select[tuple[int]]:
    """The ids of the cases in which nobody is written to now, for the conditions of statements.

    The latest word counts, in the order in which ``load`` reads them.
    """
    pause = table_of(models.Pause)
    newest_first = (pause.c.recorded_at.desc(), pause.c.key.desc())
    said = (
        sa.select(
            pause.c.announcement_id,
            pause.c.is_paused,
            sa.func.row_number()
            .over(partition_by=pause.c.announcement_id, order_by=newest_first)
            .label("place"),
        )
        .where(pause.c.superseded_at.is_(None))
        .subquery()
    )
    return sa.select(said.c.announcement_id).where(said.c.place == 1, said.c.is_paused)


def closings(
    session: Session, case_ids: Collection[int]
) -> Mapping[int, tuple[str, dt.date | None]]:
    """The reference of each of the cases and the day on which it was closed, None while open."""
    case, closure = table_of(models.Announcement), table_of(models.Closure)
    stands = sa.and_(closure.c.announcement_id == case.c.id, closure.c.superseded_at.is_(None))
    query = (
        sa.select(case.c.id, case.c.reference, sa.func.max(closure.c.closed_on))
        .outerjoin(closure, stands)
        .where(case.c.id.in_(sorted(set(case_ids))))
        .group_by(case.c.id, case.c.reference)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def titles(
    session: Session,
    as_of: dt.datetime | None = None,
    *,
    only: Collection[int] | None = None,
    is_open: bool = False,
) -> tuple[tuple[str, str], ...]:
    """Reference and title of every case known at ``as_of`` (None: now), newest first.

    ``only`` names the ids of the cases that are wanted; ``is_open`` leaves closed ones out.
    """
    case, said = table_of(models.Announcement), table_of(models.Particulars)
    query = (
        sa.select(case.c.reference, said.c.title)
        .join(said, said.c.announcement_id == case.c.id)
        .where(known_at(said, as_of))
        .order_by(case.c.received_on.desc(), case.c.reference, said.c.recorded_at, said.c.key)
    )
    if as_of is not None:
        query = query.where(case.c.recorded_at <= as_of)
    if only is not None:
        query = query.where(case.c.id.in_(list(only)))
    if is_open:
        query = query.where(case.c.id.not_in(closed_ids()))
    latest = dict(session.execute(query).tuples().all())
    return tuple(latest.items())


def with_documents(session: Session, kind: DocumentKind, as_of: dt.datetime) -> tuple[Header, ...]:
    """The cases that hold a document of that kind, by what is known at ``as_of``."""
    document = table_of(models.Document)
    query = sa.select(document.c.announcement_id).where(
        known_at(document, as_of), document.c.document_kind == kind
    )
    holding = set(session.execute(query).scalars())
    return tuple(h for h in headers(session) if h.id in holding) if holding else ()


def pin_processes(cases: Iterable[Header], as_of: dt.datetime | None) -> tuple[Header, ...]:
    """The same cases with the process that held at ``as_of`` (None: now)."""
    return tuple(_at(header, as_of) for header in cases)


def _at(header: Header, as_of: dt.datetime | None) -> Header:
    first = header.first or (header.process, header.process_version_id)
    holding = [pin for pin in header.pins if pin.holds(as_of)]
    last = holding[-1] if holding else None
    process, version_id = (last.process, last.process_version_id) if last else first
    if version_id == header.process_version_id:
        return header
    return replace(header, process=process, process_version_id=version_id, first=first)


@cache
def _headers_query(named_by: str) -> sa.Select[Any]:
    """Built once for each way to ask: building a statement costs more than running it."""
    announcement, version = table_of(models.Announcement), table_of(models.ProcessVersion)
    pin, other = table_of(models.ProcessPin), version.alias()
    query = (
        sa.select(
            announcement.c.id,
            announcement.c.reference,
            version.c.content,
            version.c.id,
            announcement.c.area,
            announcement.c.scope,
            announcement.c.received_on,
            announcement.c.recorded_at,
            announcement.c.is_made_up,
            pin.c.recorded_at,
            pin.c.superseded_at,
            other.c.content,
            other.c.id,
        )
        .join(version, version.c.id == announcement.c.process_version_id)
        .outerjoin(pin, pin.c.announcement_id == announcement.c.id)
        .outerjoin(other, other.c.id == pin.c.process_version_id)
        .order_by(
            announcement.c.received_on.desc(),
            announcement.c.reference,
            pin.c.recorded_at,
            pin.c.key,
        )
    )
    if named_by == "reference":
        wanted = sa.bindparam("wanted", expanding=True, type_=sa.String())
        query = query.where(sa.func.lower(announcement.c.reference).in_(wanted))
    elif named_by == "id":
        query = query.where(announcement.c.id.in_(sa.bindparam("wanted", expanding=True)))
    return query


@lru_cache(maxsize=256)
def process_from(content: str) -> Process:
    """The process that a ``ProcessVersion`` holds; parsed once for each distinct text."""
    return Process.model_validate_json(content)
