"""What does a row of the year wheel say in Danish?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from udmelding.rules.case.glossary import enumerated
from udmelding.rules.plan.plan import PlannedStep
from udmelding.rules.plan.plan_wording import days
from udmelding.rules.words.date_forms import MONTHS
from udmelding.rules.words.date_wording import long_date, short_date

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
    return one_line(step.as_written) or plain


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
        parts.append(f"møder i kommunerne: {_counts(councils)}")
    return "; ".join(parts) + "."


def _happens(step: PlannedStep, *, is_body: bool) -> str:
    if step.is_done:
        day = long_date(step.planned) if step.planned else ""
        written = one_line(step.as_written) or day
        return f"er sket {written}" if written else "er passeret"
    if step.planned is None:
        why = "der er intet kendt møde, som kan nås" if is_body else "de tidligere led har ingen"
        return f"har ingen dato, for {why}"
    return f"{'møde' if is_body else 'planlagt til'} {long_date(step.planned)}"


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


def _counts(councils: Sequence[CountedDays]) -> str:
    """``2 i uge 51 og 3 i uge 52 2025, 1 i uge 2 2026``, or the same by month."""
    found: dict[int, list[str]] = {}
    for first, last, count in councils:
        year, period = first.year, MONTHS[first.month - 1]
        if (last - first).days < 7:
            year, week, _ = first.isocalendar()
            period = f"uge {week}"
        found.setdefault(year, []).append(f"{count} i {period}")
    return ", ".join(f"{enumerated(texts)} {year}" for year, texts in found.items())
