"""How does one party stand in one step, at a glance? A sign, a few words and a day.

The map, the lists and what is taken to a meeting show this glance, so that the same municipality
never stands in two ways. Of a council that has not decided the day is that of its plan: what one
asks at a meeting is when it decides, not when it was asked to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.council import Basis, CouncilPlan
from udmelding.rules.case.glossary import label
from udmelding.rules.case.standing import Standing, State, is_council_step
from udmelding.rules.status.status import Status

_DAY = "{}"
"""Where the day stands in the words."""


class Look(StrEnum):
    """What a row says at a glance."""

    DONE = "done"
    COMING = "coming"
    LATE = "late"
    WAIVED = "waived"
    NOT_ASKED = "not_asked"


SIGNS: Mapping[Look, str] = {
    Look.DONE: "✓",
    Look.COMING: "○",
    Look.LATE: "!",
    Look.WAIVED: "–",
    Look.NOT_ASKED: "·",
}
"""A sign for each, so that nothing depends on colour."""


KNOWN_FROM: Mapping[Basis, str] = {
    Basis.WAIVED: "fritaget",
    Basis.ANNOUNCED: "kommunen har meldt det",
    Basis.AGREED: "aftalt: mere tid",
    Basis.CALENDAR: "kommunens kalender",
    Basis.ASSUMED: "gæt: mødet er ikke kendt",
    Basis.UNKNOWN: "intet kendt møde",
}
"""What the day of a council that has not decided rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """How one party stands in one step.

    Attributes:
        text: in a few Danish words, with ``{}`` where the day belongs.
        day: the one it is about; None where there is none.
    """

    look: Look
    text: str
    day: dt.date | None = None

    @property
    def sign(self) -> str:
        return SIGNS[self.look]

    def words(self, written: Callable[[dt.date], str]) -> str:
        """The words with the day in its place, as ``written`` writes it."""
        return self.text.replace(_DAY, written(self.day) if self.day else "").strip()

    @property
    def undated(self) -> str:
        """The words alone, for where the day stands beside them."""
        return self.text.replace(f" {_DAY}", "")


def glance_of(found: Status, row: Standing) -> Glance:
    """How the party of ``row`` stands in its step, as ``found`` has the case."""
    plan = found.plan.council(row.party.party) if found.plan else None
    look, day = _look(found, row, plan)
    return Glance(look=look, text=_text(row, look, day), day=day)


def _look(
    found: Status, standing: Standing, plan: CouncilPlan | None
) -> tuple[Look, dt.date | None]:
    match standing.state:
        case State.FULFILLED:
            return Look.DONE, standing.met_on
        case State.WAIVED:
            return Look.WAIVED, None
        case State.NOT_ASKED:
            return Look.NOT_ASKED, None
    is_overdue = standing.state is State.OVERDUE
    if plan is None or not is_council_step(standing.step):
        return (Look.LATE if is_overdue else Look.COMING), standing.due_on
    is_late = found.plan is not None and plan in found.plan.late_councils
    return (Look.LATE if is_late or is_overdue else Look.COMING), plan.planned or standing.due_on


def _text(standing: Standing, look: Look, day: dt.date | None) -> str:
    is_decision = is_council_step(standing.step)
    match look:
        case Look.DONE:
            return f"{_done(standing)} {_DAY}" if day else _done(standing)
        case Look.WAIVED:
            return "fritaget"
        case Look.NOT_ASKED:
            return "ikke spurgt endnu"
        case Look.LATE if is_decision:
            return f"ventes {_DAY}, efter fristen" if day else "dag ukendt"
        case Look.LATE:
            return f"fristen var {_DAY}"
    return f"{'ventes' if is_decision else 'frist'} {_DAY}" if day else "dag ukendt"


def _done(standing: Standing) -> str:
    if standing.outcome is not None:
        return label(standing.outcome)
    return "svarede" if standing.step.fulfilled_by is FulfilledBy.RESPONSE else "færdig"


def step_now(found: Status) -> str:
    """The municipalities' latest step that has begun; the first where none has."""
    steps: dict[str, bool] = {}
    for row in found.standings:
        if row.step.parties is Parties.MUNICIPALITIES:
            has_begun = row.state is not State.NOT_ASKED
            steps[row.step.id] = steps.get(row.step.id, False) or has_begun
    begun = [step for step, has_begun in steps.items() if has_begun]
    return (begun[-1:] or list(steps)[:1] or [""])[0]
