"""Where does a CPR number stand in a text, and how sure is that?

A CPR number is a day of birth and four digits (DDMMÅÅ-LLLL). The seventh digit tells the century
(the table of CPR-kontoret, as ``stdnum.dk.cpr`` reads it); the check digit (modulus 11) holds for
most numbers, but since 2007 some are given without it, so a number that fails it may be real.
Hospitals and authorities also give replacement numbers: the day plus 60, or letters at the end.

What is found never carries the digits, so nothing that is logged or kept can show them. What a
person is told: ``cpr_wording``.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

MASK = "••••••-••••"


class Grade(StrEnum):
    """How sure it is that a CPR number was found; the surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


REFUSED = frozenset({Grade.CERTAIN, Grade.LIKELY})
"""What is refused where no CPR number may stand; ``POSSIBLE`` may be a case number."""


@dataclass(frozen=True, slots=True)
class CprHit:
    """Where something like a CPR number stands: ``text[start:end]``; never its digits."""

    start: int
    end: int
    grade: Grade


# --- What a number looks like ---

# Signs that are not seen and may stand inside a number, such as the soft hyphen.
_UNSEEN = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0f\ufeff]"
)
# Hyphens and dashes; the last two are what PDF readers give for a hyphen at the end of a line.
_DASH = "[-~\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\x02\ufffe]"
_SPACE = "[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_DASHED = rf"{_SPACE}?{_DASH}{{1,2}}(?:\r?\n|{_SPACE})?"
_BETWEEN = rf"(?P<dash>{_DASHED})|(?P<mark>[./_:\uff0e]|{_SPACE}{{1,2}})"
_NUMBER = re.compile(
    r"(?<!\d)(?:"
    rf"(?P<day>\d\d)(?P<point>[./]|{_SPACE}|{_DASH})(?P<month>\d\d)(?P=point)(?P<year>\d\d)"
    rf"{_DASH}(?P<end>\d{{4}})"
    rf"|(?P<date>\d{{6}})(?:{_BETWEEN})(?P<serial>\d{{4}}|[0-9A-ZÆØÅ]{{3}}\d)"
    r"|(?P<run>\d{10}|\d{7}[A-Z]{2}\d)"
    r")(?!\d)"
)
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_LOST_ZERO = re.compile(r"\s*(?P<run>\d{9})(?:\.0+)?\s*")

_NAMES_IT = re.compile(r"(?:cpr|nr|nummer|id)$", re.IGNORECASE)
# The number of a workplace (P-nummer) has ten digits too, and many of them begin like a date.
_IS_WORKPLACE = re.compile(r"\bp[- ](?:nr|nummer|numre)\b[.: ]*$", re.IGNORECASE)
_FLOAT_END = re.compile(r"\.0(?!\d)")
_REACH = 40
_FEWEST = 9
_LATEST_DAY, _REPLACEMENT = 31, 60


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands beside a number and tells whether it is part of something longer.

    Attributes:
        letters: the letters and digits that touch it, before and after.
        is_chained: other digits hang on it by a dash, slash or point; ``is_spaced`` by a space.
        is_decimal: it is a decimal number, or the decimals of one.
        is_other: something before it says that it is no CPR number.
    """

    letters: tuple[str, str]
    is_chained: bool
    is_spaced: bool
    is_decimal: bool
    is_other: bool

    @property
    def is_id(self) -> bool:
        """Whether letters and other digits touch it, as in a checksum."""
        return any(sign.isdecimal() for sign in "".join(self.letters))


def find_cpr(text: str, today: dt.date, *, is_cell: bool = False) -> tuple[CprHit, ...]:
    """Everything in ``text`` that looks like a CPR number, in its order.

    Args:
        text: of any length; the time it takes grows with the length only.
        today: nobody is born later.
        is_cell: ``text`` is one cell of a table, where a program may have taken the leading zero
            away: a cell of nothing but nine digits is read with it.
    """
    if len(text) < _FEWEST:
        return ()
    bare, places = _without_unseen(text)
    ids = [match.span() for match in _UUID.finditer(bare)]
    starts = [start for start, _ in ids]
    found: list[CprHit] = []
    at = 0
    while (match := _NUMBER.search(bare, at)) is not None:
        start, end = match.span()
        inside = bisect_right(starts, start) - 1
        is_inside = inside >= 0 and end <= ids[inside][1]
        grade = None if is_inside else _grade(match, bare, today)
        at = end if grade else start + 1
        if grade:
            found.append(CprHit(_place(places, start), _place(places, end - 1) + 1, grade))
    if is_cell and not found:
        return _lost_zero(text, today)
    return tuple(found)


def _without_unseen(text: str) -> tuple[str, list[int] | None]:
    """``text`` without signs that are not seen, and where each sign stood; None for as it was."""
    if _UNSEEN.search(text) is None:
        return text, None
    places = [i for i, sign in enumerate(text) if not _UNSEEN.match(sign)]
    return "".join(text[i] for i in places), places


def _place(places: list[int] | None, index: int) -> int:
    return index if places is None else places[index]


def _grade(match: re.Match[str], text: str, today: dt.date) -> Grade | None:
    found = match.groupdict(default="")
    date = found["date"] or found["day"] + found["month"] + found["year"] or found["run"][:6]
    serial = found["serial"] or found["end"] or found["run"][6:]
    around = _around(text, *match.span())
    grade = _grade_alone(date, serial, today, is_run=bool(found["run"]))
    if grade is None:
        return None
    if found["run"]:
        return _grade_of_run(grade, around)
    return _grade_in_parts(grade, around, has_dash=bool(found["dash"] or found["end"]))


def _grade_alone(date: str, serial: str, today: dt.date, *, is_run: bool) -> Grade | None:
    """How sure a number is that stands by itself; None where it cannot be one."""
    day = int(date[:2])
    if day > _REPLACEMENT:
        is_born = _is_born(f"{day - _REPLACEMENT:02}{_ascii(date[2:])}", serial, today)
        return Grade.POSSIBLE if is_born else None
    if day > _LATEST_DAY or not _is_born(_ascii(date), serial, today):
        return None
    if not serial.isdecimal():
        return Grade.POSSIBLE
    holds = cpr.checksum(_ascii(date + serial)) == 0
    if is_run:
        return Grade.LIKELY if holds else Grade.POSSIBLE
    return Grade.CERTAIN if holds else Grade.LIKELY


def _is_born(date: str, serial: str, today: dt.date) -> bool:
    """Whether the date is real and past; a letter for a century leaves either century open."""
    centuries = _ascii(serial[0]) if serial[0].isdecimal() else "04"
    for century in centuries:
        try:
            if cpr.get_birth_date(f"{date}{century}000") <= today:
                return True
        except ValidationError:
            continue
    return False


def _ascii(digits: str) -> str:
    """Digits of any script, such as the full-width ones, as the usual ones."""
    return "".join(str(int(sign)) for sign in digits)


def _around(text: str, start: int, end: int) -> _Around:
    """What stands beside ``text[start:end]``."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if _FLOAT_END.match(after):
        after = ""
    near = before[-2:]
    return _Around(
        letters=(_touching(before[::-1])[::-1], _touching(after)),
        is_chained=bool(_CHAIN_BEFORE.search(near) or _CHAIN_AFTER.match(after)),
        is_spaced=bool(_SPACE_BEFORE.search(near) or _SPACE_AFTER.match(after)),
        is_decimal=bool(_POINT_BEFORE.search(near) or _POINT_AFTER.match(after)),
        is_other=near.endswith("+") or bool(_IS_WORKPLACE.search(before)),
    )


def _touching(text: str) -> str:
    """The letters and digits with which ``text`` begins."""
    return "".join(takewhile(str.isalnum, text))


_CHAIN_BEFORE, _CHAIN_AFTER = (
    re.compile(rf"\d(?:{_DASH}|[./])$"),
    re.compile(rf"(?:{_DASH}|[./])\d"),
)
_SPACE_BEFORE, _SPACE_AFTER = re.compile(rf"\d{_SPACE}$"), re.compile(rf"{_SPACE}\d")
_POINT_BEFORE, _POINT_AFTER = re.compile(r"\d[.,]$"), re.compile(r"[.,]\d")


def _grade_of_run(grade: Grade, around: _Around) -> Grade | None:
    """Ten digits in a row are often something else: what touches them decides."""
    if around.is_id or around.is_other:
        return None
    if around.is_chained or around.is_decimal:
        return Grade.POSSIBLE if grade is Grade.LIKELY else None
    before, after = around.letters
    if after or (before and not _NAMES_IT.search(before)):
        return Grade.POSSIBLE
    return grade


def _grade_in_parts(grade: Grade, around: _Around, *, has_dash: bool) -> Grade | None:
    """Six and four with something between: as it looks, unless it is part of something longer."""
    if around.is_id:
        return Grade.POSSIBLE
    if has_dash and around.is_chained:
        return Grade.LIKELY if grade is Grade.CERTAIN else Grade.POSSIBLE
    if not has_dash and (around.is_chained or around.is_spaced or around.is_other):
        return Grade.POSSIBLE if grade is Grade.CERTAIN else None
    return grade


def _lost_zero(text: str, today: dt.date) -> tuple[CprHit, ...]:
    match = _LOST_ZERO.fullmatch(text)
    if match is None:
        return ()
    number = "0" + _ascii(match["run"])
    grade = _grade_alone(number[:6], number[6:], today, is_run=True)
    return (CprHit(*match.span("run"), grade),) if grade else ()


# --- What is done with it ---


def masked(text: str, hits: Iterable[CprHit]) -> str:
    """``text`` with all of each number replaced by ``MASK``.

    Args:
        text: in which the hits were found.
        hits: as ``find_cpr`` gave them.
    """
    parts: list[str] = []
    at = 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        parts += [text[at : hit.start], MASK]
        at = hit.end
    return "".join(parts) + text[at:]


def without_cpr(text: str, today: dt.date) -> str:
    """``text`` with everything masked that looks like a CPR number, of any grade."""
    return masked(text, find_cpr(text, today))


def surest(grades: Iterable[Grade]) -> Grade | None:
    """The surest of the grades; None where there is none."""
    order = list(Grade)
    return min(grades, key=order.index, default=None)
