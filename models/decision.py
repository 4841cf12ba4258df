"""Decisions: what a body or a council decided, at which level, on which version of the report."""

from __future__ import annotations

from enum import StrEnum

from models.fact import CaseFact, Dated, word


class Outcome(StrEnum):
    """What was decided. Which outcomes conclude a step is a rule (``rules.case.case``)."""

    APPROVED = "approved"
    APPROVED_WITH_REMARKS = "approved_with_remarks"
    RECOMMENDED = "recommended"
    NOTED = "noted"
    POSTPONED = "postponed"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"


class Level(StrEnum):
    """The level that decided; within a municipality they follow in this order."""

    BODY = "body"
    ADMINISTRATION = "administration"
    COMMITTEE = "committee"
    FINANCE_COMMITTEE = "finance_committee"
    COUNCIL = "council"


class Decision(CaseFact, Dated, table=True):
    """One decision of one party in one step.

    Attributes:
        report_version: the report's version that was decided on; 0 where none was registered.
        item_number: the item's number on the agenda, such as «12» or «7a»; empty where not known.
        evidence: link or file name of the minutes; empty while it is only declared.
        is_proven: whether the secretariat has seen the evidence (declared, or proven).
        note: remark, or the reservation that the council attached.
    """

    step: str
    party: str
    level: Level = word(Level)
    outcome: Outcome = word(Outcome)
    report_version: int = 0
    item_number: str = ""
    evidence: str = ""
    is_proven: bool = False
    note: str = ""
