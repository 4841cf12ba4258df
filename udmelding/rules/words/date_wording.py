"""How is a day or a period written in Danish?

Words for dates only: how they are read is in ``danish_dates``. Everything written here, except
the explanation in parentheses that ``in_full`` adds, is read back by it as the same days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from udmelding.clock import COPENHAGEN
from udmelding.rules.words.danish_dates import DateReading
from udmelding.rules.words.date_forms import MONTHS, WEEKDAYS, Precision

_BOUND_WORDS = {"latest": "senest ", "earliest": "tidligst ", "about": "ca. "}
_THIRD_WORDS = {1: "primo", 11: "medio", 21: "ultimo"}
_YEAR_PART_WORDS = {1: "primo", 6: "medio", 12: "ultimo"}
_SELF_EVIDENT = frozenset({Precision.DAY, Precision.RANGE, Precision.MONTH, Precision.YEAR})


class SaidDay(dt.date):
    """The last possible day of something that happened, and the words of a source that was vague.

    Whatever reckons with days takes it for the day that it is. Whatever writes a day writes the
    words instead: «ultimo december 2024» is never told as a day that no source has named.
    """

    words: str = ""

    @classmethod
    def of(cls, first: dt.date, last: dt.date, as_written: str = "") -> dt.date:
        """The last day of a period; a plain day where there is nothing vague about it."""
        if first == last and not as_written:
            return last
        return cls._with_words(last, as_written or long_period(first, last))

    @classmethod
    def _with_words(cls, day: dt.date, words: str) -> SaidDay:
        made = cls(day.year, day.month, day.day)
        made.words = words
        return made

    def __reduce__(self) -> tuple[Callable[..., SaidDay], tuple[dt.date, str]]:
        """A copy has the words too."""
        return SaidDay._with_words, (dt.date(self.year, self.month, self.day), self.words)


def long_date(d: dt.date) -> str:
    """Write the day ``d`` as ``14. marts 2025``; a vague one in its source's words."""
    return said_words(d) or f"{d.day}. {MONTHS[d.month - 1]} {d.year}"


def near_date(d: dt.date, today: dt.date) -> str:
    """Write ``d`` as one says it on ``today``: ``14. marts``; with its year where it is another."""
    if said_words(d) or d.year != today.year:
        return long_date(d)
    return f"{d.day}. {MONTHS[d.month - 1]}"


def long_moment(at: dt.datetime) -> str:
    """Write a moment, whatever its time zone, as ``14. marts 2025 kl. 14.05`` in Danish time."""
    local = at.astimezone(COPENHAGEN)
    return f"{long_date(local.date())} kl. {clock_time(local)}"


def clock_time(at: dt.time | dt.datetime | str) -> str:
    """Write a time of day as people do, ``7.30``; a text is ``HH:MM``."""
    time = dt.time.fromisoformat(at) if isinstance(at, str) else at
    return f"{time.hour}.{time:%M}"


def near_moment(at: dt.datetime, today: dt.date) -> str:
    """Write a moment as one says it on ``today``: ``i dag kl. 8.40``, ``i går``, ``14. marts``."""
    local = at.astimezone(COPENHAGEN)
    days = (today - local.date()).days
    if days == 0:
        return f"i dag kl. {local.hour}.{local:%M}"
    return f"i går kl. {local.hour}.{local:%M}" if days == 1 else near_date(local.date(), today)


def weekday_near(day: dt.date) -> str:
    """Write a day as a heading does: ``tirsdag den 6. maj``."""
    return f"{WEEKDAYS[day.weekday()]} den {day.day}. {MONTHS[day.month - 1]}"


def weekday_date(d: dt.date) -> str:
    """Write the day ``d`` as ``fredag den 14. marts 2025``; a vague one in its source's words."""
    return said_words(d) or f"{WEEKDAYS[d.weekday()]} den {long_date(d)}"


def short_date(d: dt.date) -> str:
    """Write the day ``d`` as minutes do: ``14/3-2025``; a vague one in its source's words."""
    return said_words(d) or f"{d.day}/{d.month}-{d.year}"


def said_words(d: dt.date) -> str:
    """The source's words for a day that it was vague of; empty for a plain day."""
    return d.words if isinstance(d, SaidDay) else ""


def short_period(start: dt.date, end: dt.date) -> str:
    """Write ``start`` to ``end`` as minutes do, with the year once where it is the same.

    ``22/10-19/11-2024``, ``20/12-2024 - 5/1-2025``, and a single day as ``short_date``.
    """
    if start == end:
        return short_date(start)
    if start.year != end.year:
        return f"{short_date(start)} - {short_date(end)}"
    return f"{start.day}/{start.month}-{short_date(end)}"


def long_period(start: dt.date, end: dt.date) -> str:
    """Write ``start`` to ``end`` in words, with month and year once where they are the same.

    ``1.-10. januar 2025``, ``22. oktober - 19. november 2024``, and a single day as ``long_date``.
    """
    if start == end:
        return long_date(start)
    if start.year != end.year:
        return f"{long_date(start)} - {long_date(end)}"
    if start.month != end.month:
        return f"{start.day}. {MONTHS[start.month - 1]} - {long_date(end)}"
    return f"{start.day}.-{long_date(end)}"


def in_full(reading: DateReading) -> str:
    """Write ``reading`` out, so that a person can see what was understood.

    A day gets its weekday, a named period its days: ``senest fredag den 14. marts 2025``,
    ``uge 34 2025 (18.-24. august 2025)``.
    """
    text = _BOUND_WORDS.get(reading.bound or "", "") + _name(reading)
    if reading.precision in _SELF_EVIDENT:
        return text
    return f"{text} ({long_period(reading.start, reading.end)})"


def _name(reading: DateReading) -> str:
    """What a Dane would call the day or period."""
    start, end = reading.start, reading.end
    month = f"{MONTHS[start.month - 1]} {start.year}"
    match reading.precision:
        case Precision.DAY:
            return weekday_date(start)
        case Precision.RANGE:
            return long_period(start, end)
        case Precision.WEEK:
            return _weeks(start, end)
        case Precision.MONTH_THIRD:
            return f"{_THIRD_WORDS[start.day]} {month}"
        case Precision.MONTH:
            return month
        case _:
            return _name_in_year(reading.precision, start)


def _name_in_year(precision: Precision, start: dt.date) -> str:
    """What a Dane would call the part of the year, or the year, that begins with ``start``."""
    match precision:
        case Precision.QUARTER:
            return f"{(start.month + 2) // 3}. kvartal {start.year}"
        case Precision.HALF_YEAR:
            return f"{(start.month + 5) // 6}. halvår {start.year}"
        case Precision.YEAR_PART:
            return f"{_YEAR_PART_WORDS[start.month]} {start.year}"
        case _:
            return str(start.year)


def _weeks(start: dt.date, end: dt.date) -> str:
    """``uge 34 2025``, ``uge 34-35 2025`` or ``uge 52 2025 - uge 1 2026``, from days in them."""
    first, last = start.isocalendar(), end.isocalendar()
    if first.year != last.year:
        return f"uge {first.week} {first.year} - uge {last.week} {last.year}"
    weeks = str(first.week) if first.week == last.week else f"{first.week}-{last.week}"
    return f"uge {weeks} {first.year}"
