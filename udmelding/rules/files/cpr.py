"""Where does a CPR number stand in a text, and how sure is that?

A CPR number is a day of birth and four digits (DDMMÅÅ-LLLL). The seventh digit tells the century
(the table of CPR-kontoret, as ``stdnum.dk.cpr`` reads it); the check digit (modulus 11) holds for
most numbers, but since 2007 some are given without it, so a number that fails it may be real. It
holds by accident for one in eleven of any other numbers, so it alone proves nothing either.
Hospitals and authorities also give replacement numbers: the day plus 60, or letters at the end.

How sure it is comes from how it is written (``cpr_shapes``), whether the check digit holds, and
what stands beside it (``cpr_signs``):

- six digits, a dash and four are ``CERTAIN`` with the check digit and ``LIKELY`` without it; what
  hangs together less is a step less sure, and least of all what only groups of digits make up;
- «cpr» or «født» near raises by a step; without the check digit never to ``CERTAIN``;
- a word right before that names another number («sag», «faktura») makes it ``POSSIBLE`` at most,
  and nothing where the check digit fails too and there is one more doubt: hardly anybody is 100
  years old, or it reads as a period;
- a person of more than 110 years takes a step down even with the check digit.

What is found never carries the digits, so nothing that is logged or kept can show them. What a
person is told: ``cpr_wording``.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

from udmelding.rules.files.cpr_plain import plain
from udmelding.rules.files.cpr_shapes import Form, Shape, ascii_digits, shapes_in
from udmelding.rules.files.cpr_signs import Around, around, doubts, is_too_old

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


_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_LOST_ZERO = re.compile(r"\s*(?P<run>\d{9})(?:\.0+)?\s*")
_FEWEST = 9
_X = "xxxx"
_IN_PART = re.compile(rf"\b\d{{2}}[ .]?\d{{2}}[ .]?\d{{2,4}}[ -]{{0,3}}{_X}\b")
"""A number as ``shown_in_part`` leaves it: the day of birth is still there to be taken out."""
_LATEST_DAY, _REPLACEMENT = 31, 60

_GRADES = (None, Grade.POSSIBLE, Grade.LIKELY, Grade.CERTAIN)
_NONE, _POSSIBLE, _LIKELY, _CERTAIN = range(4)
_LEVELS: Mapping[Form, tuple[int, int]] = {
    Form.DASHED: (_CERTAIN, _LIKELY),
    Form.MARKED: (_CERTAIN, _LIKELY),
    Form.POINTED: (_CERTAIN, _POSSIBLE),  # without the check digit it is rather a decimal number
    Form.TOLD: (_CERTAIN, _LIKELY),
    Form.LOOSE: (_LIKELY, _POSSIBLE),
    Form.DATED: (_LIKELY, _POSSIBLE),
    Form.RUN: (_LIKELY, _POSSIBLE),
    Form.SPACED: (_LIKELY, _POSSIBLE),
    Form.PAIRED: (_POSSIBLE, _POSSIBLE),
    Form.GROUPED: (_POSSIBLE, _NONE),
    Form.SHORT: (_NONE, _NONE),
}
"""How sure a number is by its form: with the check digit, and without it."""


def find_cpr(
    text: str, today: dt.date, *, is_cell: bool = False, head: str = ""
) -> tuple[CprHit, ...]:
    """Everything in ``text`` that looks like a CPR number, in its order; nothing of it twice.

    Args:
        text: of any length; the time it takes grows with the length only.
        today: nobody is born later.
        is_cell: ``text`` is one cell of a table, where a program may have taken the leading zero
            away: a cell of nothing but nine digits is read with it.
        head: words that stand over or beside the whole text, such as the heading of its column.
    """
    if len(text) < _FEWEST:
        return ()
    seen = plain(text)
    ids = [match.span() for match in _UUID.finditer(seen.text)]
    found: list[CprHit] = []
    for shape in shapes_in(seen.text):
        if _is_inside(shape, ids):
            continue
        grade = _grade(shape, seen.text, today, head)
        if grade:
            found.append(CprHit(*seen.span(shape.start, shape.end), grade))
    if is_cell and not found:
        return _lost_zero(text, today)
    return _apart(found)


def _is_inside(shape: Shape, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (shape.start, shape.end)) - 1
    near = spans[max(0, at) : at + 2]
    return any(start <= shape.start and shape.end <= end for start, end in near)


def _apart(found: list[CprHit]) -> tuple[CprHit, ...]:
    """The hits in order; of those that share digits, the surest and then the longest."""
    order = list(Grade)
    kept: list[CprHit] = []
    for hit in sorted(found, key=lambda hit: (hit.start, hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        else:
            both = (kept[-1], hit)
            kept[-1] = min(both, key=lambda hit: (order.index(hit.grade), hit.start - hit.end))
    return tuple(kept)


def _grade(shape: Shape, text: str, today: dt.date, head: str = "") -> Grade | None:
    """How sure it is that the shape is a number of a person; None where it cannot be one."""
    day = int(shape.date[:2])
    is_replacement = day > _REPLACEMENT or not shape.serial.isdecimal()
    date = f"{day - _REPLACEMENT:02}{shape.date[2:]}" if day > _REPLACEMENT else shape.date
    born = _born(date, shape, today)
    if born is None or int(date[:2]) > _LATEST_DAY:
        return None
    beside = around(text, shape.start, shape.end, head)
    if is_replacement:
        return _GRADES[_level_of_replacement(shape, beside)]
    holds = cpr.checksum(shape.date + ascii_digits(shape.serial)) == 0
    level = _level_beside(_LEVELS[shape.form][not holds], shape, beside)
    level -= holds and level > _POSSIBLE and is_too_old(born, today)
    against = beside.words + doubts(shape, born, today, holds=holds)
    if beside.is_named and not beside.is_workplace:
        return _GRADES[_level_where_named(level, against, holds=holds)]
    return _GRADES[_level_with_doubts(level, against, shape, beside, holds=holds)]


def _born(date: str, shape: Shape, today: dt.date) -> dt.date | None:
    """The day of birth, if it is real and past; a letter for a century leaves either one open."""
    first = shape.serial[0]
    centuries = ascii_digits(first) if first.isdecimal() else "04"
    for century in centuries:
        try:
            born = cpr.get_birth_date(f"{date}{century}000")
        except ValidationError:
            continue
        if born <= today and shape.year in (None, born.year):
            return born
    return None


def _level_of_replacement(shape: Shape, beside: Around) -> int:
    """One with letters or a day after 60 is only possible, unless it is called by its name."""
    is_apart = beside.is_id or beside.is_chained or beside.is_decimal or beside.is_spaced
    if shape.form is Form.RUN:
        is_apart = is_apart and not (beside.is_spaced and not beside.is_id)
    elif shape.form.is_firm:
        is_apart = shape.form is not Form.DASHED and is_apart and not beside.is_id
    if shape.form is Form.RUN and beside.is_workplace:
        return _NONE
    level = _NONE if is_apart or not shape.form.is_firm or beside.words > 1 else _POSSIBLE
    return level + 1 if beside.is_named and shape.form is not Form.SHORT else level


def _level_beside(level: int, shape: Shape, beside: Around) -> int:
    """How sure it is where other digits or letters hang on it."""
    if shape.form is Form.RUN:
        return _level_of_run(level, beside)
    if beside.is_id:
        return min(level, _POSSIBLE)
    if shape.form is Form.DASHED:
        return level - beside.is_chained
    if beside.is_chained or beside.is_spaced or beside.is_workplace:
        is_whole = shape.form.is_firm and level is _CERTAIN
        return _POSSIBLE if is_whole else _NONE
    return level


def _level_of_run(level: int, beside: Around) -> int:
    """Ten digits in a row are often something else: what touches them decides."""
    if beside.is_id or beside.is_workplace:
        return _NONE
    if beside.is_chained or beside.is_decimal:
        return level - 1
    return min(level, _POSSIBLE) if beside.is_touched else level


def _level_where_named(level: int, against: int, *, holds: bool) -> int:
    """Where «cpr» or «født» stands near."""
    if holds:
        return min(max(level + 1, _LIKELY), _CERTAIN)
    return min(level + 1, _POSSIBLE if against > 1 else _LIKELY)


def _level_with_doubts(
    level: int, against: int, shape: Shape, beside: Around, *, holds: bool
) -> int:
    """Where no word says that it is a CPR number."""
    is_firm = shape.form.is_firm
    if against and not holds and (against > 1 or not is_firm):
        return _NONE
    if not is_firm and against > (2 if level >= _LIKELY else 0):
        return _NONE
    if against or (beside.is_bare and not holds):
        return min(level, _POSSIBLE)
    return level


def _lost_zero(text: str, today: dt.date) -> tuple[CprHit, ...]:
    match = _LOST_ZERO.fullmatch(text)
    if match is None:
        return ()
    number = "0" + ascii_digits(match["run"])
    shape = Shape(*match.span("run"), number[:6], number[6:], Form.RUN)
    grade = _grade(shape, text, today)
    return (CprHit(shape.start, shape.end, grade),) if grade else ()


# --- What is done with it ---


def mask_numbers(text: str, hits: Iterable[CprHit]) -> str:
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


def shown_in_part(text: str, today: dt.date) -> str:
    """``text`` with the last four signs of each number as x: enough for its writer to find it."""
    shown = list(text)
    for hit in find_cpr(text, today):
        signs = [at for at in range(hit.start, hit.end) if text[at].isalnum()]
        for at in signs[-len(_X) :]:
            shown[at] = "x"
    return "".join(shown)


def parts_shown(text: str, today: dt.date) -> tuple[str, ...]:
    """Each number that is refused, in part, in the order of the text; also what is so shown."""
    shown = shown_in_part(text, today)
    refused = [shown[x.start : x.end] for x in find_cpr(text, today) if x.grade in REFUSED]
    return tuple(dict.fromkeys((*refused, *(found[0] for found in _IN_PART.finditer(text)))))


def without_cpr(text: str, today: dt.date) -> str:
    """``text`` with everything masked that looks like a CPR number, of any grade."""
    return masked(text, today)[0]


def masked(text: str, today: dt.date) -> tuple[str, Grade | None]:
    """The same, with the surest grade of what was masked; None where nothing was."""
    hits = find_cpr(text, today)
    return mask_numbers(text, hits), surest(hit.grade for hit in hits)


def surest(grades: Iterable[Grade]) -> Grade | None:
    """The surest of the grades; None where there is none."""
    order = list(Grade)
    return min(grades, key=order.index, default=None)
