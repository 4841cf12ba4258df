"""From when to when is somebody away? Reads it from the words of an out-of-office answer.

``named_days`` finds the days and weeks in the text; here the words before them are looked at. A
day to be back on is worth more than a last day away, and that more than a period, for people write
the first most carefully. Two different days for the same thing are unclear, and unclear is None:
then nobody waits for a day that was guessed. A beginning is told only where it is still to come:
people announce their holiday weeks before, and until then they answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from udmelding.rules.words.danish_dates import UnreadableDateError, read_date
from udmelding.rules.words.named_days import (
    ARTICLE,
    MONTHS,
    WEEKDAY,
    WEEKDAYS,
    NamedDay,
    named_days,
    plain,
)

MOST_DAYS_AHEAD = 400
MOST_CHARACTERS = 4_000
"""How much of a text is looked at: the day stands near the top, or nowhere."""

_LONG_GONE = dt.timedelta(days=60)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """When somebody is away.

    Attributes:
        since: the first day, where it was still to come when that was written; else None.
        until: the last day; None where none is named, or not clearly.
    """

    since: dt.date | None = None
    until: dt.date | None = None


def absence_in(text: str, written_on: dt.date) -> Absence:
    """From when to when ``text`` says that its writer is away; arguments as ``absent_until``."""
    until = absent_until(text, written_on)
    words = plain(text[:MOST_CHARACTERS])
    days = _days_in(text, words, written_on)
    begins = [day for day in _beginnings(words, days) if until is None or day <= until]
    since = min(begins, default=written_on)
    return Absence(since if since > written_on else None, until)


def absence_told(own_text: str, subject: str, written_on: dt.date) -> Absence:
    """What an out-of-office answer says of it: in its words or, where they name no end, above."""
    told = absence_in(own_text, written_on)
    return absence_in(subject, written_on) if told.until is None else told


def absent_until(text: str, written_on: dt.date) -> dt.date | None:
    """The last day of absence that ``text`` names; None where it names none, or not clearly.

    Args:
        text: an out-of-office answer in Danish or English.
        written_on: the day it was written; the answer is never before it, nor more than
            ``MOST_DAYS_AHEAD`` days after.
    """
    words = plain(text[:MOST_CHARACTERS])
    days = _days_in(text, words, written_on)
    for rule in (_back, _last_day, _periods):
        if found := rule(words, days, written_on):
            return _sensible(found, written_on, words)
    return None


# --- Days that only an absence is told by ------------------------------------------------------

_PARTS = {
    **dict.fromkeys(("starten af", "begyndelsen af", "the beginning of", "early"), "primo"),
    **dict.fromkeys(("midten af", "the middle of", "mid"), "medio"),
    **dict.fromkeys(("slutningen af", "udgangen af", "the end of", "late"), "ultimo"),
}
_WHOLE_MONTHS = [name for name in MONTHS if (len(name) > 3 and name != "sept") or name == "maj"]
_MONTH_ALONE = re.compile(
    r"\b(?:i|til|til og med|t\.?o\.?m\.?|indtil|fra|fra og med|hele|in|until|till|through|from|all)"
    rf" (?:(?P<part>{'|'.join(_PARTS)})[ -])?(?:hele )?(?P<month>{'|'.join(_WHOLE_MONTHS)})\b"
    r"(?: måned)?(?P<year>,? \d{4}\b)?(?!\.? ?\d)"
)
_NEAR = re.compile(
    r"\b(?:(?P<today>i dag|today)(?P<both> (?:og|and) (?:i morgen|tomorrow))?"
    r"|(?P<tomorrow>i morgen|tomorrow)"
    r"|(?P<week>(?:i )?denne uge|resten af (?:ugen|denne uge)|(?:the rest of )?this week)"
    r"|(?P<next>(?:i )?næste uge|next week))\b"
)


def _days_in(text: str, words: str, written_on: dt.date) -> tuple[NamedDay, ...]:
    """The days of ``named_days``, and what only an absence is told by: a month, this week."""
    found = [*named_days(words, written_on), *_near(words, written_on)]
    taken = [(one.start, one.end) for one in found]
    months = _months(text, words, written_on)
    found += [m for m in months if not any(a < m.end and m.start < b for a, b in taken)]
    return tuple(sorted(found, key=lambda one: one.start))


def _months(text: str, words: str, written_on: dt.date) -> Iterator[NamedDay]:
    """The months that stand without a day."""
    for caught in _MONTH_ALONE.finditer(words):
        at, end = caught.span("month")
        # «Skriv til Maj» and «til August Lund» name people.
        if text[at:end] == "Maj" or re.match(r" [A-ZÆØÅ]", text[end : end + 2]):
            continue
        start = at if caught["part"] is None else caught.start("part")
        part, month = _PARTS.get(caught["part"] or "", ""), MONTHS[caught["month"]]
        year = (caught["year"] or "").strip(", ")
        try:
            span = read_date(" ".join(f"{part} {month} {year}".split()), today=written_on)
        except UnreadableDateError:
            continue
        yield NamedDay(start, caught.end(), span.start, span.end)


def _near(words: str, written_on: dt.date) -> Iterator[NamedDay]:
    """Today, tomorrow, this week and the next."""
    sunday = written_on + dt.timedelta(days=6 - written_on.weekday())
    spans = {
        "today": (written_on, written_on),
        "both": (written_on, written_on + _ONE_DAY),
        "tomorrow": (written_on + _ONE_DAY, written_on + _ONE_DAY),
        "week": (written_on, sunday),
        "next": (sunday + _ONE_DAY, sunday + dt.timedelta(days=7)),
    }
    for caught in _NEAR.finditer(words):
        name = "both" if caught["both"] else str(caught.lastgroup)
        yield NamedDay(caught.start(), caught.end(), *spans[name])


# --- Days to an answer -------------------------------------------------------------------------

_BACK = re.compile(
    r"(?:\btilbage(?! til| fra (?!ferie|orlov|barsel))|\bretur\b|\b(?:træffes|kontaktes|at træffe)"
    r"(?: igen)?|\bkontoret igen|\bmøder (?:jeg )?(?:igen|ind)|\b(?:starter|svarer|læser|besvarer)"
    r"\b[^.!?]{0,30} igen|\bback\b(?! to you)|\breturn(?:ing)?\b|\bavailable again|\bresume"
    # «Læser ikke mails før den 27. juli», «kan først svare fra den 27. juli»: that day they do.
    r"|\b(?:ikke|not)\b[^.!?]{0,60}?\b(?:før|before)\b"
    r"|\bførst\b[^.!?]{0,40}?\b(?:svare?|læser?|besvarer?|vende)\b(?: \w+){0,2}? ?(?=fra|den|d\.))"
)
_LAST_DAY = re.compile(
    r"\b(?:til og med|t\.?o\.?m\.?|frem til|indtil|til|until|till|through|up to and including"
    r"|up to|sidste dag er|last day is)\s*(?:og med )?$"
)
_AWAY = re.compile(
    r"\b(?:\w*ferie|fri|kontoret|fravær\w*|væk|orlov|barsel\w*|syge?\w*|kursus|tjenesterejse|rejse"
    r"|office|vacation|holiday|leave|away|absent|closed|lukket|ude|afspadsering|træffe\w*"
    r"|period\w*)"
)
_LINK = re.compile(
    r"[\s,:]*(?:(?:på (?:kontoret|arbejde|job|pinden)|på min plads"
    r"|fra (?:min )?(?:ferie|orlov|barsel)|igen|in (?:the )?office|to (?:the )?office|at work"
    r"|to work|from (?:my )?(?:vacation|holiday"
    r"|leave)|at my desk|again|og (?:kan )?(?:træffes|besvarer mails?)|i|på|fra|fra og med|den|d\.?"
    r"|on|from|as of|the|in|er|is|date|dato|først|tidligst)[\s,:]*)*"
)
_AFTER = re.compile(r"\b(?:efter|after)\s*$")
_NOT_MINE = re.compile(r"\b(?:frist\w*|deadline\w*|møde[rt]?|sagen|byråd\w*|vikar\w*)\b")


def _back(text: str, days: tuple[NamedDay, ...], written_on: dt.date) -> set[dt.date]:
    """The days before those on which the writer says to be back."""
    found = set()
    for cue in _BACK.finditer(text):
        link = _LINK.match(text, cue.end())
        at = link.end() if link else cue.end()
        day = next((d for d in days if at - 6 <= d.start <= at + 1 or d.start == at), None)
        if day:
            found.add(day.first - _ONE_DAY)
        elif soon := _soon(text[max(cue.end(), at - 2) :].lstrip(), written_on):
            found |= soon
        elif after := re.match(r"\s*(?:igen )?(?:efter|after)\s+", text[cue.end() :]):
            where = cue.end() + after.end()
            found |= {d.last for d in days if where <= d.start <= where + 1}
        elif weekday := re.match(rf"({WEEKDAY})\b(?!,? ?{ARTICLE}\d)", text[at:]):
            ahead = (WEEKDAYS[weekday[1]] - written_on.weekday() - 1) % 7 + 1
            found.add(written_on + dt.timedelta(days=ahead - 1))
    return found


def _soon(words: str, written_on: dt.date) -> set[dt.date]:
    """The last day before the new year, where that is named."""
    if re.match(
        r"(?:igen )?(?:efter nytår|(?:i )?det nye år|after new year|in the new year)\b", words
    ):
        return {dt.date(written_on.year + 1, 1, 1)}
    return set()


def _last_day(text: str, days: tuple[NamedDay, ...], _: dt.date) -> set[dt.date]:
    """The days up to which the writer says to be away."""
    found = set()
    for day in days:
        before = text[max(0, day.start - 80) : day.start]
        cue = _LAST_DAY.search(re.sub(r"(?:\bden|\bd\.|\bthe)\s*$", "", before))
        if cue is None or _NOT_MINE.search(_sentence(before)):
            continue
        words = text[day.start : day.end]
        is_month = day.last - day.first > _A_WEEK and not words.startswith(("uge", "week"))
        is_whole = "med" in cue[0] or re.match(r"t\.?o\.?m|through", cue[0])
        if _WHERE_BACK.match(text, day.end) or (
            is_month and not is_whole and not _END.match(words)
        ):
            found.add(day.first - _ONE_DAY)  # «til november»: then they are back
        else:
            found.add(day.last)
    return found


_A_WEEK = dt.timedelta(days=7)
_END = re.compile(r"udgangen|slutningen|the end|late|ultimo|\d")
_WHERE_BACK = re.compile(
    r",? (?:hvor|da|where|when) (?:jeg|vi|i|we)\b[^.!?]{0,30}\b(?:tilbage|back)\b"
)


def _periods(text: str, days: tuple[NamedDay, ...], written_on: dt.date) -> set[dt.date]:
    """The last day of the period away: the one that holds ``written_on``, or the only one."""
    away = [d for d in days if _is_away(text, d)]
    holding = [d for d in away if d.first <= written_on <= d.last]
    return {d.last for d in holding or away}


def _beginnings(text: str, days: tuple[NamedDay, ...]) -> Iterator[dt.date]:
    """The first days of absence that are named: of periods, and those after «fra»."""
    for day in days:
        before = text[max(0, day.start - 40) : day.start]
        is_from = bool(_FROM.search(before)) and not _NOT_MINE.search(before)
        if _LAST_DAY.search(re.sub(_TAIL, "", before)):
            continue
        if is_from or (day.first < day.last and _is_away(text, day)):
            yield day.first


_TAIL = r"(?:(?:\bden|\bd\.|\bthe|udgangen af|slutningen af|end of)\s*)+$"
_FROM = re.compile(
    r"\b(?:fra(?: og med)?|from|starting|as of)\s*(?:(?:den|d\.|the|" + WEEKDAY + r")\s*)*$"
)


def _is_away(text: str, day: NamedDay) -> bool:
    """Whether the words shortly before the day, in its sentence, say that somebody is away."""
    before = _sentence(text[max(0, day.start - 90) : day.start])
    return bool(_AWAY.search(before)) and not _NOT_MINE.search(before)


def _sentence(before: str) -> str:
    """What stands before a day in its own sentence; the dot of «29., 30. og 31.» ends none."""
    return re.split(r"[!?]|(?<!\d)\.(?=\s+[a-zæøå])", before)[-1]


def _sensible(found: set[dt.date], written_on: dt.date, words: str) -> dt.date | None:
    """The one day in ``found``, unless there are several, or it is gone or too far ahead."""
    if len(found) != 1:
        return None
    day = found.pop()
    if not written_on <= day <= written_on + dt.timedelta(days=MOST_DAYS_AHEAD):
        return None
    # Without a year, "back 4 August" on 10 August would mean next year's; it is an old text.
    has_year = str(day.year) in words or str((day + _ONE_DAY).year) in words
    is_stale = not has_year and _year_before(day) >= written_on - _LONG_GONE
    return None if is_stale else day


def _year_before(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
