"""How late may the report leave, so that all, or k of 17, councils can still decide in time?

For each meeting of the last body: how many councils can decide by the deadline if it has the report
then, the latest meetings of the bodies before it, and the day the first one's papers are due. That
is the day on which the report must leave the secretariat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from udmelding.rules.plan.body_chain import BodyChain, known_only, papers_due
from udmelding.rules.plan.plan import Plan, PlanInput
from udmelding.rules.plan.planning import councils_of, lay_plan
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


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


def no_choice(asked: PlanInput) -> str:
    """Why ``must_leave`` gives nothing, and what to do about it: one Danish sentence or two."""
    chain, plan = BodyChain(asked), lay_plan(asked)
    open_bodies = chain.steps[chain.first_open :]
    if not open_bodies:
        return "Alle styrende organer har haft sagen."
    if councils_of(asked) is None or not asked.councils:
        return "Sagen skal ikke besluttes i kommunerne."
    lost = [
        row
        for step in open_bodies
        if (row := plan.step(step.id)) is not None and row.planned is None
    ]
    if lost:
        names = join_names([row.title for row in lost])
        by = f", og det skal ligge senest {long_date(lost[0].latest)}" if lost[0].latest else ""
        return (
            f"Der er intet kommende møde i {names}, hverken i mødekalenderen eller antaget. Læg "
            f"mødekalenderen ind under Møder; det første, der mangler, er et møde i "
            f"{lost[0].title}{by}."
        )
    if not any(council.is_waiting and not council.is_decided for council in asked.councils):
        return "Alle kommuner har sagen allerede."
    return f"Ingen kommune kan nå fristen {long_date(asked.deadline)}. {_nearest(plan)}"


def _nearest(plan: Plan) -> str:
    """By which meetings and when the case could be through at the earliest, in one sentence."""
    meetings = [
        f"{row.title} {long_date(row.planned)}{' (antaget)' if row.is_assumed else ''}"
        for row in plan.steps
        if row.papers_due_on and row.planned and not row.is_done
    ]
    councils = plan.steps[-1].planned
    end = f" og er færdigt {long_date(councils)}" if councils else ""
    return f"Det nærmeste forløb går over {join_names(meetings)}{end}."


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
