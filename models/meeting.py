"""Meetings of bodies. Shared by all cases: one meeting can carry two cases' papers."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field

from models.fact import Fact, word


class MeetingState(StrEnum):
    """What became of a planned meeting; a moved one is superseded by its new date."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Meeting(Fact, table=True):
    """One meeting of one body of one area.

    Attributes:
        area: the KKR area, such as ``sjaelland``; ``national`` for national bodies.
        body: the body's id, such as ``k17``.
        held_on: the day of the meeting.
        papers_due_on: the day its papers must be in, where the calendar says so.
        note: remark, such as "konstituerende møde".
    """

    area: str = Field(index=True)
    body: str
    held_on: dt.date
    papers_due_on: dt.date | None = None
    state: MeetingState = word(MeetingState)
    note: str = ""
