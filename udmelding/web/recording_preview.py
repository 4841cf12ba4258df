"""What a change does to the plan, as lines of a table: parties that move alike share one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import DateSource
from udmelding.rules.case.glossary import enumerated, label
from udmelding.rules.plan.plan_change import DateChange, PlanChange, moved_by

_MANY = 8
_TOLD = (DateSource.ASSUMED, DateSource.ANNOUNCED, DateSource.AGREED)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line: what, before, after, and how far it moves."""

    what: str
    before: dt.date | None
    after: dt.date | None
    note: str


def change_lines(change: PlanChange) -> tuple[ChangeLine, ...]:
    """The dates that move, one line for all that move alike."""
    groups: dict[tuple[object, ...], list[DateChange]] = {}
    for moved in (*change.dates, *change.due_dates):
        at = (moved.step, moved.before, moved.after, "" if moved.party else moved.what)
        groups.setdefault(at, []).append(moved)
    return tuple(_line(group) for group in groups.values())


def _line(group: list[DateChange]) -> ChangeLine:
    first = group[0]
    names = [moved.what for moved in group]
    what = enumerated(names)
    if len(names) >= _MANY:
        _, comma, step = first.what.partition(",")
        what = f"{len(names)} kommuner{comma}{step}"
    note = moved_by(first)
    if first.party and first.origin in _TOLD:
        note = f"{note} ({label(first.origin)})".strip()
    return ChangeLine(what, first.before, first.after, note)
