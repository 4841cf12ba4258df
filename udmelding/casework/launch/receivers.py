"""Whom would a new case ask, and who of them has no address? One can be given on the spot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models import ContactRole, Scope
from udmelding.casework.launch.launching import municipal_parties
from udmelding.casework.parties.contact_tables import MOST_NAME
from udmelding.casework.wiring import Services
from udmelding.config.case.library import load_areas
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.launch import NewParty
from udmelding.journal.parties import ContactValue, check_address, load_contacts, put_contacts
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.glossary import label
from udmelding.rules.words.texts import first_upper

ROLE = ContactRole.COORDINATOR
"""As what somebody is written in here; whoever knows better says so among the contacts."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """The municipalities that are asked, and those of them that have no address."""

    asked: tuple[NewParty, ...]
    missing: tuple[NewParty, ...]


def receivers(
    services: Services, area: str, scope: Scope, now: dt.datetime, *, asks_all: bool
) -> Receivers:
    """Whom a case of that area and scope asks; nobody where there is no such area."""
    found = load_areas(services.settings.texts_folder).get(area)
    parties = municipal_parties(found, scope, asks_all=asks_all) if found else ()
    asked = tuple(party for party in parties if party.is_asked)
    with reading(services.engine) as session:
        known = load_contacts(session, now)
    return Receivers(asked, tuple(party for party in asked if not known.get(party.party)))


def take_in_addresses(
    services: Services,
    missing: Iterable[NewParty],
    typed: Mapping[str, tuple[str, str]],
    stamp: Stamp,
) -> Mapping[str, str]:
    """Keep the addresses that can be used, for those who have none.

    Args:
        services: the database.
        missing: those who have none.
        typed: by municipality an address, and a name or a function.
        stamp: who and when.

    Returns:
        By municipality what is wrong with the address that was typed for it and is not kept.

    Raises:
        CprRefusedError, CprQuestionError: as ``journal.parties.put_contacts``.
    """
    good: list[ContactValue] = []
    flaws: dict[str, str] = {}
    for party in missing:
        email, name = typed.get(party.party, ("", ""))
        if not email:
            continue
        words = " ".join(name.split())[:MOST_NAME] or first_upper(label(ROLE))
        try:
            address = check_address(email)
        except RefusedError as error:
            flaws[party.party] = f"{party.name}: {error.message}"
        else:
            good.append(ContactValue(party=party.party, role=ROLE, name=words, email=address))
    if good:
        with writing(services.engine) as session:
            put_contacts(session, good, stamp)
    return flaws
