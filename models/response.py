"""Responses: what a party answered to a questionnaire."""

from __future__ import annotations

from enum import StrEnum

from models.fact import CaseFact, Dated, word


class Completeness(StrEnum):
    """How much of what was asked the response gives; ``RETURNED`` was sent back with a question."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NO_CITIZENS = "no_citizens"
    RETURNED = "returned"

    @property
    def is_enough(self) -> bool:
        """Whether nothing more is owed."""
        return self in (Completeness.COMPLETE, Completeness.NO_CITIZENS)


class Response(CaseFact, Dated, table=True):
    """One party's response in one step.

    Attributes:
        completeness: a partial response, and one that was sent back, keep the obligation open; "no
            citizens in the target group" is a full answer.
        note: remark, in the caseworker's words.
    """

    step: str
    party: str
    completeness: Completeness = word(Completeness)
    note: str = ""
