"""Submissions to the agency: the report, and the letter that lifts its reservation."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.fact import CaseFact, Dated, word


class SubmissionKind(StrEnum):
    """What was sent."""

    REPORT = "report"
    RESERVATION_LIFTED = "reservation_lifted"


class Submission(CaseFact, Dated, table=True):
    """One thing that was sent to the agency.

    Attributes:
        submission_kind: the report itself, or the letter that lifts its reservation.
        reservation_for: codes of the municipalities whose councils had not decided.
        submitted_by: who sent it, where it was somebody else than this program's secretariat;
            then no letter of it is drafted here. Empty: a letter waits to be released here.
        signers: who signs the letter, in their order: for each ``name``, ``title`` and ``area``, of
            which any may be empty. None at all: the secretariat signs.
    """

    submission_kind: SubmissionKind = word(SubmissionKind)
    reservation_for: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    submitted_by: str = ""
    signers: list[dict[str, str]] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"}
    )
    note: str = ""
