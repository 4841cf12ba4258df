"""What does a case know of each council that must decide? The planner's input for councils.

A case passes the levels of a municipality in order. The last decision that was reported tells how
far it has come: a level that concluded passes it on to the next, one that put it off takes it up
again at its next meeting, and one that sent it back makes it begin anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.decision import Outcome
from models.party import PartyKind
from udmelding.rules.case.case import CONCLUDING, Case
from udmelding.rules.case.council import CouncilInput
from udmelding.rules.case.council_calendar import CouncilCalendar
from udmelding.rules.case.facts import Decision
from udmelding.rules.case.standing import Standing, is_council_step

_YEARS_AHEAD = 2
"""How far beyond the deadline calendars are filled in: councils that miss it decide there."""


def council_inputs(
    case: Case, rows: Sequence[Standing], today: dt.date
) -> tuple[CouncilInput, ...]:
    """The municipal councils that the secretariat asks, in the order of the case.

    Args:
        case: loaded with the municipalities' calendars; without them there is nothing to plan.
        rows: the standings of the case.
        today: announced days that have passed say nothing any more.
    """
    calendars = case.council_calendars
    if calendars is None or case.deadline is None:
        return ()
    last = dt.date(max(case.deadline, today).year + _YEARS_AHEAD, 12, 31)
    progress = _last_decisions(case)
    announced = {(e.step, e.party): e.expected_on for e in case.expectations}
    found: list[CouncilInput] = []
    for row in rows:
        if not is_council_step(row.step) or row.party.kind is not PartyKind.MUNICIPALITY:
            continue
        at = (row.step.id, row.party.party)
        calendar = calendars.of(row.party.party, case.received_on, last)
        reached = _reached(calendar, progress.get(at))
        named = announced.get(at)
        found.append(
            CouncilInput(
                party=row.party.party,
                name=row.party.name,
                calendar=calendar,
                decided_on=row.met_on if row.state.is_closed else None,
                is_decided=row.state.is_closed,
                first_level=reached.first_level,
                after=reached.after,
                is_restarted=reached.is_restarted,
                announced_on=named if named and named >= today else None,
                agreed_until=row.due_on if row.is_extended else None,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a case has come in one municipality; see ``CouncilInput``."""

    first_level: int = 0
    after: dt.date | None = None
    is_restarted: bool = False


def _reached(calendar: CouncilCalendar, decision: Decision | None) -> _Reached:
    levels = [level.level for level in calendar.levels]
    if decision is None or decision.level not in levels:
        return _Reached()
    place, day = levels.index(decision.level), decision.happened_to
    if decision.outcome is Outcome.SENT_BACK:
        return _Reached(0, day, is_restarted=True)
    if decision.outcome in CONCLUDING and place + 1 < len(levels):
        return _Reached(place + 1, day)
    return _Reached(place, day)


def _last_decisions(case: Case) -> Mapping[tuple[str, str], Decision]:
    """The latest decision of each party in each step, on the version that holds."""
    valid = (d for d in case.decisions if d.report_version in (0, *_versions(case)))
    ordered = sorted(valid, key=lambda d: (d.happened_to, d.recorded_at))
    return {(d.step, d.party): d for d in ordered}


def _versions(case: Case) -> range:
    return range(case.deciding_version, case.latest_version + 1)
