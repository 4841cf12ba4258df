"""Delivery reports: what other mail servers, or their users' mailboxes, said about an address.

Facts that belong to no one case: they are added and never changed. An address's state is what the
latest of them about it says, unless a mail to it was accepted and stayed since.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class DeliveryReportKind(StrEnum):
    """What a delivery report says of one address.

    ``FAILED`` for good: the address is dead; ``FAILED_FOR_NOW`` (a full mailbox, say) given up, but
    another mail may arrive; ``SENDER_REFUSED`` our own domain or server is not trusted, the address
    is good; ``UNCLEAR`` it came back, and nobody but a person can tell why; ``DELAYED`` still
    tried; ``DELIVERED`` into the mailbox; ``RELAYED`` to a server that sends no delivery reports;
    ``ABSENT`` the person is away. Which failure is of which class: ``rules.inbox.failures``.
    """

    FAILED = "failed"
    FAILED_FOR_NOW = "failed_for_now"
    SENDER_REFUSED = "sender_refused"
    UNCLEAR = "unclear"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    ABSENT = "absent"


class DeliveryReport(SQLModel, table=True):
    """What one incoming mail says about one address.

    Attributes:
        incoming_key: the incoming mail's key; ``mail_key`` is that of our mail, if it is known.
        address: in lower case.
        status: the enhanced status code (RFC 3463), such as ``5.1.1``; may be empty.
        why: the other server's own words, or the out-of-office answer's.
        since: for ``ABSENT``, the first day of absence, where it was still to come; else None.
        until: for ``ABSENT``, the last day of absence; None where none is named.
    """

    __tablename__ = "delivery_report"
    __table_args__ = (sa.UniqueConstraint("incoming_key", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    incoming_key: str = Field(max_length=64)
    mail_key: str = Field(default="", max_length=200, index=True)
    address: str = Field(max_length=320, index=True)
    kind: DeliveryReportKind = word(DeliveryReportKind)
    reported_at: dt.datetime = Field(sa_type=Moment)
    status: str = ""
    why: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
