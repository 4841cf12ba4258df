"""How does the picture of a plan look in a terminal, in plain characters?

Months are columns, every step has one line, and below stands all of it in words, so that nothing
has to be guessed from a character that stands for several days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len

from udmelding.documents.plain import broken, cut
from udmelding.rules.plan.year_wheel import Mark, MarkKind, Month, Span, WheelRow, YearWheel
from udmelding.rules.words.date_wording import long_date

MIN_WIDTH = 24
"""Made for 80 to 160 cells; whatever is narrower than this is made this wide."""

SIGNS: Mapping[MarkKind, str] = {
    MarkKind.MEETING: "◇",
    MarkKind.PAPERS: "▽",
    MarkKind.PLANNED: "●",
    MarkKind.CHOSEN: "◆",
    MarkKind.DONE: "✓",
}
"""The sign of each kind of mark, the weakest first; counted councils are digits."""

_BAR, _SLACK, _MISS, _TODAY, _DEADLINE = "━", "░", "x", "|", "!"
_MONTH, _YEAR = "·", ":"
_MEANINGS: Mapping[str, str] = {
    _BAR: "fra tidligst mulige til planlagt dag",
    _SLACK: "luft",
    _MISS: "for sent",
    SIGNS[MarkKind.PLANNED]: "planlagt dag",
    SIGNS[MarkKind.CHOSEN]: "valgt møde",
    SIGNS[MarkKind.MEETING]: "andet møde",
    SIGNS[MarkKind.PAPERS]: "papirer skal være inde",
    SIGNS[MarkKind.DONE]: "er sket",
    _TODAY: "i dag",
    _DEADLINE: "frist",
    _MONTH: "ny måned",
    _YEAR: "nyt år",
}
_STRENGTH = (MarkKind.COUNCILS, *SIGNS)


def year_wheel_text(wheel: YearWheel, width: int) -> list[str]:
    """The picture in lines of at most ``width`` cells; never under ``MIN_WIDTH``."""
    width = max(width, MIN_WIDTH)
    grid = _Grid(wheel, width)
    drawn = [grid.line(row) for row in wheel.rows]
    blank: list[str] = [""]
    return [
        *_wrapped(f"Årshjul: {wheel.title}", width),
        *_wrapped(wheel.verdict, width),
        *blank,
        *grid.heads(),
        *drawn,
        *blank,
        *_packed(_legend(wheel, grid), width),
        *blank,
        *(line for text in _rows_in_words(wheel) for line in _wrapped(text, width, indent=2)),
    ]


class _Grid:
    """Where a day stands in a line."""

    def __init__(self, wheel: YearWheel, width: int) -> None:
        self.wheel = wheel
        longest = max((cell_len(row.title) for row in wheel.rows), default=0)
        self.left = min(longest, 30, width // 4 + 3)
        room = width - self.left - 1
        self.per_month = min(8, room // len(wheel.months))
        self.used: set[str] = set()
        self.columns = self.per_month * len(wheel.months) or room

    def at(self, day: dt.date) -> int:
        """The column of a day in the picture."""
        first = self.wheel.first
        index = (day.year - first.year) * 12 + day.month - first.month
        if not self.per_month:
            return index * self.columns // len(self.wheel.months)
        month = self.wheel.months[index]
        into = (day.day - 1) * self.per_month // month.last.day
        return index * self.per_month + into

    def heads(self) -> list[str]:
        """The years, and below them the months."""
        years, months = [" "] * self.columns, [" "] * self.columns
        for month in self.wheel.months:
            if month.starts_year:
                _write(years, self.at(month.first), self._year(month.first))
            _write(months, self.at(month.first), self._label(month))
        indent = " " * (self.left + 1)
        return [f"{indent}{''.join(cells)}".rstrip() for cells in (years, months)]

    def _label(self, month: Month) -> str:
        if self.per_month >= 4:
            return month.label
        return month.label[0] if self.per_month else ""

    def _year(self, first: dt.date) -> str:
        """The year, where the next one leaves room for it."""
        following = dt.date(first.year + 1, 1, 1)
        end = self.at(following) if following <= self.wheel.last else self.columns
        return str(first.year) if end - self.at(first) > 4 or end == self.columns else ""

    def line(self, row: WheelRow) -> str:
        """One step: its title and its signs."""
        cells = self._background()
        for span, sign in ((row.slack, _SLACK), (row.bar, _BAR), (row.miss, _MISS)):
            self._fill(cells, span, sign)
        if self.wheel.shows_today:
            cells[self.at(self.wheel.today)] = _TODAY
        cells[self.at(self.wheel.deadline)] = _DEADLINE
        self._draw_marks(cells, row.marks)
        self.used.update(cells)
        title = cut(row.title, self.left, cell_len)
        return f"{title}{' ' * (self.left - cell_len(title))} {''.join(cells)}".rstrip()

    def _background(self) -> list[str]:
        cells = [" "] * self.columns
        if self.per_month > 1:
            for month in self.wheel.months:
                cells[self.at(month.first)] = _YEAR if month.starts_year else _MONTH
        return cells

    def _fill(self, cells: list[str], span: Span | None, sign: str) -> None:
        if span is not None:
            start, end = self.at(span.start), self.at(span.end)
            cells[start : end + 1] = sign * (end + 1 - start)

    def _draw_marks(self, cells: list[str], marks: Iterable[Mark]) -> None:
        counts: dict[int, int] = {}
        for mark in sorted(marks, key=lambda mark: _STRENGTH.index(mark.kind)):
            middle = mark.day + (mark.until - mark.day) // 2
            column = self.at(middle)
            if mark.kind is MarkKind.COUNCILS:
                counts[column] = counts.get(column, 0) + mark.count
                cells[column] = str(counts[column]) if counts[column] < 10 else "+"
            else:
                cells[column] = SIGNS[mark.kind]


def _write(cells: list[str], column: int, text: str) -> None:
    """Put ``text`` into the cells where it fits."""
    end = column + len(text)
    if end <= len(cells):
        cells[column:end] = text


def _legend(wheel: YearWheel, grid: _Grid) -> list[str]:
    """What the signs that were drawn mean."""
    parts = [f"{sign} {meaning}" for sign, meaning in _MEANINGS.items() if sign in grid.used]
    if any(mark.kind is MarkKind.COUNCILS for row in wheel.rows for mark in row.marks):
        parts.append("1-9 antal møder i kommunerne (+ 10 eller flere)")
    return parts


def _packed(parts: Sequence[str], width: int) -> list[str]:
    """As many whole parts in each line as there is room for."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}   {part}" if lines[-1] else part
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines += _wrapped(part, width)
    return lines


def picture_in_words(wheel: YearWheel) -> list[str]:
    """The whole picture in Danish sentences, for those who cannot see it."""
    period = f"Perioden er {long_date(wheel.first)} til {long_date(wheel.last)}."
    return [wheel.verdict, period, *_rows_in_words(wheel)]


def _rows_in_words(wheel: YearWheel) -> list[str]:
    return [
        *(f"{row.title}: {row.words}" for row in wheel.rows),
        f"Frist: {long_date(wheel.deadline)}.",
        _today_in_words(wheel),
    ]


def _today_in_words(wheel: YearWheel) -> str:
    if wheel.shows_today:
        return f"I dag: {long_date(wheel.today)}."
    side = "før" if wheel.today < wheel.first else "efter"
    return f"I dag: {long_date(wheel.today)}, {side} den viste periode."


def _wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    first, *rest = broken(text, width - indent, cell_len) or [""]
    return [first, *(" " * indent + line for line in rest)]
