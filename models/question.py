"""Supplementary questions from the agency after submission, and the answer to them."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field

from models.fact import CaseFact, Dated


class Question(CaseFact, Dated, table=True):
    """The agency asked; the secretariat owes an answer.

    Attributes:
        number: running number within the case, from 1.
        due_on: the agency's deadline.
        text: what was asked, shortly.
    """

    number: int
    due_on: dt.date
    text: str = ""


class QuestionAnswer(CaseFact, Dated, table=True):
    """The secretariat answered one set of questions.

    Attributes:
        number: the set that was answered.
        answered_by: who sent the answer, where it did not go out from here; then no letter of it is
            drafted. Empty: a letter waits to be released here.
    """

    __tablename__ = "question_answer"

    number: int
    answered_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    note: str = ""
