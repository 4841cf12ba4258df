"""When must each step be done? Lays the plan backwards from the deadline.

The chain of bodies is laid greedily from the end: the last body takes its latest meeting that still
leaves the councils their days, the body before it its latest meeting that still keeps the distance,
and so on. Taking the latest possible meeting at each body can only give the bodies before it more
room, so the chain found is the latest of all feasible ones, and if none is found none exists.

Forwards, the same is done from the receipt with the earliest meetings. That gives ``earliest``, and
where nothing reaches the deadline it is the nearest chain: the one that misses by fewest days.

``latest`` is the last day on which a step can happen while the rest of the plan stands: a meeting
may be moved that far. ``slack_days`` is the distance from ``planned`` to it; negative means missed.
Sentences are made in ``plan_wording``; numbers come from the process file (``PlanRules``).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from udmelding.config.process import FulfilledBy, Parties, Process, Step
from udmelding.rules.plan import Plan, PlanInput, PlannedStep, Slot
from udmelding.rules.plan_work import done_row, work_rows

_DAY = dt.timedelta(days=1)


def papers_due(slot: Slot, asked: PlanInput) -> dt.date:
    """When the papers for ``slot`` are due: as its calendar says, else by business days."""
    if slot.papers_due_on is not None:
        return slot.papers_due_on
    days = asked.process.plan.papers_business_days
    return asked.work_days.add_business_days(slot.held_on, -days)


def lay_plan(asked: PlanInput) -> Plan:
    """The plan for ``asked``: every step with its earliest, planned and latest day.

    Raises nothing: a plan that cannot reach the deadline is an answer, not an error.
    """
    chain = _Chain(asked)
    backwards = chain.latest_meetings()
    forwards = chain.earliest_meetings()
    is_whole = all(slot is not None for slot in backwards.values())
    chosen = backwards if is_whole else forwards
    rows = _rows(asked, chain, chosen, forwards, backwards)
    rows = [replace(r, as_written=asked.done_as_written.get(r.id, "")) for r in rows]
    lateness = _lateness(rows, asked)
    feasible = is_whole and lateness == 0
    return Plan(
        feasible=feasible,
        deadline=asked.deadline,
        steps=tuple(rows),
        misses_by=0 if feasible else lateness,
    )


def _lateness(rows: Sequence[PlannedStep], asked: PlanInput) -> int | None:
    last = rows[-1]
    if last.planned is None:
        return None
    return max(0, (last.planned - asked.deadline).days)


class _Chain:
    """The bodies' meetings and the two walks over them."""

    def __init__(self, asked: PlanInput) -> None:
        self.asked = asked
        self.rules = asked.process.plan
        self.steps = [s for s in asked.process.steps if s.parties is Parties.BODY]
        self.gap = dt.timedelta(days=self.rules.days_between_meetings)
        has_councils = any(_is_councils(step) for step in asked.process.steps)
        self.tail = dt.timedelta(days=self.rules.days_for_councils if has_councils else 0)
        # A body that a later body has already decided after is over, decided or not.
        done = [i for i, step in enumerate(self.steps) if step.id in asked.done]
        self.first_open = done[-1] + 1 if done else 0
        self.slots = {step.id: self._usable(step) for step in self.steps}
        self._days = {i: [slot.held_on for slot in slots] for i, slots in self.slots.items()}

    def _usable(self, step: Step) -> list[Slot]:
        """Meetings that can still be reached, in order: their papers must be able to be in time."""
        asked = self.asked
        today = asked.today or asked.received_on
        # Before the report is written, no papers can be handed in earlier than today.
        written = [s.id for s in asked.process.steps if s.fulfilled_by is FulfilledBy.FINAL_REPORT]
        is_written = all(step_id in asked.done for step_id in written)
        papers_from = asked.received_on if is_written else max(asked.received_on, today)
        unique = {slot.held_on: slot for slot in asked.meetings.get(step.id, ())}
        start = max(asked.received_on, today)
        near = sorted(slot for slot in unique.values() if slot.held_on >= start)
        return [
            slot
            for slot in near
            # Only meetings soon from now can have papers due before then.
            if slot.held_on - papers_from > dt.timedelta(days=120)
            or papers_due(slot, asked) >= papers_from
        ]

    def at_or_before(self, step_id: str, day: dt.date) -> Slot | None:
        """The latest usable meeting on or before ``day``."""
        index = bisect_right(self._days[step_id], day)
        return self.slots[step_id][index - 1] if index else None

    def at_or_after(self, step_id: str, day: dt.date) -> Slot | None:
        """The earliest usable meeting on or after ``day``."""
        index = bisect_left(self._days[step_id], day)
        return self.slots[step_id][index] if index < len(self.slots[step_id]) else None

    def bound_of_last(self) -> dt.date:
        """The last day for the last body."""
        return self.asked.deadline - self.tail

    def latest_meetings(self) -> dict[str, Slot | None]:
        """The latest meeting of each open body that keeps the deadline, or None where none does."""
        found: dict[str, Slot | None] = {}
        bound = self.bound_of_last()
        for step in reversed(self.steps[self.first_open :]):
            slot = self.at_or_before(step.id, bound)
            found[step.id] = slot
            bound = (slot.held_on if slot else bound) - self.gap
        after = self._after_done()
        first = self.steps[self.first_open] if self.first_open < len(self.steps) else None
        if first is not None and after is not None:
            slot = found[first.id]
            if slot is not None and slot.held_on < after:
                found[first.id] = None
        return found

    def earliest_meetings(self) -> dict[str, Slot | None]:
        """The earliest meeting of each open body after the one before it, or None."""
        found: dict[str, Slot | None] = {}
        start = self._after_done() or self.asked.received_on
        is_broken = False
        for step in self.steps[self.first_open :]:
            slot = None if is_broken else self.at_or_after(step.id, start)
            found[step.id] = slot
            is_broken = slot is None
            start = (slot.held_on if slot else start) + self.gap
        return found

    def _after_done(self) -> dt.date | None:
        """The first day after the bodies that have decided, or None when none has."""
        days = [self.asked.done[s.id] for s in self.steps if s.id in self.asked.done]
        return max(days) + self.gap if days else None


def _is_councils(step: Step) -> bool:
    return step.parties is Parties.MUNICIPALITIES and step.fulfilled_by is FulfilledBy.DECISION


def _rows(
    asked: PlanInput,
    chain: _Chain,
    chosen: Mapping[str, Slot | None],
    forwards: Mapping[str, Slot | None],
    backwards: Mapping[str, Slot | None],
) -> list[PlannedStep]:
    bodies = _body_rows(asked, chain, chosen, forwards, backwards)
    before, after = _around(asked.process)
    return [
        *work_rows(asked, before, bodies),
        *bodies,
        *_end_rows(asked, after, chain, bodies),
    ]


def _around(process: Process) -> tuple[list[Step], list[Step]]:
    """The steps before and after the bodies; without bodies only the last one is after."""
    is_body = [step.parties is Parties.BODY for step in process.steps]
    steps = list(process.steps)
    if not any(is_body):
        return steps[:-1], steps[-1:]
    first, last = is_body.index(True), len(steps) - 1 - is_body[::-1].index(True)
    return steps[:first], steps[last + 1 :]


def _body_rows(
    asked: PlanInput,
    chain: _Chain,
    chosen: Mapping[str, Slot | None],
    forwards: Mapping[str, Slot | None],
    backwards: Mapping[str, Slot | None],
) -> list[PlannedStep]:
    rows: list[PlannedStep] = []
    bound = chain.bound_of_last()
    for index in reversed(range(len(chain.steps))):
        step = chain.steps[index]
        if index < chain.first_open:
            rows.append(done_row(step, asked.done.get(step.id)))
            continue
        slot, early, late = chosen[step.id], forwards[step.id], backwards[step.id]
        later = chain.at_or_after(step.id, slot.held_on + _DAY) if slot else None
        rows.append(
            PlannedStep(
                id=step.id,
                title=step.title,
                earliest=early.held_on if early else None,
                planned=slot.held_on if slot else None,
                latest=bound,
                papers_due_on=papers_due(slot, asked) if slot else None,
                next_meeting=later.held_on if later else None,
            )
        )
        bound = (late.held_on if late else bound) - chain.gap
    return rows[::-1]


def _end_rows(
    asked: PlanInput, steps: Sequence[Step], chain: _Chain, bodies: Sequence[PlannedStep]
) -> list[PlannedStep]:
    """Councils and submission, after the last body."""
    rows: list[PlannedStep] = []
    last = bodies[-1] if bodies else None
    early = last.earliest if last else asked.received_on
    ready = last.planned if last else asked.received_on
    if last is not None and last.planned is None and last.is_done:
        early = ready = asked.done.get(last.id, asked.received_on)
    for step in steps:
        if step.id in asked.done:
            rows.append(done_row(step, asked.done[step.id]))
            early = ready = asked.done[step.id]
            continue
        if _is_councils(step):
            early = early + chain.tail if early else None
            ready = ready + chain.tail if ready else None
            planned = ready
        else:
            planned = _submission_day(asked, ready)
        rows.append(
            PlannedStep(
                id=step.id,
                title=step.title,
                earliest=early,
                planned=planned,
                latest=asked.deadline,
            )
        )
    return rows


def _submission_day(asked: PlanInput, ready: dt.date | None) -> dt.date | None:
    """The last business day up to the deadline, but not before the councils are ready."""
    if ready is None:
        return None
    last = asked.work_days.previous_business_day(asked.deadline)
    return max(ready, last, asked.today or ready) if ready <= asked.deadline else ready
