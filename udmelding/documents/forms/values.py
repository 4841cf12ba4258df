"""What does one answer cell say? Its value as text that a Dane would type, or why it is none.

Here stands what goes wrong in Excel: a date instead of a number, a per cent, an error, a formula
that nobody calculated. Whether a number fits the question is for ``rules.forms.answers``.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal

from udmelding.config.forms.questions import Kind, Measured
from udmelding.documents.forms.layout import Slot
from udmelding.documents.forms.open import FORMULA
from udmelding.documents.forms.texts import TICK, is_number
from udmelding.errors import RefusedError
from udmelding.rules.words.danish_numbers import number_as_typed

_ABOUT = re.compile(
    r"\s*(<|>|≤|≥|=<|=>|under|over|ca\b|cirka|omkring|mindst|højst|færre|ingen)", re.I
)
_ERROR = "e"
_LARGEST = 10**15
_TICKS = frozenset({TICK, "ja", "✓", "✔", "√", "×"})
_NO_TICKS = frozenset({"nej"})

_REDO = "Vælg talformatet Standard for cellen, og skriv {what} igen."


@dataclass(frozen=True, slots=True)
class Raw:
    """What the file holds in a cell.

    Attributes:
        type: the type that the file gives it.
        form: its number format.
    """

    value: object
    type: str
    form: str


def read_value(slot: Slot, raw: Raw) -> str:
    """The text that the cell says; empty for no answer.

    Args:
        slot: what is asked there.
        raw: what the file holds.

    Returns:
        Typed text of the slot's path; for an option its code where it is ticked.

    Raises:
        RefusedError: it says nothing that could be an answer; says what to write.
    """
    if raw.type == FORMULA:
        raise RefusedError(
            "Her står en formel, der ikke er regnet ud. Skriv resultatet i stedet for formlen."
        )
    if raw.type == _ERROR:
        raise RefusedError(f"Her står fejlen {raw.value}. Skriv svaret i stedet.")
    value = _tidy(raw.value) if isinstance(raw.value, str) else raw.value
    if value is None or value == "":
        return ""
    if slot.option is not None:
        return _tick(slot.option.id, value)
    if is_number(slot.measured):
        return _number(slot.measured, value, raw.form)
    match slot.measured.kind:
        case Kind.YES_NO | Kind.CHOICE:
            return _chosen(slot.measured, value)
        case Kind.DATE:
            return _day(value)
        case _:
            return _text(value)


def _tidy(text: str) -> str:
    """Without what Excel and web pages leave around a text."""
    plain = text.replace("_x000D_", "").replace("_x005F_", "_")  # how Excel writes odd characters
    plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\u00a0", " ").replace("\u200b", "").strip()


def _number(measured: Measured, value: object, form: str) -> str:
    if isinstance(value, str):
        return _typed_number(value)
    if isinstance(value, bool):
        raise RefusedError("Her står SAND eller FALSK. Skriv et tal.")
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        raise RefusedError(f"Excel har lavet tallet om til en dato. {_REDO.format(what='tallet')}")
    number = _exact(value)
    if number is None or abs(number) >= _LARGEST:
        raise RefusedError("Tallet er for stort. Skriv det igen.")
    if "%" in form:
        shown = number_as_typed((number * 100).quantize(Decimal("0.0001")))
        raise RefusedError(
            f"Her står {shown} %, men i filen er det {number_as_typed(number)}. "
            f"{_REDO.format(what='tallet uden procenttegn')}"
        )
    if (
        measured.places == 0
        and number != number.to_integral_value()
        and measured.kind is Kind.INTEGER
    ):
        raise RefusedError(f"Her står {number_as_typed(number)}. Skriv et helt tal.")
    return number_as_typed(number)


def _typed_number(text: str) -> str:
    """A number that is text in the file: judged like one from the page, unless it is none."""
    if _ABOUT.match(text):
        raise RefusedError(
            "Skriv det præcise tal, også når det er lille: 0, 1, 2 … Små tal ses kun af "
            "sekretariatet og skjules, før noget sendes videre."
        )
    if not any(sign.isdigit() for sign in text):
        raise RefusedError("Her står tekst. Skriv et tal, eller lad feltet stå tomt.")
    return text


def _exact(value: object) -> Decimal | None:
    """The number with the 15 digits that Excel shows; a computer's thirds have more."""
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(f"{value:.15g}")
    return None


def _chosen(measured: Measured, value: object) -> str:
    said = value.casefold() if isinstance(value, str) else str(_exact(value))
    if measured.kind is Kind.YES_NO:
        if said in ("ja", "nej"):
            return said
        raise RefusedError("Vælg Ja eller Nej på listen.")
    for option in measured.options:
        if said in (option.id, " ".join(option.text.split()).casefold()):
            return option.id
    allowed = "; ".join(option.text for option in measured.options)
    raise RefusedError(f"Det kan ikke vælges her. Vælg på listen: {allowed}.")


def _tick(code: str, value: object) -> str:
    said = value.casefold() if isinstance(value, str) else ""
    if said in _TICKS or (value == 1 and not isinstance(value, bool)):
        return code
    if said in _NO_TICKS or (value == 0 and not isinstance(value, bool)):
        return ""
    raise RefusedError(f"Skriv {TICK}, hvis svaret passer, og lad ellers feltet stå tomt.")


def _day(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    raise RefusedError("Her står ikke en dato. Skriv dagen, for eksempel 1-3-2025.")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        raise RefusedError(
            "Excel har lavet teksten om til en dato eller et klokkeslæt. Skriv den igen med en "
            "apostrof foran."
        )
    number = None if isinstance(value, bool) else _exact(value)
    if number is None:
        raise RefusedError("Her står ikke en tekst. Skriv svaret igen.")
    return number_as_typed(number)
