"""Which days are named in running text, Danish or English?

Finds them in a mail's sentences and has ``danish_dates`` read each one, so that a day means the
same here as where somebody types it. English ones are first written as Danes write them. The day
stands before the month, in both.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from udmelding.rules.words.danish_dates import Direction, UnreadableDateError, read_date


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day or a row of days named in a text.

    Attributes:
        start: where its words begin in the text, ``end`` where they end.
        first: the first day, ``last`` the last one.
    """

    start: int
    end: int
    first: dt.date
    last: dt.date


_DANISH_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = {
    spelling: danish
    for danish, english in zip(_DANISH_MONTHS, _ENGLISH_MONTHS, strict=True)
    for spelling in (danish, english, danish[:3], english[:3])
} | {"sept": "september"}
_DANISH_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_ENGLISH_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday"),
    *("friday", "saturday", "sunday"),
)
WEEKDAYS = {
    name: number
    for names in (_DANISH_WEEKDAYS, _ENGLISH_WEEKDAYS)
    for number, name in enumerate(names)
}

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_NTH = r"\d{1,2}(?:\.|st|nd|rd|th)?"
_YEAR = r"(?:(?:,? | ?- ?)\d{4}\b)?"
_DAY = (
    rf"(?:\d{{4}}-\d\d-\d\d\b"
    rf"|{_NTH}(?: of)? ?{_MONTH}{_YEAR}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b{_YEAR}"
    rf"|\b(?:primo|medio|ultimo) {_MONTH}{_YEAR}"
    r"|\d{1,2}/\d{1,2}(?: ?[-/.] ?\d{4}\b| ?[-/.] ?\d{2}\b(?!/)| \d{4}\b)?(?!\d)"
    r"|\d{1,2}\. ?\d{1,2}(?:[.-] ?\d{4}|[.-] ?\d{2})?(?![\d.:])"
    r"|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})\b)"
)
ARTICLE = r"(?:\b(?:den|d\.?|the) ?)?"
_FULL_DAY = rf"(?:\b{WEEKDAY},? ?)?{ARTICLE}{_DAY}"
_HOUR = r"(?:,? ?kl\.? ?\d{1,2}(?:[.:]\d\d)?)?"
_BETWEEN = (
    rf"{_HOUR}(?: ?- ?| til og med | t\.?o\.?m\.? | til | to | until | through | and including )"
)
_NO_DAY = rf"(?![\d/]|\.\d|\.? ?{_MONTH})"
_WEEK_LIST = rf"\d{{1,2}}(?:(?: ?- ?| til | to |, ?| og | and | & )\d{{1,2}}{_NO_DAY})*"
_NAMED = re.compile(
    rf"(?P<weeks>\b(?:uge(?:rne)?|weeks?) (?P<numbers>{_WEEK_LIST})"
    rf"(?P<week_year>,? (?:i )?\d{{4}})?)"
    rf"|(?P<range>(?<![\d/.-])(?P<first>(?:{WEEKDAY},? ?)?{ARTICLE}(?:{_DAY}|\d{{1,2}}\.?))"
    rf"{_BETWEEN}(?P<last>{_FULL_DAY}))"
    rf"|(?P<day>(?<![\d/.-]){_FULL_DAY})"
)
_TWO_DIGITS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{2})")
_MONTH_FIRST = re.compile(rf"({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(.*)")


def named_days(
    text: str, written_on: dt.date, direction: Direction = Direction.COMING
) -> tuple[NamedDay, ...]:
    """The days, ranges of days and weeks named in ``text``, in their order.

    Args:
        text: running text, Danish or English; any case.
        written_on: the day that a missing year is found from.
        direction: whether the next or the last such day is meant.

    Returns:
        What could be read; a day that does not exist, or whose weekday is wrong, is left out.
    """
    words = plain(text)
    found = (_read(caught, written_on, direction) for caught in _NAMED.finditer(words))
    return tuple(day for day in found if day)


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\t\n\r\v\f"), " ")


def plain(text: str) -> str:
    """``text`` in the spelling that the patterns expect, sign for sign as long as ``text``."""
    signs = (low if len(low := sign.lower()) == 1 else sign for sign in text)
    return "".join(signs).translate(_DASHES | _SPACES)


def _read(caught: re.Match[str], written_on: dt.date, direction: Direction) -> NamedDay | None:
    if caught["weeks"]:
        span = _weeks(caught["numbers"], caught["week_year"] or "", written_on, direction)
    elif caught["range"]:
        span = _range(caught["first"], caught["last"], written_on, direction)
    else:
        span = _span(_danish(caught["day"]), written_on, direction)
    return NamedDay(caught.start(), caught.end(), *span) if span else None


Span = tuple[dt.date, dt.date]


def _span(words: str, written_on: dt.date, direction: Direction) -> Span | None:
    try:
        reading = read_date(words, today=written_on, direction=direction)
    except UnreadableDateError:
        return None
    return reading.start, reading.end


def _range(first: str, last: str, written_on: dt.date, direction: Direction) -> Span | None:
    """A range; where it cannot be read as one, its last day, for that is what is asked for."""
    whole = _span(f"{_danish(first)} - {_danish(last)}", written_on, direction)
    return whole or _span(_danish(last), written_on, direction)


def _weeks(numbers: str, year: str, written_on: dt.date, direction: Direction) -> Span | None:
    weeks = re.findall(r"\d{1,2}", numbers)
    suffix = re.sub(r"\D", "", year)
    first = _span(f"uge {weeks[0]} {suffix}".strip(), written_on, direction)
    if first is None or len(weeks) == 1:
        return first
    last = _span(f"uge {weeks[-1]} {suffix}".strip(), first[0], Direction.COMING)
    return (first[0], last[1]) if last and last[1] >= first[1] else None


def _danish(words: str) -> str:
    """``words`` as Danes write them: ``monday, august 4th`` is ``mandag 4. august``."""
    words = re.sub(r"\b(?:the|of|den|d\.)(?= ?\w)", " ", words)
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", ".", words)
    weekday = ""
    if found := re.match(rf"\s*({WEEKDAY}),?", words):
        weekday, words = _DANISH_WEEKDAYS[WEEKDAYS[found[1]]], words[found.end() :]
    words = words.strip()
    if found := _MONTH_FIRST.fullmatch(words):
        words = f"{found[2]}. {found[1]}{found[3]}"
    if found := _TWO_DIGITS.fullmatch(re.sub(r"\s", "", words)):
        words = f"{found[1]}/{found[3]}-20{found[4]}"
    words = re.sub(r"[a-zæøå]+", lambda name: MONTHS.get(name[0], name[0]), words)
    return f"{weekday} {words}".strip()
