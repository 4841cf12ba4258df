"""Draws a line chart as SVG: how a number goes from day to day, or from round to round.

In the manner of ``chart_svg``: small, read aloud, no script, no inline style. Each line has its
name at its end, and lines differ in more than colour. Where a value is missing, the line is broken;
a value between two missing ones is a dot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from udmelding.documents.chart_svg import (
    BAR,
    FONT,
    GREY,
    INK,
    LINE,
    SMALL_FONT_SIZE,
    WIDTH,
    decimals,
    ticks,
)
from udmelding.documents.plain import cut
from udmelding.rules.words.danish_numbers import number_text

_HEIGHT, _TOP, _BOTTOM, _LEFT = 260, 24, 30, 44
_LETTER = 0.56 * SMALL_FONT_SIZE
_LOOKS = ((BAR, ""), ("#8c1a1a", "6 4"), ("#3d6b2e", "2 3"), (GREY, "10 4"))
"""Colour and dashes of the first, second … line; further ones begin again."""
_STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; a value for each place along the chart, None where there is none."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """How numbers go.

    Attributes:
        id: its name in addresses and files.
        alt: the same in one or two sentences, for those who do not see it.
        places: where along the chart each value stands, in any unit, rising.
        labels: what stands under each place; empty for nothing.
        is_stepped: a value holds until the next one, as a count does.
        mark: a place with its word, such as the deadline.
    """

    id: str
    caption: str
    alt: str
    places: tuple[int, ...]
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    is_stepped: bool = False
    mark: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a place and a value stand on the drawing."""

    first: int
    last: int
    right: float
    ticks: tuple[Decimal, ...]

    def x(self, place: int) -> float:
        width = self.right - _LEFT
        whole = self.last - self.first
        return _LEFT + (width * (place - self.first) / whole if whole else width / 2)

    def y(self, value: Decimal) -> float:
        room = _HEIGHT - _TOP - _BOTTOM
        return _HEIGHT - _BOTTOM - float(room * value / self.ticks[-1])


def line_chart_svg(chart: LineChart, *, is_inline: bool) -> str:
    """The chart as the text of an SVG.

    Args:
        chart: what it shows.
        is_inline: it stands inside a page, whose fonts it takes; else it is a document of its own.
    """
    name = escape(f"chart-{chart.id}".replace(" ", "-"), quote=True)
    namespace = "" if is_inline else ' xmlns="http://www.w3.org/2000/svg"'
    parts = [
        f'<svg{namespace} viewBox="0 0 {WIDTH} {_HEIGHT}" width="{WIDTH}" height="{_HEIGHT}" '
        f'role="img" aria-labelledby="{name}-t {name}-d" font-family="{FONT}" '
        f'font-size="{SMALL_FONT_SIZE}" fill="{INK}">',
        f'<title id="{name}-t">{escape(chart.caption)}</title>',
        f'<desc id="{name}-d">{escape(chart.alt)}</desc>',
    ]
    frame = _frame(chart)
    parts += [*_scale(frame), *_labels(chart, frame), *_mark(chart, frame)]
    for number, line in enumerate(chart.lines):
        parts += _line(line, _LOOKS[number % len(_LOOKS)], chart, frame)
    parts += _names(chart, frame)
    return "\n".join((*parts, "</svg>"))


def _frame(chart: LineChart) -> _Frame:
    named = max((len(line.name) for line in chart.lines), default=0)
    places = (*chart.places, *((chart.mark[0],) if chart.mark else ()))
    known = [value for line in chart.lines for value in line.values if value is not None]
    right = WIDTH - min(named * _LETTER + 12, WIDTH / 3)
    first, last = min(places, default=0), max(places, default=0)
    return _Frame(first, last, right, tuple(ticks(known, _STEPS)))


def _scale(frame: _Frame) -> Iterator[str]:
    for tick in frame.ticks:
        y = frame.y(tick)
        across = f'x1="{_LEFT}" x2="{frame.right:.1f}"'
        yield f'<line {across} y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>'
        yield (
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{GREY}">'
            f"{number_text(tick, decimals(frame.ticks))}</text>"
        )


def _labels(chart: LineChart, frame: _Frame) -> Iterator[str]:
    """Those that have room; a label that would run into the one before is left out."""
    free = float("-inf")
    for place, label in zip(chart.places, chart.labels, strict=True):
        x, half = frame.x(place), len(label) * _LETTER / 2
        if not label or x - half < free:
            continue
        free = x + half + 8
        yield (
            f'<text x="{x:.1f}" y="{_HEIGHT - 10}" text-anchor="middle" fill="{GREY}">'
            f"{escape(label)}</text>"
        )


def _mark(chart: LineChart, frame: _Frame) -> Iterator[str]:
    if chart.mark is None:
        return
    place, word = chart.mark
    x = frame.x(place)
    yield (
        f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{_HEIGHT - _BOTTOM}" '
        f'stroke="{INK}" stroke-dasharray="4 3"/>'
    )
    anchor = "end" if x > frame.right / 2 else "start"
    yield (
        f'<text x="{x + (-4 if anchor == "end" else 4):.1f}" y="{_TOP - 10}" '
        f'text-anchor="{anchor}">{escape(word)}</text>'
    )


def _line(line: Line, look: tuple[str, str], chart: LineChart, frame: _Frame) -> Iterator[str]:
    colour, dashes = look
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    for stretch in _stretches(line, chart.places):
        if len(stretch) == 1:
            (place, value) = stretch[0]
            at = f'cx="{frame.x(place):.1f}" cy="{frame.y(value):.1f}"'
            yield f'<circle {at} r="3" fill="{colour}"/>'
            continue
        points = [f"{frame.x(p):.1f},{frame.y(v):.1f}" for p, v in _corners(stretch, chart)]
        yield (
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" '
            f'stroke-width="2.5" stroke-linejoin="round"{dashed}/>'
        )


def _stretches(line: Line, places: Sequence[int]) -> Iterator[list[tuple[int, Decimal]]]:
    """The values that follow each other with none missing."""
    run: list[tuple[int, Decimal]] = []
    for place, value in zip(places, line.values, strict=True):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _corners(
    stretch: Sequence[tuple[int, Decimal]], chart: LineChart
) -> Iterator[tuple[int, Decimal]]:
    before: Decimal | None = None
    for place, value in stretch:
        if chart.is_stepped and before is not None and before != value:
            yield place, before
        yield place, value
        before = value


def _names(chart: LineChart, frame: _Frame) -> Iterator[str]:
    """Each line's name beside its last value, moved apart where two would lie on each other."""
    ends = []
    for number, line in enumerate(chart.lines):
        known = [(p, v) for p, v in zip(chart.places, line.values, strict=True) if v is not None]
        if known:
            ends.append((frame.y(known[-1][1]), number, line.name))
    least = float("-inf")
    for y, number, name in sorted(ends):
        least = max(y + 4, least + SMALL_FONT_SIZE + 3)
        told = cut(name, WIDTH - frame.right - 8, lambda text: len(text) * _LETTER)
        colour = _LOOKS[number % len(_LOOKS)][0]
        at = f'x="{frame.right + 6:.1f}" y="{least:.1f}"'
        yield f'<text {at} fill="{colour}">{escape(told)}</text>'
