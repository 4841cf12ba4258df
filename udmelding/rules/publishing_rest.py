"""Which numbers are about few citizens without counting them? Waiting times, prices, averages.

The waiting time of a single citizen says something about that citizen, so it circulates only where
the count that it rests on does. A total or an average over rows of which one is hidden would give
that one away; it is hidden too, and so is the country's where it would give the area's.
"""

from __future__ import annotations

from udmelding.rules.report.figures import Figure
from udmelding.rules.report.tabulation import COUNTRY, Gathered, Totals, plans


def cell_id(row: str, figure: str) -> str:
    """The name of a cell in the system of all cells."""
    return f"{row}|{figure}"


def resting_on(gathered: Gathered, hidden: frozenset[str]) -> frozenset[str]:
    """The cells to hide because counts of citizens are hidden, by ``cell_id``.

    Args:
        gathered: the answers.
        hidden: the counts that are hidden.
    """
    found: set[str] = set()
    for plan in plans(gathered.form):
        totals = Totals(gathered, plan.respondent)
        for figure in plan.figures:
            base = _base(figure)
            if base:
                found |= _of_figure(totals, figure, base, hidden)
    return frozenset(found)


def _base(figure: Figure) -> str:
    """The count that a figure rests on; empty for one that is no matter of citizens."""
    question = figure.question
    if figure.is_disclosive and not figure.is_mean:
        return ""
    if question.is_per_person:
        return f"{question.id}.#"
    return question.based_on or ""


def _of_figure(totals: Totals, figure: Figure, base: str, hidden: frozenset[str]) -> set[str]:
    found: set[str] = set()
    closed: list[str] = []
    for area in totals.areas:
        answered = [p for p in totals.members(area) if totals.value(p, figure) is not None]
        own = [party for party in answered if cell_id(party, base) in hidden]
        found |= {cell_id(party, figure.path) for party in own}
        if len(own) == 1 or cell_id(area, base) in hidden:
            closed.append(area)
            found.add(cell_id(area, figure.path))
    if len(closed) == 1 or cell_id(COUNTRY, base) in hidden:
        found.add(cell_id(COUNTRY, figure.path))
    return found
