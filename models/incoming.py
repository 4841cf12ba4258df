"""Incoming mail: what came back to the secretariat's address, and what became of it.

The letter itself never changes; how far it has come is said in place, with who and when, so that
any past day can be shown again.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import Moment, word


class IncomingKind(StrEnum):
    """What sort of mail came in.

    ``REPLY`` was written by a person; ``BOUNCE`` says that a mail of ours was not delivered,
    ``DELAY`` that it is still tried, ``RECEIPT`` that it was; ``ABSENCE`` is an out-of-office
    answer; ``AUTOMATIC`` any other answer that a machine wrote; ``OWN`` is a letter of our own with
    a copy to our mailbox.
    """

    REPLY = "reply"
    BOUNCE = "bounce"
    DELAY = "delay"
    RECEIPT = "receipt"
    ABSENCE = "absence"
    AUTOMATIC = "automatic"
    OWN = "own"


class IncomingState(StrEnum):
    """How far an incoming mail has come.

    ``WAITING`` needs a person; ``HANDLED`` was said what it means; ``FILED`` needed nobody.
    """

    WAITING = "waiting"
    HANDLED = "handled"
    FILED = "filed"


class Meaning(StrEnum):
    """What a person says that a reply means."""

    ANSWER = "answer"
    PARTIAL_ANSWER = "partial_answer"
    NO_CITIZENS = "no_citizens"
    DECISION = "decision"
    ANNOUNCED_DAY = "announced_day"
    EXTENSION_WANTED = "extension_wanted"
    QUESTION = "question"
    NEW_CONTACT = "new_contact"
    NOTHING = "nothing"


class MatchedBy(StrEnum):
    """How a mail was laid to its case and party; the surest first."""

    THREAD = "thread"
    SUBJECT = "subject"
    SENDER = "sender"
    PERSON = "person"
    NOBODY = "nobody"


class IncomingMail(SQLModel, table=True):
    """One mail that came in.

    Attributes:
        key: checksum of its Message-ID and bytes: the same mail read twice stands here once.
        received_at: when it was read from the mailbox; ``sent_at`` is its own Date.
        text: the whole text; ``own_text`` is it without what it quotes.
        raw_sha256: where the mail as it came lies among the documents; empty where it holds a CPR
            number. Text, subject and names of files stand here with such numbers masked. As long
            as any of its files is locked away, so is this, which carries them too.
        attachments: for each, ``sha256``, ``file_name``, ``media_type`` and ``size``; one that was
            not kept has ``refused`` (why) and an empty ``sha256``. ``cpr`` lists ``place`` and
            ``grade`` of what looks like CPR numbers, ``unread`` what could not be looked through.
            ``is_locked`` stands with one that lies apart until a person decides; then
            ``decision`` takes its place: ``holds_cpr``, ``at`` and ``by``. See
            ``rules.inbox.mail_files``.
        locked_files: how many of them are locked away.
        is_doubtful: it waits as a reply, and a machine may have written it.
        reply_to_key: key of our own mail that it answers or reports on; empty if unknown.
        suggestion: what its words seem to say: ``meaning``, and maybe ``outcome``, ``on``;
            ``cpr`` is the surest grade of what was masked, ``signs`` what was weighed, ``sealed``
            why not all was read, ``links`` the addresses that its writer gives, ``link`` the one
            behind which minutes were read.
        meaning: what a person says that it means; ``facts`` are keys of what was recorded then.
    """

    __tablename__ = "incoming_mail"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    message_id: str = Field(default="", max_length=998, index=True)
    received_at: dt.datetime = Field(sa_type=Moment, index=True)
    sent_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    sender: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    own_text: str = ""
    kind: IncomingKind = word(IncomingKind)
    is_doubtful: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    raw_sha256: str = ""
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    locked_files: int = Field(default=0, index=True, sa_column_kwargs={"server_default": "0"})
    reply_to_key: str = Field(default="", max_length=200, index=True)
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id", index=True)
    step: str = ""
    party: str = ""
    matched_by: MatchedBy = word(MatchedBy, default=MatchedBy.NOBODY)
    suggestion: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    state: IncomingState = word(IncomingState, default=IncomingState.WAITING, index=True)
    meaning: Meaning | None = word(Meaning, default=None, nullable=True)
    facts: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    note: str = ""
    handled_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    handled_by: str = ""


class IncomingHold(SQLModel, table=True):
    """A matter whose reminders wait for a mail that lies nowhere yet, because it may concern it.

    Attributes:
        mail_key: the mail's key.
        held_from: when it came; ``held_until`` when a person said where it belongs, or what it
            means; None as long as nobody has.
    """

    __tablename__ = "incoming_hold"
    __table_args__ = (sa.UniqueConstraint("mail_key", "announcement_id", "step", "party"),)

    id: int | None = Field(default=None, primary_key=True)
    mail_key: str = Field(max_length=64)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    step: str
    party: str
    held_from: dt.datetime = Field(sa_type=Moment)
    held_until: dt.datetime | None = Field(default=None, sa_type=Moment)
