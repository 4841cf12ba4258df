"""What does the overview say of one case beside its verdict: a bar, its next days, its end?

The bar has three parts: what is done, what is expected before the deadline, the rest. So «7 of 17»
and «14 will make it» are one picture.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from models import Stage
from models.verdict import VerdictOutcome
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.status.owed import Owed
from udmelding.rules.status.status import Status
from udmelding.rules.words.lists import join_names

SHOWN = 4
"""So many coming days are told of a case."""

_GATHERING = (Stage.RECEIPT, Stage.COLLECTION, Stage.DRAFTING)
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How far the municipalities have come: ``done`` and ``expected`` of ``total``, disjoint."""

    name: str
    done: int
    total: int
    expected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One thing that is due in a case, whoever owes it."""

    on: dt.date
    what: str


def bars_of(case: Case, found: Status) -> tuple[Bar, ...]:
    """The bars of a case: answers until the bodies have the report, decisions from then on.

    A case of the whole country has one more, of all its councils.
    """
    if found.stage in _GATHERING:
        asking = {
            step.id
            for step in case.process.steps
            if step.parties is Parties.MUNICIPALITIES and step.fulfilled_by is FulfilledBy.RESPONSE
        }
        rows = [one for one in found.steps if one.step_id in asking and one.total]
        return tuple(Bar(name="Svar", done=one.fulfilled, total=one.total) for one in rows[:1])
    if not found.councils.total:
        return ()
    decided, total = found.councils.decided, found.councils.total
    in_time = verdict_on(found.plan).in_time if found.plan else decided
    expected = max(0, in_time - decided) if found.submission is None else 0
    own = Bar(name="Besluttet", done=decided, total=total, expected=min(expected, total - decided))
    land = found.country
    if land is None or land.total <= total:
        return (own,)
    return (own, Bar(name="I landet", done=land.approved, total=land.total))


def coming_days(found: Status) -> tuple[Day, ...]:
    """The first days on which something is due: each thing once, however many owe it."""
    days = [*_due(found.next)]
    if found.deadline and found.submission is None and found.deadline >= found.as_of:
        days.append(Day(on=found.deadline, what="Frist"))
    return tuple(sorted(days, key=lambda day: day.on)[:SHOWN])


def _due(owed: Iterable[Owed]) -> Iterator[Day]:
    dated = [one for one in owed if one.due_on is not None]
    dated.sort(key=lambda one: ((one.due_on or dt.date.max).isoformat(), one.step_id, one.what))
    for (on, _, what), same in groupby(dated, key=lambda one: (one.due_on, one.step_id, one.what)):
        rows = list(same)
        names = [one.party_name for one in rows if one.party != "secretariat"]
        who = join_names(names) if len(names) <= _NAMED else f"{len(names)} kommuner"
        is_body = all(one.step_id == one.party for one in rows)  # it is called as its step
        told = what[:1].upper() + what[1:]
        yield Day(on=on or dt.date.max, what=told if not names or is_body else f"{told}, {who}")


def is_finished(case: Case, found: Status) -> bool:
    """Whether nothing is left to do in a case that was sent, so that it can be closed."""
    if case.is_closed or found.submission is None or found.letters:
        return False
    if found.overdue or found.next or found.reservation_open:
        return False
    if any(action.done_on is None for action in case.action_plan):
        return False
    verdict = case.verdicts[-1] if case.verdicts else None
    is_answered = verdict is not None and verdict.verdict_outcome is not VerdictOutcome.EXPECTED
    return is_answered or not case.is_for_answer
