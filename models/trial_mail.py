"""Trial mails: a mail to oneself, which shows whether mails go at all. It belongs to no case."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from models.fact import Moment, word
from models.outbox import OutboxState


class TrialMail(SQLModel, table=True):
    """One trial mail, under a key that makes it go once; its state moves forward as in the outbox.

    Attributes:
        key: idempotency key, such as ``trial/2026-11-03T09:00:00+00:00/mig@kommune.example``.
        state: ``HANDING_OVER`` before the server is spoken to, then what became of it.
        transport: what it was handed over to; empty until it was taken.
        outcome: what the server said, or what is to be mended, in Danish.
        via: which server and sender it went by, so that an answer holds for those alone.
        has_arrived: what a person said: that it came, or that it did not; None before anybody has.
    """

    __tablename__ = "trial_mail"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    address: str = Field(max_length=320)
    written_at: dt.datetime = Field(sa_type=Moment)
    written_by: str
    state: OutboxState = word(OutboxState, default=OutboxState.HANDING_OVER)
    transport: str = ""
    outcome: str = ""
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    via: str = Field(default="", sa_column_kwargs={"server_default": ""})
    has_arrived: bool | None = None
    answered_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
