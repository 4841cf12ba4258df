"""The seven stages of a case on one line: when each was planned, when it was, and where we are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models import Stage
from udmelding.rules.case.case import Case
from udmelding.rules.plan.plan import PlannedStep
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import short_date, short_period
from udmelding.web.case.doors import WORK

STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)


class Point(StrEnum):
    """Where a stage lies, seen from the case's own; ``OPEN``: passed, and somebody owes in it."""

    DONE = "done"
    OPEN = "open"
    NOW = "now"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage on the time line.

    Attributes:
        address: of the page on which its work is done.
        when: its days in Danish; empty where nothing is known.
        what: the steps of it and how far they are.
    """

    stage: Stage
    point: Point
    address: str
    when: str
    what: tuple[str, ...]


def timeline(case: Case, found: Status) -> tuple[StageLine, ...]:
    """The stages in their order."""
    rows = {row.id: row for row in (found.plan.steps if found.plan else ())}
    at = len(STAGES) if found.stage is Stage.CLOSED else STAGES.index(found.stage)
    return tuple(
        StageLine(
            stage=stage,
            point=_point(found, case, stage, place - at),
            address=f"/sager/{case.reference}{WORK[stage]}",
            when=_when(
                [rows[s.id] for s in case.process.steps if s.stage is stage and s.id in rows]
            ),
            what=tuple(_counts(found, stage, case)),
        )
        for place, stage in enumerate(STAGES)
    )


def _point(found: Status, case: Case, stage: Stage, ahead: int) -> Point:
    if ahead >= 0:
        return Point.COMING if ahead else Point.NOW
    mine = {step.id for step in case.process.steps if step.stage is stage}
    is_open = any(not count.is_done for count in found.steps if count.step_id in mine)
    return Point.OPEN if is_open and not case.is_closed else Point.DONE


def _when(rows: Sequence[PlannedStep]) -> str:
    """The days of a stage: as they were, or as they are planned."""
    written = [row.as_written for row in rows if row.is_done and row.as_written]
    days = [row.planned for row in rows if row.planned is not None]
    if written and len(rows) == 1:
        return written[0]
    if not days:
        return ""
    first, last = min(days), max(days)
    text = short_period(first, last) if first != last else short_date(first)
    return text if all(row.is_done for row in rows) else f"plan: {text}"


def _counts(found: Status, stage: Stage, case: Case) -> Sequence[str]:
    steps = {step.id: step for step in case.process.steps}
    counts = [count for count in found.steps if steps[count.step_id].stage is stage]
    if len(counts) == 1:  # its name says no more than the stage's does
        return [f"{c.fulfilled} af {c.total}" for c in counts if c.total > 1]
    return [
        f"{count.title}: {count.fulfilled} af {count.total}"
        if count.total > 1
        else f"{count.title}{' ✓' if count.is_done else ''}"
        for count in counts
    ]
