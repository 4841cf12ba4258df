"""Which of the dates that parties were given follow the plan when it moves?

Computed dates do; agreed ones, and those that a letter or a law gives, stay. A party that was
granted more time keeps that. Nobody is given less than ``LEAST_COUNCIL_DAYS`` from today: what they
were told first then stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.obligation import DateSource
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Obligation
from udmelding.rules.case.standing import standings
from udmelding.rules.due.due import LEAST_COUNCIL_DAYS, opening_due_on
from udmelding.rules.plan.case_plan import plan_of


def moved_obligations(
    before: Case, after: Case, today: dt.date
) -> tuple[tuple[Obligation, dt.date], ...]:
    """The obligations of ``after`` that get another due date, each with the new one."""
    plans = plan_of(before, today), plan_of(after, today)
    follow = set(_following(after, today))
    steps = {step.id: step for step in after.process.steps}
    found: list[tuple[Obligation, dt.date]] = []
    for obligation in after.obligations:
        step, party = steps.get(obligation.step), obligation.party
        if step is None or (step.id, party) not in follow:
            continue
        old, new = (
            opening_due_on(case, step, party, plan, today)
            for case, plan in zip((before, after), plans, strict=True)
        )
        if new is not None and old != new and _is_fair(obligation, new, today):
            found.append((obligation, new))
    return tuple(found)


def _following(case: Case, today: dt.date) -> Iterable[tuple[str, str]]:
    """Step and party of what is still owed by a computed date that nobody has extended."""
    extended = {(e.step, e.party) for e in case.extensions}
    computed = {
        (o.step, o.party) for o in case.obligations if o.origin is DateSource.COMPUTED
    } - extended
    for row in standings(case, today):
        at = (row.step.id, row.party.party)
        if row.state.is_owed and row.opened_on is not None and at in computed:
            yield at


def _is_fair(obligation: Obligation, new: dt.date, today: dt.date) -> bool:
    if new == obligation.due_on:
        return False
    return new > obligation.due_on or (new - today).days >= LEAST_COUNCIL_DAYS
