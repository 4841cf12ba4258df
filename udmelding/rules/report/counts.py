"""What does a reader of published figures have? Counts that hang together, and what may be seen.

``rules.report.counted`` makes them of a case's answers, ``rules.report.hiding`` says what of them
must be hidden, ``rules.report.hiding_model`` how they could be other than they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Change = Mapping[str, int]
"""By how much cells would be other than they are."""


@dataclass(frozen=True, slots=True)
class Sum:
    """``total == sum(parts)``, by the names of the cells."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All of them, the parts first."""
        return (*self.parts, self.total)

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether the parts give the total."""
        return values[self.total] == sum(values[part] for part in self.parts)


@dataclass(frozen=True, slots=True)
class Bound:
    """``sum(less) <= times * more``: what a form asks for, such as ``at_most``."""

    less: tuple[str, ...]
    more: str
    times: int = 1

    @property
    def cells(self) -> tuple[str, ...]:
        """All of them, the smaller ones first."""
        return (*self.less, self.more)

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether nothing is too great."""
        return self.room(values) >= 0

    def room(self, values: Mapping[str, int]) -> int:
        """How much greater the left side could be; below 0 where the bound does not hold."""
        return self.times * values[self.more] - sum(values[cell] for cell in self.less)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All that a reader has: counts that hang together, and what may be seen of them.

    Attributes:
        values: every count by the name of its cell.
        sums: what adds up; ``bounds`` what is not greater than something else.
        owners: the respondent whose own answer a cell is; a total is nobody's.
        secret: cells that the printed rule hides: the small ones that the promise is about, and 0.
        closed: other cells that are hidden for good, such as those that have been.
        positive: cells that every reader knows not to be 0 where they are hidden.
        fixed: cells that cannot be hidden: they are shown already, or are a 0 that the rule shows.
        weights: what it costs to hide a cell; 1 where nothing is said.
    """

    values: Mapping[str, int]
    sums: tuple[Sum, ...]
    bounds: tuple[Bound, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    positive: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)
