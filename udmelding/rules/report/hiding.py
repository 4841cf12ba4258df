"""Which counts must not circulate? Small ones, and every one that would tell more of a small one.

The promise: nothing is learned beyond the rule that is printed. Whoever reads all that has been
published together, and knows the rules of the form and of this program, still finds that every
hidden count from 1 up to below the threshold can be each of those values. So does any single
respondent, who knows its own answers besides; of an area's total it knows that the total is not
below its own number. What can be promised, and what it costs, was measured before it was built:
``docs/decisions/0032-nothing-beyond-the-rule.md``.

How it works. One question answers both "is it open?" and "what must be hidden?": what is the
cheapest change of all counts that lets cell p be v and leaves the row of respondent m alone? To
change a hidden cell is nearly free, to change one that is shown costs what it is worth, a shown 0
and what an earlier publication showed cannot change. If the cheapest change touches hidden cells
only, it is a witness that p may be v; if it touches shown ones, they are hidden, and then it is
one. To hide more takes no witness away, so one pass is enough. At last each guard, the dearest
first, is shown again if other witnesses do without it.

The changes are found by linear programs (HiGHS); each is added up again in whole numbers, every sum
and every bound, before it is believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from udmelding.rules.report.counts import Bound, Change, Counts, Sum

if TYPE_CHECKING:
    from udmelding.rules.report.hiding_model import Model

_NEAR = 6
"""Respondents whose rows are looked at together before all are."""
_MOST_OF_IT = 0.7
"""How much of the work the search is; showing guards again is the rest."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Cell ``cell`` can be ``value`` as far as ``insider`` knows; no insider: any reader."""

    cell: str
    value: int
    insider: str | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """What to hide.

    Attributes:
        hidden: all of it.
        guards: the hidden cells that the rule alone would show, each with one claim that needs it.
        impossible: claims that nothing can make true; empty, or nothing may be published.
    """

    hidden: frozenset[str]
    guards: Mapping[str, Claim]
    impossible: tuple[Claim, ...]


def protect(
    counts: Counts,
    *,
    threshold: int,
    open_values: int | None = None,
    told: Callable[[float], None] | None = None,
) -> Protection:
    """What to hide of counts that hang together.

    Args:
        counts: what there is.
        threshold: counts from 1 to below it are small.
        open_values: how many values a small count must be able to have, its own among them, for a
            respondent who knows its own answers; None: all of them, as for any reader.
        told: hears how much of the work is done, from 0 to 1.
    """
    return _Search(counts, threshold, open_values or threshold - 1, told or (lambda _: None)).run()


class _Search:
    """One search: cells are hidden as it goes, witnesses gathered."""

    def __init__(
        self, counts: Counts, threshold: int, open_values: int, told: Callable[[float], None]
    ) -> None:
        self._counts, self._values = counts, counts.values
        self._small = range(1, threshold)
        self._open_values, self._told = open_values, told
        self._hidden = set(counts.secret | counts.closed)
        self._rows: dict[str, list[str]] = defaultdict(list)
        for cell, owner in counts.owners.items():
            self._rows[owner].append(cell)
        self._parts = {one.total: one.parts for one in reversed(counts.sums)}
        self._floors: dict[tuple[str, str], int] = {}
        self._witnesses: dict[tuple[str, int], list[tuple[Change, frozenset[str]]]] = {}
        self._rules = _by_cell(counts)
        # The solver and its numbers are large: only who works something out loads them.
        from udmelding.rules.report.hiding_model import Model

        self._whole = Model(counts, self._hidden)
        owners = list(self._rows)
        self._near = [
            Model(counts, self._hidden, frozenset(owners[place : place + _NEAR]))
            for place in range(0, len(owners), _NEAR)
        ]
        self._near_of = {owner: place // _NEAR for place, owner in enumerate(owners)}
        self._guards: dict[str, Claim] = {}
        self._impossible: list[Claim] = []

    def run(self) -> Protection:
        small = [cell for cell in self._hidden if self._values[cell] in self._small]
        # Totals first: what opens them opens most of their parts as well.
        small.sort(key=lambda cell: (cell in self._counts.owners, cell))
        for place, cell in enumerate(small):
            self._told(_MOST_OF_IT * place / len(small))
            for value in self._small:
                while claim := self._missing(cell, value):
                    if not self._find(claim):
                        self._impossible.append(claim)
        self._clean_up()
        self._told(1.0)
        return Protection(frozenset(self._hidden), dict(self._guards), tuple(self._impossible))

    def _missing(self, cell: str, value: int, without: str = "") -> Claim | None:
        """A claim that no witness serves; one serves all but those whose rows it touches."""
        if value == self._values[cell]:
            return None
        known = self._witnesses.get((cell, value), ())
        found = [touched for change, touched in known if without not in change]
        asked = sorted(frozenset.intersection(*found)) if found else (None,)
        claims = (Claim(cell, value, one) for one in asked if self._must(cell, value, one))
        return next((claim for claim in claims if claim not in self._impossible), None)

    def _must(self, cell: str, value: int, insider: str | None) -> bool:
        """Whether the promise asks for a value as far as that respondent knows."""
        owner = self._counts.owners.get(cell)
        if insider is None or insider == owner:
            return insider is None
        least = 0 if owner else self._floor(cell, insider)
        # Near values first: the cheapest ones, where a respondent need not find all open.
        near = sorted(self._small, key=lambda one: (abs(one - self._values[cell]), one))
        return value in [one for one in near if one >= least][: self._open_values]

    def _floor(self, cell: str, insider: str) -> int:
        """What a respondent itself adds to a total, at least."""
        key = cell, insider
        if key not in self._floors:
            owner = self._counts.owners.get(cell)
            parts = () if owner else self._parts.get(cell, ())
            own = self._values[cell] if owner == insider else 0
            self._floors[key] = own + sum(self._floor(part, insider) for part in parts)
        return self._floors[key]

    def _find(self, claim: Claim) -> bool:
        """Find a witness; the cheapest change shows the claim, and what it touches is hidden."""
        change = self._among_hidden(claim) or self._ask(self._whole, claim)
        if change is None:
            return False
        for cell in change.keys() - self._hidden:
            self._hidden.add(cell)
            self._guards[cell] = claim
            for model in (self._whole, *self._near):
                model.hide(cell)
        self._keep(change)
        return True

    def _among_hidden(self, claim: Claim) -> Change | None:
        """A change of hidden cells in a few rows: there most often is one, and it is soon found."""
        owner = self._counts.owners.get(claim.cell, claim.insider)
        start = self._near_of[owner] if owner else 0
        for place in (start, start + 1)[: len(self._near)]:
            change = self._ask(self._near[place % len(self._near)], claim)
            if change is not None:
                return change
        return None

    def _ask(self, model: Model, claim: Claim) -> Change | None:
        """The change that a model finds, if it is one in whole numbers."""
        row = self._rows[claim.insider] if claim.insider else []
        more = claim.value - self._values[claim.cell]
        change = model.cheapest(claim.cell, more, row)
        if change is None or change.get(claim.cell) != more or change.keys() & set(row):
            return None
        return change if self._holds(change) else None

    def _holds(self, change: Change) -> bool:
        """Whether the changed counts are such as a reader holds possible, added up again."""
        touched = {id(rule): rule for cell in change for rule in self._rules[cell]}.values()
        cells = {*change, *(cell for rule in touched for cell in rule.cells)}
        now = {cell: self._values[cell] + change.get(cell, 0) for cell in cells}
        return all(rule.holds(now) for rule in touched) and all(
            now[cell] >= (cell in self._counts.positive) and cell not in self._counts.fixed
            for cell in change
        )

    def _keep(self, change: Change) -> None:
        owners = self._counts.owners
        touched = frozenset(owners[cell] for cell in change if cell in owners)
        for cell, more in change.items():
            value = self._values[cell] + more
            if value in self._small and self._values[cell] in self._small:
                self._witnesses.setdefault((cell, value), []).append((change, touched))

    def _clean_up(self) -> None:
        """Show guards again that turned out not to be needed, the dearest first."""
        self._whole.close(self._values.keys() - self._hidden)
        weights = self._counts.weights
        order = sorted(self._guards, key=lambda cell: (-weights.get(cell, 1), cell))
        for place, guard in enumerate(order):
            self._told(_MOST_OF_IT + (1 - _MOST_OF_IT) * place / len(order))
            models = (self._whole, *self._near)
            for model in models:
                model.close({guard})
            if self._do_without(guard):
                self._hidden.discard(guard)
                del self._guards[guard]
                for key, found in self._witnesses.items():
                    self._witnesses[key] = [one for one in found if guard not in one[0]]
            else:
                for model in models:
                    model.hide(guard)

    def _do_without(self, guard: str) -> bool:
        for (cell, value), found in list(self._witnesses.items()):
            if not any(guard in change for change, _ in found):
                continue
            while claim := self._missing(cell, value, without=guard):
                change = self._among_hidden(claim) or self._ask(self._whole, claim)
                if change is None:
                    return False
                self._keep(change)
        return True


def _by_cell(counts: Counts) -> Mapping[str, list[Sum | Bound]]:
    """The rules that each cell stands in."""
    found: dict[str, list[Sum | Bound]] = defaultdict(list)
    rules: list[Sum | Bound] = [*counts.sums, *counts.bounds]
    for rule in rules:
        for cell in rule.cells:
            found[cell].append(rule)
    return found
