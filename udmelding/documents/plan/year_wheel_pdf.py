"""The year wheel as PDF: the drawing on a sheet of its own, and the same as a table after it."""

from __future__ import annotations

import datetime as dt

from udmelding.documents.blocks import Block, Grid, Run, Text, blocks_as_json
from udmelding.documents.look import SHIPPED, Look
from udmelding.documents.pdf import set_pdf
from udmelding.documents.plan.year_wheel import slack_texts, year_wheel_svg
from udmelding.documents.signs import printable
from udmelding.rules.plan.year_wheel import (
    MarkKind,
    WheelRow,
    YearWheel,
    council_counts,
    picture_in_words,
)
from udmelding.rules.words.date_forms import MONTHS
from udmelding.rules.words.date_wording import short_date

_HEAD = ("Trin", "Dag", "Tidligst", "Senest", "Luft", "Papirer senest", "Andre møder")
_SHARES = (28, 14, 12, 12, 17, 13, 32)
_NO_DAY = "–"


def year_wheel_pdf(
    wheel: YearWheel, reference: str, author: str, made_at: dt.datetime, look: Look = SHIPPED
) -> bytes:
    """The picture and its table as PDF; the same bytes for the same values and moment.

    Args:
        wheel: what it shows.
        reference: the case, for the foot of the page.
        author: the secretariat.
        made_at: when it was made; stands in the file.
        look: the secretariat's own; its colour marks the days that are chosen.

    Raises:
        OutsideError: it could not be set within the limits of memory and time.
    """
    fonts = ", ".join(look.as_json()["fonts"])
    svg = year_wheel_svg(wheel, look.file.colour, fonts)
    title = f"Årshjul: {wheel.title}"
    values = {
        "title": title,
        "author": author,
        "reference": printable(reference),
        "svg": printable(svg, longest=None),
        "alt": printable(f"{title}. {wheel.verdict} Næste side siger det samme i en tabel."),
        "blocks": blocks_as_json(_in_words(wheel)),
    }
    return set_pdf("wheel", values, made_at, look)


def _in_words(wheel: YearWheel) -> list[Block]:
    verdict, period, *_rows, deadline, today = picture_in_words(wheel)
    table = Grid(
        head=_HEAD, rows=[_row(row) for row in wheel.rows], shares=_SHARES, is_words=True,
        is_lying=True,
    )  # fmt: skip
    return [Text([Run(verdict, "strong")]), Text([period, " ", deadline, " ", today]), table]


def _row(row: WheelRow) -> tuple[str, ...]:
    papers = next((mark.day for mark in row.marks if mark.kind is MarkKind.PAPERS), None)
    return (
        row.title,
        _day(row),
        _written(row.bar.start if row.bar else None),
        _written(_latest(row)),
        " ".join(slack_texts(row)),
        _written(papers),
        _others(row),
    )


def _day(row: WheelRow) -> str:
    """The row's day with its year; what the source wrote instead of a day stays as it is."""
    if row.main is None:
        return _NO_DAY
    day = row.main.day
    is_plain = row.day_text == f"{day.day}. {MONTHS[day.month - 1]}"
    return short_date(day) if is_plain else row.day_text


def _latest(row: WheelRow) -> dt.date | None:
    """The latest day that is possible: where the slack ends, or where the miss begins."""
    if row.slack is not None:
        return row.slack.end
    if row.slack_days == 0 and row.main is not None:
        return row.main.day
    return row.miss.start if row.miss is not None else None


def _written(day: dt.date | None) -> str:
    return _NO_DAY if day is None else short_date(day)


def _others(row: WheelRow) -> str:
    meetings = [short_date(mark.day) for mark in row.marks if mark.kind is MarkKind.MEETING]
    councils = [
        (mark.day, mark.until, mark.count) for mark in row.marks if mark.kind is MarkKind.COUNCILS
    ]
    told = [", ".join(meetings)] if meetings else []
    if councils:
        told.append(f"møder i kommunerne: {council_counts(councils)}")
    return "; ".join(told) or _NO_DAY
