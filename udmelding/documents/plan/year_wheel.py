"""How does the picture of a plan look on a sheet of A4?

A standalone SVG for screen and print. Shapes, hatching and words carry the meaning and colour only
adds, so a photocopy tells the same. Every kind of text has a line of its own (days above the bar,
papers and other meetings below it, today and the deadline in two lines above the months), so texts
meet only within a line, and there the less important one is left out. All places are found here;
``templates/paper/year-wheel.svg`` draws them.

The shapes come first, and how much room a text takes. Which font a reader has is not known: widths
are those of a wide one, so that texts have room.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from udmelding.documents.plain import Measure, break_lines, cut
from udmelding.paths import TEMPLATES
from udmelding.rules.plan.plan_wording import days
from udmelding.rules.plan.year_wheel import (
    Mark,
    MarkKind,
    Span,
    WheelRow,
    YearWheel,
    picture_in_words,
)
from udmelding.rules.words.date_wording import long_date

WIDTH, HEIGHT = 1188, 840
"""A sheet of A4, four units to a millimetre; more rows give a larger sheet of the same shape."""

COLOUR = "#12406b"

_EDGE, _TITLES, _SLACK = 36, 222, 104
_HEAD, _FOOT = 144, 112
_ROW_MIN, _ROW_MAX = 44.0, 66.0


def year_wheel_svg(wheel: YearWheel, colour: str = COLOUR, font: str = "sans-serif") -> str:
    """The picture as a standalone SVG document.

    Args:
        wheel: what it shows.
        colour: of the chosen days; the bars before them are a lighter shade of it.
        font: the family that its texts are set in.
    """
    drawn = {**_Sheet(wheel).values(), "colour": colour, "font": font}
    return _environment().get_template("year-wheel.svg").render(drawn)


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES / "paper"),
        autoescape=True,
        finalize=_rounded,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _rounded(value: Any) -> Any:
    return round(value, 1) if isinstance(value, float) else value


class _Sheet:
    """The places of everything in one picture."""

    def __init__(self, wheel: YearWheel) -> None:
        self.wheel = wheel
        count = max(1, len(wheel.rows))
        scale = max(1.0, (_HEAD + 102 + _FOOT + count * _ROW_MIN) / HEIGHT)
        self.width, self.height = round(WIDTH * scale), round(HEIGHT * scale)
        self.left, self.right = _EDGE + _TITLES, self.width - _EDGE - _SLACK
        inner = self.width - 2 * _EDGE
        self.titles = break_lines(f"Årshjul: {wheel.title}", inner, measure(25), most=2)
        self.verdict = break_lines(wheel.verdict, inner, measure(15), most=2)
        self.top = _HEAD + 31 * len(self.titles) + 20 * (len(self.verdict) - 1)
        self.row_height = round(min(_ROW_MAX, (self.height - self.top - _FOOT) / count), 1)
        self.bottom = round(self.top + self.row_height * count, 1)

    def x(self, day: dt.date) -> float:
        """Where the middle of a day lies."""
        return round(self.left + self.wheel.share(day) * (self.right - self.left), 1)

    def values(self) -> dict[str, object]:
        """What the template draws."""
        wheel = self.wheel
        return {
            "wheel": wheel,
            "description": " ".join(picture_in_words(wheel)),
            "sheet": self,
            "edge": _EDGE,
            "months": self._months(),
            "rows": [self._row(row, index) for index, row in enumerate(wheel.rows)],
            "deadline": self._deadline(),
            "today": self._today(),
            "legend": self._legend(),
        }

    def _months(self) -> list[DrawnMonth]:
        found = []
        per_day = (self.right - self.left) / ((self.wheel.last - self.wheel.first).days + 1)
        narrowest = 28 * per_day
        for index, month in enumerate(self.wheel.months):
            width = ((month.last - month.first).days + 1) * per_day
            label = month.label if narrowest > 24 else month.label[0].upper()
            found.append(
                DrawnMonth(
                    x=round(self.x(month.first) - per_day / 2, 1),
                    width=round(width, 1),
                    label=label if narrowest > 11 else "",
                    year=self._year(month.first) if month.starts_year else "",
                    is_odd=index % 2 == 1,
                )
            )
        return found

    def _year(self, first: dt.date) -> str:
        """The year, where there is room for it before the next one begins."""
        following = self.x(min(dt.date(first.year + 1, 1, 1), self.wheel.last))
        room = following - self.x(first)
        return str(first.year) if room >= text_width("2025", 14) else ""

    def _today(self) -> Label:
        """Its label, with an arrow and no line where it lies outside of the picture."""
        wheel = self.wheel
        text = f"I dag: {long_date(wheel.today)}"
        if wheel.shows_today:
            return self._placed(wheel.today, text, 13, _EDGE, self.width - _EDGE)
        if wheel.today < wheel.first:
            return Label(self.left, f"← {text}", "start")
        return Label(self.right, f"{text} →", "end")

    def _deadline(self) -> Label:
        """Its label, on its own side of the line of today, which comes down through it."""
        wheel = self.wheel
        text = f"Frist: {long_date(wheel.deadline)}"
        start, end = float(_EDGE), float(self.width - _EDGE)
        if wheel.shows_today and wheel.today > wheel.deadline:
            end = self.x(wheel.today) - 7
        elif wheel.shows_today and end - self.x(wheel.today) - 7 >= text_width(text, 13.5):
            start = self.x(wheel.today) + 7
        elif wheel.shows_today:
            end = self.x(wheel.today) - 7
        return self._placed(wheel.deadline, text, 13.5, start, end)

    def _placed(
        self, day: dt.date, text: str, size: float, start: float = 0, end: float = 0
    ) -> Label:
        """A label in the middle of its day, moved to stay between ``start`` and ``end``."""
        start, end = start or self.left + 4, end or self.right - 4
        x, half = self.x(day), text_width(text, size) / 2
        if x - half < start:
            return Label(start, text, "start")
        if x + half > end:
            return Label(end, text, "end")
        return Label(x, text)

    def _row(self, row: WheelRow, index: int) -> DrawnRow:
        main = row.main
        above = cut(row.day_text, 260, measure(12.5))
        titles, title_size = self._titles(row.title)
        return DrawnRow(
            y=round(self.top + (index + 0.5) * self.row_height, 1),
            titles=titles,
            title_size=title_size,
            bar=self._box(row.bar),
            slack=self._box(row.slack),
            miss=self._box(row.miss),
            limit=self._limit(row),
            signs=[self._sign(mark) for mark in row.marks],
            above=self._placed(main.day, above, 12.5) if main else None,
            below=self._below(row),
            slack_texts=slack_texts(row),
            is_missed=row.miss is not None,
        )

    def _titles(self, title: str) -> tuple[list[str], float]:
        """The lines of a row's title and their size: smaller where it is long."""
        room = _TITLES - 14
        fits = all(text_width(word, 14.5) <= room for word in title.split())
        lines = break_lines(title, room, measure(14.5))
        if fits and len(lines) <= 2:
            return lines, 14.5
        return break_lines(title, room, measure(12.5), most=3 if self.row_height >= 46 else 2), 12.5

    def _box(self, span: Span | None) -> Box | None:
        if span is None or span.start == span.end:
            return None
        x = self.x(span.start)
        return Box(x, round(self.x(span.end) - x, 1))

    def _limit(self, row: WheelRow) -> float | None:
        if row.miss is not None:
            return self.x(row.miss.start)
        return self.x(row.slack.end) if row.slack is not None else None

    def _sign(self, mark: Mark) -> Sign:
        x = self.x(mark.day + (mark.until - mark.day) // 2)
        width = 18.0 if not self.wheel.counts_weeks else self._week_width
        return Sign(x, mark.kind.value, mark.count, width)

    @property
    def _week_width(self) -> float:
        per_day = (self.right - self.left) / ((self.wheel.last - self.wheel.first).days + 1)
        return round(min(16.0, 7 * per_day - 1), 1)

    def _below(self, row: WheelRow) -> list[Label]:
        """The labels below the bar: papers first, then the other meetings that there is room for.

        A council count stands there too, and takes its room before everything else.
        """
        taken = [
            (sign.x - sign.width / 2, sign.x + sign.width / 2)
            for sign in map(self._sign, row.marks)
            if sign.kind == MarkKind.COUNCILS
        ]
        labels = [self._papers(mark) for mark in row.marks if mark.kind is MarkKind.PAPERS]
        meetings = [mark for mark in row.marks if mark.kind is MarkKind.MEETING]
        labels += [self._placed(m.day, f"{m.day.day}/{m.day.month}", 10.5) for m in meetings]
        return [label for label in labels if has_room(label, taken)]

    def _papers(self, mark: Mark) -> Label:
        text = f"papirer {mark.day.day}/{mark.day.month}"
        x, width = self.x(mark.day), text_width(text, 10.5)
        if x - 9 - width < self.left:
            return Label(x + 9, text, "start")
        return Label(x - 9, text, "end")

    def _legend(self) -> list[dict[str, object]]:
        """The signs in use with their meanings, each at its place."""
        found: list[dict[str, object]] = []
        x, y = float(_EDGE), self.bottom + 34
        for name, meaning in self._meanings():
            width = 38 + text_width(meaning, 12.5) + 18
            if x + width > self.width - _EDGE and x > _EDGE:
                x, y = float(_EDGE), y + 25
            found.append({"x": round(x, 1), "y": round(y, 1), "name": name, "text": meaning})
            x += width
        return found

    def _meanings(self) -> list[tuple[str, str]]:
        rows = self.wheel.rows
        kinds = {mark.kind for row in rows for mark in row.marks}
        period = "ugen" if self.wheel.counts_weeks else "måneden"
        every: list[tuple[str, str, bool]] = [
            ("bar", "fra tidligst mulige til planlagt dag", any(row.bar for row in rows)),
            ("slack", "luft til senest mulige dag", any(row.slack for row in rows)),
            ("miss", "for sent", any(row.miss for row in rows)),
            (MarkKind.PLANNED, "planlagt dag", MarkKind.PLANNED in kinds),
            (MarkKind.CHOSEN, "valgt møde", MarkKind.CHOSEN in kinds),
            (MarkKind.MEETING, "andet møde", MarkKind.MEETING in kinds),
            (MarkKind.PAPERS, "papirer skal være inde", MarkKind.PAPERS in kinds),
            (MarkKind.DONE, "er sket", MarkKind.DONE in kinds),
            (MarkKind.COUNCILS, f"antal møder i kommunerne i {period}", MarkKind.COUNCILS in kinds),
            ("today", "i dag", self.wheel.shows_today),
            ("deadline", "frist", True),
        ]
        return [(str(name), meaning) for name, meaning, is_used in every if is_used]


_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]/- "), frozenset("mwMWÆæ@%…—")


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place; ``anchor`` is SVG's: start, middle or end."""

    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Box:
    """A horizontal stretch."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark: its shape is chosen by ``kind``."""

    x: float
    kind: str
    count: int = 1
    width: float = 0


def slack_texts(row: WheelRow) -> list[str]:
    """What stands in the column of slack, in one or two lines."""
    if row.is_done:
        return ["er sket"]
    if row.main is None:
        return ["ingen dato"]
    if row.slack_days is None:
        return ["ukendt"]
    if row.slack_days < 0:
        return [days(-row.slack_days), "for sent"]
    return [days(row.slack_days)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One step, with everything at its place.

    Attributes:
        y: the middle of the row.
        limit: where the latest possible day lies.
        above: the day of the step; below: papers and other meetings.
    """

    y: float
    titles: list[str]
    title_size: float
    bar: Box | None
    slack: Box | None
    miss: Box | None
    limit: float | None
    signs: list[Sign]
    above: Label | None
    below: list[Label]
    slack_texts: list[str]
    is_missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMonth:
    """One month column; ``label`` is empty where there is no room for it."""

    x: float
    width: float
    label: str
    year: str
    is_odd: bool


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is in a wide sans-serif font of that size; never too little."""
    return size * sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> float:
    if sign in _NARROW:
        return 0.4
    if sign in _WIDE or unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.78 if sign.isupper() else 0.62


def measure(size: float) -> Measure:
    """Measures texts of that size."""
    return lambda text: text_width(text, size)


def has_room(label: Label, taken: list[tuple[float, float]]) -> bool:
    """Whether the label meets none of those before it; if so, its place is taken."""
    width = text_width(label.text, 10.5) + 4
    start = label.x - {"start": 2.0, "middle": width / 2, "end": width - 2}[label.anchor]
    if any(start < end and begin < start + width for begin, end in taken):
        return False
    taken.append((start, start + width))
    return True
