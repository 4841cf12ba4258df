"""What does one answer say? Typed text into a value, by the kind of the question, and back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from udmelding.config.forms.questions import Kind, Measured
from udmelding.errors import RefusedError
from udmelding.rules.report.figure_tables import number_text
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.danish_numbers import read_number, written
from udmelding.rules.words.date_wording import short_date

_YES_NO = {"ja": True, "nej": False}
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2100, 1, 1)


def read_cell(measured: Measured, text: str, longest: int, today: dt.date) -> Any:
    """The value that ``text`` says.

    Args:
        measured: what is asked.
        text: what was typed, not empty.
        longest: of a text, in characters.
        today: the day that dates are read from.

    Raises:
        RefusedError: it is not an answer to what is asked; says how to write it.
    """
    match measured.kind:
        case Kind.INTEGER:
            return int(read_number(text, 0))
        case Kind.NUMBER | Kind.AMOUNT:
            return str(read_number(_without_unit(measured, text), measured.places))
        case Kind.YES_NO:
            return _yes_no(text)
        case Kind.CHOICE:
            return _code(measured, text)
        case Kind.CHOICES:
            chosen = {_code(measured, part) for part in text.split(",") if part.strip()}
            return [option.id for option in measured.options if option.id in chosen]
        case Kind.DATE:
            return _date(text, today)
        case _:
            if len(text) > longest:
                raise RefusedError(f"Teksten fylder {len(text)} tegn. Der er plads til {longest}.")
            return text


def typed_cell(measured: Measured, value: Any) -> str:
    """The text that says ``value`` again."""
    match measured.kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
            return written(Decimal(str(value)))
        case Kind.YES_NO:
            return "ja" if value else "nej"
        case Kind.CHOICES:
            return ",".join(value)
        case _:
            return str(value)


def shown_cell(measured: Measured, value: Any) -> str:
    """The value as people read it: options in words, dates in Danish, a number with its unit."""
    match measured.kind:
        case Kind.CHOICE | Kind.CHOICES:
            codes = value if isinstance(value, list) else [value]
            found = [measured.option(code) for code in codes]
            return ", ".join(option.text for option in found if option is not None)
        case Kind.YES_NO:
            return "Ja" if value else "Nej"
        case Kind.DATE:
            return short_date(dt.date.fromisoformat(str(value)))
        case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
            return _with_unit(measured, value)
        case _:
            return str(value)


def _with_unit(measured: Measured, value: Any) -> str:
    number = Decimal(str(value))
    text = number_text(number, measured.places)
    unit = measured.unit or ("kr." if measured.kind is Kind.AMOUNT else "")
    return f"{text} {unit}".strip()


def _without_unit(measured: Measured, text: str) -> str:
    """An amount may be typed with its unit: ``1.200 kr.``."""
    plain = text.strip()
    for unit in (measured.unit, "kr.", "kr"):
        if unit and plain.casefold().endswith(unit.casefold()):
            return plain[: -len(unit)].strip()
    return plain


def _yes_no(text: str) -> bool:
    found = _YES_NO.get(text.strip().casefold())
    if found is None:
        raise RefusedError("Svar ja eller nej.")
    return found


def _code(measured: Measured, text: str) -> str:
    """An option's code, given as the code or as its text."""
    wanted = text.strip().casefold()
    for option in measured.options:
        if wanted in (option.id, option.text.casefold()):
            return option.id
    allowed = "; ".join(option.text for option in measured.options)
    raise RefusedError(f"«{text.strip()[:60]}» kan ikke vælges her. Vælg en af disse: {allowed}.")


def _date(text: str, today: dt.date) -> str:
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        day = read_day(text, today=today, direction=Direction.PAST)
    if not _EARLIEST <= day < _LATEST:
        raise RefusedError(f"{short_date(day)} kan ikke passe. Skriv datoen igen.")
    return day.isoformat()
