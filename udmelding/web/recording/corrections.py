"""Which facts can be corrected, and what stands in the form when one is?"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from enum import StrEnum
from pathlib import Path

from models import PartyKind
from udmelding.errors import NotFoundError
from udmelding.rules.case import facts
from udmelding.rules.case.case import Case
from udmelding.rules.recording.catalogue import ENTRY_OF, ENTRY_OF_VALUE, kind_of
from udmelding.rules.recording.written import How, Period
from udmelding.rules.words.date_wording import long_period, short_date
from udmelding.web.recording.fields import Shape
from udmelding.web.recording.shapes import shapes_of

Correctable = facts.Recorded


def correctable(case: Case) -> tuple[Correctable, ...]:
    """The facts that can be corrected, newest first."""
    # Which kinds a case takes hangs on no area's own bodies and names.
    shapes = shapes_of(case, None).values()
    wanted = {ENTRY_OF[shape.kind].value for shape in shapes if shape.kind in ENTRY_OF}
    found: list[Correctable] = []
    for field in fields(case):
        held = getattr(case, field.name)
        if isinstance(held, tuple):
            found += [fact for fact in held if type(fact) in wanted]
    return tuple(sorted(found, key=lambda fact: (fact.recorded_at, fact.key), reverse=True))


def fact_to_correct(case: Case, key: str, own: Path | None) -> tuple[Correctable, Shape]:
    """The standing fact with that key, and the form that makes such facts; see ``shapes_of``.

    Raises:
        NotFoundError: no such fact stands; it may have been corrected already.
    """
    fact = next((fact for fact in correctable(case) if fact.key == key), None)
    shapes = shapes_of(case, own).values()
    shape = next((shape for shape in shapes if fact and _makes(shape, fact, case)), None)
    if fact is None or shape is None:
        raise NotFoundError("gældende registrering", key[:200])
    return fact, shape


def parties_in(fact: Correctable) -> tuple[str, ...]:
    """The parties that are ticked when a fact is to be corrected."""
    if isinstance(fact, facts.Submission):
        return fact.reservation_for
    party = getattr(fact, "party", "")
    return (party,) if party else ()


def _makes(shape: Shape, fact: Correctable, case: Case) -> bool:
    """Whether the form makes facts of that kind about such a party."""
    if shape.kind != kind_of(ENTRY_OF_VALUE[type(fact)]):
        return False
    if isinstance(fact, facts.Submission):
        return shape.fixed["submission_kind"] is fact.submission_kind
    party = case.party(getattr(fact, "party", ""))
    return shape.is_of_body == (party is not None and party.kind is PartyKind.BODY)


def prefill(shape: Shape, fact: Correctable) -> dict[str, str]:
    """What stands in the fields when a fact is to be corrected."""
    values: dict[str, str] = {}
    for field in shape.fields:
        if field.how is How.PERIOD:
            values[field.name] = _written(fact)
        elif field.how not in (How.FILE, How.PARTIES) and field.name != "link":
            values[field.name] = _shown(getattr(fact, field.name, ""))
    return values


def _shown(value: object) -> str:
    if isinstance(value, dt.date):
        return short_date(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "\n".join(_signer_line(one) for one in value if isinstance(one, facts.Signer))
    return value.value if isinstance(value, StrEnum) else str(value or "")


def _signer_line(signer: facts.Signer) -> str:
    return f"{signer.name}, {signer.title}, {signer.area}".rstrip(", ")


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
