"""What does the picture of a plan show: which months, rows, bars and marks?

The picture runs over whole months, from the month of the plan's first day to the month after its
last one. Marks outside of it are left out; the days of the plan itself never are. ``year_wheel``
decides what is shown and in which words; how it is drawn is for ``udmelding.documents``. Each row
is also said in Danish words, for those who do not see it.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.plan.plan import Plan, PlannedStep, Slot
from udmelding.rules.plan.plan_wording import days, guessed
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.words.date_forms import MONTHS
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names

_DAY = dt.timedelta(days=1)
_FEWEST_MONTHS = 3
_MONTHS_WITH_WEEKS = 14
"""In longer pictures a week is too narrow for a number, and the councils are counted by month."""


class MarkKind(StrEnum):
    """What happens on a marked day."""

    MEETING = "meeting"
    """A known meeting that the plan does not use."""
    COUNCILS = "councils"
    """Council meetings in a week or a month, counted."""
    PAPERS = "papers"
    PLANNED = "planned"
    """The planned day of a step that is no meeting."""
    CHOSEN = "chosen"
    """The meeting that the plan uses."""
    DONE = "done"


MAIN = frozenset({MarkKind.PLANNED, MarkKind.CHOSEN, MarkKind.DONE})
"""The kinds of which a row has one at most: its day."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both in the picture."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign on a row.

    Attributes:
        until: for counted council meetings, the last day of the week or month; else ``day``.
        count: how many meetings it stands for.
    """

    day: dt.date
    kind: MarkKind
    until: dt.date
    count: int = 1


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the picture; ``starts_year`` in January and in the picture's first month."""

    first: dt.date
    last: dt.date
    label: str
    starts_year: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelRow:
    """One step of the plan.

    Attributes:
        bar: from the earliest possible to the planned day; None where there is no planned day.
        slack: from the planned to the latest possible day; None where there is none.
        miss: from the latest allowed to the planned day, where the plan comes too late.
        slack_days: as the plan has it: negative where the plan comes too late, None if unknown.
        day_text: the row's day as it is written beside its mark.
        words: all that the row shows, in Danish.
    """

    id: str
    title: str
    bar: Span | None
    slack: Span | None
    miss: Span | None
    slack_days: int | None
    marks: tuple[Mark, ...]
    is_done: bool
    day_text: str
    words: str

    @property
    def main(self) -> Mark | None:
        """The mark of the row's day, or None where it has no day."""
        return next((mark for mark in self.marks if mark.kind in MAIN), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearWheel:
    """The picture of a plan.

    Attributes:
        verdict: one Danish sentence on whether the deadline holds.
        first: the first day of the first month.
        last: the last day of the last month.
        today: may lie outside of the picture.
    """

    title: str
    verdict: str
    first: dt.date
    last: dt.date
    months: tuple[Month, ...]
    rows: tuple[WheelRow, ...]
    deadline: dt.date
    today: dt.date

    @property
    def shows_today(self) -> bool:
        """Whether today lies in the picture."""
        return self.first <= self.today <= self.last

    @property
    def counts_weeks(self) -> bool:
        """Whether council meetings are counted by week; else by month."""
        return len(self.months) <= _MONTHS_WITH_WEEKS

    def share(self, day: dt.date) -> float:
        """Where the middle of ``day`` lies, from 0 at the left edge to 1 at the right."""
        return ((day - self.first).days + 0.5) / ((self.last - self.first).days + 1)


def year_wheel(
    plan: Plan,
    meetings: Mapping[str, Sequence[Slot]],
    *,
    title: str,
    received_on: dt.date,
    today: dt.date,
    councils: Sequence[dt.date] = (),
) -> YearWheel:
    """The picture of ``plan``.

    Args:
        plan: what is shown.
        meetings: for each body's step id, every known meeting, also those not chosen.
        title: the case in words, as users wrote it.
        received_on: the day the case began.
        today: the day that is marked as today.
        councils: the planned council meetings of the municipalities, one for each municipality.
    """
    months = _months(plan, received_on)
    shown = Span(months[0].first, months[-1].last)
    by_week = len(months) <= _MONTHS_WITH_WEEKS
    council_row = _council_row(plan)
    rows = [
        _row(
            step,
            shown,
            meetings.get(step.id),
            _counted(councils, shown, by_week) if step.id == council_row else [],
        )
        for step in plan.steps
    ]
    return YearWheel(
        title=one_line(title),
        verdict=one_line(verdict_on(plan).sentence),
        first=shown.start,
        last=shown.end,
        months=months,
        rows=tuple(rows),
        deadline=plan.deadline,
        today=today,
    )


def _months(plan: Plan, received_on: dt.date) -> tuple[Month, ...]:
    found = [received_on, plan.deadline]
    for step in plan.steps:
        found += [
            day
            for day in (step.earliest, step.planned, step.latest, step.papers_due_on)
            if day is not None
        ]
    first, last = min(found), max(found)
    start = first.year * 12 + first.month - 1
    end = max(last.year * 12 + last.month, start + _FEWEST_MONTHS - 1)
    return tuple(_month(number, is_first=number == start) for number in range(start, end + 1))


def _month(number: int, *, is_first: bool) -> Month:
    year, month = divmod(number, 12)
    first = dt.date(year, month + 1, 1)
    last = first.replace(day=calendar.monthrange(year, month + 1)[1])
    return Month(first, last, MONTHS[month][:3], starts_year=is_first or month == 0)


def _council_row(plan: Plan) -> str:
    """The step on which the councils' meetings are marked: theirs, or the last but one."""
    ids = [step.id for step in plan.steps]
    return "councils" if "councils" in ids else ids[-2:][0]


def _row(
    step: PlannedStep, shown: Span, meetings: Sequence[Slot] | None, councils: Sequence[Mark]
) -> WheelRow:
    is_body = meetings is not None or step.papers_due_on is not None
    others = [slot.held_on for slot in meetings or () if slot.held_on != step.planned]
    marks = [*_others(others, shown), *councils, *_own_marks(step, is_body=is_body)]
    bar, slack, miss = _spans(step)
    return WheelRow(
        id=step.id,
        title=one_line(step.title),
        bar=bar,
        slack=slack,
        miss=miss,
        slack_days=None if step.is_done else step.slack_days,
        marks=tuple(marks),
        is_done=step.is_done,
        day_text=day_words(step),
        words=row_words(
            step,
            is_body=is_body,
            others=[mark.day for mark in marks if mark.kind is MarkKind.MEETING],
            councils=[(mark.day, mark.until, mark.count) for mark in councils],
        ),
    )


def _others(found: Sequence[dt.date], shown: Span) -> list[Mark]:
    inside = sorted({day for day in found if shown.start <= day <= shown.end})
    return [Mark(day, MarkKind.MEETING, day) for day in inside]


def _own_marks(step: PlannedStep, *, is_body: bool) -> list[Mark]:
    marks = []
    if step.papers_due_on is not None and not step.is_done:
        marks.append(Mark(step.papers_due_on, MarkKind.PAPERS, step.papers_due_on))
    if step.planned is not None:
        open_kind = MarkKind.CHOSEN if is_body else MarkKind.PLANNED
        kind = MarkKind.DONE if step.is_done else open_kind
        marks.append(Mark(step.planned, kind, step.planned))
    return marks


def _spans(step: PlannedStep) -> tuple[Span | None, Span | None, Span | None]:
    """The bar, the slack and the miss of a step."""
    planned, latest = step.planned, step.latest
    if planned is None or step.is_done:
        return None, None, None
    bar = Span(min(step.earliest or planned, planned), planned)
    slack = Span(planned, latest) if latest is not None and latest > planned else None
    miss = Span(latest, planned) if latest is not None and latest < planned else None
    return bar, slack, miss


def _counted(found: Sequence[dt.date], shown: Span, by_week: bool) -> list[Mark]:
    """The council meetings in the picture, counted by week or by month."""
    inside = [day for day in found if shown.start <= day <= shown.end]
    counts = Counter(_week(day) if by_week else _month_of(day) for day in inside)
    return [
        Mark(max(span.start, shown.start), MarkKind.COUNCILS, min(span.end, shown.end), count)
        for span, count in sorted(counts.items(), key=lambda item: item[0].start)
    ]


def _week(day: dt.date) -> Span:
    monday = day - day.weekday() * _DAY
    return Span(monday, monday + 6 * _DAY)


def _month_of(day: dt.date) -> Span:
    month = _month(day.year * 12 + day.month - 1, is_first=False)
    return Span(month.first, month.last)


CountedDays = tuple[dt.date, dt.date, int]
"""The first and last day of a week or month, and how many council meetings are in it."""


def one_line(text: str) -> str:
    """``text`` in one line, without signs that cannot be shown (and that XML does not allow)."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def day_words(step: PlannedStep) -> str:
    """The day of a step as it stands beside its mark: ``14. marts``, or the source's own words."""
    if step.planned is None:
        return ""
    plain = f"{step.planned.day}. {MONTHS[step.planned.month - 1]}"
    return one_line(step.as_written) or f"{plain}{guessed(step)}"


def row_words(
    step: PlannedStep,
    *,
    is_body: bool,
    others: Sequence[dt.date] = (),
    councils: Sequence[CountedDays] = (),
) -> str:
    """All that the row of a step shows; ``others`` are the meetings that the plan does not use."""
    parts = [_happens(step, is_body=is_body), *_bounds(step)]
    if step.papers_due_on is not None and not step.is_done:
        parts.append(f"papirer senest {long_date(step.papers_due_on)}")
    if others:
        parts.append(f"andre møder: {', '.join(short_date(day) for day in others)}")
    if councils:
        parts.append(f"møder i kommunerne: {council_counts(councils)}")
    return "; ".join(parts) + "."


def _happens(step: PlannedStep, *, is_body: bool) -> str:
    if step.is_done:
        day = long_date(step.planned) if step.planned else ""
        written = one_line(step.as_written) or day
        return f"er sket {written}" if written else "er passeret"
    if step.planned is None:
        why = "der er intet kendt møde, som kan nås" if is_body else "de tidligere led har ingen"
        return f"har ingen dato, for {why}"
    return f"{'møde' if is_body else 'planlagt til'} {long_date(step.planned)}{guessed(step)}"


def _bounds(step: PlannedStep) -> list[str]:
    if step.is_done or step.planned is None or step.latest is None:
        return []
    if step.planned > step.latest:
        late = days((step.planned - step.latest).days)
        return [f"{late} for sent (skulle være senest {long_date(step.latest)})"]
    parts = []
    if step.earliest is not None and step.earliest < step.planned:
        parts.append(f"tidligst {long_date(step.earliest)}")
    if step.latest > step.planned:
        slack = days((step.latest - step.planned).days)
        parts.append(f"senest {long_date(step.latest)} (luft {slack})")
    return parts


def council_counts(councils: Sequence[CountedDays]) -> str:
    """``2 i uge 51 og 3 i uge 52 2025, 1 i uge 2 2026``, or the same by month."""
    found: dict[int, list[str]] = {}
    for first, last, count in councils:
        year, period = first.year, MONTHS[first.month - 1]
        if (last - first).days < 7:
            year, week, _ = first.isocalendar()
            period = f"uge {week}"
        found.setdefault(year, []).append(f"{count} i {period}")
    return ", ".join(f"{join_names(texts)} {year}" for year, texts in found.items())


def picture_in_words(wheel: YearWheel) -> list[str]:
    """The whole picture in Danish sentences, for those who cannot see it."""
    period = f"Perioden er {long_date(wheel.first)} til {long_date(wheel.last)}."
    return [
        wheel.verdict,
        period,
        *(f"{row.title}: {row.words}" for row in wheel.rows),
        f"Frist: {long_date(wheel.deadline)}.",
        _today_in_words(wheel),
    ]


def _today_in_words(wheel: YearWheel) -> str:
    if wheel.shows_today:
        return f"I dag: {long_date(wheel.today)}."
    side = "før" if wheel.today < wheel.first else "efter"
    return f"I dag: {long_date(wheel.today)}, {side} den viste periode."
