"""What is assumed where no calendar is known? ``config/assumptions.yaml``.

An assumption is stated, never hidden: what is planned by it is shown as assumed, with the file's
own words. The rules that use it are in ``udmelding.rules.case.council_calendar`` for municipalities
and ``udmelding.rules.plan.body_calendar`` for bodies.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.decision import Level
from udmelding import paths
from udmelding.config import marked
from udmelding.config.case.process import BodyKind, Shape

_WHAT = "Antagelserne om mødekalendere"

MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
DaysBefore = Annotated[int, Field(ge=1, le=200)]


class Weekday(StrEnum):
    """The days on which a council may meet, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"


class MonthlyMeeting(Shape):
    """The ``nth`` such weekday of every month."""

    weekday: Weekday
    nth: Annotated[int, Field(ge=1, le=4)]


class ClosedSpan(Shape):
    """A time of the year in which no ordinary case is assumed to be decided.

    Attributes:
        start: month and day of its first day; ``end`` of its last, in the next year if before it.
        every: how many years lie between two such times; 1 is every year.
        from_year: the first year of such a time.
    """

    name: str
    start: Annotated[MonthDay, Field(alias="from")]
    end: Annotated[MonthDay, Field(alias="to")]
    every: Annotated[int, Field(ge=1, le=20)] = 1
    from_year: Annotated[int, Field(ge=1990, le=2100)] = 1990


class ElectionTime(StrEnum):
    """What kind of year it is, seen from the municipal elections."""

    ELECTION = "election"
    AFTER_ELECTION = "after_election"


class ElectionYears(Shape):
    """The years in which councils are elected."""

    every: Annotated[int, Field(ge=1, le=20)]
    from_year: Annotated[int, Field(ge=1990, le=2100)]

    def time_of(self, year: int) -> ElectionTime | None:
        """What kind of year it is; None for one like most."""
        since = (year - self.from_year) % self.every
        return {0: ElectionTime.ELECTION, 1: ElectionTime.AFTER_ELECTION}.get(since)


class BodyWindow(Shape):
    """Some days of the year within which a body holds one meeting.

    Attributes:
        start: month and day of its first day; ``end`` of its last, in the same year.
        only: the only kind of year in which it is held; ``not_in`` the one in which it is not.
    """

    start: Annotated[MonthDay, Field(alias="from")]
    end: Annotated[MonthDay, Field(alias="to")]
    only: ElectionTime | None = None
    not_in: ElectionTime | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        """Raises ValueError (Danish) for a window that ends before it begins."""
        if self.end < self.start:
            raise ValueError("to ligger før from")
        return self


class BodyMeetings(Shape):
    """When a kind of body meets: in windows of its own, or before the next body of its chain.

    Attributes:
        weekday: the day of the week that is looked for first.
        days_before_next: the fewest and the most calendar days before the next body's meeting.
    """

    windows: tuple[BodyWindow, ...] = ()
    weekday: Weekday | None = None
    days_before_next: tuple[DaysBefore, DaysBefore] | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        """Raises ValueError (Danish) where both or neither is said, or most is less than fewest."""
        if bool(self.windows) == (self.days_before_next is not None):
            raise ValueError("skriv enten «windows» eller «days_before_next»")
        if self.days_before_next and self.days_before_next[1] < self.days_before_next[0]:
            raise ValueError("«days_before_next» er det færreste og så det fleste dage")
        return self


class BodyAssumptions(Shape):
    """What stands in for the calendars of bodies.

    Attributes:
        source: what the assumptions are called where a date rests on them, in Danish.
        basis: what they were learned from, as the end of a Danish sentence.
        days_before_known: least calendar days from an assumed meeting to the next known one;
            ``days_after_known`` from a known one to the next assumed one.
        longest_gap: between two known meetings that are no further apart nothing is assumed.
        meetings: when each kind of body meets.
    """

    source: str
    basis: str
    days_before_known: Annotated[int, Field(ge=0, le=365)] = 45
    days_after_known: Annotated[int, Field(ge=0, le=365)] = 28
    longest_gap: Annotated[int, Field(ge=0, le=730)] = 150
    election_years: ElectionYears
    meetings: Mapping[BodyKind, BodyMeetings]


class Assumptions(Shape):
    """What stands in for calendars that are not known.

    Attributes:
        source: what the assumptions are called where a date rests on them, in Danish.
        chain: the levels that a case passes; the last one decides.
        meetings: when each level meets.
        days_between_levels: least calendar days from one level's meeting to the next one's.
        papers_business_days: agenda cut-off of the first level, where no calendar says.
        administration_business_days: how long a decision delegated to the administration takes.
        closed_days: yearly days on which nobody meets, besides the public holidays.
        experience: how long councils took in earlier cases, as the end of a Danish sentence; it is
            told and gives no date.
        bodies: what stands in for the bodies' own calendars; None: nothing does.
    """

    source: str
    chain: Annotated[tuple[Level, ...], Field(min_length=1)]
    meetings: Mapping[Level, MonthlyMeeting]
    days_between_levels: Annotated[int, Field(ge=0, le=60)] = 1
    papers_business_days: Annotated[int, Field(ge=0, le=60)] = 8
    administration_business_days: Annotated[int, Field(ge=0, le=120)] = 10
    closed_days: tuple[MonthDay, ...] = ()
    experience: str = ""
    closed: tuple[ClosedSpan, ...] = ()
    bodies: BodyAssumptions | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Raises ValueError (Danish) for a level of the chain that never meets."""
        for level in self.chain:
            if level not in self.meetings and level is not Level.ADMINISTRATION:
                raise ValueError(f"leddet «{level.value}» har intet møde under «meetings»")
        return self


@cache
def load_assumptions(path: Path | None = None) -> Assumptions:
    """The assumptions of the file, or the shipped ones.

    Raises:
        BadFileError: every flaw with its line and key.
    """
    content = marked.read_yaml(path or paths.CONFIG / "assumptions.yaml", _WHAT)
    return marked.validate(Assumptions, content.data, content.lines, _WHAT)
