"""Question sets that a case sends out, and what was answered to them."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.fact import CaseFact, Dated, Moment, word
from models.response import Completeness


class QuestionSet(CaseFact, table=True):
    """The question set that one step of a case asks; the latest one holds.

    Attributes:
        form: id of the set, such as ``domfaeldte``; ``version`` its number.
        content: the whole set as JSON, so that the case keeps the version that it sent out.
    """

    __tablename__ = "question_set"

    step: str
    form: str
    version: int
    title: str
    content: str


class Channel(StrEnum):
    """How an answer came."""

    LINK = "link"
    WORKBOOK = "workbook"
    SECRETARIAT = "secretariat"


class FormAnswer(CaseFact, Dated, table=True):
    """One respondent's coordinated answer to a question set.

    Several may stand side by side when they came by different ways; a person chooses among them.

    Attributes:
        question_set: key of the set that was answered.
        channel: how it came.
        completeness: all of it, a part, or "no citizens in the target group".
        content: the answers by question; see ``rules.forms.answers``.
        filled_by: who filled it in; ``responsible`` who answers for it.
        confirmed: what the respondent said to numbers that looked wrong, and to digits that
            looked like a CPR number but are none.
        file_name: of the workbook, with its checksum, where it came as one.
    """

    __tablename__ = "form_answer"

    step: str
    party: str
    question_set: str = Field(max_length=200)
    channel: Channel = word(Channel)
    completeness: Completeness = word(Completeness)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    filled_by: str = ""
    responsible: str = ""
    confirmed: str = ""
    note: str = ""
    file_name: str = ""
    sha256: str = ""


class AnswerDraft(SQLModel, table=True):
    """What a respondent has typed so far. Not a fact: it changes in place until it is sent.

    Attributes:
        content: as typed, by field of the page, so that nothing is lost that cannot be read yet.
        base: key of the answer that it began from; empty for a new one.
        revision: counts the savings, so that two people do not overwrite each other.
    """

    __tablename__ = "form_draft"
    __table_args__ = (sa.UniqueConstraint("announcement_id", "step", "party"),)

    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    step: str
    party: str
    question_set: str = Field(max_length=200)
    content: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    base: str = ""
    revision: int = 0
    updated_at: dt.datetime = Field(sa_type=Moment)
    updated_by: str = ""
