"""Turns a count that another secretariat reported into one that can be added up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import PartyKind, Scope
from udmelding.casework.services import Services
from udmelding.config.case.library import area_named
from udmelding.errors import RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.status.status import OTHER_AREAS, status


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally as it is recorded, and how it was worked out."""

    area: str
    approved: int
    total: int
    explanation: str = ""


def tally_of(
    services: Services,
    reference: str,
    now: dt.datetime,
    *,
    area: str | None,
    approved: int,
    country: bool,
) -> Counted:
    """The tally to record.

    A figure for the whole country holds the case's own councils too; those are counted one by one,
    so what is recorded is the rest.

    Raises:
        NotFoundError: there is no such area.
        RefusedError: neither or both of area and country, a case of one area, or an impossible
            number.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
    if case.scope is not Scope.NATIONAL:
        raise RefusedError("Sagen gælder kun ét område, så andre områder tælles ikke med.")
    if country == (area is not None):
        raise RefusedError("Skriv enten --area OMRÅDE eller --country.")
    others = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and not p.is_asked]
    if country:
        own = status(case, now.date()).councils.approved
        counted = Counted(
            OTHER_AREAS,
            approved - own,
            len(others),
            f"{approved} i hele landet, heraf {own} i eget område",
        )
    else:
        named = area_named(area or "")
        counted = Counted(named.id, approved, sum(p.area == named.id for p in others))
    if not 0 <= counted.approved <= counted.total:
        raise RefusedError(
            f"{approved} kan ikke passe: de øvrige kommuner er {counted.total}, og det giver "
            f"{counted.approved} godkendelser blandt dem."
        )
    return counted
