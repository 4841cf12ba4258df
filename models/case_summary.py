"""Case summaries: what the overview shows of a case, so that a page need not work it out again.

Not a fact but an index over facts: every row can be computed again from the case, and is thrown
away when anything is recorded in it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class CaseSummary(SQLModel, table=True):
    """One case at a glance, as seen on one day.

    Attributes:
        day: the day that it was worked out for; on any other day it says nothing.
        stamp: checksum of what else it rests on: the process definition, shared calendars, code.
        rank: order of urgency, 0 first.
        deadline: the case's deadline, to sort by.
        content: what the overview shows of it.
    """

    __tablename__ = "case_summary"

    announcement_id: int = Field(foreign_key="announcement.id", primary_key=True)
    day: dt.date
    stamp: str = Field(max_length=64)
    is_closed: bool
    rank: int
    deadline: dt.date | None = None
    content: dict[str, Any] = Field(sa_type=sa.JSON)
