"""What was last published in the calendar feed, so that a change is told as a change.

Not a fact: rows change in place. They can all be deleted; calendar programs then see every event
as new, in its first version.
"""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel, UniqueConstraint

from models.fact import Moment


class CalendarEntry(SQLModel, table=True):
    """One event of one feed.

    Attributes:
        feed: reference of the case, or ``*`` for the feed of all cases.
        uid: the event's identity in calendar programs; never changes.
        digest: of what it said when it was last published.
        content: what it said, as JSON, to tell a cancellation with.
        sequence: 0 at first, one more for each change (RFC 5545, 3.8.7.4).
        changed_at: when it was published with this sequence.
        is_cancelled: it was published before and is no more.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (UniqueConstraint("feed", "uid"),)

    id: int | None = Field(default=None, primary_key=True)
    feed: str = Field(index=True, max_length=60)
    uid: str = Field(max_length=200)
    digest: str = Field(max_length=64)
    content: str
    sequence: int = 0
    changed_at: dt.datetime = Field(sa_type=Moment)
    is_cancelled: bool = False
