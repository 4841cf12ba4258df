"""Which other numbers give few citizens away? Waiting times, prices, averages, and who was asked.

The waiting time of a single citizen says something about that citizen, so it circulates only where
the count that it rests on does. A question that falls away where a count is 0 tells by its silence
that the count is 0; it rests on that count as well. A total or an average over rows of which one or
two are hidden would give one of them away, to whoever knows the other; it is hidden too, and so is
the country's where it would give the area's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Question
from udmelding.rules.report.counted import is_counted
from udmelding.rules.report.figures import Figure
from udmelding.rules.report.tabulation import COUNTRY, Totals

_FEW = 2
"""So many hidden numbers are known to whoever knows one of them and their sum."""


def resting_on(
    form: Form,
    totals: Totals,
    figures: Iterable[Figure],
    hidden: frozenset[str],
    changed: frozenset[str] = frozenset(),
) -> set[str]:
    """The cells to hide because counts of citizens are hidden, by ``cell_id``.

    Args:
        form: the question set.
        totals: of one kind of respondent.
        figures: those of a table.
        hidden: the counts that are hidden.
        changed: whose answer is new in these totals: the old ones are known, and the difference
            must not give few of them away either.
    """
    found: set[str] = set()
    for figure in figures:
        bases = set() if is_counted(form, figure) else set(_bases(form, figure.question))
        for base in bases:
            found |= _of_figure(totals, figure, base, hidden, changed)
    return found


def _bases(form: Form, question: Question) -> Iterator[str]:
    """The counts that a question rests on, by their paths."""
    if question.is_per_person:
        yield f"{question.id}.#"
    if question.based_on:
        yield question.based_on
    condition = question.required_if
    above = form.question(condition.question) if condition else None
    if above is not None:
        if above.is_disclosive:
            yield above.id
        yield from _bases(form, above)
    if not question.counts_citizens:  # a yes or no that opens a count tells whether it is 0
        yield from (
            other.id
            for other in form.questions
            if other.is_disclosive
            and other.required_if
            and other.required_if.question == question.id
        )


def _of_figure(
    totals: Totals, figure: Figure, base: str, hidden: frozenset[str], changed: frozenset[str]
) -> set[str]:
    def is_closed(row: str) -> bool:
        return totals.cell_id(row, base) in hidden

    found: set[str] = set()
    closed: list[str] = []
    for area in totals.areas:
        own = [party for party in totals.members(area) if is_closed(party)]
        found |= {totals.cell_id(party, figure.path) for party in own}
        adding = [party for party in own if totals.value(party, figure) is not None]
        new = [party for party in adding if party in changed]
        if (own and len(adding) <= _FEW) or 0 < len(new) <= _FEW or is_closed(area):
            closed.append(area)
            found.add(totals.cell_id(area, figure.path))
    if len(totals.areas) > 1 and (0 < len(closed) <= _FEW or is_closed(COUNTRY)):
        found.add(totals.cell_id(COUNTRY, figure.path))
    return found
