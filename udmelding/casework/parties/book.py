"""«Kontakter»: whom mails go to, what is owed, how far the calendar is known. A few statements.

The number of statements depends neither on the municipalities nor on the cases. What is owed in all
open cases is read from the summaries; no case is loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import Level
from udmelding.casework.parties.addresses import Address, addresses, experience
from udmelding.casework.summaries import OwedThing, prepare_and_read
from udmelding.casework.wiring import Services
from udmelding.config.case.library import area_named, load_areas
from udmelding.config.parties import Municipality, load_municipalities, municipalities_of
from udmelding.config.settings import Settings
from udmelding.errors import NotFoundError
from udmelding.journal.database import Session
from udmelding.journal.mail.outbox_search import written_to
from udmelding.journal.parties import standing_contacts
from udmelding.journal.plan.municipal import chains, last_meetings
from udmelding.journal.summaries import summaries
from udmelding.rules.case.standing import State
from udmelding.rules.status.owed import Owed

WHOLE_COUNTRY = "alle"
"""In place of an area's id."""


@dataclass(frozen=True, slots=True)
class KnownCalendar:
    """How far the meetings of the level that decides are known.

    Attributes:
        until: the day of the last known one; None where none is known.
        is_needed: false where the administration decides, which holds no meetings.
    """

    until: dt.date | None = None
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Owing:
    """How many things one municipality owes, and the earliest due date of them."""

    things: int = 0
    oldest: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One municipality.

    Attributes:
        owing: what it owes in all open cases.
    """

    municipality: Municipality
    addresses: tuple[Address, ...]
    owing: Owing
    calendar: KnownCalendar

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
            calendar=calendars.get(place.code, KnownCalendar()),
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


def area_choices(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The areas to choose from, with their names, and the whole country."""
    named = [(area.id, area.kkr) for area in load_areas(settings.texts_folder).values()]
    return (*named, (WHOLE_COUNTRY, "Hele landet"))


def other_parties(settings: Settings, area: str = WHOLE_COUNTRY) -> Mapping[str, str]:
    """Names of the parties that have contacts and are no municipality; in that area.

    Raises:
        NotFoundError: there is no such area.
    """
    own = settings.texts_folder
    areas = load_areas(own).values() if area == WHOLE_COUNTRY else (area_named(area, own),)
    councils: dict[str, list[str]] = {}
    for council in (council for found in areas for council in found.regional_councils):
        if council.name not in (named := councils.setdefault(council.id, [])):
            named.append(council.name)
    names = {"agency": settings.agency.name, "secretariat": settings.secretariat.name}
    return names | {council: ", ".join(named) for council, named in councils.items()}


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


def known_calendars(session: Session) -> Mapping[str, KnownCalendar]:
    """How far each municipality's calendar is known; those of which nothing is known left out."""
    last = last_meetings(session)
    deciding = {code: levels[-1] for code, levels in chains(session).items()}
    found = {}
    for code in {code for code, _ in last} | set(deciding):
        level = deciding.get(code, Level.COUNCIL)
        found[code] = KnownCalendar(last.get((code, level)), level is not Level.ADMINISTRATION)
    return found


def owing_by_party(services: Services, now: dt.datetime) -> Mapping[str, Owing]:
    """How much each municipality owes; those that owe nothing left out."""
    rows = prepare_and_read(
        services, now.date(), lambda s, basis: summaries.parts(s, basis, "owing")
    )
    found: dict[str, Owing] = {}
    for _, owing in rows:
        for party, things in (owing or {}).items():
            before = found.get(party, Owing())
            days = [thing.due_on for thing in _things(things) if thing.due_on is not None]
            oldest = min([*days, *([before.oldest] if before.oldest else [])], default=None)
            found[party] = Owing(before.things + len(things), oldest)
    return found


def _things(stored: Iterable[Any] | None) -> Iterator[OwedThing]:
    for step, what, due in stored or ():
        yield OwedThing(step, what, dt.date.fromisoformat(due) if due else None)


def owed_by(services: Services, party: str, name: str, now: dt.datetime) -> tuple[Owed, ...]:
    """Everything that one municipality owes, the earliest due date first.

    Args:
        services: the database.
        party: its code, and ``name`` what it is called.
        name: see ``party``.
        now: decides what is overdue.
    """
    today = now.date()

    def read(session: Session, basis: summaries.Basis) -> tuple[Owed, ...]:
        written = written_to(session, party)
        return tuple(
            _owed(reference, party, name, thing, written, today)
            for reference, things in summaries.parts(session, basis, "owing", party)
            for thing in _things(things)
        )

    found = prepare_and_read(services, today, read)
    return tuple(sorted(found, key=lambda o: (o.due_on or dt.date.max, o.reference)))


def _owed(
    reference: str,
    party: str,
    name: str,
    thing: OwedThing,
    written: Mapping[tuple[str, str], tuple[dt.datetime, int]],
    today: dt.date,
) -> Owed:
    last, count = written.get((reference, thing.step), (None, 0))
    is_over = thing.due_on is not None and thing.due_on < today
    return Owed(
        reference=reference,
        step_id=thing.step,
        what=thing.what,
        party=party,
        party_name=name,
        due_on=thing.due_on,
        days_over=(today - thing.due_on).days if thing.due_on else None,
        state=State.OVERDUE if is_over else State.OPEN,
        last_reminded_on=last.date() if last else None,
        reminders=count,
    )
