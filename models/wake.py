"""The wake index: when the machine must next look at an open obligation.

Not a fact but an index over facts: every row can be computed again from the case
(``udmelding.journal.wake.wake_index.rebuild``), and a test compares the two. It exists so that the
daily sweep reads what is due and not all that is open.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class WakeItem(SQLModel, table=True):
    """One open obligation, or one case (``step`` and ``party`` empty), waiting for a day.

    Attributes:
        opened_on: the day the obligation was asked for.
        due_on: the day that the ladder counts from: its present due date, extensions counted, or
            the day that the party has announced.
        ladder: the ladder that is climbed, where it is not the step's own.
        escalates_after: no rung with copies before this day has passed; empty for none.
        silent: why nobody is reminded for now (``rules.case.actions.Withheld``); empty: they go.
        last_rung: the last rung for that due date that was written to the outbox; empty for none.
        next_on: the first day on which there is something to do, the last day there is where that
            waits for something else to happen; no row at all when nothing is left to do.
    """

    __tablename__ = "wake"
    __table_args__ = (sa.UniqueConstraint("announcement_id", "step", "party"),)

    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id")
    process_version_id: int = Field(foreign_key="process_version.id")
    step: str = ""
    party: str = ""
    opened_on: dt.date
    due_on: dt.date
    ladder: str = Field(default="", sa_column_kwargs={"server_default": ""})
    escalates_after: dt.date | None = None
    silent: str = Field(default="", sa_column_kwargs={"server_default": ""})
    last_rung: str = ""
    next_on: dt.date = Field(index=True)
