"""Which counts must not circulate? Small ones, and every one that would give a small one away.

A count of citizens from 1 up to below the threshold is hidden (the practice of official statistics
for cells that could point at a person). A hidden cell could be computed from its row's total, from
another table or from an earlier version, so others are hidden with it until the attacker of
``hiding_attack`` finds no hidden cell. One mark stands for both: it does not tell which is small.

A version that has circulated cannot be taken back: what it showed counts as known for good. What is
told about hidden counts, under a table and to the caseworker, stands here too.

How it works. First the small counts are hidden, and every cell that an earlier version hid with the
value that it still has. Then the attacker is asked what can be computed. A cell that has changed
since is another unknown than before, so that an old sum is never added to a new one; one that has
not is the same, so that two versions can be put together. For each cell that was found a guard is
hidden, a cell of a sum that it stands in and that no earlier version showed: rather one that is not
0, for 0 guards nothing; rather a part than a total; in the sum that has fewest hidden; the smallest
of them. A sum is helped by one guard a round. Where no neighbour can guard, a cell of any sum with
a hidden one is taken. Then the attacker is asked again, until nothing new is found. What no cell is
left to guard counts as known, as where earlier versions showed the rest.

What holds at the end. Every small count is hidden. The attacker finds no hidden cell but those that
were known before, which ``already_known`` names. Cells are only ever added, so it ends; nothing
is drawn by lot, so the same counts and earlier versions hide the same cells. What is not promised:
that a hidden count could be anything below the threshold. Only the exact value is kept from the
attacker, who may still narrow it; and a municipality that takes its own counts out of a sum knows
more than the attacker does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from udmelding.rules.report.figure_tables import HIDDEN
from udmelding.rules.report.hiding_attack import Equation, disclosures


@dataclass(frozen=True, slots=True)
class Relation:
    """``total == sum(parts)``, by the names of the cells."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All of them, the parts first."""
        return (*self.parts, self.total)


@dataclass(frozen=True, slots=True)
class Shown:
    """One version that has circulated: raw values, what was hidden of them, what they sum to."""

    values: Mapping[str, int]
    hidden: frozenset[str]
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Protection:
    """What to hide.

    Attributes:
        hidden: all of it: ``small`` counts, and those ``guarding`` them.
        already_known: hidden cells that earlier versions have given away; nothing helps there.
    """

    hidden: frozenset[str]
    small: frozenset[str]
    guarding: frozenset[str]
    already_known: frozenset[str]


def protect(
    values: Mapping[str, int],
    relations: Sequence[Relation],
    *,
    threshold: int,
    hides_zero: bool = False,
    earlier: Sequence[Shown] = (),
) -> Protection:
    """What to hide of a set of counts that hang together.

    Args:
        values: every count by the name of its cell.
        relations: the sums that hold among them.
        threshold: counts from 1 to below it are small.
        hides_zero: whether 0 is small too.
        earlier: versions that have circulated, the oldest first.
    """
    least = 0 if hides_zero else 1
    small = frozenset(cell for cell, value in values.items() if least <= value < threshold)
    world = _World(values, relations, earlier)
    hidden = set(small) | world.hidden_before()
    known = world.given_away(hidden)
    while True:
        found = world.found(hidden) - known
        if not found:
            break
        guards = world.guards(found, hidden)
        if guards:
            hidden |= guards
        else:
            known |= found
    already = frozenset(cell for cell in hidden if world.now(cell) in known)
    return Protection(
        hidden=frozenset(hidden),
        small=small,
        guarding=frozenset(hidden) - small,
        already_known=already,
    )


Unknown = tuple[str, int]
"""A cell and which of its values: a cell that changes between versions is another unknown."""


class _World:
    """All that an attacker has: the coming version and the ones before it."""

    def __init__(
        self, values: Mapping[str, int], relations: Sequence[Relation], earlier: Sequence[Shown]
    ) -> None:
        self._values, self._relations = values, tuple(relations)
        self._earlier = earlier
        self._epochs = [*_epochs([*(one.values for one in earlier), values])]
        self._current = self._epochs[-1]
        self._by_cell: dict[str, list[Relation]] = defaultdict(list)
        for relation in self._relations:
            for cell in relation.cells:
                self._by_cell[cell].append(relation)
        self._before = self._known_before()

    def now(self, cell: str) -> Unknown:
        """The cell with its value in the coming version."""
        return cell, self._current[cell]

    def _known_before(self) -> frozenset[Unknown]:
        return frozenset(
            (cell, epochs[cell])
            for version, epochs in zip(self._earlier, self._epochs, strict=False)
            for cell in version.values
            if cell not in version.hidden
        )

    def hidden_before(self) -> set[str]:
        """Cells that were hidden with the very value they have now: they stay hidden."""
        last = {
            (cell, epochs[cell])
            for version, epochs in zip(self._earlier, self._epochs, strict=False)
            for cell in version.hidden
            if cell in epochs
        }
        return {cell for cell in self._values if self.now(cell) in last - self._before}

    def given_away(self, hidden: set[str]) -> set[Unknown]:
        """Cells to be hidden that earlier versions showed with the same value."""
        return {self.now(cell) for cell in hidden} & self._before

    def found(self, hidden: set[str]) -> set[Unknown]:
        """What the attacker computes when those cells are hidden."""
        shown = {self.now(cell) for cell in self._values if cell not in hidden} | self._before
        equations = list(self._equations(shown))
        return set(disclosures(equations))

    def _equations(self, shown: set[Unknown]) -> Iterator[Equation]:
        versions = [(one.values, one.relations) for one in self._earlier]
        versions.append((self._values, self._relations))
        for (values, relations), epochs in zip(versions, self._epochs, strict=True):
            for relation in relations:
                yield _equation(relation, values, epochs, shown)

    def guards(self, found: Iterable[Unknown], hidden: set[str]) -> set[str]:
        """One more cell to hide for each that was found, as cheap as possible."""
        chosen: set[str] = set()
        helped: set[Relation] = set()
        for cell, _ in sorted(found):
            relations = self._by_cell.get(cell, [])
            if any(relation in helped for relation in relations):
                continue
            guard, relation = self._cheapest(relations, hidden | chosen)
            if guard is not None and relation is not None:
                chosen.add(guard)
                helped.add(relation)
        return chosen or self._anything(hidden)

    def _cheapest(
        self, relations: Sequence[Relation], hidden: set[str]
    ) -> tuple[str | None, Relation | None]:
        """The cell to hide beside a found one: a part before a total, a small one before a great.

        A guard of 0 guards nothing against one who knows that counts are not negative.
        """
        best: tuple[tuple[int, int, int, str], str, Relation] | None = None
        for relation in relations:
            alone = sum(1 for cell in relation.cells if cell in hidden)
            for cell in relation.cells:
                if cell in hidden or cell not in self._values or self.now(cell) in self._before:
                    continue
                value = self._values[cell]
                cost = (int(value == 0), int(cell == relation.total), alone, value, cell)
                if best is None or cost < best[0]:
                    best = cost, cell, relation  # type: ignore[assignment]
        return (best[1], best[2]) if best else (None, None)

    def _anything(self, hidden: set[str]) -> set[str]:
        """Where no neighbour helps: a cell in a sum with any hidden one."""
        for relation in self._relations:
            if any(cell in hidden for cell in relation.cells):
                guard, _ = self._cheapest([relation], hidden)
                if guard is not None:
                    return {guard}
        return set()


def _equation(
    relation: Relation,
    values: Mapping[str, int],
    epochs: Mapping[str, int],
    shown: set[Unknown],
) -> Equation:
    unknowns: dict[Unknown, Fraction] = {}
    constant = Fraction(0)
    for cell, sign in (*((part, 1) for part in relation.parts), (relation.total, -1)):
        if cell not in values:
            continue
        name = (cell, epochs[cell])
        if name in shown:
            constant -= sign * values[cell]
        else:
            unknowns[name] = unknowns.get(name, Fraction(0)) + sign
    return Equation({name: one for name, one in unknowns.items() if one}, constant)


def _epochs(versions: Sequence[Mapping[str, int]]) -> Iterator[dict[str, int]]:
    """For each version: which value of each cell it holds, counted from 0."""
    epoch: dict[str, int] = {}
    last: dict[str, int] = {}
    for values in versions:
        for cell, value in values.items():
            if cell in last and last[cell] != value:
                epoch[cell] += 1
            epoch.setdefault(cell, 0)
            last[cell] = value
        yield {cell: epoch[cell] for cell in values}


def note_under_table(threshold: int, *, hides_zero: bool = False) -> str:
    """What stands under a table with hidden cells; a 0 that is shown is not among them."""
    return (
        f"{HIDDEN} Tal fra {0 if hides_zero else 1} til {threshold - 1} vises ikke af hensyn til "
        "borgerne. Andre tal kan være skjult, så de små tal ikke kan regnes ud."
    )


def for_caseworker(protection: Protection) -> str:
    """How many counts are hidden and why; empty where none is."""
    if not protection.hidden:
        return ""
    small, guarding = len(protection.small), len(protection.guarding)
    told = f"{len(protection.hidden)} tal er skjult i alt, der sendes ud: {small} små"
    told += f" og {guarding}, som de små kunne regnes ud fra." if guarding else "."
    if protection.already_known:
        known = len(protection.already_known)
        told += f" {known} af dem er allerede kendt fra en tidligere version."
    return told
