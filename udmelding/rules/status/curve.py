"""How does a count go towards a deadline: what has come, what is expected, and how sure is that?

While the municipalities answer it counts answers against the day they are due; once councils
decide, their decisions against the case's deadline. Only decisions are foreseen. An expected day
has a first and a last: a day that the municipality named is one day; a meeting of its calendar may
slip to the next; a guess may also be earlier.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from udmelding.config.case.process import FulfilledBy
from udmelding.rules.case.council import Basis, CouncilPlan, CouncilState
from udmelding.rules.case.standing import Standing, State
from udmelding.rules.plan.forecast import basis_of
from udmelding.rules.plan.plan import Plan
from udmelding.rules.words.date_wording import near_date
from udmelding.rules.words.lists import join_names

_UNKNOWN_ROOM = dt.timedelta(days=28)
"""How much later a council may meet whose next meeting nobody knows."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One that is still to come: the day it is expected, and the first and last it may be."""

    day: dt.date
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A count against a day.

    Attributes:
        what: what is counted, a heading.
        total: how many there are; those without any known day are in no list.
        today: where what has come ends.
        target: the day it is measured against, ``target_word`` what that is called.
        done: the days of those that have come, in order.
        undated: how many have come on a day that nobody told.
        expected: the others, by their day.
        rests_on: what the expected days rest on, one sentence; empty where nothing is foreseen.
    """

    what: str
    total: int
    today: dt.date
    target: dt.date
    target_word: str
    done: tuple[dt.date, ...]
    undated: int = 0
    expected: tuple[Expected, ...] = ()
    rests_on: str = ""

    @property
    def now(self) -> int:
        """How many have come."""
        return self.undated + len(self.done)

    def by(self, day: dt.date) -> int:
        """How many will have come by the end of a day, as expected."""
        return (
            self.undated + bisect_right(self.done, day) + sum(e.day <= day for e in self.expected)
        )

    @property
    def sentence(self) -> str:
        """The same in words, for those who do not see the picture."""
        told = f"{self.now} af {self.total} {near_date(self.today, self.today)}"
        if not self.expected:
            return f"{told}. {self.target_word} {near_date(self.target, self.today)}."
        last = max(one.day for one in self.expected)
        by_target = f"{self.by(self.target)} ved fristen {near_date(self.target, self.today)}"
        return f"{told}, {by_target} og {self.by(last)} {near_date(last, self.today)}."


def decision_curve(plan: Plan, today: dt.date) -> Curve | None:
    """The councils' decisions; None where no council decides."""
    if not plan.councils:
        return None
    decided = [row for row in plan.councils if row.state is CouncilState.DECIDED]
    open_rows = [row for row in plan.councils if row.state is not CouncilState.DECIDED]
    expected = [_expected(row, today) for row in open_rows if row.planned is not None]
    return Curve(
        what="Beslutninger mod fristen",
        total=len(plan.councils),
        today=today,
        target=plan.deadline,
        target_word="Frist",
        done=tuple(sorted(row.planned for row in decided if row.planned is not None)),
        undated=sum(row.planned is None for row in decided),
        expected=tuple(sorted(expected, key=lambda one: one.day)),
        rests_on=_rests_on(open_rows),
    )


def _expected(row: CouncilPlan, today: dt.date) -> Expected:
    day = row.planned or today
    after = row.next_meeting or day + _UNKNOWN_ROOM
    match basis_of(row):
        case Basis.CALENDAR:
            return Expected(day, day, max(day, after))
        case Basis.ASSUMED:
            return Expected(day, max(today, min(day, row.earliest or day)), max(day, after))
        case _:  # named by the municipality, or agreed with it
            return Expected(day, day, day)


_RESTING: tuple[tuple[Basis, str, str], ...] = (
    (Basis.ANNOUNCED, "1 dato er meldt", "{} datoer er meldt"),
    (Basis.AGREED, "1 er aftalt", "{} er aftalt"),
    (Basis.CALENDAR, "1 står i en kalender", "{} står i en kalender"),
    (Basis.ASSUMED, "1 er gæt", "{} er gæt"),
    (Basis.UNKNOWN, "1 er ukendt", "{} er ukendte"),
)


def _rests_on(rows: Sequence[CouncilPlan]) -> str:
    counts = Counter(basis_of(row) for row in rows)
    told = [
        (one if counts[basis] == 1 else many.format(counts[basis]))
        for basis, one, many in _RESTING
        if counts[basis]
    ]
    return f"{join_names(told)}." if told else ""


def answer_curve(standings: Sequence[Standing], today: dt.date) -> Curve | None:
    """The answers that were asked for first; None where nobody is asked, or no day is set."""
    asking = [row for row in standings if row.step.fulfilled_by is FulfilledBy.RESPONSE]
    rows = [row for row in asking if row.step.id == asking[0].step.id]
    due = [row.due_on for row in rows if row.due_on is not None]
    if not due:
        return None
    answered = [row for row in rows if row.state is State.FULFILLED]
    return Curve(
        what="Svar mod svarfristen",
        total=len(rows),
        today=today,
        target=Counter(due).most_common(1)[0][0],
        target_word="Svarfrist",
        done=tuple(sorted(row.met_on for row in answered if row.met_on is not None)),
        undated=sum(row.met_on is None for row in answered),
    )
