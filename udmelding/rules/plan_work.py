"""Plans the work before the first meeting: receipt, collection, drafting.

Each step is planned as soon as it is wanted to be done, and must be done before the first body's
papers are due. Where time is short, the steps share it in proportion to what they want.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from udmelding.config.case.process import FulfilledBy, Step
from udmelding.rules.plan.plan import PlanInput, PlannedStep


def work_rows(
    asked: PlanInput, steps: Sequence[Step], bodies: Sequence[PlannedStep]
) -> list[PlannedStep]:
    """The rows of the steps before the bodies, given the bodies' own rows."""
    open_bodies = [row for row in bodies if not row.is_done]
    end = asked.deadline
    if open_bodies:
        end = open_bodies[0].papers_due_on or open_bodies[0].latest or asked.deadline
    lengths = _lengths(asked, steps, end)
    latest = _latest_work(asked, steps, lengths, end)
    rows: list[PlannedStep] = []
    start = asked.received_on
    for step in steps:
        if step.id in asked.done:
            rows.append(done_row(step, asked.done[step.id]))
            start = max(start, asked.done[step.id])
            continue
        if bodies and not open_bodies:
            rows.append(done_row(step, None))
            continue
        wanted = start
        if lengths[step.id]:
            wanted = _working_end(asked, start, lengths[step.id])
        planned = max(min(wanted, latest[step.id]), start, asked.today or start)
        days = asked.work_days.business_days_between(start, planned)
        rows.append(
            PlannedStep(
                id=step.id,
                title=step.title,
                earliest=start if not rows else (rows[-1].earliest or start),
                planned=planned,
                latest=max(latest[step.id], asked.received_on),
                business_days=days if step.wanted_business_days else None,
            )
        )
        start = planned
    return rows


def _working_end(asked: PlanInput, start: dt.date, days: int) -> dt.date:
    """The day ``days`` business days after ``start``, days in quiet periods not counted.

    Nobody answers in the summer holiday, so it is not taken from the time that people get.
    """
    day = start
    while days:
        day += dt.timedelta(days=1)
        days -= asked.work_days.may_send(day)
    return day


def _lengths(asked: PlanInput, steps: Sequence[Step], end: dt.date) -> dict[str, int]:
    """Business days for each work step: what it wants, or a fair share where time is short."""
    wanted = {step.id: step.wanted_business_days for step in steps}
    done = [asked.done[step_id] for step_id in wanted if step_id in asked.done]
    # From where the work is laid, not from today: else the share would shrink day by day.
    start = max([asked.received_on, *done])
    total = sum(days for step_id, days in wanted.items() if step_id not in asked.done)
    there = max(0, asked.work_days.business_days_between(start, end)) if end > start else 0
    if there >= total:
        return wanted
    return {step_id: days * there // total for step_id, days in wanted.items()}


def _latest_work(
    asked: PlanInput, steps: Sequence[Step], lengths: Mapping[str, int], end: dt.date
) -> dict[str, dt.date]:
    """The latest day of each work step, leaving those after it their time."""
    latest: dict[str, dt.date] = {}
    bound = end
    for step in reversed(steps):
        is_receipt = step.fulfilled_by is FulfilledBy.REGISTRATION
        latest[step.id] = asked.received_on if is_receipt else max(bound, asked.received_on)
        if lengths[step.id]:
            bound = asked.work_days.add_business_days(bound, -lengths[step.id])
    return latest


def done_row(step: Step, day: dt.date | None) -> PlannedStep:
    """The row of a step that is over, on its day where that is known."""
    return PlannedStep(
        id=step.id, title=step.title, earliest=day, planned=day, latest=day, is_done=True
    )
