"""The fact tables as SQLAlchemy Core sees them: journal code reads and writes sets of rows."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import SQLModel

import models

FACTS: tuple[type[models.Fact], ...] = (
    models.Particulars,
    models.Deadline,
    models.Party,
    models.Obligation,
    models.Response,
    models.Decision,
    models.Waiver,
    models.Extension,
    models.Document,
    models.Submission,
    models.Question,
    models.QuestionAnswer,
    models.Verdict,
    models.Tally,
    models.Milestone,
    models.ActionItem,
    models.Pause,
    models.Closure,
)
"""All tables of case facts. Loading, the log, import and export walk this list."""


def table_of(fact: type[SQLModel]) -> sa.Table:
    """The Core table of a model class."""
    table: sa.Table = fact.__table__  # type: ignore[attr-defined]
    return table
