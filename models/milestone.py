"""Milestones: things that happened in a case and belong on its time line, but owe nobody."""

from __future__ import annotations

from enum import StrEnum

from models.fact import CaseFact, Dated, word


class MilestoneKind(StrEnum):
    """What kind of happening."""

    MEETING = "meeting"
    HANDOVER_MEETING = "handover_meeting"
    STATUS_CASE = "status_case"
    NOTE = "note"


class Milestone(CaseFact, Dated, table=True):
    """One happening.

    Attributes:
        title: what happened, one line of Danish.
    """

    milestone_kind: MilestoneKind = word(MilestoneKind)
    title: str
