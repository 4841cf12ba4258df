"""Which of the dates that parties were given follow the plan when it moves?

Computed dates do; agreed ones, and those that a letter or a law gives, stay. A party that was
granted more time keeps that. Nobody is given less than ``LEAST_COUNCIL_DAYS`` from today: what they
were told first then stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models.obligation import DateSource
from udmelding.config.case.process import Step
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Obligation
from udmelding.rules.case.standing import is_council_step, standings
from udmelding.rules.due.due import LEAST_COUNCIL_DAYS, opening_due_on
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.plan import Plan


def moved_obligations(
    before: Case, after: Case, today: dt.date
) -> tuple[tuple[Obligation, dt.date], ...]:
    """The obligations of ``after`` that get another due date, each with the new one."""
    days = _moved_days(before, after, today)
    if not days:
        return ()
    follow = set(_following(after, today))
    return tuple(
        (obligation, days[obligation.step])
        for obligation in after.obligations
        if obligation.step in days
        and (obligation.step, obligation.party) in follow
        and _is_fair(obligation, days[obligation.step], today)
    )


def _moved_days(before: Case, after: Case, today: dt.date) -> dict[str, dt.date]:
    """The plan's day for each step where it is another than it was."""
    plans = plan_of(before, today), plan_of(after, today)
    found: dict[str, dt.date] = {}
    for step in after.process.steps:
        old, new = (
            _day_of(case, step, plan, today)
            for case, plan in zip((before, after), plans, strict=True)
        )
        if new is not None and old != new:
            found[step.id] = new
    return found


def _day_of(case: Case, step: Step, plan: Plan | None, today: dt.date) -> dt.date | None:
    """The plan's day for those who were asked; a council is never asked beyond the deadline."""
    row = plan.step(step.id) if plan else None
    if is_council_step(step) and plan is not None and row is not None and row.planned is not None:
        return min(row.planned, plan.deadline)
    return opening_due_on(case, step, plan, today)


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
