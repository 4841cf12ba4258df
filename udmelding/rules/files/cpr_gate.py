"""May these texts be kept? The one rule for every text of every fact, however it comes in.

What certainly or likely holds a CPR number may not. What only may hold one is for a person to look
at: it passes once somebody has said that it is none. Values are looked through to their innermost
text and number; what bears a name in ``_NOT_WRITTEN`` the program made itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from udmelding.errors import ConfirmationNeededError, RefusedError
from udmelding.rules.files.cpr import REFUSED, Grade, find_cpr
from udmelding.rules.files.cpr_wording import CONFIRM, found_sentence


class CprPlace(NamedTuple):
    """A text that holds something like a CPR number: its field, and how sure that is."""

    field: str
    grade: Grade


class CprRefusedError(RefusedError):
    """A text certainly or likely holds a CPR number; it is kept nowhere.

    Attributes:
        places: the fields, for a page to show it at; the number itself is in no message.
    """

    def __init__(self, places: tuple[CprPlace, ...]) -> None:
        """Say where, and what to do."""
        super().__init__(self.told(places))
        self.places = places

    @staticmethod
    def told(places: tuple[CprPlace, ...], labels: Mapping[str, str] | None = None) -> str:
        """The message, with what a page calls its fields where that is another word."""
        return f"{_told(places, labels)} Fjern det, og prøv igen."


class CprQuestionError(ConfirmationNeededError):
    """A text may hold a CPR number; a person has to look.

    Attributes:
        places: the fields.
    """

    def __init__(self, places: tuple[CprPlace, ...]) -> None:
        """Say where, and what to look for."""
        super().__init__(f"{_told(places)} Se efter, om det er det.", CONFIRM)
        self.places = places


def pass_gate(
    values: Mapping[str, Any], today: dt.date, *, is_confirmed: bool
) -> tuple[CprPlace, ...]:
    """Let texts through, or refuse them.

    Args:
        values: texts by the name of their field; lists and mappings are looked through.
        today: nobody is born later.
        is_confirmed: somebody has looked and says that there is no CPR number.

    Returns:
        What was let through only because somebody has looked.

    Raises:
        CprRefusedError: a text certainly or likely holds a CPR number.
        CprQuestionError: a text may hold one, and nobody has looked.
    """
    found = tuple(dict.fromkeys(_places(values, today)))
    if refused := tuple(place for place in found if place.grade in REFUSED):
        raise CprRefusedError(refused)
    if found and not is_confirmed:
        raise CprQuestionError(found)
    return found


def _places(values: Mapping[str, Any], today: dt.date) -> Iterator[CprPlace]:
    for field, value in values.items():
        if field in _NOT_WRITTEN or field.endswith("sha256"):
            continue
        for text, is_number in _texts(value):
            # Digits in an address or a key mean much else; only a certain number counts.
            is_coded = field == "key" or _is_address(text)
            for hit in find_cpr(text, today, is_cell=is_number):
                if hit.grade is Grade.CERTAIN or not is_coded:
                    yield CprPlace(field, hit.grade)


def _texts(value: Any) -> Iterator[tuple[str, bool]]:
    """Each text, and whether it was a number: one that is read as such has lost a leading zero."""
    if isinstance(value, str):
        yield value, False
    elif isinstance(value, (int, float)):
        yield f"{value:.0f}" if value == value // 1 else str(value), True
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _texts(key)
            yield from _texts(inside)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inside in value:
            yield from _texts(inside)


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(map(str.isspace, text))


def _told(places: tuple[CprPlace, ...], labels: Mapping[str, str] | None = None) -> str:
    known = {**LABELS, **(labels or {})}
    return found_sentence([(f"feltet «{known.get(p.field, p.field)}»", p.grade) for p in places])


_NOT_WRITTEN = frozenset({"recorded_at", "superseded_at"})

LABELS: dict[str, str] = {
    "answered_by": "Afsender",
    "as_written": "Dato",
    "author": "Navn",
    "by": "Hvem",
    "chapter": "Kapitel",
    "confirmed": "Bemærkning til det usædvanlige",
    "content": "Svar",
    "email": "Mailadresse",
    "evidence": "Link til referatet",
    "file_name": "Filens navn",
    "filled_by": "Udfyldt af",
    "key": "Nøgle",
    "journal_number": "Journalnummer",
    "legal_basis": "Hjemmel",
    "made_for": "Navn",
    "name": "Navn",
    "note": "Bemærkning",
    "owner": "Ansvarlig",
    "readers": "Læsere",
    "reason": "Begrundelse",
    "recorded_by": "Hvem",
    "reference": "Reference",
    "renews": "Tidligere sag",
    "responsible": "Ansvarlig",
    "signers": "Underskriver",
    "source": "Kilde",
    "speaks_for": "På vegne af",
    "subject": "Emne",
    "submitted_by": "Afsender",
    "text": "Tekst",
    "title": "Titel",
    "short_name": "Kort navn",
    "url": "Adresse",
}
"""What a field of a fact is called, where people read it."""
