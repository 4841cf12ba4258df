"""How late may the report leave, so that all, or k of 17, councils can still decide in time?

For each meeting of the last body: how many councils can decide by the deadline if it has the report
then, the latest meetings of the bodies before it, and the day the first one's papers are due. That
is the day on which the report must leave the secretariat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from udmelding.rules.plan.body_chain import BodyChain, papers_due
from udmelding.rules.plan.plan import PlanInput
from udmelding.rules.plan.planning import councils_of, known_only, lay_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class MustLeave:
    """One choice: so many councils, if the report leaves by then.

    Attributes:
        councils: how many of ``total`` open councils can decide by the deadline.
        leaves_by: the last day for the papers of the first body.
        meetings: id and day of each open body's meeting, in order.
        without: names of the councils that cannot.
        assumed: the bodies whose meeting no calendar confirms.
    """

    councils: int
    total: int
    leaves_by: dt.date
    meetings: tuple[tuple[str, dt.date], ...]
    without: tuple[str, ...]
    assumed: tuple[str, ...] = ()


def must_leave(asked: PlanInput) -> tuple[MustLeave, ...]:
    """The choices that are left, most councils first; none when the last body has decided."""
    confirmed = known_only(asked)
    asked = confirmed if lay_plan(confirmed).feasible else asked
    chain = BodyChain(asked)
    open_bodies = chain.steps[chain.first_open :]
    councils = councils_of(asked)
    if not open_bodies or councils is None:
        return ()
    latest: dict[str, dt.date] = {}
    names: list[str] = []
    for council in asked.councils:
        if council.is_decided or not council.is_waiting:
            continue
        names.append(council.name)
        last = councils.ready_by(council)
        if last is not None:
            latest[council.name] = last[0]
    return tuple(_choices(asked, chain, latest, names))


def _choices(
    asked: PlanInput, chain: BodyChain, latest: dict[str, dt.date], names: list[str]
) -> Iterable[MustLeave]:
    seen: set[dt.date] = set()
    for bound in sorted(set(latest.values())):
        meetings = chain.latest_meetings(bound)
        days = [(step.id, meetings[step.id]) for step in chain.steps[chain.first_open :]]
        whole = [(step_id, slot) for step_id, slot in days if slot is not None]
        if len(whole) < len(days) or whole[-1][1].held_on in seen:
            continue
        last = whole[-1][1].held_on
        seen.add(last)
        in_time = {name for name, day in latest.items() if day >= last}
        yield MustLeave(
            councils=len(in_time),
            total=len(names),
            leaves_by=papers_due(whole[0][1], asked),
            meetings=tuple((step_id, slot.held_on) for step_id, slot in whole),
            without=tuple(name for name in names if name not in in_time),
            assumed=tuple(step_id for step_id, slot in whole if slot.is_assumed),
        )
