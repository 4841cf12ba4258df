"""How do counts change most cheaply, so that all sums still hold? A linear program (HiGHS).

The one question of ``rules.report.hiding``, asked many times with a few bounds changed. What is
found is not believed here: whoever asks adds it up again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import highspy
import numpy as np

from udmelding.rules.report.counts import Change, Counts

_NEARLY_FREE = 0.001
_WHOLE = 1e-6
_NO_LIMIT = highspy.kHighsInf


class Model:
    """The linear program: what goes up and what goes down, so that all sums still hold."""

    def __init__(
        self, counts: Counts, hidden: Collection[str], near: frozenset[str] = frozenset()
    ) -> None:
        """Lay it out.

        Args:
            counts: what there is.
            hidden: what is hidden, nearly free to change.
            near: respondents whose rows may change, hidden cells only; empty: everything may.
        """
        self._counts = counts
        names = [c for c in counts.values if not near or counts.owners.get(c, "") in {"", *near}]
        self._names = names
        self._place = {cell: place for place, cell in enumerate(names)}
        self._can = np.array([cell not in counts.fixed for cell in names], dtype=float)
        least = np.array([cell in counts.positive for cell in names], dtype=float)
        value = np.array([counts.values[cell] for cell in names], dtype=float)
        # Columns: how much each cell goes up, then how much each goes down.
        up = np.where(self._can, _NO_LIMIT, 0.0)
        down = np.where(self._can, np.maximum(value - least, 0.0), 0.0)
        self._most = np.concatenate([up, down])
        self._open = np.array([not near or c in hidden for c in [*names, *names]], dtype=bool)
        size = len(self._most)
        self._solver = _solver()
        self._solver.addVars(size, np.zeros(size), self._limit(np.arange(size)))
        weights = [_NEARLY_FREE if c in hidden else counts.weights.get(c, 1.0) for c in names]
        every = np.arange(size, dtype=np.int32)
        self._solver.changeColsCost(size, every, np.array([*weights, *weights]))
        for one in counts.sums:
            terms = [*((part, 1) for part in one.parts), (one.total, -1)]
            self._add(0.0, 0.0, terms)
        for bound in counts.bounds:
            terms = [*((part, 1) for part in bound.less), (bound.more, -bound.times)]
            self._add(-_NO_LIMIT, float(bound.room(counts.values)), terms)

    def _limit(self, columns: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.where(self._open[columns], self._most[columns], 0.0)
        return found

    def _add(self, low: float, high: float, terms: Sequence[tuple[str, int]]) -> None:
        factors: dict[int, float] = defaultdict(float)
        for cell, factor in terms:
            if cell in self._place:
                factors[self._place[cell]] += factor
                factors[self._place[cell] + len(self._names)] -= factor
        used = {place: factor for place, factor in factors.items() if factor}
        if used:
            index = np.array(list(used), dtype=np.int32)
            self._solver.addRow(low, high, len(used), index, np.array(list(used.values())))

    def hide(self, cell: str) -> None:
        """A cell is hidden now: it may change, and that is nearly free."""
        columns = self._both([cell])
        self._open[columns] = True
        for column in columns:
            self._solver.changeColCost(int(column), _NEARLY_FREE)
        self._bounds(columns)

    def close(self, cells: Collection[str]) -> None:
        """Those cells are shown now, and may not change."""
        columns = self._both(cells)
        self._open[columns] = False
        self._bounds(columns)

    def cheapest(self, cell: str, more: int, row: Sequence[str]) -> Change | None:
        """The cheapest change that makes a cell so much more and leaves a row alone."""
        place = self._place.get(cell)
        if place is None:
            return None
        column = place if more > 0 else place + len(self._names)
        if self._limit(np.array([column]))[0] < abs(more):
            return None
        still = self._both([*row, cell])
        self._solver.changeColsBounds(len(still), still, np.zeros(len(still)), np.zeros(len(still)))
        self._solver.changeColBounds(column, abs(more), abs(more))
        moved = self._run()
        if moved is not None and np.abs(moved - np.rint(moved)).max(initial=0.0) > _WHOLE:
            moved = self._run_whole()
        self._bounds(still)
        if moved is None:
            return None
        whole = np.rint(moved).astype(int)
        return {self._names[place]: int(whole[place]) for place in np.flatnonzero(whole)}

    def _run(self) -> np.ndarray | None:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = np.array(self._solver.getSolution().col_value)
        moved: np.ndarray = found[: len(self._names)] - found[len(self._names) :]
        return moved

    def _run_whole(self) -> np.ndarray | None:
        """The same in whole numbers; it is seldom asked for, and slow unless made smaller first."""
        self._set_kind(highspy.HighsVarType.kInteger)
        self._solver.setOptionValue("presolve", "on")
        # As cheap as can be is not asked for: what is shown costs more than this in any case.
        self._solver.setOptionValue("mip_rel_gap", 0.5)
        found = self._run()
        self._solver.setOptionValue("presolve", "off")
        self._set_kind(highspy.HighsVarType.kContinuous)
        return found

    def _set_kind(self, kind: highspy.HighsVarType) -> None:
        every = np.arange(len(self._most), dtype=np.int32)
        self._solver.changeColsIntegrality(len(every), every, np.full(len(every), kind))

    def _both(self, cells: Iterable[str]) -> np.ndarray:
        places = [self._place[cell] for cell in dict.fromkeys(cells) if cell in self._place]
        return np.array([*places, *(place + len(self._names) for place in places)], dtype=np.int32)

    def _bounds(self, columns: np.ndarray) -> None:
        size = len(columns)
        self._solver.changeColsBounds(size, columns, np.zeros(size), self._limit(columns))


class _Quiet(highspy.Highs):
    """A solver that prints nothing: a command's output is what people and scripts read."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the library's name
        """Do nothing: nobody listens, and this is where its banner would be printed."""


def _solver() -> highspy.Highs:
    solver = _Quiet()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)  # the same counts give the same choice
    solver.setOptionValue("presolve", "off")  # each question differs from the last in a few bounds
    return solver
