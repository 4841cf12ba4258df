"""Lets the dates that parties were given follow a change of the plan, and tells what changes.

``changed`` does something to the facts in one transaction and moves the due dates that rest on the
plan in the same one: computed dates move, agreed ones stay. ``preview`` does exactly the same and
takes it all back, so what a person sees before saving is what is saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlmodel import Session

from models import DateSource
from udmelding.casework.services import Services
from udmelding.journal.database import writing
from udmelding.journal.entries import NewObligation
from udmelding.journal.header import find, headers
from udmelding.journal.load import load_all
from udmelding.journal.record import Stamp, record
from udmelding.rules.case import Case
from udmelding.rules.case_plan import plan_of
from udmelding.rules.due import LEAST_COUNCIL_DAYS, opening_due_on
from udmelding.rules.plan_change import PlanChange, plan_change
from udmelding.rules.status import report_sent

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Changed(Generic[Result]):
    """What was done, and what it did to each case that it touches (unchanged ones left out)."""

    result: Result
    changes: tuple[PlanChange, ...]


class _TakeBackError(Exception):
    """Ends a preview's transaction without saving."""


def changed(
    services: Services,
    do: Callable[[Session], Result],
    stamp: Stamp,
    *,
    only: Sequence[str] | None = None,
) -> Changed[Result]:
    """Do it, let the due dates follow, and save.

    Args:
        services: the database.
        do: records facts in the session that it is given.
        stamp: who and when.
        only: references of the cases that can be touched; None looks at all open ones.
    """
    with writing(services.engine) as session:
        return _apply(session, do, stamp, only)


def preview(
    services: Services,
    do: Callable[[Session], Result],
    stamp: Stamp,
    *,
    only: Sequence[str] | None = None,
) -> Changed[Result]:
    """What ``changed`` would do; nothing is saved."""
    kept: list[Changed[Result]] = []
    try:
        with writing(services.engine) as session:
            kept.append(_apply(session, do, stamp, only))
            raise _TakeBackError
    except _TakeBackError:
        return kept[0]


def _apply(
    session: Session,
    do: Callable[[Session], Result],
    stamp: Stamp,
    only: Sequence[str] | None,
) -> Changed[Result]:
    before = _open_cases(session, stamp.now, only)
    result = do(session)
    after = {case.reference: case for case in _open_cases(session, stamp.now, only)}
    is_moved = False
    for case in before:
        if case.reference in after:
            is_moved |= _move_due_dates(session, case, after[case.reference], stamp)
    if is_moved:
        after = {case.reference: case for case in _open_cases(session, stamp.now, only)}
    today = stamp.now.date()
    changes = (
        plan_change(case, after[case.reference], today)
        for case in before
        if case.reference in after
    )
    return Changed(result, tuple(change for change in changes if not change.is_empty))


def _open_cases(session: Session, now: dt.datetime, only: Sequence[str] | None) -> tuple[Case, ...]:
    wanted = headers(session, None if only is None else tuple(only))
    cases = load_all(session, now, wanted)
    return tuple(case for case in cases if not case.is_closed and report_sent(case) is None)


def _move_due_dates(session: Session, before: Case, after: Case, stamp: Stamp) -> bool:
    """Give open parties their new date where the plan's own date for the step has moved.

    Only dates that the plan computed move. A party that was granted more time keeps that. Nobody is
    given less than two weeks from today: what they were told first then stays.
    """
    today = stamp.now.date()
    plans = plan_of(before, today), plan_of(after, today)
    header = find(session, after.reference)
    extended = {(e.step, e.party) for e in after.extensions}
    open_rows = _owing(after, today)
    moved = False
    for step in after.process.steps:
        old, new = (
            opening_due_on(case, step, plan, today)
            for case, plan in zip((before, after), plans, strict=True)
        )
        if new is None or old == new:
            continue
        for obligation in after.obligations:
            at = (obligation.step, obligation.party)
            is_ours = obligation.step == step.id and at in open_rows and at not in extended
            is_computed = obligation.origin is DateSource.COMPUTED
            is_fair = new > obligation.due_on or (new - today).days >= LEAST_COUNCIL_DAYS
            if is_ours and is_computed and is_fair and new != obligation.due_on:
                record(
                    session,
                    header,
                    NewObligation(
                        step=step.id,
                        party=obligation.party,
                        opened_on=obligation.opened_on,
                        due_on=new,
                        moved_from=obligation.due_on,
                        corrects=obligation.key,
                        source="planen er ændret",
                    ),
                    stamp,
                )
                moved = True
    return moved


def _owing(case: Case, today: dt.date) -> set[tuple[str, str]]:
    from udmelding.rules.standing import standings

    return {
        (row.step.id, row.party.party)
        for row in standings(case, today)
        if row.state.is_owed and row.opened_on is not None
    }
