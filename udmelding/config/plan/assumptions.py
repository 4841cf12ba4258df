"""What is assumed of a municipality whose calendar is not known? ``config/assumptions.yaml``.

An assumption is stated, never hidden: what is planned by it is shown as assumed, with the file's
own words. The rules that use it are in ``udmelding.rules.case.council_calendar``.
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
from udmelding.config.case.process import Shape

_WHAT = "Antagelserne om kommunernes kalendere"

MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


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


class Assumptions(Shape):
    """What stands in for a municipality's calendar.

    Attributes:
        source: what the assumptions are called where a date rests on them, in Danish.
        chain: the levels that a case passes; the last one decides.
        meetings: when each level meets.
        days_between_levels: least calendar days from one level's meeting to the next one's.
        papers_business_days: agenda cut-off of the first level, where no calendar says.
        administration_business_days: how long a decision delegated to the administration takes.
    """

    source: str
    chain: Annotated[tuple[Level, ...], Field(min_length=1)]
    meetings: Mapping[Level, MonthlyMeeting]
    days_between_levels: Annotated[int, Field(ge=0, le=60)] = 1
    papers_business_days: Annotated[int, Field(ge=0, le=60)] = 8
    administration_business_days: Annotated[int, Field(ge=0, le=120)] = 10
    closed: tuple[ClosedSpan, ...] = ()

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
