"""Draws a bar chart as SVG: for pages, for PDF, and for the picture that goes into Word.

Drawn by hand, so that it is small, reads aloud (title and description) and needs no script. Only
presentation attributes are used, because pages allow no inline styles. Bars lie down: names of
municipalities are long, and there may be 98 of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from udmelding.rules.figure_tables import Bar, BarChart, number_text

WIDTH = 720
_LABEL, _VALUE, _TOP, _BOTTOM = 190, 90, 14, 26
_PITCH, _SMALL_PITCH, _MANY = 22, 15, 40
_BAR, _INK, _GREY, _LINE = "#0b3d5c", "#1a1a1a", "#575757", "#dcdcdc"
_FONT = "IBM Plex Sans, DejaVu Sans, Arial, sans-serif"
_LONGEST = 30


def bar_chart_svg(chart: BarChart, *, is_inline: bool, key: str = "") -> str:
    """The chart as the text of an SVG.

    Args:
        chart: what it shows.
        is_inline: it stands inside a page, whose fonts it takes; else it is a document of its own.
        key: made part of its ids, for two charts of one table on a page.
    """
    pitch = _SMALL_PITCH if len(chart.bars) > _MANY else _PITCH
    height = _TOP + pitch * len(chart.bars) + _BOTTOM
    name = escape(f"chart-{key}{chart.id}".replace(" ", "-"), quote=True)
    namespace = "" if is_inline else ' xmlns="http://www.w3.org/2000/svg"'
    parts = [
        f'<svg{namespace} viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{name}-t {name}-d" font-family="{_FONT}" '
        f'font-size="{11 if pitch == _SMALL_PITCH else 13}" fill="{_INK}">',
        f'<title id="{name}-t">{escape(chart.caption)}</title>',
        f'<desc id="{name}-d">{escape(chart.alt)}</desc>',
        *_drawing(chart, pitch, height),
        "</svg>",
    ]
    return "\n".join(parts)


def _drawing(chart: BarChart, pitch: int, height: int) -> Iterator[str]:
    most = max((bar.value for bar in chart.bars if bar.value is not None), default=Decimal(0))
    ticks = tuple(_ticks(most))
    top = ticks[-1] if ticks else Decimal(1)
    for tick in ticks:
        x = _x(tick, top)
        yield f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{height - _BOTTOM}" stroke="{_LINE}"/>'
        yield (
            f'<text x="{x}" y="{height - 8}" text-anchor="middle" fill="{_GREY}" '
            f'font-size="11">{number_text(tick, _decimals(ticks))}</text>'
        )
    for place, bar in enumerate(chart.bars):
        yield from _bar(bar, _TOP + place * pitch, pitch, top)


def _bar(bar: Bar, y: int, pitch: int, top: Decimal) -> Iterator[str]:
    middle = y + pitch * 0.68
    label = bar.label if len(bar.label) <= _LONGEST else f"{bar.label[: _LONGEST - 1]}…"
    yield f'<text x="{_LABEL - 8}" y="{middle:.1f}" text-anchor="end">{escape(label)}</text>'
    end = _LABEL
    if bar.value is not None and bar.value > 0:
        end = _x(bar.value, top)
        thick = pitch - (4 if pitch > _SMALL_PITCH else 3)
        yield (
            f'<rect x="{_LABEL}" y="{y + (pitch - thick) / 2:.1f}" '
            f'width="{max(end - _LABEL, 1)}" height="{thick}" fill="{_BAR}"/>'
        )
    yield f'<text x="{end + 6}" y="{middle:.1f}">{escape(bar.text)}</text>'


def _x(value: Decimal, top: Decimal) -> int:
    """Where a value stands; nothing lies left of the axis."""
    room = WIDTH - _LABEL - _VALUE
    return _LABEL + round(room * max(float(value), 0.0) / float(top))


def _ticks(most: Decimal) -> Iterator[Decimal]:
    """Round numbers from 0 to just above the greatest value, five steps or fewer."""
    step = _step(most)
    tick = Decimal(0)
    while True:
        yield tick
        if tick >= most and tick > 0:
            return
        tick += step


def _step(most: Decimal) -> Decimal:
    if most <= 0:
        return Decimal(1)
    rough = most / 4
    power = Decimal(10) ** (rough.adjusted())
    for factor in (1, 2, 5, 10):
        if power * factor >= rough:
            return power * factor
    return power * 10


def _decimals(ticks: Sequence[Decimal]) -> int:
    return 0 if all(tick == tick.to_integral_value() for tick in ticks) else 1
