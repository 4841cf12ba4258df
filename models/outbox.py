"""The outbox: every mail that is to go out or went out, under a key that makes it go once.

A row is written before anything is sent. ``state`` moves forward in place. The words never change;
only the secrets of personal links are taken out of them, in the moment in which the mail is sent,
refused for good or withdrawn.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class MailKind(StrEnum):
    """Why a mail is sent; each kind is a folder of ``templates/mail``."""

    INVITATION = "invitation"
    REMINDER_BEFORE = "reminder_before"
    REMINDER_OVERDUE = "reminder_overdue"
    REMINDER_ESCALATED = "reminder_escalated"
    THANKS = "thanks"
    ANSWER_RETURNED = "answer_returned"
    EXTENSION_GRANTED = "extension_granted"
    ANNOUNCED_BEFORE = "announced_before"
    ANNOUNCED_PASSED = "announced_passed"
    DATED_REMINDER = "dated_reminder"
    COMMENT_INVITATION = "comment_invitation"
    COMMENT_REMINDER = "comment_reminder"
    COUNCIL_INVITATION = "council_invitation"
    COUNCIL_REMINDER_BEFORE = "council_reminder_before"
    COUNCIL_REMINDER_OVERDUE = "council_reminder_overdue"
    COUNCIL_REMINDER_ESCALATED = "council_reminder_escalated"
    DUE_DATE_MOVED = "due_date_moved"
    DIGEST = "digest"
    INVITATION_DIGEST = "invitation_digest"
    NOTICE = "notice"
    SUBMISSION = "submission"
    RESERVATION_LIFTED = "reservation_lifted"
    QUESTION_ANSWER = "question_answer"
    CORRECTION = "correction"
    HANDOVER = "handover"
    WEEKLY = "weekly"


GATHERED = frozenset({MailKind.DIGEST, MailKind.INVITATION_DIGEST})
"""Mails that are made of others to one person: whoever counts mails counts them or their parts."""


class OutboxState(StrEnum):
    """How far a mail has come.

    ``PENDING`` waits; ``CLAIMED`` belongs to one sender that has not yet spoken to the mail
    server; ``HANDING_OVER`` was written right before the mail server was spoken to; ``SENT`` was
    accepted; ``WITHDRAWN`` became pointless before it went; ``FAILED`` was refused for good;
    ``HELD`` waits for a person, because nobody can know whether it went; ``MERGED`` goes out as
    part of another mail to the same person, whose fate it shares; ``ELSEWHERE`` was never sent
    from here, because a person says that it went another way.
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    HELD = "held"
    MERGED = "merged"
    ELSEWHERE = "elsewhere"


class OutboxMessage(SQLModel, table=True):
    """One mail to one party.

    Attributes:
        key: idempotency key, such as ``CU-X-2025/collection/0360/before-14@2025-02-28``.
        mail: the kind of mail; ``rung`` says which of its step's mails it is, ``due_on`` which due
            date it speaks of, so that an extension starts the ladder anew.
        template_version: checksum of the template text it was rendered from.
        recipients: addresses of the receivers; ``copies`` those of the copies.
        attachments: for each, ``sha256`` (where its bytes are), ``file_name`` and ``media_type``.
        message_id: the mail's Message-ID; ``thread_id`` that of the first mail to this party.
        not_before: earliest moment to send; moves on when a try failed.
        claimed_until: the claim of a dead sender is void from here on.
        written_by: the person or program that wrote it; empty for mails from before this was kept.
        merged_into: key of the mail that this one goes out, or went out, as a part of.
        content_at: when its content began to leave in the try that counts; None: it never did.
        transport: what has taken it (``folder``, ``smtp``, ``graph``); empty before it was taken,
            where a person says that it arrived, and for mails from before this was kept.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_state_not_before", "state", "not_before"),
        sa.Index("ix_outbox_finished_at", "finished_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    step: str
    party: str
    mail: MailKind = word(MailKind)
    rung: str
    due_on: dt.date | None = None
    template_version: str
    recipients: list[str] = Field(sa_type=sa.JSON)
    copies: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    attachments: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    subject: str
    text: str
    html: str
    message_id: str = Field(unique=True)
    thread_id: str
    written_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    state: OutboxState = word(OutboxState, default=OutboxState.PENDING)
    created_at: dt.datetime = Field(sa_type=Moment)
    not_before: dt.datetime = Field(sa_type=Moment)
    claimed_by: str | None = None
    claimed_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    merged_into: str | None = Field(default=None, max_length=200, index=True)
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""
    content_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    transport: str = Field(default="", sa_column_kwargs={"server_default": ""})
