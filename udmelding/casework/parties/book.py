"""«Kommuner»: whom mails go to, what is owed, how far the calendar is known. A few statements.

The number of statements depends neither on the municipalities nor on the cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

import models
from models import Level, MeetingState
from udmelding.casework.parties.addresses import Address, addresses, experience
from udmelding.casework.party_owing import Owing
from udmelding.config.case.library import area_named, load_areas
from udmelding.config.parties import Municipality, load_municipalities, municipalities_of
from udmelding.config.settings import Settings
from udmelding.errors import NotFoundError
from udmelding.journal.contact_history import standing_contacts
from udmelding.journal.tables import table_of

WHOLE_COUNTRY = "alle"
"""In place of an area's id."""


@dataclass(frozen=True, slots=True)
class Known:
    """How far the meetings of the level that decides are known.

    Attributes:
        until: the day of the last known one; None where none is known.
        is_needed: false where the administration decides, which holds no meetings.
    """

    until: dt.date | None = None
    is_needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One municipality.

    Attributes:
        owing: what it owes in all open cases.
    """

    municipality: Municipality
    addresses: tuple[Address, ...]
    owing: Owing
    calendar: Known

    @property
    def is_unreachable(self) -> bool:
        """Whether an address is missing, or mails to it were refused, held or sent back."""
        return any(address.is_wrong for address in self.addresses)


def party_book(
    session: Session, area: str, owing: Mapping[str, Owing], now: dt.datetime
) -> tuple[BookLine, ...]:
    """The municipalities of an area, or of the whole country, in Danish alphabetical order.

    Args:
        session: reads.
        area: its id, or ``WHOLE_COUNTRY``.
        owing: from ``party_owing.owing_by_party``.
        now: the moment that addresses are judged at.

    Raises:
        NotFoundError: there is no such area.
    """
    places = places_of(area)
    contacts, known = standing_contacts(session), experience(session, now)
    calendars = known_calendars(session)
    return tuple(
        BookLine(
            municipality=place,
            addresses=addresses(contacts.get(place.code, {}), known),
            owing=owing.get(place.code, Owing()),
            calendar=calendars.get(place.code, Known()),
        )
        for place in places
    )


def matching(
    lines: Sequence[BookLine], words: str, *, only_open: bool, only_unreachable: bool
) -> tuple[BookLine, ...]:
    """The lines that hold all the words, owe something, cannot be reached: as asked for."""
    wanted = words.casefold().split()
    return tuple(
        line
        for line in lines
        if all(word in _text(line) for word in wanted)
        and (line.owing.things or not only_open)
        and (line.is_unreachable or not only_unreachable)
    )


def _text(line: BookLine) -> str:
    contacts = [address.contact for address in line.addresses if address.contact]
    said = [f"{contact.name} {contact.email}" for contact in contacts]
    return " ".join((line.municipality.name, line.municipality.code, *said)).casefold()


def places_of(area: str) -> tuple[Municipality, ...]:
    """The municipalities of an area or of the whole country.

    Raises:
        NotFoundError: there is no such area.
    """
    return load_municipalities() if area == WHOLE_COUNTRY else municipalities_of(area_named(area))


def area_choices() -> tuple[tuple[str, str], ...]:
    """The areas to choose from, with their names, and the whole country."""
    named = [(area.id, f"KKR {area.name}") for area in load_areas().values()]
    return (*named, (WHOLE_COUNTRY, "Hele landet"))


def other_parties(settings: Settings, area: str = WHOLE_COUNTRY) -> Mapping[str, str]:
    """Names of the parties that have contacts and are no municipality; in that area.

    Raises:
        NotFoundError: there is no such area.
    """
    areas = load_areas().values() if area == WHOLE_COUNTRY else (area_named(area),)
    councils = [found.regional_council for found in areas if found.regional_council]
    names = {"agency": settings.agency.name, "secretariat": settings.secretariat.name}
    return names | ({"regional-council": ", ".join(councils)} if councils else {})


def name_of(settings: Settings, party: str) -> str:
    """What the party is called.

    Raises:
        NotFoundError: there is no such party.
    """
    names = {place.code: place.name for place in load_municipalities()}
    names.update(other_parties(settings))
    if party not in names:
        raise NotFoundError("kommune", party[:40])
    return names[party]


def known_calendars(session: Session) -> Mapping[str, Known]:
    """How far each municipality's calendar is known; those of which nothing is known left out."""
    meeting, chain = table_of(models.MunicipalMeeting), table_of(models.MunicipalChain)
    last = {
        (code, level): day
        for code, level, day in session.execute(
            sa.select(meeting.c.municipality, meeting.c.level, sa.func.max(meeting.c.held_on))
            .where(meeting.c.superseded_at.is_(None), meeting.c.state != MeetingState.CANCELLED)
            .group_by(meeting.c.municipality, meeting.c.level)
        )
    }
    chains = session.execute(
        sa.select(chain.c.municipality, chain.c.levels).where(chain.c.superseded_at.is_(None))
    )
    deciding = {code: Level(levels[-1]) for code, levels in chains}
    found = {}
    for code in {code for code, _ in last} | set(deciding):
        level = deciding.get(code, Level.COUNCIL)
        found[code] = Known(last.get((code, level)), level is not Level.ADMINISTRATION)
    return found
