"""Lists to take along: of one case, of all that are open, of a municipality, of a year.

Cases are read together, in a fixed number of statements, as they were known at the moment asked
for; contacts and what waits are known of today alone, and are left out of a day that has been.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from udmelding.casework.desk.desk import desk
from udmelding.casework.desk.director import area_names, open_cases
from udmelding.casework.launch.drafts import draft_waits
from udmelding.casework.mail.writing import receiver_of
from udmelding.casework.parties.book import name_of
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading
from udmelding.journal.parties import standing_contacts
from udmelding.rules.exchange.debts import Reached, municipality_listing, owed_listing
from udmelding.rules.exchange.in_time import in_time_listing
from udmelding.rules.exchange.listing import Listing, Seen, Word
from udmelding.rules.exchange.overviews import across_listing, open_listing, steps_listing

OF_CASE = (Word.OWED, Word.STEPS, Word.PUNCTUAL)
"""The lists of one case."""

ACROSS = (Word.OPEN, Word.OWED, Word.STEPS, Word.PUNCTUAL)
"""Those of all cases."""


def case_listing(services: Services, seen: Seen, word: str, *, knows_people: bool) -> Listing:
    """A list of one case.

    Args:
        services: the database.
        seen: the case on the day of the list.
        word: which list.
        knows_people: contacts may be in it.

    Raises:
        NotFoundError: there is no such list.
    """
    today = seen.status.as_of
    match word:
        case Word.OWED:
            contacts = _contacts(services) if knows_people else None
            return owed_listing((seen,), today, contacts, is_one=True)
        case Word.STEPS:
            return steps_listing(seen, area_names())
        case Word.PUNCTUAL:
            return in_time_listing((seen.case,), today)
    raise _no_list(word, OF_CASE)


def listing_across(
    services: Services, word: str, at: dt.datetime, *, knows_people: bool, year: int | None = None
) -> Listing:
    """A list of all cases as of ``at``.

    Args:
        services: the database.
        word: which list.
        at: the moment.
        knows_people: contacts, and what waits for the secretariat, may be in it.
        year: of a list that is of one; None for that of ``at``.

    Raises:
        NotFoundError: there is no such list.
    """
    today = at.date()
    match word:
        case Word.OWED:
            contacts = _contacts(services) if knows_people else None
            return owed_listing(_open(services, at), today, contacts, is_one=False)
        case Word.STEPS:
            return across_listing(_open(services, at), today)
        case Word.OPEN:
            waits = _waits(services, at) if knows_people else None
            return open_listing(_open(services, at), today, waits)
        case Word.PUNCTUAL:
            with reading(services.engine) as session:
                cases = [case for case in load_all(session, at) if not case.is_draft]
            return in_time_listing(cases, today, year or today.year)
    raise _no_list(word, ACROSS)


def listing_of_municipality(services: Services, party: str, at: dt.datetime) -> Listing:
    """One municipality, or regional council, in all open cases.

    Raises:
        NotFoundError: there is no such party.
    """
    name = name_of(services.settings, party)
    return municipality_listing(_open(services, at), party, name, at.date())


def _no_list(word: str, known: Sequence[Word]) -> NotFoundError:
    return NotFoundError("liste", word[:40], tuple(one.value for one in known))


def _open(services: Services, at: dt.datetime) -> tuple[Seen, ...]:
    """The open cases: those to be sent by deadline, then those that are sent."""
    with reading(services.engine) as session:
        return tuple(Seen(one.case, one.status) for one in open_cases(session, at))


def _contacts(services: Services) -> Mapping[str, Reached]:
    """The contact that mails go to, by party."""
    with reading(services.engine) as session:
        standing = standing_contacts(session)
    return {
        party: Reached(one.name, one.email)
        for party, by_role in standing.items()
        if (one := receiver_of(by_role)) is not None
    }


def _waits(services: Services, now: dt.datetime) -> Mapping[str, int]:
    """How much waits in each open case: the numbers of the overview."""
    cards = desk(services, now, None, more=draft_waits).cards
    return {card.summary.reference: card.waits for card in cards}
