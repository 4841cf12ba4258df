"""Long work that a person started from a page: how far it is, and what came of it.

No fact: a row says how things stand now and changes in place. Everything that a work does is
recorded under keys of its own, so that one that was cut off can be begun again.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class WorkState(StrEnum):
    """How a work stands; one whose process died stays ``RUNNING``, and its beat is old."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Work(SQLModel, table=True):
    """One work of one person.

    Attributes:
        name: random; stands in the page's address.
        user_id: who started it, and alone sees it.
        kind: what is worked on, by all that the result depends on.
        plan: what it is called and its parts; see ``rules.work.Plan``.
        part: the place of the part that is worked on; -1 before the first.
        done, total: how much of that part, where it is counted.
        beat_at: when its process last said that it is at it.
        is_stopping: the person wants it to stop.
        result: what came of it; see ``rules.work.Result``.
        told_at: when the person was told that it is over.
    """

    __tablename__ = "work"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=32)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    kind: str = Field(max_length=200)
    plan: dict[str, Any] = Field(sa_type=sa.JSON)
    state: WorkState = word(WorkState)
    part: int
    done: int
    total: int
    begun_at: dt.datetime = Field(sa_type=Moment)
    beat_at: dt.datetime = Field(sa_type=Moment)
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    is_stopping: bool = False
    result: dict[str, Any] = Field(sa_type=sa.JSON)
    told_at: dt.datetime | None = Field(default=None, sa_type=Moment)
