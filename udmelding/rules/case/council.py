"""What is known of one council, and what its plan says: values only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from models.decision import Level
from models.obligation import DateSource
from udmelding.rules.case.council_calendar import CouncilCalendar


class CouncilState(StrEnum):
    """How a council stands to the deadline, seen from the plan."""

    DECIDED = "decided"
    IN_TIME = "in_time"
    LATE = "late"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What an expected day rests on, from the surest to the least sure."""

    DECIDED = "decided"
    WAIVED = "waived"
    ANNOUNCED = "announced"
    AGREED = "agreed"
    CALENDAR = "calendar"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilInput:
    """What is known of one council that has to decide.

    Attributes:
        decided_on: the day it decided; None while it has not. A waived council counts as decided.
        first_level: place in the chain of the first level that the case has still to pass.
        after: that level's meeting must be later than this day: the level before it decided, or
            it put the case off.
        is_restarted: the case was sent back on ``after`` and begins anew, papers and all.
        announced_on: the day that the municipality itself named, still to come.
        agreed_until: an extension was granted until then.
    """

    party: str
    name: str
    calendar: CouncilCalendar
    decided_on: dt.date | None = None
    is_decided: bool = False
    first_level: int = 0
    after: dt.date | None = None
    is_restarted: bool = False
    announced_on: dt.date | None = None
    agreed_until: dt.date | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it has not had the report yet; one that has is no reason for bodies to hurry."""
        return not self.first_level and self.after is None

    def needs_papers(self, place: int) -> bool:
        """Whether the ``place``-th level still to pass is the one that papers are handed in for."""
        is_new = self.after is None or self.is_restarted
        return is_new and self.first_level + place == 0


@dataclass(frozen=True, slots=True)
class LevelMeeting:
    """One meeting that the case passes in a municipality."""

    level: Level
    held_on: dt.date
    papers_due_on: dt.date | None
    origin: DateSource


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilPlan:
    """One council's row of the plan; a date is None where its calendar holds none.

    Attributes:
        chain: the planned meetings still ahead, in order; the last one decides.
        earliest: the deciding meeting if the report comes as early as the bodies can give it.
        planned: the deciding meeting that is planned, or the day that the municipality announced,
            or the last one of the time that it was granted.
        latest: the last deciding meeting before the deadline.
        next_meeting: the deciding level's meeting after the planned one.
        ready_by: the last day on which the report may reach the municipality.
        origin: where the planned day comes from.
        passed_on: a deciding meeting that should have had the case, and from which nothing was
            heard.
    """

    party: str
    name: str
    state: CouncilState
    chain: tuple[LevelMeeting, ...] = ()
    earliest: dt.date | None = None
    planned: dt.date | None = None
    latest: dt.date | None = None
    next_meeting: dt.date | None = None
    ready_by: dt.date | None = None
    origin: DateSource = DateSource.CALENDAR
    is_assumed: bool = False
    passed_on: dt.date | None = None
    deciding_level: Level = Level.COUNCIL

    @property
    def slack_days(self) -> int | None:
        """Calendar days from the planned meeting to the last one in time; None if unknown."""
        if self.planned is None or self.latest is None:
            return None
        return (self.latest - self.planned).days
