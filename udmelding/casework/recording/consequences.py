"""Lets the dates that parties were given follow a change of the plan, and tells what changes.

``carry_out`` does something to the facts in one transaction and moves the due dates that rest on
the plan in the same one: computed dates move, agreed ones stay. ``preview`` does exactly the same
and takes it all back, so what a person sees before saving is what is saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from udmelding.casework.wiring import Services
from udmelding.journal.case.header import Header, headers
from udmelding.journal.case.load import Around, load_all, load_around, load_obligations
from udmelding.journal.database import Session, writing
from udmelding.journal.recording.opening import move_due_dates
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.case import Case
from udmelding.rules.due.moving import moved_obligations
from udmelding.rules.plan.plan_change import PlanChange, plan_change
from udmelding.rules.status.status import report_sent

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Changed(Generic[Result]):
    """What was done, and what it did to each case that it touches (unchanged ones left out)."""

    result: Result
    changes: tuple[PlanChange, ...]


class _TakeBackError(Exception):
    """Ends a preview's transaction without saving."""


def carry_out(
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
        only: references of the cases that can be touched, by facts of their own; None looks at all
            open ones, and at the meetings anew.
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
    """What ``carry_out`` would do; nothing is saved."""
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
    around = load_around(session, stamp.now)
    before = _open_cases(session, stamp.now, only, around)
    result = do(session)
    if only is None:
        around = load_around(session, stamp.now)
    after = _open_cases(session, stamp.now, only, around)
    moved_in = []
    for reference, (header, case) in after.items():
        if follows and reference in before:
            moved = moved_obligations(before[reference][1], case, stamp.now.date())
            if moved:
                move_due_dates(session, header, moved, stamp)
                moved_in.append(header.id)
    if moved_in:  # and nothing else is new in them
        owed = load_obligations(session, stamp.now, moved_in)
        for reference, (header, case) in after.items():
            if header.id in owed:
                after[reference] = header, replace(case, obligations=owed[header.id])
    today = stamp.now.date()
    changes = (
        plan_change(case, after[reference][1], today)
        for reference, (_, case) in before.items()
        if reference in after
    )
    return Changed(result, tuple(change for change in changes if not change.is_empty))


def _open_cases(
    session: Session, now: dt.datetime, only: Sequence[str] | None, around: Around
) -> dict[str, tuple[Header, Case]]:
    """The cases that can change by their references, each with its header."""
    wanted = headers(session, None if only is None else tuple(only))
    by_reference = {header.reference: header for header in wanted}
    return {
        case.reference: (by_reference[case.reference], case)
        for case in load_all(session, now, wanted, around=around)
        if not case.is_closed and report_sent(case) is None
    }
