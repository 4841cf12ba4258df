"""Reads what was written in the joint report, its versions, and what readers remarked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Change, Stance
from udmelding.journal.tables import known_at, table_of

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBlock:
    """A paragraph as somebody wrote it; see ``models.report.TextBlock``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    chapter: str
    block: str
    position: int
    text: str
    figures: Mapping[str, str]
    based_on: tuple[str, ...]
    is_removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """One version of the report; see ``models.report.ReportVersion``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    number: int
    is_final: bool
    change: Change
    reason: str
    values_sha256: str
    word_sha256: str
    pdf_sha256: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPublication:
    """What was shown of the figures; see ``models.report.FigurePublication``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    number: int
    has_totals: bool
    counted: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRound:
    """A draft that was sent out for remarks; see ``models.report.CommentRound``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    number: int
    version: int
    due_on: dt.date
    readers: tuple[Mapping[str, str], ...]
    text: str
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptComment:
    """A remark; see ``models.report.Comment``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    round_number: int
    reader: str
    author: str
    speaks_for: str
    chapter: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReply:
    """The reply to a remark; see ``models.report.CommentReply``."""

    key: str
    recorded_at: dt.datetime
    recorded_by: str
    comment: str
    stance: Stance
    text: str


def blocks_of(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> tuple[WrittenBlock, ...]:
    """The paragraphs that stand, by chapter and position.

    A paragraph that was only moved keeps who wrote it and when.
    """
    by_block: dict[str, list[WrittenBlock]] = {}
    for row in _rows(session, models.TextBlock, WrittenBlock, case_id, as_of, is_whole=True):
        by_block.setdefault(row.block, []).append(row)
    standing = [_as_written(rows) for rows in by_block.values() if not rows[-1].is_removed]
    return tuple(sorted(standing, key=lambda b: (b.chapter, b.position, b.recorded_at, b.key)))


def _as_written(rows: Sequence[WrittenBlock]) -> WrittenBlock:
    """The last wording, with the moment and the writer of its first one like it."""
    last = first = rows[-1]
    for row in reversed(rows):
        if (row.text, row.figures, row.based_on) != (last.text, last.figures, last.based_on):
            break
        first = row
    return replace(last, recorded_at=first.recorded_at, recorded_by=first.recorded_by)


def versions_of(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> tuple[KeptVersion, ...]:
    """The versions of the report, the oldest first."""
    return _rows(session, models.ReportVersion, KeptVersion, case_id, as_of)


def newest_publication(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> KeptPublication | None:
    """What was last shown of the figures; None where nothing was.

    It counts though somebody took it back: what was shown once is known.
    """
    table = table_of(models.FigurePublication)
    names = tuple(KeptPublication.__dataclass_fields__)
    query = sa.select(*(table.c[name] for name in names)).where(table.c.announcement_id == case_id)
    if as_of is not None:
        query = query.where(table.c.recorded_at <= as_of)
    row = session.execute(query.order_by(table.c.number.desc()).limit(1)).first()
    return _made(KeptPublication, names, row) if row is not None else None


def rounds_of(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> tuple[KeptRound, ...]:
    """The rounds of remarks, the oldest first."""
    return _rows(session, models.CommentRound, KeptRound, case_id, as_of)


def cases_with_rounds(session: Session, first: dt.date, last: dt.date) -> tuple[str, ...]:
    """References of the cases with an open round that is due from ``first`` to ``last``."""
    table, case = table_of(models.CommentRound), table_of(models.Announcement)
    query = (
        sa.select(case.c.reference)
        .join(case, case.c.id == table.c.announcement_id)
        .where(
            table.c.superseded_at.is_(None),
            table.c.is_closed.is_(False),
            table.c.due_on.between(first, last),
        )
        .distinct()
    )
    return tuple(sorted(session.execute(query).scalars()))


def comments_of(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> tuple[KeptComment, ...]:
    """The remarks, in the order they came."""
    return _rows(session, models.Comment, KeptComment, case_id, as_of)


def replies_of(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> Mapping[str, KeptReply]:
    """The replies that stand, by the key of the remark."""
    found = _rows(session, models.CommentReply, KeptReply, case_id, as_of)
    return {reply.comment: reply for reply in found}


def shown_of(
    session: Session, case_id: int, as_of: dt.datetime | None = None
) -> tuple[Mapping[str, Any], ...]:
    """What versions made before there were publications have given away, the oldest first.

    Those that were taken back later count too.
    """
    table = table_of(models.ReportVersion)
    query = sa.select(table.c.shown).where(table.c.announcement_id == case_id)
    if as_of is not None:
        query = query.where(table.c.recorded_at <= as_of)
    rows = session.execute(query.order_by(table.c.recorded_at, table.c.key)).scalars()
    return tuple(row for row in rows if row)


def _rows(
    session: Session,
    fact: type[models.CaseFact],
    value: type[_Row],
    case_id: int,
    as_of: dt.datetime | None,
    *,
    is_whole: bool = False,
) -> tuple[_Row, ...]:
    """Rows of one table; ``is_whole`` takes replaced ones too."""
    table = table_of(fact)
    names = tuple(value.__dataclass_fields__)  # type: ignore[attr-defined]
    query = sa.select(*(table.c[name] for name in names)).where(table.c.announcement_id == case_id)
    if not is_whole:
        query = query.where(known_at(table, as_of))
    elif as_of is not None:
        query = query.where(table.c.recorded_at <= as_of)
    rows = session.execute(query.order_by(table.c.recorded_at, table.c.id))
    return tuple(_made(value, names, row) for row in rows)


def _made(value: type[_Row], names: tuple[str, ...], row: Any) -> _Row:
    columns = dict(zip(names, row, strict=True))
    lists = {name: tuple(one) for name, one in columns.items() if isinstance(one, list)}
    return value(**(columns | lists))
