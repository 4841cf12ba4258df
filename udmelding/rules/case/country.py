"""How far are the other areas of the country, as far as anybody has told?"""

from __future__ import annotations

from collections import defaultdict

from models.decision import Level, Outcome
from models.party import PartyKind
from udmelding.rules.case.case import COUNCIL_APPROVING, Case
from udmelding.rules.case.standing import is_council_step

OTHER_AREAS = "other_areas"
"""The area of a tally that counts all areas but the case's own together."""


def count_elsewhere(case: Case) -> int:
    """How many councils of the other areas are known to have approved; see ``country``."""
    others = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and not p.is_asked]
    approved = approved_elsewhere(case)
    named: dict[str, int] = defaultdict(int)
    for party in others:
        if party.party in approved:
            named[party.area] += 1
    told = {t.area: t.approved for t in sorted(case.tallies, key=lambda t: t.recorded_at)}
    summed = sum(max(named[area], told.get(area, 0)) for area in {p.area for p in others})
    return max(summed, told.get(OTHER_AREAS, 0))


def approved_elsewhere(case: Case) -> set[str]:
    """Municipalities, of whatever area, whose own latest council decision is a yes."""
    council_steps = {step.id for step in case.process.steps if is_council_step(step)}
    latest: dict[str, Outcome] = {}
    for decision in sorted(case.decisions, key=lambda d: (d.happened_to, d.recorded_at)):
        decides = (Level.COUNCIL, case.deciding_level(decision.party))
        if decision.step in council_steps and decision.level in decides:
            latest[decision.party] = decision.outcome
    return {party for party, outcome in latest.items() if outcome in COUNCIL_APPROVING}
