"""Which meetings can the bodies use? Their chain, walked from the end and from the beginning.

The chain is laid greedily from the end: the last body takes its latest meeting by a given day, the
body before it its latest meeting that still keeps the distance, and so on. Taking the latest
possible meeting at each body can only give the bodies before it more room, so the chain found is
the latest of all, and if none is found none exists. Forwards the same with the earliest meetings.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from udmelding.config.case.process import BodyKind, FulfilledBy, Parties, Step
from udmelding.rules.plan.plan import PastMeeting, PlanInput, PlannedStep, Slot

_DAY = dt.timedelta(days=1)


def papers_due(slot: Slot, asked: PlanInput) -> dt.date:
    """When the papers for ``slot`` are due: as its calendar says, else by business days.

    By business days they are due before a quiet period, while that is still to come.
    """
    if slot.papers_due_on is not None:
        return slot.papers_due_on
    days = asked.process.plan.papers_business_days
    return asked.work_day_by(asked.work_days.add_business_days(slot.held_on, -days))


class BodyChain:
    """The bodies' meetings and the two walks over them.

    Attributes:
        steps: the bodies' steps in order; those before ``first_open`` are over.
        bound: the last day for the last body.
    """

    def __init__(self, asked: PlanInput) -> None:
        """Find the meetings that ``asked`` can still use."""
        self.asked = asked
        self.rules = asked.process.plan
        self.steps = [s for s in asked.process.steps if s.parties is Parties.BODY]
        self.gap = dt.timedelta(days=self.rules.days_between_meetings)
        # A body that a later body has already decided after is over, decided or not.
        done = [i for i, step in enumerate(self.steps) if step.id in asked.done]
        self.first_open = done[-1] + 1 if done else 0
        self.slots = {step.id: self._usable(step) for step in self.steps}
        self._days = {i: [slot.held_on for slot in slots] for i, slots in self.slots.items()}
        self.bound = asked.deadline

    def _usable(self, step: Step) -> list[Slot]:
        """Meetings that can still be reached, in order: their papers must be able to be in time."""
        asked = self.asked
        today = asked.today or asked.received_on
        # Before the report is written, no papers can be handed in earlier than today.
        written = [s.id for s in asked.process.steps if s.fulfilled_by is FulfilledBy.FINAL_REPORT]
        is_written = all(step_id in asked.done for step_id in written)
        papers_from = asked.received_on if is_written else max(asked.received_on, today)
        unique = {slot.held_on: slot for slot in asked.meetings.get(step.id, ())}
        after = asked.not_before.get(step.id)
        start = max(asked.received_on, today, after + _DAY if after else today)
        near = [slot for day, slot in sorted(unique.items()) if day >= start]
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

    def latest_meetings(self, bound: dt.date) -> dict[str, Slot | None]:
        """The latest meeting of each open body, the last one's by ``bound``; None: no such."""
        found: dict[str, Slot | None] = {}
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

    def day_after_bodies(self, meetings: Mapping[str, Slot | None]) -> dt.date | None:
        """The day on which the report leaves the last body, given the open ones' meetings."""
        if self.first_open >= len(self.steps):
            last = self.steps[-1] if self.steps else None
            done = self.asked.done.get(last.id) if last else None
            return done or (None if self.steps else self.asked.received_on)
        slot = meetings[self.steps[-1].id]
        return slot.held_on if slot else None

    def _after_done(self) -> dt.date | None:
        """The first day after the bodies that have decided, or None when none has."""
        days = [self.asked.done[s.id] for s in self.steps if s.id in self.asked.done]
        return max(days) + self.gap if days else None


def usual_days(asked: PlanInput, step: Step) -> int | None:
    """The fewest days that usually lie between the body's meeting and the next body's, if said."""
    said = asked.assumptions.bodies if asked.assumptions else None
    rule = said.meetings.get(BodyKind(step.body)) if said and step.body else None
    return rule.days_before_next[0] if rule and rule.days_before_next else None


def known_only(asked: PlanInput) -> PlanInput:
    """The same without assumed meetings of bodies; the very same where there are none."""
    if not any(slot.is_assumed for slots in asked.meetings.values() for slot in slots):
        return asked
    known = {
        body: tuple(slot for slot in slots if not slot.is_assumed)
        for body, slots in asked.meetings.items()
    }
    return replace(asked, meetings=known)


def last_held(asked: PlanInput) -> PastMeeting | None:
    """The last meeting that the first open body has held since everything before it was done."""
    bodies = [step for step in asked.process.steps if step.parties is Parties.BODY]
    body = next((step for step in bodies if step.id not in asked.done), None)
    if body is None or asked.today is None:
        return None
    steps = asked.process.steps[: asked.process.steps.index(body)]
    before = [asked.done.get(step.id) for step in steps]
    if None in before:
        return None  # it could not have had the case
    first = max([asked.received_on, *(day for day in before if day is not None)])
    put_off = asked.not_before.get(body.id)
    held = [
        slot.held_on
        for slot in asked.meetings.get(body.id, ())
        if first <= slot.held_on < asked.today and not (put_off and slot.held_on <= put_off)
    ]
    return PastMeeting(body.id, body.title, max(held)) if held else None


def calendar_end(
    asked: PlanInput, rows: Sequence[PlannedStep]
) -> tuple[str, dt.date | None] | None:
    """The first body without a meeting for the case, and the last one that its calendar has."""
    bodies = {step.id for step in asked.process.steps if step.parties is Parties.BODY}
    for row in rows:
        if row.id in bodies and row.planned is None and not row.is_done:
            held = [slot.held_on for slot in asked.meetings.get(row.id, ())]
            return row.title, max(held, default=None)
    return None
