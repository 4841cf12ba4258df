"""Why is this date what it is? Every date with its source, its arithmetic and its history.

A date of the plan is either a fact (the agency's letter, a calendar, an agreement, what a party has
announced), or computed from others, or assumed. What is shown here is what the planner did: the
numbers are taken from the plan and from the process, and the days that were skipped on the way are
counted again by the same calendar. ``docs`` and pages print these values; nothing is worked out
anywhere else.
"""

from __future__ import annotations

from udmelding.errors import NotFoundError
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.explain_parties import explain_party
from udmelding.rules.plan.explain_steps import explain_deadline, explain_step
from udmelding.rules.plan.explained import Explanation, Known


def explain(known: Known, subject: str) -> tuple[Explanation, ...]:
    """Why the dates of ``subject`` are what they are.

    Args:
        known: the case, its plan and its history.
        subject: a step's id or title, a party's code or name, ``frist``, or empty for all steps.

    Raises:
        NotFoundError: the case has no such step or party.
    """
    wanted = subject.strip().casefold()
    if not wanted:
        steps = [explain_step(known, step) for step in known.case.process.steps]
        return (explain_deadline(known), *steps)
    if wanted in ("frist", "fristen", "deadline"):
        return (explain_deadline(known),)
    for step in known.case.process.steps:
        if wanted in (step.id, step.title.casefold()):
            return (explain_step(known, step),)
    for party in known.case.parties:
        if wanted in (party.party, party.name.casefold()):
            return (explain_party(known, party.party, party.name),)
    names = (
        *(step.id for step in known.case.process.steps),
        *(row.party.name for row in known.standings if is_council_step(row.step)),
    )
    raise NotFoundError("trin eller part i sagen", subject, tuple(dict.fromkeys(names)))
