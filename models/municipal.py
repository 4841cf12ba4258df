"""How each municipality handles a political case: its chain of levels, and their meetings.

Shared by all cases, like the bodies' meetings. A municipality without these is planned by stated
assumptions (``config/assumptions.yaml``).
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import Field

from models.decision import Level
from models.fact import Fact, word
from models.meeting import MeetingState


class MunicipalChain(Fact, table=True):
    """The levels that a case passes in one municipality.

    Attributes:
        municipality: its code, such as ``0360``.
        levels: values of ``Level`` in order; the last one decides, so a chain that ends before
            the council is a delegated decision.
    """

    __tablename__ = "municipal_chain"

    municipality: str = Field(index=True, max_length=4)
    levels: list[str] = Field(sa_type=sa.JSON)


class MunicipalMeeting(Fact, table=True):
    """One meeting of one level of one municipality.

    Attributes:
        municipality: its code.
        level: committee, finance committee or council.
        held_on: the day of the meeting.
        papers_due_on: its agenda cut-off, where the calendar says so.
        note: remark of the calendar.
    """

    __tablename__ = "municipal_meeting"

    municipality: str = Field(index=True, max_length=4)
    level: Level = word(Level)
    held_on: dt.date = Field(index=True)
    papers_due_on: dt.date | None = None
    state: MeetingState = word(MeetingState)
    note: str = ""
