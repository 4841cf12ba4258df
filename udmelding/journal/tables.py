"""The fact tables as SQLAlchemy Core sees them: journal code reads and writes sets of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import models
from udmelding.journal.stamp import Stamp

FACTS: tuple[type[models.Fact], ...] = (
    models.Particulars,
    models.Deadline,
    models.Party,
    models.Obligation,
    models.Response,
    models.Decision,
    models.Waiver,
    models.Extension,
    models.Expectation,
    models.Document,
    models.Submission,
    models.Question,
    models.QuestionAnswer,
    models.Verdict,
    models.Tally,
    models.Milestone,
    models.ActionItem,
    models.Pause,
    models.ChaseStop,
    models.DatedReminder,
    models.Closure,
    models.ProcessPin,
    models.QuestionSet,
    models.FormAnswer,
    models.TextBlock,
    models.ReportVersion,
    models.CommentRound,
    models.Comment,
    models.CommentReply,
)
"""All tables of case facts that are recorded and can be corrected; export walks this list.

``Redaction`` is not among them: nobody takes back that something was taken out for good.
"""

SHARED_FACTS: tuple[type[models.Fact], ...] = (
    models.Meeting,
    models.MunicipalChain,
    models.MunicipalMeeting,
    models.Contact,
    models.SendingPause,
)
"""The tables of facts that belong to no one case."""


def table_of(fact: type[SQLModel]) -> sa.Table:
    """The Core table of a model class."""
    table: sa.Table = fact.__table__  # type: ignore[attr-defined]
    return table


def known_at(
    table: sa.Table, as_of: dt.datetime | sa.BindParameter[Any] | None
) -> sa.ColumnElement[bool]:
    """The condition that a fact was known, and not yet replaced, at ``as_of`` (None: now)."""
    if as_of is None:
        return table.c.superseded_at.is_(None)
    return sa.and_(
        table.c.recorded_at <= as_of,
        sa.or_(table.c.superseded_at.is_(None), table.c.superseded_at > as_of),
    )


def supersede(
    session: Session, fact: type[models.Fact], pairs: Sequence[tuple[str, str]], stamp: Stamp
) -> None:
    """Mark facts as replaced, each by the one that stands beside its key."""
    table = table_of(fact)
    update = (
        sa.update(table)
        .where(table.c.key == sa.bindparam("old"))
        .values(superseded_at=stamp.now, superseded_by=sa.bindparam("new"))
    )
    if pairs:
        session.execute(update, [{"old": old, "new": new} for old, new in pairs])
