"""What does a change do to the plan? Before and after, side by side.

The change itself is not described here: two cases are compared, the one as it stands and the one as
it would be. So a moved meeting, a new deadline, other rules and a «what if» are told in one way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.obligation import DateSource
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.case.standing import Standing, standings
from udmelding.rules.plan.case_plan import plan_of, planned_days
from udmelding.rules.plan.council_wording import council_sentences, days
from udmelding.rules.plan.plan import Plan, PlannedStep
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.words.date_wording import long_date, short_date
from udmelding.rules.words.lists import join_names


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """One date that would be another.

    Attributes:
        what: what the date is of, in Danish: ``K17``, ``papirer til K17``, ``Lolland``.
        step: the step's id; ``party`` the municipality's code for a council or a due date.
        before: None where there was no such date; ``after`` None where there will be none.
        origin: where the date after comes from.
    """

    what: str
    step: str
    before: dt.date | None
    after: dt.date | None
    party: str = ""
    origin: DateSource = DateSource.COMPUTED

    @property
    def moved_days(self) -> int | None:
        """Calendar days from before to after; None where one of them is missing."""
        if self.before is None or self.after is None:
            return None
        return (self.after - self.before).days


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """What a change does to one case.

    Attributes:
        dates: the planned dates that move, bodies first, then councils.
        due_dates: the dates that parties were given and that move with the plan.
        fixed: Danish sentences on given dates that stay though the plan moved.
        impossible: Danish sentences on what was possible and is no more.
        possible: the opposite.
    """

    reference: str
    title: str
    before: Plan | None
    after: Plan | None
    dates: tuple[DateChange, ...] = ()
    due_dates: tuple[DateChange, ...] = ()
    fixed: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the plan changes."""
        return not (self.dates or self.due_dates or self.impossible or self.possible)


def plan_change(before: Case, after: Case, today: dt.date) -> PlanChange:
    """How the plan of a case changes when ``before`` becomes ``after``, seen on ``today``."""
    plans = plan_of(before, today), plan_of(after, today)
    rows = tuple(
        standings(case, today, planned_days(plan))
        for case, plan in zip((before, after), plans, strict=True)
    )
    due = tuple(_due_changes(rows[0], rows[1]))
    return PlanChange(
        reference=after.reference,
        title=after.title,
        before=plans[0],
        after=plans[1],
        dates=tuple(_date_changes(plans[0], plans[1])),
        due_dates=due,
        fixed=tuple(_fixed(rows[1], plans[0], plans[1], due)),
        impossible=tuple(_lost(plans[0], plans[1])),
        possible=tuple(_won(plans[0], plans[1])),
    )


def _date_changes(before: Plan | None, after: Plan | None) -> Iterable[DateChange]:
    if (before and before.deadline) != (after and after.deadline):
        yield DateChange(
            what="Fristen",
            step="",
            before=before.deadline if before else None,
            after=after.deadline if after else None,
        )
    old = {step.id: step for step in before.steps} if before else {}
    new = {step.id: step for step in after.steps} if after else {}
    for step_id in dict.fromkeys([*old, *new]):
        yield from _step_changes(old.get(step_id), new.get(step_id))
    yield from _council_changes(_rows(before), _rows(after))


def _step_changes(old: PlannedStep | None, new: PlannedStep | None) -> Iterable[DateChange]:
    row = new or old
    if row is None or (new is not None and new.is_done):
        return
    pairs = (
        (row.title, old and old.planned, new and new.planned),
        (f"papirer til {row.title}", old and old.papers_due_on, new and new.papers_due_on),
    )
    for what, was, will_be in pairs:
        if was != will_be:
            yield DateChange(what=what, step=row.id, before=was or None, after=will_be or None)


def _rows(plan: Plan | None) -> Mapping[str, CouncilPlan]:
    return {row.party: row for row in plan.councils} if plan else {}


def _council_changes(
    old: Mapping[str, CouncilPlan], new: Mapping[str, CouncilPlan]
) -> Iterable[DateChange]:
    for party in dict.fromkeys([*old, *new]):
        was, will_be = old.get(party), new.get(party)
        row = will_be or was
        if row is None or row.state is CouncilState.DECIDED:
            continue
        days_before, days_after = was and was.planned, will_be and will_be.planned
        if days_before != days_after:
            yield DateChange(
                what=row.name,
                step="councils",
                party=party,
                before=days_before or None,
                after=days_after or None,
                origin=DateSource.ASSUMED if row.is_assumed else row.origin,
            )


def _due_changes(old: Sequence[Standing], new: Sequence[Standing]) -> Iterable[DateChange]:
    """Dates that parties were given; bodies' and the secretariat's own are in the plan."""
    before = {(row.step.id, row.party.party): row for row in old}
    for row in new:
        was = before.get((row.step.id, row.party.party))
        if was is None or was.opened_on is None or was.due_on == row.due_on:
            continue
        yield DateChange(
            what=f"{row.party.name}, {row.step.title.lower()}",
            step=row.step.id,
            party=row.party.party,
            before=was.due_on,
            after=row.due_on,
            origin=DateSource.AGREED if row.is_extended else DateSource.COMPUTED,
        )


def _fixed(
    rows: Sequence[Standing],
    before: Plan | None,
    after: Plan | None,
    due: Sequence[DateChange],
) -> Iterable[str]:
    """Agreed extensions stay where they are, whatever the plan does."""
    if before is None or after is None or before == after:
        return
    moved = {(change.step, change.party) for change in due}
    for row in rows:
        at = (row.step.id, row.party.party)
        if row.is_extended and row.state.is_owed and row.due_on and at not in moved:
            yield (
                f"{row.party.name} har en aftalt frist {long_date(row.due_on)} til "
                f"{row.step.title.lower()}; den står fast."
            )


def _lost(before: Plan | None, after: Plan | None) -> Iterable[str]:
    """What the plan could do before and cannot do after."""
    if after is None:
        return
    if before is not None and _badness(after) > _badness(before):
        yield verdict_on(after).sentence
    in_time = {party for party, row in _rows(before).items() if row.state is CouncilState.IN_TIME}
    lost = [row for row in after.late_councils if before is None or row.party in in_time]
    yield from council_sentences(lost, after.deadline)


def _badness(plan: Plan) -> tuple[bool, int]:
    """What the verdict rests on: the more, the worse."""
    return not plan.feasible, len(verdict_on(plan).late)


def _won(before: Plan | None, after: Plan | None) -> Iterable[str]:
    if before is None or after is None:
        return
    if _badness(after) < _badness(before):
        yield verdict_on(after).sentence
    late = {row.party for row in before.late_councils}
    won: dict[dt.date, list[str]] = {}
    for row in after.councils:
        if row.party in late and row.state is CouncilState.IN_TIME and row.planned:
            won.setdefault(row.planned, []).append(row.name)
    for day, names in sorted(won.items()):
        yield f"{join_names(names)} kan nu nå fristen ({short_date(day)})."


def summary(change: PlanChange) -> str:
    """One sentence on the whole: how many dates move, and whether the deadline holds."""
    if change.is_empty:
        return f"{change.reference}: planen er uændret."
    moved = [*change.dates, *change.due_dates]
    parts = [f"{len(moved)} datoer ændres" if len(moved) != 1 else "1 dato ændres"]
    if change.impossible:
        parts.append("noget kan ikke længere nås")
    return f"{change.reference}: {' og '.join(parts)}."


def moved_by(change: DateChange) -> str:
    """How far a date moves: ``7 dage senere``; empty where it cannot be said."""
    moved = change.moved_days
    if not moved:
        return ""
    return f"{days(abs(moved))} {'senere' if moved > 0 else 'tidligere'}"
