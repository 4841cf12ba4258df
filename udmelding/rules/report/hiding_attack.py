"""What can somebody compute who has every table that circulates? The attacker to guard against.

The attacker knows every cell that was shown, in this and in earlier versions, every sum that holds
between cells, that counts are whole and not negative, and (at worst) which cells have not changed
from one version to the next. What then has only one possible value is disclosed.

Two steps find it: elimination, exact over the fractions, finds all that the sums alone fix; bounds
that follow from "not below zero" are then narrowed until nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm


@dataclass(frozen=True, slots=True)
class Equation:
    """``sum(coefficient * unknown) == constant``."""

    unknowns: Mapping[tuple[str, int], Fraction]
    constant: Fraction


def disclosures(equations: Sequence[Equation]) -> dict[tuple[str, int], int]:
    """Every unknown that has only one possible value, with that value.

    Args:
        equations: what holds among the unknowns, all of which are whole numbers from 0 up.
    """
    found: dict[tuple[str, int], int] = {}
    for component in _components(equations):
        found |= _of_component(component)
    return found


def _of_component(equations: Sequence[Equation]) -> dict[tuple[str, int], int]:
    reduced = _reduced(equations)
    known = {
        next(iter(one.unknowns)): int(one.constant) for one in reduced if len(one.unknowns) == 1
    }
    return known | _by_bounds([*equations, *reduced])


def _components(equations: Sequence[Equation]) -> list[list[Equation]]:
    """Equations that share no unknown tell nothing of each other."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(cell: tuple[str, int]) -> tuple[str, int]:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for equation in equations:
        cells = list(equation.unknowns)
        for cell in cells:
            parent.setdefault(cell, cell)
        for cell in cells[1:]:
            parent[root(cell)] = root(cells[0])
    groups: dict[tuple[str, int], list[Equation]] = defaultdict(list)
    for equation in equations:
        if equation.unknowns:
            groups[root(next(iter(equation.unknowns)))].append(equation)
    return list(groups.values())


def _reduced(equations: Sequence[Equation]) -> list[Equation]:
    """The reduced row echelon form; a row with one unknown gives its value.

    Rows are kept sparse: in sums of sums nearly every coefficient stays 1 or -1.
    """
    system = _Reduced()
    for equation in sorted(equations, key=lambda one: len(one.unknowns)):
        system.add(equation)
    return [Equation(row, constant) for row, constant in system.rows.values()]


class _Reduced:
    """Rows by their pivot, none of which stands in another row."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], tuple[dict[tuple[str, int], Fraction], Fraction]] = {}
        self._holders: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)

    def add(self, equation: Equation) -> None:
        """Take in one more equation; one that says nothing new changes nothing."""
        row, constant = dict(equation.unknowns), equation.constant
        for cell in equation.unknowns:
            if cell in self.rows:
                constant -= _take(row, row[cell], *self.rows[cell])
        if not row:
            return
        pivot = min(row, key=lambda cell: (len(self._holders[cell]), cell))
        factor = row[pivot]
        row, constant = {cell: value / factor for cell, value in row.items()}, constant / factor
        for other in list(self._holders[pivot]):
            self._clear(other, pivot, row, constant)
        self.rows[pivot] = row, constant
        for cell in row:
            if cell != pivot:
                self._holders[cell].add(pivot)

    def _clear(
        self,
        other: tuple[str, int],
        pivot: tuple[str, int],
        row: Mapping[tuple[str, int], Fraction],
        constant: Fraction,
    ) -> None:
        """Take the new pivot out of an older row."""
        held, held_constant = self.rows[other]
        before = set(held)
        held_constant -= _take(held, held[pivot], row, constant)
        self.rows[other] = held, held_constant
        for cell in before - set(held):
            self._holders[cell].discard(other)
        for cell in set(held) - before:
            self._holders[cell].add(other)


def _take(
    row: dict[tuple[str, int], Fraction],
    times: Fraction,
    other: Mapping[tuple[str, int], Fraction],
    constant: Fraction,
) -> Fraction:
    """Take ``times`` another row from ``row``, in place; returns what its constant loses."""
    for cell, value in other.items():
        left = row.get(cell, Fraction(0)) - times * value
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
    return times * constant


def _by_bounds(equations: Sequence[Equation]) -> dict[tuple[str, int], int]:
    """What follows from no count being below zero; bounds narrow until none changes."""
    low: dict[tuple[str, int], int] = defaultdict(int)
    high: dict[tuple[str, int], int] = {}
    whole = [_whole(equation) for equation in equations]
    changed = True
    while changed:
        changed = False
        for terms, constant in whole:
            changed |= _narrow(terms, constant, low, high)
    return {cell: top for cell, top in high.items() if low[cell] == top}


_Terms = list[tuple[tuple[str, int], int]]


def _whole(equation: Equation) -> tuple[_Terms, int]:
    """The equation times what makes all its numbers whole: bounds are, and stay the same by it."""
    numbers = (*equation.unknowns.values(), equation.constant)
    times = lcm(*(number.denominator for number in numbers))
    terms = [(cell, int(factor * times)) for cell, factor in equation.unknowns.items()]
    return terms, int(equation.constant * times)


def _narrow(
    terms: _Terms,
    constant: int,
    low: dict[tuple[str, int], int],
    high: dict[tuple[str, int], int],
) -> bool:
    """Narrow the bounds of one equation's unknowns; True where any became narrower."""
    leasts = [_term(cell, factor, low, high, is_least=True) for cell, factor in terms]
    mosts = [_term(cell, factor, low, high, is_least=False) for cell, factor in terms]
    least, most = _sum(leasts), _sum(mosts)
    if least is None and most is None:
        return False
    changed = False
    for (cell, factor), own_least, own_most in zip(terms, leasts, mosts, strict=True):
        # What is left for this unknown when all others are as small, or as great, as they can be.
        if least is not None and own_least is not None:
            changed |= _bound(cell, factor, constant - (least - own_least), low, high)
        if most is not None and own_most is not None:
            changed |= _bound(cell, -factor, -(constant - (most - own_most)), low, high)
    return changed


def _sum(terms: list[int | None]) -> int | None:
    """All of them together; None where one has no end."""
    added = 0
    for term in terms:
        if term is None:
            return None
        added += term
    return added


def _term(
    cell: tuple[str, int],
    factor: int,
    low: Mapping[tuple[str, int], int],
    high: Mapping[tuple[str, int], int],
    *,
    is_least: bool,
) -> int | None:
    if (factor > 0) == is_least:
        return factor * low.get(cell, 0)
    top = high.get(cell)
    return None if top is None else factor * top


def _bound(
    cell: tuple[str, int],
    factor: int,
    limit: int,
    low: dict[tuple[str, int], int],
    high: dict[tuple[str, int], int],
) -> bool:
    """``factor * cell <= limit``; whole numbers make the bound whole."""
    if factor > 0:
        top = limit // factor
        if cell not in high or top < high[cell]:
            high[cell] = top
            return True
        return False
    bottom = -(-limit // factor)
    if bottom > low.get(cell, 0):
        low[cell] = bottom
        return True
    return False
