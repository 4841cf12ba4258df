"""Which forms of a date does the grammar know, and which days does each name?

``_FORMS`` is the grammar: a pattern, and the function that builds a ``Part`` from what it caught.
A part is a day or a period whose year may still be open; ``between`` makes a range of two. To teach
the grammar a form, add a row and, if need be, a builder. ``danish_dates`` tidies the text before
it comes here, finds the year that was left out, and is what the rest of the program calls.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Precision(StrEnum):
    """How finely the writer spoke."""

    DAY = "day"
    RANGE = "range"
    WEEK = "week"
    """One ISO week or several in a row."""
    MONTH_THIRD = "month_third"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR_PART = "year_part"
    """Primo, medio or ultimo of a year; a convention, for the sources use it loosely."""
    YEAR = "year"


Span = tuple[dt.date, dt.date]
"""First and last day."""

_EXAMPLES = "Skriv for eksempel 31/5-2025, 31. maj 2025, uge 34 2025 eller primo juni 2025."
_HALF_YEAR = dt.timedelta(days=183)


class NotADateError(Exception):
    """What is wrong with a text and what to write instead; never leaves ``read_date``."""

    def __init__(self, problem: str, hint: str = _EXAMPLES) -> None:
        """Keep the ``problem``, a Danish clause, and the ``hint``, a Danish sentence."""
        super().__init__(problem)
        self.problem, self.hint = problem, hint


@dataclass(frozen=True, slots=True)
class Part:
    """A day or period whose year may still be open.

    Attributes:
        precision: how finely the writer spoke.
        year: the written year, in which the part starts; None where none is written.
        span: gives the days in a year; raises ``NotADateError`` where that year has none.
        weekdays: the weekdays written for the first and the last day.
    """

    precision: Precision
    year: int | None
    span: Callable[[int], Span]
    weekdays: tuple[str | None, str | None] = (None, None)

    def span_if_any(self, year: int) -> Span | None:
        """The days in ``year``, or None where that year has none."""
        try:
            return self.span(year)
        except NotADateError:
            return None


def _last_of(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _longest(month: int) -> int:
    """How many days ``month`` has in a leap year."""
    return calendar.monthrange(2024, month)[1]


def _months(year: int, first: int, last: int) -> Span:
    """From the first day of the month ``first`` to the last of ``last``."""
    return dt.date(year, first, 1), _last_of(year, last)


def _year(caught: re.Match[str]) -> int | None:
    """The written year, two digits meaning 20xx; None where none is written."""
    written = caught.groupdict().get("year")
    if written is None:
        return None
    year = int(written) + (2000 if len(written) == 2 else 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        problem = f"årstallet {year} ligger uden for {FIRST_YEAR}-{LAST_YEAR}"
        raise NotADateError(problem, "Ret årstallet.")
    return year


def _weekday(caught: re.Match[str]) -> str | None:
    """The written weekday in full; None where none is written."""
    return _WEEKDAY_NAMES[caught["weekday"]] if caught["weekday"] else None


def _month(caught: re.Match[str]) -> int:
    """The month, written as a number or a name."""
    written = caught["month"]
    month = int(written) if written.isdigit() else _MONTH_NUMBERS[written]
    if not 1 <= month <= 12:
        raise NotADateError(f"der er ingen måned nr. {month}", _day_first(caught, month))
    return month


def _day_first(caught: re.Match[str], not_a_month: int) -> str:
    """The hint for ``5/31/2025``: the same numbers with the day first, where that is a date."""
    month = int(caught["day"])
    if not (1 <= month <= 12 and 1 <= not_a_month <= _longest(month)):
        return "Måneder går fra 1 til 12, og dagen står først, for eksempel 31/5-2025."
    year = f"-{caught['year']}" if caught["year"] else ""
    return f"Dagen står før måneden: skriv {not_a_month}/{month}{year}."


def _whole_month(caught: re.Match[str]) -> int:
    """The month of a form without a day, where "jul" would be Christmas to any Dane."""
    if caught["month"] == "jul":
        raise NotADateError("«jul» kan være både julen og juli", "Skriv juli eller december.")
    return _month(caught)


def _nth(caught: re.Match[str], most: int, noun: str) -> int:
    """The number of a quarter or half-year, written as a digit or a word."""
    written = caught["nth"].rstrip(".")
    nth = int(written) if written.isdigit() else _ORDINALS[written]
    if not 1 <= nth <= most:
        problem = f"der er ikke noget {nth}. {noun}"
        raise NotADateError(problem, f"Skriv et tal fra 1 til {most}.")
    return nth


# --- The builders: one for each kind of form -------------------------------------------------


def _day(caught: re.Match[str]) -> Part:
    day, month = int(caught["day"]), _month(caught)
    if not 1 <= day <= _longest(month):
        problem = f"der er ingen {day}. {MONTHS[month - 1]}"
        raise NotADateError(problem, f"Skriv en dag fra 1 til {_longest(month)}.")

    def span(year: int) -> Span:
        return (_day_in(year, month, day),) * 2

    return Part(Precision.DAY, _year(caught), span, (_weekday(caught),) * 2)


def _day_in(year: int, month: int, day: int) -> dt.date:
    last = _last_of(year, month).day
    if not 1 <= day <= last:
        problem = f"der er ingen {day}. {MONTHS[month - 1]} i {year}"
        raise NotADateError(problem, f"Skriv en dag fra 1 til {last}, eller ret årstallet.")
    return dt.date(year, month, day)


def _month_third(caught: re.Match[str]) -> Part:
    third, month = _THIRDS[caught["third"]], _whole_month(caught)

    def span(year: int) -> Span:
        last = _last_of(year, month) if third == 2 else dt.date(year, month, 10 + 10 * third)
        return dt.date(year, month, 1 + 10 * third), last

    return Part(Precision.MONTH_THIRD, _year(caught), span)


def _year_part(caught: re.Match[str]) -> Part:
    """Primo 1-10 January, medio June and July, ultimo 21-31 December: a convention."""

    def span(year: int) -> Span:
        return {
            "primo": (dt.date(year, 1, 1), dt.date(year, 1, 10)),
            "medio": _months(year, 6, 7),
            "ultimo": (dt.date(year, 12, 21), dt.date(year, 12, 31)),
        }[caught["third"]]

    return Part(Precision.YEAR_PART, _year(caught), span)


def _weeks(caught: re.Match[str]) -> Part:
    first, last, year = caught["week"], caught["last"], _year(caught)
    if last is None:
        return _week(int(first), year)
    return _join(_week(int(first), None), _week(int(last), year))


def _week(number: int, year: int | None) -> Part:
    if not 1 <= number <= 53:
        raise NotADateError(f"der er ingen uge {number}", "Uger går fra 1 til 52 eller 53.")

    def span(year: int) -> Span:
        try:
            monday = dt.date.fromisocalendar(year, number, 1)
        except ValueError:
            problem = f"{year} har ingen uge {number}"
            raise NotADateError(problem, "Ret ugen eller årstallet.") from None
        return monday, monday + dt.timedelta(days=6)

    return Part(Precision.WEEK, year, span)


def _one_month(caught: re.Match[str]) -> Part:
    month = _whole_month(caught)
    return Part(Precision.MONTH, _year(caught), lambda year: _months(year, month, month))


def _quarter(caught: re.Match[str]) -> Part:
    last = 3 * _nth(caught, 4, "kvartal")
    return Part(Precision.QUARTER, _year(caught), lambda year: _months(year, last - 2, last))


def _half_year(caught: re.Match[str]) -> Part:
    last = 6 * _nth(caught, 2, "halvår")
    return Part(Precision.HALF_YEAR, _year(caught), lambda year: _months(year, last - 5, last))


def _whole_year(caught: re.Match[str]) -> Part:
    return Part(Precision.YEAR, _year(caught), lambda year: _months(year, 1, 12))


def _end_of(caught: re.Match[str]) -> Part:
    """The last day of a period: "udgangen af januar 2025"."""
    period = single(caught["period"])
    if period is None or period.precision is Precision.DAY:
        hint = "Skriv for eksempel «inden udgangen af januar 2025»."
        raise NotADateError("efter «udgangen af» står der ikke en periode", hint)
    whole = period.span
    return Part(Precision.DAY, period.year, lambda year: (whole(year)[1],) * 2)


# --- The vocabulary and the table of forms ---------------------------------------------------

_MONTH_NUMBERS = {
    spelling: number
    for number, name in enumerate(MONTHS, start=1)
    for spelling in (name, name[:3], *(["sept"] if number == 9 else []))
}
_WEEKDAY_NAMES = {
    spelling: name for name in WEEKDAYS for spelling in (name, name.removesuffix("dag"), name[:3])
}
_THIRDS = {
    **dict.fromkeys(("primo", "start", "starten", "begyndelsen"), 0),
    **dict.fromkeys(("medio", "midt", "midten"), 1),
    **dict.fromkeys(("ultimo", "slut", "slutningen"), 2),
}
_ORDINALS = {"første": 1, "andet": 2, "anden": 2, "tredje": 3, "fjerde": 4}


def _any_of(words: dict[str, int] | dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# The text comes tidied: lower case, commas are spaces, no space around a dash or a slash.
_THE = rf"(?:(?P<weekday>{_any_of(_WEEKDAY_NAMES)})\.? ?)?(?:(?:den|d\.?) ?)?"
_DAY, _MONTH = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})"
_NAMED_MONTH = rf"(?P<month>{_any_of(_MONTH_NUMBERS)})\.?"
_BARE_DAY = re.compile(rf"{_THE}{_DAY}\.?", re.ASCII)
_IN = r"(?:i (?:løbet af )?)?"
_UNTIL = r"(?:-| til )"
_YEAR = r"(?:(?:-| (?:i |af )?)(?P<year>\d{4}))?"
_NTH = rf"(?P<nth>\d\.?|{_any_of(_ORDINALS)})"

_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Part]], ...] = tuple(
    (re.compile(pattern, re.ASCII), build)
    for pattern, build in (
        (rf"{_THE}(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)", _day),
        (rf"{_THE}{_DAY}/{_MONTH}(?:[-/ ](?P<year>\d{{4}}|(?<=-)\d\d))?", _day),
        (rf"{_THE}{_DAY}\. ?{_MONTH}(?:(?:\. ?|[- ])(?P<year>\d{{4}}|(?<=[.-])\d\d))?", _day),
        (rf"{_THE}{_DAY}-{_MONTH}-(?P<year>\d{{4}})", _day),
        (rf"{_THE}{_DAY}\.? ?{_NAMED_MONTH}{_YEAR}", _day),
        (rf"{_IN}(?P<third>{_any_of(_THIRDS)})(?: i| af)? {_NAMED_MONTH}{_YEAR}", _month_third),
        (r"(?P<third>primo|medio|ultimo) (?P<year>\d{4})", _year_part),
        (rf"{_IN}uge(?:rne)? (?P<week>\d{{1,2}})(?:{_UNTIL}(?P<last>\d{{1,2}}))?{_YEAR}", _weeks),
        (rf"{_IN}{_NAMED_MONTH}(?: måned)?{_YEAR}", _one_month),
        (rf"{_IN}{_NTH} ?kvartal{_YEAR}", _quarter),
        (rf"{_IN}q(?P<nth>\d){_YEAR}", _quarter),
        (rf"{_IN}{_NTH} ?(?:halvår|halvdel){_YEAR}", _half_year),
        (rf"{_IN}(?P<year>\d{{4}})", _whole_year),
        (r"(?:ved )?udgangen af (?P<period>.+)", _end_of),
    )
)


# --- From words to a part --------------------------------------------------------------------


def single(words: str) -> Part | None:
    """The one day or period that all of ``words`` name; None where they fit no form."""
    for pattern, build in _FORMS:
        if caught := pattern.fullmatch(words):
            return build(caught)
    return None


def between(first: str, last: str) -> Part | None:
    """The range from ``first`` to ``last``; None unless both are parts of one kind."""
    right = single(last)
    if right is None:
        return None
    bare = _BARE_DAY.fullmatch(first) if right.precision is Precision.DAY else None
    left = _same_month(bare, right) if bare else single(first)
    return _join(left, right) if left and left.precision is right.precision else None


def _same_month(bare: re.Match[str], right: Part) -> Part:
    """The "15." of "15.-16. september": a day in the month of ``right``."""

    def span(year: int) -> Span:
        month = right.span(year)[0]
        return (_day_in(month.year, month.month, int(bare["day"])),) * 2

    return Part(Precision.DAY, right.year, span, (_weekday(bare),) * 2)


def _join(left: Part, right: Part) -> Part:
    """From the first day of ``left`` to the last of ``right``, seen by the year it starts in.

    Where a year is left out, the range may cross New Year if that makes it at most half a year.
    """
    is_open = left.year is None or right.year is None

    def span(year: int) -> Span:
        start, end_year = left.span(year)[0], right.year or year
        end = right.span(end_year)[1]
        if end < start and right.year is None:
            end_year, end = year + 1, right.span(year + 1)[1]
        if end < start or (is_open and end_year != year and end - start > _HALF_YEAR):
            hint = "Byt om, eller skriv årstal på begge."
            raise NotADateError("slutningen ligger før begyndelsen", hint)
        return start, end

    precision = left.precision if left.precision is Precision.WEEK else Precision.RANGE
    return Part(precision, _starting_year(left, right), span, (left.weekdays[0], right.weekdays[1]))


def _starting_year(left: Part, right: Part) -> int | None:
    """The year in which a range starts: as written, or the nearest before its written end."""
    if left.year is not None or right.year is None:
        return left.year
    end = right.span(right.year)[1]
    for year in (right.year, right.year - 1):
        if (found := left.span_if_any(year)) and found[0] <= end:
            return year
    return right.year
