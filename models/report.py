"""The joint report: what people wrote in it, its versions, and what others remarked."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.document import Change
from models.fact import CaseFact, Moment, word


class FigureWay(StrEnum):
    """How much of the figures others see: see ``rules.report.publishing``."""

    ROWS = "rows"
    NO_ZERO = "no_zero"
    TOTALS = "totals"


class TextBlock(CaseFact, table=True):
    """One paragraph (or a few) of one chapter, as a person wrote it; the latest one holds.

    Attributes:
        chapter: id of the chapter; ``block`` is the paragraph's own id, stable over its versions.
        position: orders the blocks of a chapter.
        text: light markup with figure fields such as ``{borgere}``.
        figures: what each field said when it was written.
        based_on: ids of the questions whose answers it draws on.
        is_removed: it stands in the report no more.
    """

    __tablename__ = "text_block"

    chapter: str
    block: str
    position: int = 0
    text: str = ""
    figures: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    based_on: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    is_removed: bool = False


class ReportVersion(CaseFact, table=True):
    """One version of the report: what was known, and the files that were made of it.

    Attributes:
        number: runs from 1 through drafts and final versions alike.
        is_final: all bodies and councils decide on it.
        change: for a final version after another final one; ``reason`` says what was changed.
        values_sha256: the report's values as JSON in the store; two versions are compared by them.
        word_sha256: the Word file; ``pdf_sha256`` the PDF.
        shown: what a version made before there were publications gave away; empty in others.
    """

    __tablename__ = "report_version"

    number: int
    is_final: bool = False
    change: Change = word(Change, default=Change.SUBSTANTIVE)
    reason: str = ""
    values_sha256: str = ""
    word_sha256: str = ""
    pdf_sha256: str = ""
    shown: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class FigurePublication(CaseFact, table=True):
    """Figures of the case were shown to others than caseworkers.

    Attributes:
        number: from 1; the newest holds, and all are judged together.
        has_totals: totals were made anew, from ``counted`` answers.
        content: what was shown and what was hidden, see ``rules.report.publication``.
    """

    __tablename__ = "figure_publication"

    number: int
    has_totals: bool = True
    counted: int = 0
    content: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class CommentRound(CaseFact, table=True):
    """A draft was sent to the steering group and others for remarks.

    Attributes:
        number: of the round; ``version`` the version of the report that it is about.
        due_on: the last day for remarks.
        readers: who was asked: name, mail address and group of each.
        is_closed: nobody is asked or reminded any more; the latest row of a number holds.
    """

    __tablename__ = "comment_round"

    number: int
    version: int
    due_on: dt.date
    readers: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    text: str = ""
    is_closed: bool = False


class Comment(CaseFact, table=True):
    """One reader's remark on one chapter.

    Attributes:
        round_number: the round; ``reader`` the mail address it came from, empty for one that the
            secretariat wrote down.
        chapter: id of the chapter; empty for the report as a whole.
        author: who remarks; ``speaks_for`` the group it is said for.
    """

    __tablename__ = "report_comment"

    round_number: int
    reader: str = ""
    author: str = ""
    speaks_for: str = ""
    chapter: str = ""
    text: str = ""


class Stance(StrEnum):
    """What became of a remark."""

    TAKEN_IN = "taken_in"
    TAKEN_IN_PART = "taken_in_part"
    NOT_TAKEN_IN = "not_taken_in"
    NOTED = "noted"


class CommentReply(CaseFact, table=True):
    """The secretariat's reply to a remark; the latest one holds.

    Attributes:
        comment: key of the remark.
    """

    __tablename__ = "comment_reply"

    comment: str = Field(max_length=200)
    stance: Stance = word(Stance)
    text: str = ""


class ReaderLink(SQLModel, table=True):
    """A personal link for one reader of a draft. Not a fact: it says how things stand now.

    Attributes:
        token_hash: SHA-256 of the link's random part.
        round_number: the round that it opens; ``reader`` the mail address it was made for.
        finished_at: the reader has said that there is nothing (more) to remark.
    """

    __tablename__ = "reader_link"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    round_number: int
    reader: str
    mail_key: str = Field(default="", max_length=200, index=True)
    created_at: dt.datetime = Field(sa_type=Moment)
    expires_at: dt.datetime = Field(sa_type=Moment)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    used_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
