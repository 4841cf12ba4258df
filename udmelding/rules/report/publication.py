"""What has been shown of a case's figures? One value that all who show figures read.

It is kept as it is, so that what is shown never has to be worked out anew, and so that the next
publication can be judged together with it; ``rules.report.publishing`` makes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.report import FigureWay
from udmelding.rules.report.counts import Bound, Sum
from udmelding.rules.report.hiding import Claim

LEAST_CHANGED = 5
"""How many answers must be others before totals are published anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is promised.

    Attributes:
        threshold: numbers of citizens from 1 to below it are hidden.
        open_values: how many values each of them can have for a respondent that knows its own.
    """

    threshold: int = 5
    open_values: int = 4


@dataclass(frozen=True, slots=True)
class KnownCount:
    """One count that has been published, shown or hidden, as long as it had this value.

    Attributes:
        owner: the respondent whose own answer it is; empty for a total.
        is_secret: the promise is about it.
        is_positive: a reader knows that it is not 0 where it is hidden.
    """

    value: int
    owner: str
    is_hidden: bool
    is_secret: bool
    is_positive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """All that has been shown of a case's figures, up to and with the last time.

    Attributes:
        form: the question set that it shows; ``number`` from 1.
        made_on: the day of it; ``counted_on`` that of its totals.
        answers: whose row is shown, and the key of the answer that it shows; ``counted`` the same
            of the totals.
        shown: the numbers that tables show, by ``cell_id``; ``hidden`` those that show a mark.
        known: every count by a name of its own; a cell that changed has one for each value.
        current: the name in ``known`` of each cell that the tables have.
        guards: numbers that the rule alone would show, and why each is hidden.
    """

    form: str
    number: int
    made_on: dt.date
    counted_on: dt.date
    way: FigureWay
    rule: Rule
    answers: Mapping[str, str]
    counted: Mapping[str, str]
    shown: Mapping[str, Decimal]
    hidden: frozenset[str]
    known: Mapping[str, KnownCount]
    current: Mapping[str, str]
    sums: tuple[Sum, ...]
    bounds: tuple[Bound, ...]
    guards: Mapping[str, Claim] = field(default_factory=dict)

    @property
    def tells_none(self) -> bool:
        """Whether it shows who has no citizens at all."""
        return self.way is FigureWay.ROWS

    @property
    def later(self) -> frozenset[str]:
        """Whose row shows another answer than the totals hold."""
        return frozenset(p for p, key in self.answers.items() if self.counted.get(p) != key)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to publish, and its price.

    Attributes:
        publication: what would be shown.
        impossible: what could be computed all the same; empty, or it may not be chosen.
    """

    publication: Publication
    impossible: tuple[Claim, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Numbers from the threshold up that would be hidden, by ``cell_id``; totals first."""
        made = self.publication
        found = [
            cell
            for cell, name in made.current.items()
            if cell in made.hidden and made.known[name].value >= made.rule.threshold
        ]
        return tuple(sorted(found, key=lambda cell: (cell not in self.lost_totals_of(), cell)))

    def lost_totals_of(self) -> frozenset[str]:
        """Those among all hidden cells that are totals."""
        made = self.publication
        return frozenset(c for c, name in made.current.items() if not made.known[name].owner)

    @property
    def lost_totals(self) -> tuple[str, ...]:
        """The totals among ``lost``."""
        return tuple(cell for cell in self.lost if cell in self.lost_totals_of())

    @property
    def hidden_zeros(self) -> int:
        """How many a 0 would be hidden."""
        made = self.publication
        return sum(
            1 for c, name in made.current.items() if c in made.hidden and not made.known[name].value
        )


def earlier_versions(kept: Sequence[Mapping[str, Any]]) -> Publication | None:
    """What versions of a report showed before there were publications; None where that is nothing.

    They showed every 0, so that what they hid is known not to be 0. Only what was shown and hidden
    is known of them: there are no tables to show from it.

    Args:
        kept: ``values``, ``hidden`` and ``relations`` of each version, the oldest first.
    """
    known: dict[str, KnownCount] = {}
    current: dict[str, str] = {}
    sums: dict[Sum, None] = {}
    for number, version in enumerate(kept, 1):
        hidden = set(version.get("hidden", ()))
        for cell, value in version.get("values", {}).items():
            name = current.get(cell, cell)
            if name in known and known[name].value != value:
                name = f"{cell}@{number}"
            is_hidden = cell in hidden and (name not in known or known[name].is_hidden)
            current[cell] = name
            known[name] = KnownCount(
                value=value,
                owner=cell.partition("|")[0] if cell[:1].isdigit() else "",
                is_hidden=is_hidden,
                is_secret=is_hidden,
                is_positive=is_hidden,
            )
        for total, *parts in version.get("relations", ()):
            sums[Sum(current[total], tuple(current[part] for part in parts))] = None
    if not known:
        return None
    day = dt.date.min
    return Publication(
        form="", number=1, made_on=day, counted_on=day, way=FigureWay.ROWS, rule=Rule(), answers={},
        counted={}, shown={}, hidden=frozenset(), known=known, current=current,
        sums=tuple(sums), bounds=(),
    )  # fmt: skip
