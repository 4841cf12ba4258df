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

from udmelding.casework.services import Services
from udmelding.journal.case.header import find, headers
from udmelding.journal.case.load import load_all
from udmelding.journal.database import Session, writing
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.due.moving import moved_obligations
from udmelding.rules.plan.plan_change import PlanChange, plan_change
from udmelding.rules.recording.parties import NewObligation
from udmelding.rules.status.status import report_sent

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
    follows: bool = True,
) -> Changed[Result]:
    """Do it, let the due dates follow, and save.

    Args:
        services: the database.
        do: records facts in the session that it is given.
        stamp: who and when.
        only: references of the cases that can be touched; None looks at all open ones.
        follows: whether due dates follow the plan; not when one council's day is all that changes.
    """
    with writing(services.engine) as session:
        return _apply(session, do, stamp, only, follows=follows)


def preview(
    services: Services,
    do: Callable[[Session], Result],
    stamp: Stamp,
    *,
    only: Sequence[str] | None = None,
    follows: bool = True,
) -> Changed[Result]:
    """What ``changed`` would do; nothing is saved."""
    kept: list[Changed[Result]] = []
    try:
        with writing(services.engine) as session:
            kept.append(_apply(session, do, stamp, only, follows=follows))
            raise _TakeBackError
    except _TakeBackError:
        return kept[0]


def _apply(
    session: Session,
    do: Callable[[Session], Result],
    stamp: Stamp,
    only: Sequence[str] | None,
    *,
    follows: bool,
) -> Changed[Result]:
    before = _open_cases(session, stamp.now, only)
    result = do(session)
    after = {case.reference: case for case in _open_cases(session, stamp.now, only)}
    is_moved = False
    for case in before:
        if follows and case.reference in after:
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
    """Record the due dates that follow the plan; True where there was any."""
    moved = moved_obligations(before, after, stamp.now.date())
    header = find(session, after.reference)
    for obligation, due_on in moved:
        entry = NewObligation(
            step=obligation.step,
            party=obligation.party,
            opened_on=obligation.opened_on,
            due_on=due_on,
            moved_from=obligation.due_on,
            corrects=obligation.key,
            source="planen er ændret",
        )
        record(session, header, entry, stamp)
    return bool(moved)
