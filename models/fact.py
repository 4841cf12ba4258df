"""What every fact carries: who recorded it, when, from where, and what replaced it.

A fact is never overwritten. A correction is a new row; the old row then gets ``superseded_at`` and
the key of its successor, and nothing else of it ever changes. Knowledge "as of" a moment T is every
row with ``recorded_at <= T`` whose ``superseded_at`` is empty or later than T.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")

# Constraint names from the first migration on, so that SQLite's batch mode can find them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """An aware moment, stored in UTC; a naive one is refused. Read back aware, in Danish time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> Any:
        """Store UTC. Raises ValueError for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment needs a time zone: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:
        """Give Danish time back; SQLite keeps no zone, so it is put on again."""
        if value is None:
            return None
        stored: dt.datetime = value
        if stored.tzinfo is None:
            stored = stored.replace(tzinfo=dt.UTC)
        return stored.astimezone(_COPENHAGEN)


class Word(sa.types.TypeDecorator[StrEnum]):
    """A closed vocabulary stored as its plain English value, readable in any SQL tool."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        """Bind the column to one ``vocabulary``."""
        super().__init__()
        self.vocabulary = vocabulary
        self._members = {member.value: member for member in vocabulary}

    def process_bind_param(self, value: StrEnum | str | None, dialect: sa.Dialect) -> Any:
        """Store the word. Raises ValueError for a word outside the vocabulary."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> StrEnum | None:
        """Give the member back. Raises KeyError for a word outside the vocabulary."""
        return None if value is None else self._members[value]


def word(vocabulary: type[StrEnum], **options: Any) -> Any:
    """A column that holds one word of a closed ``vocabulary``; ``options`` go to ``Field``."""
    return Field(sa_type=cast("type[Any]", Word(vocabulary)), **options)


class Fact(SQLModel):
    """Columns of every fact.

    Attributes:
        key: idempotency key; recording the same key again records nothing.
        recorded_at: when it became known to the system (history is imported as of its own dates).
        recorded_by: the person or program that recorded it.
        source: where it is known from, in words: a letter, minutes, a mail.
        is_made_up: true for demonstration data that no public source supports.
        superseded_at: when a correction replaced this row, else empty.
        superseded_by: key of the row that replaced it.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
    source: str = ""
    is_made_up: bool = False
    superseded_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    superseded_by: str | None = None


class CaseFact(Fact):
    """A fact that belongs to one case."""

    announcement_id: int = Field(foreign_key="announcement.id", index=True)


class Dated(SQLModel):
    """When something happened, as a period: minutes often say «primo januar».

    Attributes:
        happened_from: first day it may have happened.
        happened_to: last day it may have happened; equal to ``happened_from`` for a known day.
        as_written: the words of the source.
    """

    happened_from: dt.date
    happened_to: dt.date
    as_written: str = ""
