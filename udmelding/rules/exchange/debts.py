"""Who owes what: in one case, in all that are open, and one municipality in all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from udmelding.config.case.process import Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan
from udmelding.rules.case.standing import Standing, is_council_step
from udmelding.rules.exchange.listing import (
    ALL_OPEN,
    TITLES,
    Column,
    Holds,
    Listing,
    Place,
    Seen,
    Spec,
    Word,
    listing_of,
    named,
    table_of,
)
from udmelding.rules.exchange.overviews import shown
from udmelding.rules.parties.events import last_heard
from udmelding.rules.plan.forecast import basis_of
from udmelding.rules.status.glance import KNOWN_FROM, step_now
from udmelding.rules.status.owed import Owed
from udmelding.rules.status.punctuality import reminders_in
from udmelding.rules.words.lists import join_names
from udmelding.rules.words.texts import first_upper


class Reached(NamedTuple):
    """Whom one calls or writes to."""

    name: str
    email: str


class _Debt(NamedTuple):
    """One thing that is owed, with what else one wants to know at a meeting.

    Attributes:
        row: of a municipality or a regional council; None for all others.
        plan: of a council that is to decide, or None.
    """

    case: Case
    owed: Owed
    row: Standing | None
    plan: CouncilPlan | None
    reminded: Sequence[dt.date]
    heard: dt.date | None

    @property
    def place(self) -> Place:
        return self.case.reference, self.owed.party if self.row is not None else ""

    @property
    def what(self) -> str:
        """A body's step is called as the body; what it owes is to deal with it."""
        is_body = self.owed.party == self.owed.step_id
        return "Behandling" if is_body else first_upper(self.owed.what)

    @property
    def days_over(self) -> int | None:
        """Days past the date; None where it has not passed, or there is none."""
        over = self.owed.days_over
        return over if over is not None and over > 0 else None

    @property
    def before(self) -> dt.date | None:
        """The date it had before it got more time."""
        return self.row.first_due_on if self.row is not None and self.row.is_extended else None


_WHAT: Spec[_Debt] = (Column("Skylder", 24), lambda debt: debt.what)
_DUE: Spec[_Debt] = (Column("Frist", 12, Holds.DAY), lambda debt: debt.owed.due_on)
_OVER: Spec[_Debt] = (Column("Dage over", 8, Holds.NUMBER), lambda debt: debt.days_over)
_CASE: Spec[_Debt] = (Column("Sag", 24), lambda debt: debt.case.name)


def owed_listing(
    cases: Sequence[Seen],
    as_of: dt.date,
    contacts: Mapping[str, Reached] | None,
    *,
    is_one: bool,
) -> Listing:
    """Who owes what, the longest over first.

    Args:
        cases: in which it is owed.
        as_of: the day.
        contacts: by party; None where whoever asks is not to see them.
        is_one: it is the list of that one case.
    """
    debts = [debt for seen in cases for debt in _debts(seen)]
    debts.sort(key=lambda debt: debt.owed.due_on or dt.date.max)
    towns = [debt for debt in debts if debt.row is not None]
    others = [debt for debt in debts if debt.row is None]
    which = [] if is_one else [_CASE]
    who: Spec[_Debt] = (Column("Kommune", 20), lambda debt: debt.owed.party_name)
    other: Spec[_Debt] = (Column("Hvem", 30), lambda debt: debt.owed.party_name)
    return listing_of(
        TITLES[Word.OWED],
        named(cases[0].case) if is_one else ALL_OPEN,
        as_of,
        cases,
        table_of(
            "Kommuner",
            [who, *which, *_town_specs(contacts)],
            towns,
            lambda debt: debt.place,
            empty="Ingen kommune skylder noget.",
        ),
        table_of(
            "Sekretariat, organer, styrelse",
            [other, *which, _WHAT, _DUE, _OVER],
            others,
            lambda debt: debt.place,
            empty="Ingen andre skylder noget.",
        ),
    )


def _debts(seen: Seen) -> Iterator[_Debt]:
    case, found = seen
    at = {
        (row.step.id, row.party.party): row
        for row in found.standings
        if row.step.parties is Parties.MUNICIPALITIES
    }
    reminded, heard = reminders_in(case), last_heard(case)
    for owed in (*found.overdue, *found.next):
        row = at.get((owed.step_id, owed.party))
        decides = row is not None and is_council_step(row.step)
        plan = found.plan.council(owed.party) if found.plan and decides else None
        days = reminded.get((owed.step_id, owed.party), ())
        yield _Debt(case, owed, row, plan, days, heard.get(owed.party))


def _town_specs(contacts: Mapping[str, Reached] | None) -> list[Spec[_Debt]]:
    nobody, known = Reached("", ""), contacts or {}
    day = Holds.DAY
    return [
        _WHAT,
        (Column("Spurgt", 12, day), lambda debt: debt.row.opened_on if debt.row else None),
        _DUE,
        _OVER,
        (Column("Frist før mere tid", 12, day), lambda debt: debt.before),
        (Column("Rykket, gange", 8, Holds.NUMBER), lambda debt: len(debt.reminded) or None),
        (Column("Sidst rykket", 12, day), lambda debt: max(debt.reminded, default=None)),
        (Column("Sidst hørt fra", 12, day), lambda debt: debt.heard),
        (Column("Ventes besluttet", 12, day), lambda d: d.plan.planned if d.plan else None),
        (
            Column("Ved vi det?", 20),
            lambda debt: KNOWN_FROM.get(basis_of(debt.plan), "") if debt.plan else "",
        ),
        (Column("Kontakt", 28), lambda debt: known.get(debt.owed.party, nobody).name),
        (Column("Mail", 32), lambda debt: known.get(debt.owed.party, nobody).email),
    ]


class _Own(NamedTuple):
    """One municipality in one case."""

    seen: Seen
    row: Standing
    debts: Sequence[_Debt]


def municipality_listing(cases: Sequence[Seen], party: str, name: str, as_of: dt.date) -> Listing:
    """One municipality in every open case that it takes part in; nothing of any other's."""
    own = [
        _Own(seen, row, [debt for debt in _debts(seen) if debt.owed.party == party])
        for seen in cases
        for row in seen.status.standings
        if row.party.party == party and row.step.id == step_now(seen.status)
    ]
    specs: list[Spec[_Own]] = [
        (Column("Sag", 30), lambda one: one.seen.case.name),
        (Column("Reference", 22), lambda one: one.seen.case.reference),
        (Column("Står", 30, Holds.GLANCE), lambda one: shown(one.seen.status, one.row)),
        (
            Column("Skylder", 34),
            lambda one: join_names([debt.what for debt in one.debts]) or "intet",
        ),
        (
            Column("Frist", 12, Holds.DAY),
            lambda one: min((d.owed.due_on for d in one.debts if d.owed.due_on), default=None),
        ),
        (
            Column("Dage over", 8, Holds.NUMBER),
            lambda one: max((debt.days_over or 0 for debt in one.debts), default=0) or None,
        ),
        (
            Column("Rykket, gange", 8, Holds.NUMBER),
            lambda one: sum(len(debt.reminded) for debt in one.debts) or None,
        ),
    ]
    return listing_of(
        f"{name} i alle sager",
        "Åbne sager, som kommunen er med i",
        as_of,
        [one.seen for one in own],
        table_of(
            "Sager",
            specs,
            own,
            lambda one: (one.seen.case.reference, party),
            empty="Kommunen er ikke med i nogen åben sag.",
        ),
    )
