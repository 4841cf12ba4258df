"""The types of an entry's fields: dates as people write them, and texts of a sane length.

Each says how people are asked for it (``How``); what has happened and what is to come are two
types.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)

from udmelding.errors import RefusedError
from udmelding.rules.words.danish_dates import DateReading, Direction, read_date, read_day


class How(StrEnum):
    """How a field is asked for, shown and read."""

    PARTIES = "parties"
    STEP = "step"
    PERIOD = "period"
    PAST_DAY = "past_day"
    COMING_DAY = "coming_day"
    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    RADIO = "radio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Period:
    """One day or a period, and how the source put it; whether the year was written is no part."""

    start: dt.date
    end: dt.date
    as_written: str = ""
    has_year: bool = field(default=True, compare=False)


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
    as_written = "" if is_plain else reading.source
    return Period(reading.start, reading.end, as_written, reading.has_year)


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


_ISO = {"type": "string", "description": "ISO 8601, or as Danes write it.", "format": "date"}
_WHEN = {
    "anyOf": [
        _ISO | {"examples": ["2025-04-28", "primo maj 2025"]},
        {
            "type": "object",
            "description": "A period, in the words of its source.",
            "properties": {"from": _ISO, "to": _ISO, "as_written": {"type": "string"}},
            "required": ["from", "to"],
        },
    ]
}

When = Annotated[
    Period,
    BeforeValidator(_period),
    PlainSerializer(_show_period),
    WithJsonSchema(_WHEN, mode="validation"),
    How.PERIOD,
]
"""When something happened: a day, or the vague words of a source as a period."""

_Iso = WithJsonSchema(_ISO, mode="validation")
DueDay = Annotated[dt.date, BeforeValidator(_day), _Iso, How.COMING_DAY]
"""One day that is to come, or was when it was said."""

PastDay = Annotated[dt.date, BeforeValidator(_past_day), _Iso, How.PAST_DAY]
"""One day on which something happened."""

Text = Annotated[str, Field(max_length=20_000)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Checksum = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
PartyOrNone = Annotated[str, How.PARTIES]
StepOrNone = Annotated[str, How.STEP]
PartyName = Annotated[Name, How.PARTIES]
"""The short name of a party; people may write what it is called."""

StepName = Annotated[Name, How.STEP]
"""The id of a step of the case's process."""
