"""What a secretariat has of its own: settings, texts, looks, question sets, processes, areas.

Editions are added and never changed, so that any past day's can be shown, and whose they were.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment


class OwnFile(SQLModel, table=True):
    """One edition of one file; the highest number of a path is the one in use.

    Attributes:
        path: where it stands in the tree, such as ``mail/invitation/body.md``.
        number: 1 for the first edition of the path.
        checksum: SHA-256 of the content; empty where this edition takes the file away.
        content: the bytes; None where this edition takes the file away.
        source: where it came from when no page or command wrote it, such as a file's name.
    """

    __tablename__ = "own_file"
    __table_args__ = (sa.UniqueConstraint("path", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    path: str = Field(max_length=200)
    number: int
    checksum: str = Field(max_length=64)
    content: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
    source: str = ""
