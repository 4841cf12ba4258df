"""What does the workbook say about an answer? Conditions, bounds and last time in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import NUMERIC, Kind, Measured, Question
from udmelding.documents.forms.layout import Slot
from udmelding.errors import RefusedError
from udmelding.rules.words.danish_numbers import number_as_typed, number_text, read_number
from udmelding.rules.words.date_wording import short_date

YES, NO = "Ja", "Nej"
NO_CPR = "Skriv aldrig navne på borgere, cpr-numre eller andet, der kan pege på en borger."
TICK = "x"
BY_PAGE = "Filer kan ikke ligge i regnearket. Send dem på den side, som linket i mailen fører til."
MOST_DECIMALS = 4


def condition_words(
    form: Form, question: Question, numbers: Mapping[str, int] | None = None
) -> str:
    """When the question is to be answered; empty for always.

    Args:
        form: the question set.
        question: one of its questions.
        numbers: of the questions by their ids, where readers see them numbered.
    """
    asked = question.required_if
    other = form.question(asked.question) if asked else None
    if asked is None or other is None:
        return ""
    name = _numbered(other, numbers)
    if asked.above is not None:
        above = number_as_typed(Decimal(str(asked.above)))
        return f"Udfyldes kun, hvis {name} er mere end {above}."
    said = [answer_words(other, code) for code in asked.equals]
    return f"Udfyldes kun, hvis {name} er {' eller '.join(said)}."


def rows_words(form: Form, question: Question, numbers: Mapping[str, int] | None = None) -> str:
    """How many rows a table may have, where another question says so; else empty.

    Args:
        form: the question set.
        question: one of its questions.
        numbers: as in ``condition_words``.
    """
    other = form.question(question.at_most or "") if question.has_free_rows else None
    if other is None:
        return ""
    return f"Skriv højst så mange linjer som tallet i {_numbered(other, numbers)}."


def _numbered(question: Question, numbers: Mapping[str, int] | None) -> str:
    number = (numbers or {}).get(question.id)
    return f"«{question.name}» (spørgsmål {number})" if number else f"«{question.name}»"


def answer_words(measured: Measured, code: str) -> str:
    """What a code of an option, or of yes or no, is called in the workbook."""
    if measured.kind is Kind.YES_NO:
        return {"ja": YES, "nej": NO}.get(code, code)
    option = measured.option(code)
    return option.text if option else code


def unit_of(measured: Measured) -> str:
    """What a number is measured in; empty for none."""
    return measured.unit or ("kr." if measured.kind is Kind.AMOUNT else "")


def hint(slot: Slot, form: Form) -> str:
    """How the cell is filled in, as Excel shows it beside the cell."""
    measured = slot.measured
    match measured.kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
            return _number_hint(measured, _other_name(slot, form))
        case Kind.YES_NO | Kind.CHOICE:
            return "Vælg på listen."
        case Kind.CHOICES:
            return f"Skriv {TICK}, hvis svaret passer. Sæt gerne flere krydser."
        case Kind.DATE:
            return "Skriv en dato, for eksempel 1-3-2025."
        case _:
            most = number_text(Decimal(slot.longest), 0)
            return f"Skriv højst {most} tegn. Skriv ikke navne, cpr-numre eller andet om en borger."


def _number_hint(measured: Measured, other: str) -> str:
    noun = (
        "et helt tal" if measured.places == 0 else f"et tal med højst {measured.places} decimaler"
    )
    told = f"Skriv {noun}"
    unit = unit_of(measured)
    if unit:
        told += f" ({unit})"
    if measured.minimum is not None:
        told += f", mindst {_bound(measured.minimum, measured)}"
    if measured.maximum is not None:
        told += f", højst {_bound(measured.maximum, measured)}"
    return f"{told}. Højst det samme som «{other}»." if other else f"{told}."


def _bound(value: float, measured: Measured) -> str:
    places = 0 if value == int(value) else measured.places
    return number_text(Decimal(str(value)), places)


def _other_name(slot: Slot, form: Form) -> str:
    """The number that this one may not exceed."""
    code = slot.measured.at_most
    if code is None:
        return ""
    owner = form.question(slot.path.partition(".")[0])
    if owner is not None and "." in slot.path:
        column = owner.column(code)
        return column.title if column else code
    question = form.question(code)
    return question.name if question else code


def show_typed(measured: Measured, text: str) -> str:
    """Typed text as people read it, such as last time's answer."""
    match measured.kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.AMOUNT:
            number = typed_number(text)
            places = max(0, -int(number.as_tuple().exponent)) if number is not None else 0
            return text if number is None else number_text(number, places)
        case Kind.YES_NO | Kind.CHOICE:
            return answer_words(measured, text)
        case Kind.CHOICES:
            return ", ".join(answer_words(measured, code) for code in codes_of(text))
        case Kind.DATE:
            day = typed_day(text)
            return short_date(day) if day else text
        case _:
            return text


def typed_number(text: str) -> Decimal | None:
    """The number that a text says; None where it is none, such as a draft's «ca. 5»."""
    try:
        return read_number(text, MOST_DECIMALS).normalize() + 0
    except RefusedError:
        return None


def typed_day(text: str) -> dt.date | None:
    """The day of an ISO date; None for anything else."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def codes_of(text: str) -> tuple[str, ...]:
    """The codes that are joined in a text."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def is_number(measured: Measured) -> bool:
    """Whether the cell is to hold a number."""
    return measured.kind in NUMERIC
