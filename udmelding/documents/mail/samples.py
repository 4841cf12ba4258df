"""Made-up values for every kind of mail: to try a text with, and to show it where no case has any.

They are made from the context classes themselves, so a new field or kind has values at once.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from models.outbox import MailKind
from udmelding.documents.mail.contexts import MAILS

_DAY = dt.date(2026, 3, 13)

# Everybody and everything here is made up.
_WORDS: Mapping[str, Any] = {
    "reference": "CU-EKSEMPEL-2026",
    "title": "Borgere med sjældne behov",
    "legal_basis": "serviceloven § 13 b, stk. 3",
    "process_title": "Central udmelding",
    "paper_title": "afrapporteringen",
    "nothing": "ingen borgere i målgruppen",
    "party_name": "Eksempel Kommune",
    "greeting_name": "Koordinatoren",
    "written_on": dt.date(2026, 3, 10),
    "secretariat_name": "Sekretariatet",
    "secretariat_email": "sekretariat@eksempel.example",
    "secretariat_phone": "12 34 56 78",
    "responsible": "konsulenten",
    "link": "https://eksempel.example/k/personligt-link",
    "agency_name": "Styrelsen",
    "questions_url": "https://eksempel.example/spoergsmaal",
    "report_url": "https://eksempel.example/rapport",
    "draft_url": "https://eksempel.example/b/personligt-link",
    "speaks_for": "styregruppen",
    "change_reason": "der er en ny anbefaling",
    "deadline": dt.date(2026, 5, 29),
    "asked_on": dt.date(2026, 1, 15),
    "received_on": dt.date(2026, 1, 9),
    "earlier_reminders": (dt.date(2026, 2, 20), dt.date(2026, 3, 3)),
    "copied_to": "kommunaldirektøren",
    "council_name": "kommunalbestyrelsen",
    "chief_executive_title": "kommunaldirektøren",
    "wanted": "det samlede svar",
    "form_title": "Tilbud til borgere med sjældne behov",
    "form_questions": 12,
    "form_sections": ("Målgruppen", "Tilbud og pladser"),
    "letter_titles": ("Udmeldingsbrev", "Vejledning"),
    "headline": "Fristen er nær",
    "lines": ("13 af 17 kommuner har godkendt.", "Fire mangler endnu."),
    "missing": ("Eksempelkøbing", "Prøverup"),
    "recommending_body": "KKR",
    "recommended_wording": "Det indstilles, at kommunalbestyrelsen godkender afrapporteringen.",
    "decisions": (("Eksempelkøbing", "godkendt 28. april 2026"),),
    "enclosed": ("Afrapportering, version 2",),
    "senders": "kommunerne i KKR Eksempel",
    "signers": ("Kim Eksempel, formand for styregruppen, KKR Eksempel", "Styregruppens formand"),
    "questions": "Hvor mange pladser mangler der?",
    "answer": "Der mangler tre pladser.",
    "total": 17,
    "approved": 15,
    "country_approved": 86,
    "country_total": 98,
    "answer_state": "",
    "progress": "økonomiudvalget anbefalede sagen 2. marts 2026",
    "returned_for": "Hvor mange borgere er fyldt 18 år?",
    "message": "Husk, at vi har aftalt et svar i denne uge.",
    "sent_on": dt.date(2026, 3, 9),
    "wrong_subject": "Vi beder om jeres svar senest 13. marts 2026",
    "wrong": "Bilag 2 var fra en tidligere sag.",
    "right": "Brug spørgsmålene i bilaget her.",
    "former_name": "Kim Eksempel",
    "moved_from": dt.date(2026, 2, 27),
    "before_on": dt.date(2026, 2, 27),
}
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "answer_state": ("partial", "returned"),
    "council_name": ("regionsrådet",),
}
"""Words that a text may ask for: the values that these names can have besides the first."""


def sample_values(kind: MailKind) -> dict[str, Any]:
    """A made-up value for every name of a kind's context."""
    return _of_class(MAILS[kind])


def trials(kind: MailKind) -> Iterator[dict[str, Any]]:
    """Values to try a kind's texts with: all there, all empty, and each name's other values.

    Some combinations never happen in a case; what the shipped text cannot say either is no flaw.
    """
    full, others = sample_values(kind), _others(MAILS[kind])
    yield full
    for name, values in others.items():
        yield from (full | {name: value} for value in values)
    empty = full | {name: values[-1] for name, values in others.items() if name != "reference"}
    yield empty
    for name in others:
        yield empty | {name: full[name]}


def _of_class(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {f.name: _value(f.name, hints[f.name]) for f in fields(shape)}


def _value(name: str, hint: Any) -> Any:
    """A value of the type; the one of the table where the name has one."""
    if name in _WORDS:
        return _WORDS[name]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(name, next(part for part in parts if part is not types.NoneType))
    if origin is tuple:
        if parts[-1] is Ellipsis:
            return (_value(f"{name} 1", parts[0]), _value(f"{name} 2", parts[0]))
        return tuple(_value(name, part) for part in parts)
    return _plain(name, hint)


def _plain(name: str, hint: Any) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**_of_class(hint))
    simple: Mapping[Any, Any] = {str: f"eksempel på {name}", bool: True, int: 3, dt.date: _DAY}
    if hint in simple:
        return simple[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    raise TypeError(f"no made-up value for {name}: {hint}")


def _others(shape: type) -> dict[str, tuple[Any, ...]]:
    """The values that each name can have besides its sample; the emptiest is the last."""
    hints = get_type_hints(shape)
    found = {f.name: _other(f.name, hints[f.name]) for f in fields(shape)}
    return {name: values for name, values in found.items() if values}


def _other(name: str, hint: Any) -> tuple[Any, ...]:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return (None,) if types.NoneType in parts else ()
    if origin is tuple:
        return (_value(name, hint)[:1], ()) if parts[-1] is Ellipsis else ()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return tuple(hint)
    table: Mapping[Any, tuple[Any, ...]] = {
        str: (*_OTHER_WORDS.get(name, ()), "") if name != "reference" else (),
        bool: (False,),
        int: (1, 0),
    }
    return table.get(hint, ())
