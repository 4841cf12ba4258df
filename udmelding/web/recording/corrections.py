"""Which facts can be corrected, and what stands in the form when one is?"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from models import PartyKind
from udmelding.errors import NotFoundError
from udmelding.journal.recording.written import Period
from udmelding.rules.case import facts
from udmelding.rules.case.case import Case
from udmelding.rules.words.date_wording import long_period, short_date
from udmelding.web.recording.fields import How, Shape
from udmelding.web.recording.shapes import shapes_of

Correctable = (
    facts.Response
    | facts.Decision
    | facts.Waiver
    | facts.Extension
    | facts.Expectation
    | facts.Deadline
)


def correctable(case: Case) -> tuple[Correctable, ...]:
    """The facts that can be corrected, newest first."""
    found: list[Correctable] = [
        *case.responses,
        *case.decisions,
        *case.waivers,
        *case.extensions,
        *case.expectations,
        *case.deadlines,
    ]
    return tuple(sorted(found, key=lambda fact: (fact.recorded_at, fact.key), reverse=True))


def fact_to_correct(case: Case, key: str) -> tuple[Correctable, Shape]:
    """The standing fact with that key, and the form that makes such facts.

    Raises:
        NotFoundError: no such fact stands; it may have been corrected already.
    """
    fact = next((fact for fact in correctable(case) if fact.key == key), None)
    if fact is None:
        raise NotFoundError("gældende registrering", key[:200])
    kind = type(fact).__name__.lower()
    party = None if isinstance(fact, facts.Deadline) else case.party(fact.party)
    is_body = party is not None and party.kind is PartyKind.BODY
    for shape in shapes_of(case).values():
        if shape.kind == kind and (shape.slug == "organ") == (is_body and kind == "decision"):
            return fact, shape
    raise NotFoundError("gældende registrering", key[:200])


def prefilled(shape: Shape, fact: Correctable) -> dict[str, str]:
    """What stands in the fields when a fact is to be corrected."""
    values: dict[str, str] = {}
    for field in shape.fields:
        if field.how is How.PERIOD:
            values[field.name] = _written(fact)
        elif field.how is not How.FILE:
            values[field.name] = _shown(getattr(fact, field.name, ""))
    return values


def _shown(value: object) -> str:
    if isinstance(value, dt.date):
        return short_date(value)
    return value.value if isinstance(value, StrEnum) else str(value or "")


def _written(fact: Correctable) -> str:
    if not isinstance(fact, facts.Happened):
        return ""
    if fact.as_written:
        return fact.as_written
    start, end = fact.happened_from, fact.happened_to
    return short_date(end) if start == end else long_period(start, end)


def period_of(fact: Correctable) -> Period | None:
    """The day or period of a fact as it stands; None where it has none."""
    if not isinstance(fact, facts.Happened):
        return None
    return Period(fact.happened_from, fact.happened_to, fact.as_written)
