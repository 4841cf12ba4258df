"""Draws how a count goes towards a deadline: solid what has come, dashed what is expected.

Grey is the room between the first and the last day that each may be. Three labels stand on the
curve itself, so it needs no legend. Two sizes of one drawing: the narrow one has larger type, for a
phone shows it at half the width. Presentation attributes only, as pages allow no inline styles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from udmelding.documents.chart_svg import FONT, GREY, INK, LINE
from udmelding.rules.status.curve import Curve
from udmelding.rules.words.date_forms import MONTHS
from udmelding.rules.words.date_wording import near_date

_GREEN, _RED, _BAND = "#1f7a44", "#8c1a1a", "#e3e3e3"
_TOP, _BOTTOM, _LEFT, _RIGHT = 46, 30, 34, 12
_LETTER = 0.58
_STEP = 5

Point = tuple[dt.date, int]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a day and a count stand on the drawing."""

    curve: Curve
    first: dt.date
    last: dt.date
    width: int
    height: int
    size: int

    def x(self, day: dt.date) -> float:
        """Days outside the drawing stand at its edge."""
        inside = min(max(day, self.first), self.last)
        days = max(1, (self.last - self.first).days)
        return _LEFT + (self.width - _LEFT - _RIGHT) * (inside - self.first).days / days

    def y(self, count: int) -> float:
        room = self.height - _TOP - _BOTTOM
        return self.height - _BOTTOM - room * count / max(1, self.curve.total)


def curve_svg(curve: Curve, *, is_narrow: bool = False) -> str:
    """The curve as the text of an SVG that stands inside a page.

    Args:
        curve: what it shows.
        is_narrow: the variant for phones.
    """
    frame = _frame(curve, is_narrow=is_narrow)
    name = "curve-narrow" if is_narrow else "curve"
    parts = [
        f'<svg viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" '
        f'height="{frame.height}" role="img" aria-labelledby="{name}-t {name}-d" '
        f'font-family="{FONT}" font-size="{frame.size}" fill="{INK}">',
        f'<title id="{name}-t">{escape(curve.what)}</title>',
        f'<desc id="{name}-d">{escape(curve.sentence)}</desc>',
        *_scale(frame),
        *_band(frame),
        *_target(frame),
        *_lines(frame),
        *_labels(frame),
        "</svg>",
    ]
    return "\n".join(parts)


def _frame(curve: Curve, *, is_narrow: bool) -> _Frame:
    days = [curve.today, curve.target, *curve.done, *(one.last for one in curve.expected)]
    first, last = min(days), max(days)
    margin = dt.timedelta(days=max(3, (last - first).days // 20))
    size = (360, 300, 15) if is_narrow else (500, 320, 14)
    return _Frame(curve, first - margin, last + margin, *size)


def _scale(frame: _Frame) -> Iterator[str]:
    total = frame.curve.total
    near = max(1, round(total / 6))
    for tick in sorted({*range(0, total - near, _STEP if total < 40 else 20), total}):
        y = frame.y(tick)
        yield (
            f'<line x1="{_LEFT}" x2="{frame.width - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{LINE}"/>'
        )
        yield _text(_LEFT - 6, y + 5, str(tick), "end", GREY)
    free = float("-inf")
    for day in _months(frame):
        x, name = frame.x(day), MONTHS[day.month - 1]
        name = f"{name} {day.year}" if day.month == 1 else name
        if x < free or x + len(name) * frame.size * _LETTER > frame.width:
            continue
        free = x + (len(name) + 1) * frame.size * _LETTER
        base = frame.height - _BOTTOM
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 5}" stroke="{GREY}"/>'
        yield _text(x + 3, frame.height - 10, name, "start", GREY)


def _months(frame: _Frame) -> Iterator[dt.date]:
    day = frame.first.replace(day=1)
    while day <= frame.last:
        if day >= frame.first:
            yield day
        day = (day + dt.timedelta(days=32)).replace(day=1)


def _stairs(start: Point, days: Iterable[dt.date]) -> Sequence[Point]:
    """Up one at each day, from ``start``; both corners of every step."""
    found = [start]
    for day in sorted(days):
        count = found[-1][1]
        found += [(day, count), (day, count + 1)]
    return found


def _band(frame: _Frame) -> Iterator[str]:
    curve = frame.curve
    if not curve.expected:
        return
    start = (curve.today, curve.now)
    end = max(one.last for one in curve.expected)
    early = [*_stairs(start, (one.first for one in curve.expected))]
    early.append((end, early[-1][1]))
    late = _stairs(start, (one.last for one in curve.expected))
    corners = _points(frame, [*early, *reversed(late)])
    yield f'<polygon points="{corners}" fill="{_BAND}"/>'


def _target(frame: _Frame) -> Iterator[str]:
    curve = frame.curve
    x, base = frame.x(curve.target), frame.height - _BOTTOM
    word = f"{curve.target_word} {near_date(curve.target, curve.today)}"
    yield (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 24}" y2="{base}" stroke="{_RED}" '
        'stroke-width="2"/>'
    )
    is_left = x > frame.width / 2
    at = x - 4 if is_left else x + 4
    yield _text(at, _TOP - 30, word, "end" if is_left else "start", _RED, is_bold=True)
    now = frame.x(curve.today)
    yield (
        f'<line x1="{now:.1f}" x2="{now:.1f}" y1="{_TOP}" y2="{base}" stroke="{GREY}" '
        'stroke-dasharray="2 3"/>'
    )


def _lines(frame: _Frame) -> Iterator[str]:
    curve = frame.curve
    done = [*_stairs((frame.first, curve.undated), curve.done), (curve.today, curve.now)]
    yield (
        f'<polyline points="{_points(frame, done)}" fill="none" stroke="{_GREEN}" '
        'stroke-width="3"/>'
    )
    if curve.expected:
        ahead = _stairs((curve.today, curve.now), (one.day for one in curve.expected))
        yield (
            f'<polyline points="{_points(frame, ahead)}" fill="none" stroke="{_GREEN}" '
            'stroke-width="2.5" stroke-dasharray="5 4"/>'
        )


def _labels(frame: _Frame) -> Iterator[str]:
    """How many now, how many by the deadline, and when the last is expected."""
    curve = frame.curve
    now, x = f"{curve.now} i dag", frame.x(curve.today)
    if x - len(now) * frame.size * _LETTER > _LEFT + 8:  # the curve comes from below
        yield _text(x - 6, frame.y(curve.now) - 8, now, "end", is_bold=True)
    else:
        yield _label(frame, curve.today, curve.now, now, frame.size + 5)
    if not curve.expected:
        return
    last = max(one.day for one in curve.expected)
    count = curve.by(last)
    if curve.target >= curve.today:
        by = curve.by(curve.target)
        x, y = frame.x(curve.target), frame.y(by)
        look = f'fill="#fff" stroke="{_RED}" stroke-width="2"'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {look}/>'
        if last > curve.target or by < count:
            yield _label(frame, curve.target, by, f"{by} når den", frame.size + 5)
    who = f"alle {count}" if count == curve.total else f"{count}"
    word = f"{who} den {near_date(last, curve.today)}"
    x = min(frame.x(last), frame.width - _RIGHT)
    half = len(word) * frame.size * _LETTER
    y = frame.y(count) - 7
    if x - half > _LEFT:
        yield _text(x, y, word, "end", is_bold=True)
    else:
        yield _text(_LEFT + 4, y, word, "start", is_bold=True)


def _label(frame: _Frame, day: dt.date, count: int, word: str, below: int) -> str:
    """Right of and under a point of the curve; left of it where there is no room."""
    x, y = frame.x(day), min(frame.y(count) + below, frame.height - _BOTTOM - 6)
    if x + 8 + len(word) * frame.size * _LETTER < frame.width:
        return _text(x + 8, y, word, "start", is_bold=True)
    return _text(x - 8, y, word, "end", is_bold=True)


def _points(frame: _Frame, points: Iterable[Point]) -> str:
    return " ".join(f"{frame.x(day):.1f},{frame.y(count):.1f}" for day, count in points)


def _text(
    x: float, y: float, word: str, anchor: str, fill: str = INK, *, is_bold: bool = False
) -> str:
    # White around the letters keeps them apart from a line that they lie on.
    halo = ' stroke="#fff" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'
    weight = f' font-weight="600"{halo}' if is_bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{escape(word)}</text>"
    )
