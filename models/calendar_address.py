"""Addresses from which a calendar is read every day, and what each reading told.

They change in place and are no facts: the meetings that a reading changes are recorded as facts of
their own, by the machine, with the address as their source.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class CalendarNewsKind(StrEnum):
    """What a reading tells."""

    CHANGE = "change"
    GONE = "gone"
    """A meeting that the calendar held before and holds no more: a question to a person."""
    TROUBLE = "trouble"


class CalendarAddress(SQLModel, table=True):
    """One address of one organ's calendar.

    Attributes:
        key: idempotency key, of the organ, the address and when it was added.
        organ: ``area.body`` of a body, or a municipality's code.
        url: where the calendar is.
        committee: name of the specialised committee whose events count.
        tried_on: the day on which the daily reading last took it up; so two runs do it once.
        read_at: when it was last read with success.
        failing_since: since when it cannot be read; None while it can.
        trouble: why not, in Danish.
        content: the meetings of the last reading, to see what changes.
        stopped_at: when a person stopped it; None while it is read.
    """

    __tablename__ = "calendar_address"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    organ: str = Field(max_length=100)
    url: str
    committee: str = ""
    added_at: dt.datetime = Field(sa_type=Moment)
    added_by: str
    tried_on: dt.date | None = None
    read_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    failing_since: dt.datetime | None = Field(default=None, sa_type=Moment)
    trouble: str = ""
    content: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    stopped_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    stopped_by: str = ""


class CalendarNews(SQLModel, table=True):
    """One thing that a reading told; a question waits until a person has answered it.

    Attributes:
        key: idempotency key, so that it is told once.
        text: in Danish, before and after.
        organ: whose meeting it is; ``held_on`` its day, where it is one meeting.
        answer: what a person said, in Danish; empty until then.
    """

    __tablename__ = "calendar_news"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    address_id: int = Field(foreign_key="calendar_address.id", index=True)
    told_at: dt.datetime = Field(sa_type=Moment)
    kind: CalendarNewsKind = word(CalendarNewsKind)
    text: str
    organ: str = ""
    held_on: dt.date | None = None
    answer: str = ""
    answered_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str = ""
