"""One meeting that something can be put on the agenda of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """One meeting that a step can use.

    Attributes:
        held_on: the day of the meeting.
        papers_due_on: when its papers must be in; None where the calendar is silent.
        is_assumed: for a body's meeting, no calendar says so; see ``rules.plan.body_calendar``.
    """

    held_on: dt.date
    papers_due_on: dt.date | None = None
    is_assumed: bool = False
