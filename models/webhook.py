"""Webhooks: other programs that are told when something is recorded.

Not facts about a case: an address can be changed or switched off, and a delivery moves forward in
place until it was taken or given up.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class Webhook(SQLModel, table=True):
    """One address that is told.

    Attributes:
        secret: what deliveries are signed with; kept readable, because it is needed for that.
        events: kinds of events it is told of; empty for all.
        is_active: false after it was switched off, by a person or because it never answered.
    """

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    url: str = Field(max_length=2000)
    secret: str
    events: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    is_active: bool = True
    created_at: dt.datetime = Field(sa_type=Moment)
    created_by: str


class DeliveryState(StrEnum):
    """How far one delivery to a webhook has come."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class WebhookDelivery(SQLModel, table=True):
    """One event on its way to one address.

    Attributes:
        event: the event's own id; a receiver that sees it twice has seen it before.
        body: what is sent, as JSON text; the signature is made over exactly these characters.
        not_before: earliest moment to try; moves on when a try failed.
        status: the answer's HTTP status; None where there was no answer. ``outcome`` says more.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event"),
        sa.Index("ix_webhook_delivery_state_not_before", "state", "not_before"),
    )

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    event: str = Field(max_length=200)
    kind: str
    body: str
    state: DeliveryState = word(DeliveryState, default=DeliveryState.PENDING)
    created_at: dt.datetime = Field(sa_type=Moment)
    not_before: dt.datetime = Field(sa_type=Moment)
    claimed_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    status: int | None = None
    outcome: str = ""
