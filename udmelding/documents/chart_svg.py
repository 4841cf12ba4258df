"""Draws a bar chart as SVG: for pages, for PDF, and for the picture that goes into Word.

Drawn by hand, so that it is small, reads aloud (title and description) and needs no script. Only
presentation attributes are used, because pages allow no inline styles. Bars lie down, because names
of municipalities are long; all 98 stand in two columns with one scale, so that a page holds them
and their names can be read. The pictures for Word are made of the same drawing, all in one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from udmelding.documents.look import SHIPPED, Look
from udmelding.documents.pdf import set_pictures
from udmelding.documents.signs import printable
from udmelding.rules.report.figure_tables import Bar, BarChart
from udmelding.rules.words.danish_numbers import number_text

WIDTH = 720
_TOP, _BOTTOM, _GAP = 14, 26, 20
_PITCH, _SMALL_PITCH, _MANY = 22, 15, 40
_FONT_SIZE, SMALL_FONT_SIZE = 13, 11
_CHARACTER = 0.56
"""How wide a character is on average, in font sizes."""
_STEPS, _FEW_STEPS = 4, 3
BAR, INK, GREY, LINE = "#0b3d5c", "#1a1a1a", "#575757", "#dcdcdc"
FONT = "IBM Plex Sans, DejaVu Sans, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where one column of bars stands: names, then bars from ``axis`` on, values right of them."""

    left: int
    axis: int
    right: int
    font_size: int
    pitch: int
    ticks: tuple[Decimal, ...]

    def x(self, value: Decimal) -> int:
        """Where a value stands; nothing lies left of the axis."""
        return self.axis + round((self.right - self.axis) * max(value, Decimal(0)) / self.ticks[-1])


def bar_chart_svg(chart: BarChart, *, is_inline: bool, key: str = "") -> str:
    """The chart as the text of an SVG.

    Args:
        chart: what it shows.
        is_inline: it stands inside a page, whose fonts it takes; else it is a document of its own.
        key: made part of its ids, for two charts of one table on a page.
    """
    is_many = len(chart.bars) > _MANY
    pitch, size = (_SMALL_PITCH, SMALL_FONT_SIZE) if is_many else (_PITCH, _FONT_SIZE)
    each = -(-len(chart.bars) // 2) if is_many else len(chart.bars)
    height = _TOP + pitch * each + _BOTTOM
    name = escape(f"chart-{key}{chart.id}".replace(" ", "-"), quote=True)
    namespace = "" if is_inline else ' xmlns="http://www.w3.org/2000/svg"'
    parts = [
        f'<svg{namespace} viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{name}-t {name}-d" font-family="{FONT}" '
        f'font-size="{size}" fill="{INK}">',
        f'<title id="{name}-t">{escape(chart.caption)}</title>',
        f'<desc id="{name}-d">{escape(chart.alt)}</desc>',
    ]
    for place, frame in enumerate(_frames(chart.bars, size, pitch, columns=2 if is_many else 1)):
        parts += _column(chart.bars[place * each : (place + 1) * each], frame, height)
    return "\n".join((*parts, "</svg>"))


def _frames(bars: Sequence[Bar], size: int, pitch: int, *, columns: int) -> Iterator[_Frame]:
    """The columns, all with the same scale and the same room for names and values."""
    width = (WIDTH - _GAP * (columns - 1)) // columns
    label = min(_room([bar.label for bar in bars], size), width * 9 // 20)
    value = min(_room([bar.text for bar in bars], size), width // 4)
    values = [bar.value for bar in bars if bar.value is not None]
    steps = tuple(ticks(values, _STEPS if columns == 1 else _FEW_STEPS))
    for place in range(columns):
        left = place * (width + _GAP)
        yield _Frame(left, left + label, left + width - value, size, pitch, steps)


def _room(texts: Sequence[str], size: int) -> int:
    longest = max((len(text) for text in texts), default=0)
    return max(round(longest * size * _CHARACTER), 2 * size) + 14


def _column(bars: Sequence[Bar], frame: _Frame, height: int) -> Iterator[str]:
    for tick in frame.ticks:
        x = frame.x(tick)
        yield f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{height - _BOTTOM}" stroke="{LINE}"/>'
        yield (
            f'<text x="{x}" y="{height - 8}" text-anchor="middle" fill="{GREY}" '
            f'font-size="{SMALL_FONT_SIZE}">{number_text(tick, decimals(frame.ticks))}</text>'
        )
    for place, bar in enumerate(bars):
        yield from _bar(bar, _TOP + place * frame.pitch, frame)


def _bar(bar: Bar, y: int, frame: _Frame) -> Iterator[str]:
    middle = y + frame.pitch * 0.68
    label = _shortened(bar.label, frame)
    yield f'<text x="{frame.axis - 8}" y="{middle:.1f}" text-anchor="end">{escape(label)}</text>'
    end = frame.axis
    if bar.value is not None and bar.value > 0:
        end = frame.x(bar.value)
        thick = frame.pitch - (4 if frame.pitch > _SMALL_PITCH else 3)
        yield (
            f'<rect x="{frame.axis}" y="{y + (frame.pitch - thick) / 2:.1f}" '
            f'width="{max(end - frame.axis, 1)}" height="{thick}" fill="{BAR}"/>'
        )
    yield f'<text x="{end + 6}" y="{middle:.1f}">{escape(bar.text)}</text>'


def _shortened(label: str, frame: _Frame) -> str:
    """A name that has no room ends in three dots; the table tells all of it."""
    most = round((frame.axis - frame.left - 8) / (frame.font_size * _CHARACTER))
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def ticks(values: Sequence[Decimal], steps: int) -> Iterator[Decimal]:
    """Round numbers from 0 to just above the greatest value; whole ones where all values are."""
    most = max(values, default=Decimal(0))
    step = _step(most, steps)
    if all(value == value.to_integral_value() for value in values):
        step = max(step, Decimal(1))
    tick = Decimal(0)
    while True:
        yield tick
        if tick >= most and tick > 0:
            return
        tick += step


def _step(most: Decimal, steps: int) -> Decimal:
    if most <= 0:
        return Decimal(1)
    rough = most / steps
    power = Decimal(10) ** (rough.adjusted())
    return next((power * n for n in (1, 2, 5) if power * n >= rough), power * 10)


def decimals(ticks: Sequence[Decimal]) -> int:
    """As many as the step between two ticks has."""
    exponent = ticks[1].normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_DOTS = 168
"""Of an inch of the drawing: some 200 of an inch where it stands in Word, between the margins."""


def chart_pngs(charts: Sequence[BarChart], look: Look = SHIPPED) -> tuple[bytes, ...]:
    """The charts as PNG pictures for print, in their order.

    Raises:
        OutsideError: they could not be drawn within the limits of memory and time.
    """
    drawn = [
        {"svg": printable(bar_chart_svg(chart, is_inline=False, key=f"{n}-"), longest=None)}
        for n, chart in enumerate(charts)
    ]
    return set_pictures("charts", {"charts": drawn}, look, dots=_DOTS) if drawn else ()
