"""On which days is the secretariat at work, and on which may it write to others?

Public holidays come from the ``holidays`` library, with Danish names; Store bededag is one until
2023 and none from 2024. Offices also close on days that are no public holiday (1 May, 5 June, 24
and 31 December, bridge days), and leave people in peace in summer and at Christmas: those differ
between secretariats, so they come in as data. Pure date arithmetic, no clock. The work days of a
process file become a calendar that rules can count with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from udmelding.config.case.process import WorkDays
from udmelding.errors import RefusedError

MonthDay = tuple[int, int]
"""Month and day of every year, such as ``(12, 24)``."""

_LONGEST_WAIT = 366
_ONE_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=256)
def public_holidays(year: int) -> Mapping[dt.date, str]:
    """The Danish public holidays of ``year``, in order, with their Danish names; read-only."""
    import holidays  # late: takes a while to import, and few commands need it

    found = holidays.country_holidays("DK", years=year, expand=False, language="da")
    return MappingProxyType(dict(sorted(found.items())))


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """A time of every year in which nothing is sent.

    Attributes:
        name: its Danish name, such as ``sommerferie``.
        start: month and day of its first day.
        end: month and day of its last day; before ``start`` if it runs across New Year.

    Raises:
        RefusedError: if ``start`` or ``end`` is no day of any year.
    """

    name: str
    start: MonthDay
    end: MonthDay

    def __post_init__(self) -> None:
        """Refuse impossible days."""
        _check_month_day(self.start, f"Den stille periode «{self.name}»")
        _check_month_day(self.end, f"Den stille periode «{self.name}»")

    def covers(self, day: dt.date) -> bool:
        """Whether ``day`` lies in the period, first and last day included."""
        month_day = (day.month, day.day)
        if self.start <= self.end:
            return self.start <= month_day <= self.end
        return month_day >= self.start or month_day <= self.end


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of one secretariat.

    A business day is Monday to Friday, no public holiday and no closed day. Every method that
    looks for a day raises ``RefusedError`` when a whole year holds none.

    Attributes:
        closed: single days on which the office is closed.
        closed_yearly: days of every year on which it is closed.
        quiet: times of every year in which it works but sends nothing.

    Raises:
        RefusedError: if a day of ``closed_yearly`` is no day of any year.
    """

    closed: frozenset[dt.date] = frozenset()
    closed_yearly: frozenset[MonthDay] = frozenset()
    quiet: tuple[QuietPeriod, ...] = ()

    def __post_init__(self) -> None:
        """Refuse impossible days."""
        for month_day in sorted(self.closed_yearly):
            _check_month_day(month_day, "Listen over årlige lukkedage")

    def is_holiday(self, day: dt.date) -> str | None:
        """The Danish name of the public holiday that ``day`` is, or None."""
        return public_holidays(day.year).get(day)

    def is_quiet(self, day: dt.date) -> str | None:
        """The name of the first quiet period that covers ``day``, or None."""
        return next((period.name for period in self.quiet if period.covers(day)), None)

    def is_business_day(self, day: dt.date) -> bool:
        """Whether the office is open on ``day``."""
        return (
            day.weekday() < 5
            and day not in self.closed
            and (day.month, day.day) not in self.closed_yearly
            and day not in public_holidays(day.year)
        )

    def may_send(self, day: dt.date) -> bool:
        """Whether mail may go out on ``day``: a business day outside every quiet period."""
        return self.is_business_day(day) and self.is_quiet(day) is None

    def next_business_day(self, day: dt.date) -> dt.date:
        """The first business day on or after ``day``."""
        return self._nearest(day, _ONE_DAY, self.is_business_day)

    def previous_business_day(self, day: dt.date) -> dt.date:
        """The last business day on or before ``day``."""
        return self._nearest(day, -_ONE_DAY, self.is_business_day)

    def previous_sending_day(self, day: dt.date) -> dt.date:
        """The last day on or before ``day`` on which mail may go out."""
        return self._nearest(day, -_ONE_DAY, self.may_send)

    def next_sending_day(self, day: dt.date) -> dt.date:
        """The first day on or after ``day`` on which mail may go out."""
        return self._nearest(day, _ONE_DAY, self.may_send)

    def add_business_days(self, day: dt.date, n: int) -> dt.date:
        """The ``n``-th business day after ``day``, or before it where ``n`` is negative.

        ``day`` may be any day and is never counted itself. ``n`` = 0 gives ``day`` if it is a
        business day, else the next one.
        """
        if n == 0:
            return self.next_business_day(day)
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        for _ in range(abs(n)):
            day = self._nearest(day + step, step, self.is_business_day)
        return day

    def business_days_between(self, a: dt.date, b: dt.date) -> int:
        """How many business days ``b`` lies after ``a``; negative where it lies before.

        Counts the days after ``a`` up to and including ``b`` (and mirrored backwards), so that
        ``add_business_days(a, n) == b`` gives ``n`` back for every ``n`` other than 0.
        """
        step = 1 if b >= a else -1
        offsets = range(step, (b - a).days + step, step)
        return step * sum(self.is_business_day(a + dt.timedelta(days=days)) for days in offsets)

    def _nearest(
        self, day: dt.date, step: dt.timedelta, fits: Callable[[dt.date], bool]
    ) -> dt.date:
        """The first day that ``fits``, from ``day`` on in the direction of ``step``."""
        candidate = day
        for _ in range(_LONGEST_WAIT):
            if fits(candidate):
                return candidate
            candidate += step
        raise RefusedError(
            f"Kalenderen har ingen brugbar dag et helt år ud fra {day.isoformat()}. "
            "Ret lukkedagene eller de stille perioder."
        )


def _check_month_day(month_day: MonthDay, where: str) -> None:
    month, day = month_day
    try:
        dt.date(2024, month, day)  # a leap year
    except ValueError:
        problem = f"{where} har en dag, der ikke findes: måned {month}, dag {day}."
        raise RefusedError(f"{problem} Skriv måneden først.") from None


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


@lru_cache(maxsize=64)
def work_calendar(work_days: WorkDays) -> WorkCalendar:
    """The calendar of a process: Danish public holidays, its closed days and its quiet periods."""
    return WorkCalendar(
        closed=frozenset(),
        closed_yearly=frozenset(_month_day(text) for text in work_days.closed),
        quiet=tuple(
            QuietPeriod(span.name, _month_day(span.start), _month_day(span.end))
            for span in work_days.quiet
        ),
    )
