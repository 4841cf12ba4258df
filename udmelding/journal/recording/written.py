"""The types of an entry's fields: dates as people write them, and texts of a sane length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo

from udmelding.errors import RefusedError
from udmelding.rules.words.danish_dates import DateReading, Direction, read_date, read_day


@dataclass(frozen=True, slots=True)
class Period:
    """One day or a period, and how the source put it."""

    start: dt.date
    end: dt.date
    as_written: str = ""


def _today(info: ValidationInfo) -> dt.date:
    """The day that dates without a year are read from; files must write the year."""
    context = info.context or {}
    today = context.get("today")
    if not isinstance(today, dt.date):
        raise ValueError("datoen skal skrives med årstal")
    return today


@contextmanager
def _as_flaw() -> Iterator[None]:
    """Lets pydantic collect a date that cannot be read with the other flaws of an entry."""
    try:
        yield
    except RefusedError as error:
        raise ValueError(error.message) from error


def _period(value: Any, info: ValidationInfo) -> Period:
    if isinstance(value, Period):
        return value
    if isinstance(value, DateReading):
        return _as_period(value)
    if isinstance(value, dt.date):
        return Period(value, value)
    if isinstance(value, dict):
        start, end = dt.date.fromisoformat(value["from"]), dt.date.fromisoformat(value["to"])
        return Period(start, end, str(value.get("as_written", "")))
    with _as_flaw():
        reading = read_date(str(value), today=_today(info), direction=Direction.PAST)
    return _as_period(reading)


def _as_period(reading: DateReading) -> Period:
    """The words of the source are kept where the date is vague; a plain day needs none."""
    is_plain = reading.is_day and reading.bound is None
    return Period(reading.start, reading.end, "" if is_plain else reading.source)


def _day(value: Any, info: ValidationInfo) -> Any:
    if value is None or isinstance(value, dt.date):
        return value
    with _as_flaw():
        return read_day(str(value), today=_today(info), direction=Direction.COMING)


def _past_day(value: Any, info: ValidationInfo) -> Any:
    if value is None or isinstance(value, dt.date):
        return value
    with _as_flaw():
        return read_day(str(value), today=_today(info), direction=Direction.PAST)


def _show_period(period: Period) -> str:
    if period.start == period.end:
        return period.start.isoformat()
    return f"{period.start.isoformat()}..{period.end.isoformat()}"


When = Annotated[Period, BeforeValidator(_period), PlainSerializer(_show_period)]
DueDay = Annotated[dt.date, BeforeValidator(_day)]
PastDay = Annotated[dt.date, BeforeValidator(_past_day)]
Text = Annotated[str, Field(max_length=20_000)]
Checksum = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
