"""Somebody has looked: digits that may be a CPR number are none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment


class CprConfirmation(SQLModel, table=True):
    """One person's word about one record, kept by name.

    Attributes:
        about: key of the fact, or what else was recorded; ``file/`` and its checksum for a file.
        fields: names of the fields in which the digits stand, or of the files of a mail; for a file
            that was sent, the places in it.
    """

    __tablename__ = "cpr_confirmation"

    id: int | None = Field(default=None, primary_key=True)
    about: str = Field(max_length=200, index=True)
    fields: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    confirmed_at: dt.datetime = Field(sa_type=Moment)
    confirmed_by: str
