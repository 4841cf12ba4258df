"""When can a municipality decide? Its levels and their meetings, known or assumed.

A calendar is known level by level and year by year: where a level has no known meeting in a year,
the stated assumptions (``config/assumptions.yaml``) stand in for that year, and every date that
rests on them says so. Laying a case through these meetings is in ``council_plan``.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from models.decision import Level
from udmelding.config.case.process import WorkDays
from udmelding.config.plan.assumptions import Assumptions, ClosedSpan, MonthlyMeeting, Weekday
from udmelding.rules.case.slots import Slot
from udmelding.rules.words.business_days import work_calendar

WEEKDAYS = {weekday: number for number, weekday in enumerate(Weekday)}
"""The number that Python gives each day of the week."""


@dataclass(frozen=True, slots=True)
class LevelCalendar:
    """The meetings of one level of one municipality.

    Attributes:
        slots: its meetings in order of their days.
        days: their days alone, to search in.
        assumed: the days of those that nobody has announced.
    """

    level: Level
    slots: tuple[Slot, ...]
    days: tuple[dt.date, ...]
    assumed: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True)
class CouncilCalendar:
    """The levels that a case passes in one municipality, in order; the last one decides.

    Attributes:
        is_known: whether any meeting of the deciding level is known.
        is_chain_assumed: nobody has said which levels the case passes.
    """

    municipality: str
    levels: tuple[LevelCalendar, ...]
    is_known: bool
    is_chain_assumed: bool


@dataclass(frozen=True, slots=True)
class CouncilCalendars:
    """What is known of all municipalities' calendars, and what is assumed of the others.

    Attributes:
        known: by municipality code and level, the known meetings that were not cancelled.
        chains: by municipality code, its levels where it has said so.
        assumptions: what stands in for the rest.
        lost: meetings that are left out whether they are known or assumed; for «what if».
    """

    known: Mapping[str, Mapping[Level, Sequence[Slot]]]
    chains: Mapping[str, tuple[Level, ...]]
    assumptions: Assumptions
    lost: frozenset[tuple[str, Level, dt.date]] = frozenset()
    _made: dict[tuple[str, int, int], CouncilCalendar] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of(self, municipality: str, first: dt.date, last: dt.date) -> CouncilCalendar:
        """The calendar of one municipality from the year of ``first`` to that of ``last``.

        Made once for each municipality and span of years: parties of many cases share it.
        """
        at = (municipality, first.year, last.year)
        if at not in self._made:
            self._made[at] = self._make(municipality, range(first.year, last.year + 1))
        return self._made[at]

    def without(self, municipality: str, level: Level, day: dt.date) -> CouncilCalendars:
        """The same calendars without one meeting."""
        lost = self.lost | {(municipality, level, day)}
        return CouncilCalendars(self.known, self.chains, self.assumptions, lost)

    def _make(self, municipality: str, years: range) -> CouncilCalendar:
        chain = self.chains.get(municipality)
        wanted = chain or self.assumptions.chain
        # The administration holds no meetings: on the way to a council it is no stop.
        levels = [v for v in wanted if v is not Level.ADMINISTRATION or v is wanted[-1]]
        known = self.known.get(municipality, {})
        return CouncilCalendar(
            municipality=municipality,
            levels=tuple(
                self._level(municipality, level, known.get(level, ()), years) for level in levels
            ),
            is_known=bool(known.get(levels[-1])),
            is_chain_assumed=chain is None,
        )

    def _level(
        self, municipality: str, level: Level, known: Sequence[Slot], years: range
    ) -> LevelCalendar:
        monthly, said = self.assumptions.meetings.get(level), self.assumptions
        if not known and not self.lost:
            return _assumed_level(level, monthly, said.closed, said.closed_days, years)
        covered = {slot.held_on.year for slot in known}
        open_years = [year for year in years if year not in covered]
        assumed = _assumed_days(monthly, said.closed, said.closed_days, open_years)
        here = {slot.held_on: slot for slot in known}
        every = (*here.values(), *map(Slot, assumed))
        slots = sorted(
            (s for s in every if (municipality, level, s.held_on) not in self.lost),
            key=lambda slot: slot.held_on,
        )
        return _level_of(level, slots, assumed)


def _level_of(level: Level, slots: Sequence[Slot], assumed: Sequence[dt.date]) -> LevelCalendar:
    days = tuple(slot.held_on for slot in slots)
    return LevelCalendar(level, tuple(slots), days, frozenset(assumed))


@lru_cache(maxsize=1024)
def _assumed_level(
    level: Level,
    monthly: MonthlyMeeting | None,
    closed: tuple[ClosedSpan, ...],
    closed_days: tuple[str, ...],
    years: range,
) -> LevelCalendar:
    """A level of which nothing is known; all such municipalities of all cases share it."""
    days = _assumed_days(monthly, closed, closed_days, years)
    return _level_of(level, [Slot(day) for day in days], days)


def _assumed_days(
    monthly: MonthlyMeeting | None,
    closed: tuple[ClosedSpan, ...],
    closed_days: tuple[str, ...],
    years: Iterable[int],
) -> list[dt.date]:
    if monthly is None:
        return []
    return [day for year in years for day in assumed_meetings(monthly, closed, year, closed_days)]


@lru_cache(maxsize=1024)
def assumed_meetings(
    monthly: MonthlyMeeting,
    closed: tuple[ClosedSpan, ...],
    year: int,
    closed_days: tuple[str, ...] = (),
) -> tuple[dt.date, ...]:
    """The days of ``year`` on which a level is assumed to meet.

    A meeting that would fall on a holiday or a closed day is held on the next day that is neither;
    one that would fall in a closed time is not held at all.
    """
    work_days = work_calendar(WorkDays(closed=closed_days))
    days = (
        work_days.next_business_day(_nth_weekday(year, month, monthly)) for month in range(1, 13)
    )
    return tuple(day for day in days if closed_by(closed, day) is None)


def closed_by(closed: Sequence[ClosedSpan], day: dt.date) -> ClosedSpan | None:
    """The first time without ordinary cases that covers ``day``, or None."""
    return next((span for span in closed if _covers(span, day)), None)


def _covers(span: ClosedSpan, day: dt.date) -> bool:
    month_day = f"{day:%m-%d}"
    runs_over = span.end < span.start
    inside = (
        month_day >= span.start or month_day <= span.end
        if runs_over
        else span.start <= month_day <= span.end
    )
    # In a span across New Year the days of January belong to the year in which it began.
    began = day.year - (runs_over and month_day <= span.end)
    return inside and began >= span.from_year and (began - span.from_year) % span.every == 0


def _nth_weekday(year: int, month: int, monthly: MonthlyMeeting) -> dt.date:
    first_weekday, _ = months.monthrange(year, month)
    first = 1 + (WEEKDAYS[monthly.weekday] - first_weekday) % 7
    return dt.date(year, month, first + 7 * (monthly.nth - 1))
