"""Versions of process files, so that a running case keeps the rules it started with."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.fact import CaseFact, Moment


class Stage(StrEnum):
    """The stages of a case, in order. A case's stage is computed, never stored."""

    RECEIPT = "receipt"
    COLLECTION = "collection"
    DRAFTING = "drafting"
    DECISIONS = "decisions"
    COUNCILS = "councils"
    SUBMISSION = "submission"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


class ProcessVersion(SQLModel, table=True):
    """The text of one process file as some case started with it.

    Attributes:
        process: its id, such as ``central-udmelding``.
        sha256: checksum of ``content``, lower-case hex; one row for each distinct text.
        content: the YAML text itself.
    """

    __tablename__ = "process_version"

    id: int | None = Field(default=None, primary_key=True)
    process: str
    version: int
    sha256: str = Field(unique=True, max_length=64)
    content: str
    recorded_at: dt.datetime = Field(sa_type=Moment)


class ProcessPin(CaseFact, table=True):
    """The case was moved to another version of its process.

    The version that a case starts with stands on the announcement; the latest pin that has not
    been taken back is the one that holds.

    Attributes:
        process_version_id: the version moved to.
        reason: why.
    """

    __tablename__ = "process_pin"

    process_version_id: int = Field(foreign_key="process_version.id")
    reason: str = ""
