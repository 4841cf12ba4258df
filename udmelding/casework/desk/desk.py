"""What a person sees first: what waits, the open cases at a glance, and what has happened since.

Read from stored summaries: where one is missing (the first visit of a day that the daily flow has
not prepared) it is worked out first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from udmelding.casework.desk.beginning import Beginning, beginning
from udmelding.casework.desk.waiting import ESTABLISHED, More, Waits, waiting, with_setup
from udmelding.casework.summaries import Summary, prepare_and_read, summaries_in
from udmelding.casework.wiring import Services
from udmelding.journal.case.log import news
from udmelding.journal.database import Session
from udmelding.journal.summaries import summaries
from udmelding.journal.summaries.summaries import Basis
from udmelding.rules.desk.cards import SHOWN, Day
from udmelding.rules.desk.news import Told, told_of
from udmelding.rules.desk.waits import Answered, Wait, counted, of_mine

_NEWS, _CLOSED = 500, 20


@dataclass(frozen=True, slots=True)
class Card:
    """One open case at a glance, and how many things wait in it."""

    summary: Summary
    waits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The overview.

    Attributes:
        waits: what waits, of all cases or of one's own; ``total`` and ``own`` how many each are.
        answered: what was answered today, the last first.
        cards: the open cases: those in which something waits first, then by the day that hurries.
        days: the next days on which something is due, each with its case.
        closed: how many cases are closed; ``closed_cases`` the newest of them.
        told: what has happened since the person was last here.
        begun: how far the set-up is; None where nobody asks for it.
    """

    waits: tuple[Wait, ...]
    total: int
    own: int
    answered: tuple[Answered, ...]
    cards: tuple[Card, ...]
    days: tuple[tuple[Day, Summary], ...]
    closed: int
    closed_cases: Sequence[tuple[str, str]]
    told: Told
    begun: Beginning | None


def desk(
    services: Services,
    now: dt.datetime,
    since: dt.datetime | None,
    *,
    names: Collection[str] = (),
    is_own: bool = False,
    sets_up: bool = False,
    more: More = lambda _: (),
    tells_none: bool = True,
) -> Desk:
    """The overview at ``now``.

    Args:
        services: the database.
        now: the moment.
        since: when the person was here last; None: no news are told.
        names: what cases call the person, and whom it stands in for, in small letters.
        is_own: only the cases of those are wanted.
        sets_up: tell of the set-up too, while there are few cases.
        more: what waits in a room above this one.
        tells_none: as ``journal.case.log.log``.
    """

    def read(session: Session, basis: Basis) -> tuple[Sequence[Summary], Waits, _Over, Told]:
        cases = summaries_in(session, basis)
        found = waiting(session, services.settings, cases, now, more)
        over = summaries.closed(session, basis, _CLOSED)
        titles = {**dict(over[1]), **{one.reference: one.title for one in cases}}
        seen = news(session, since, now, _NEWS, tells_none=tells_none) if since else ()
        return cases, found, over, told_of(seen, titles)

    cases, found, (closed, closed_cases), told = prepare_and_read(services, now.date(), read)
    begun = beginning(services, now) if sets_up and len(cases) < ESTABLISHED else None
    every = with_setup(found.rows, begun) if begun else found.rows
    own, count = of_mine(every, names), counted(every)
    shown = [one for one in cases if not is_own or one.mine in names]
    shown.sort(key=lambda one: _place(one, count.get(one.reference, 0)))
    days = sorted(((day, one) for one in shown for day in one.days), key=lambda one: one[0].on)
    return Desk(
        waits=own if is_own else every,
        total=len(every),
        own=len(own),
        answered=found.answered,
        cards=tuple(Card(one, count.get(one.reference, 0)) for one in shown),
        days=tuple(days[:SHOWN]),
        closed=closed,
        closed_cases=closed_cases,
        told=told,
        begun=begun,
    )


_Over = tuple[int, Sequence[tuple[str, str]]]
"""How many cases are closed, and the newest of them: reference and title."""


def _place(one: Summary, waits: int) -> tuple[object, ...]:
    return not waits, not one.hurry_on, one.hurry_on, one.reference
