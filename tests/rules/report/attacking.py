"""What can be found out about few citizens? An attacker who has only what everybody has.

It reads the CSV text of every publication, knows the form (what adds up, what is at most what, what
is asked only where there are any), the printed rule, and, as a respondent, its own answers. Its
unknowns are the hidden numbers; what it asks is whether some whole numbers fit all of that, one of
them being this one (scipy's solver for whole numbers). It shares no code with what hides the
numbers, and looks for values where that looks for changes: what it finds open is open.

It is stronger than a reader in one thing: it is told which answer each row shows and which answers
each total holds, where a reader has only the notes under the tables.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from models.report import FigureWay
from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import NUMERIC, Counts, Kind, Question

_MOST, _MOST_TOGETHER = 5_000, 500_000
_FITS, _NOTHING_FITS = 0, 2
"""What the solver says; anything else is no answer."""


class Cell(NamedTuple):
    """One number of citizens that somebody gave, or that was added up.

    ``who`` is the kind of respondent, ``answer`` which answer of theirs; of a total, which totals.
    """

    who: str
    row: str
    figure: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One publication.

    Attributes:
        text: its CSV.
        way: the rule printed under its tables; None: the rule before there were publications, where
            every 0 is shown, so that a mark is never 0.
        answers: which answer each row shows, by party; ``counted`` which the totals hold.
    """

    text: str
    way: FigureWay | None
    answers: Mapping[str, str]
    counted: Mapping[str, str]


def totals_of(counted: Mapping[str, str]) -> str:
    """What totals that hold those answers are called, as the ``answer`` of a cell."""
    return "sum " + ",".join(sorted(f"{party}:{key}" for party, key in counted.items()))


class Attacker:
    """All publications of a case together."""

    def __init__(self, form: Form, seen: Sequence[Seen]) -> None:
        self._form = form
        self._columns: dict[Cell, int] = {}
        self._low: list[int] = []
        self._high: list[int] = []
        self._rules: list[tuple[dict[int, int], float, float]] = []
        self.hidden: set[Cell] = set()
        answers: dict[tuple[str, str, str], _Row] = {}
        for one in seen:
            self._read(one, answers)
        self._matrix: csr_array | None = None

    # --- What is read ---

    def _read(self, seen: Seen, answers: dict[tuple[str, str, str], _Row]) -> None:
        """One publication: its rows, what their marks mean, and how rows add up."""
        totals = totals_of(seen.counted)
        page: dict[tuple[str, str], _Row] = {}
        areas: dict[tuple[str, str], list[str]] = {}
        waiting: dict[str, dict[str, None]] = defaultdict(dict)
        levels: dict[tuple[str, str], str] = {}
        for line in csv.DictReader(io.StringIO(seen.text.lstrip("\ufeff")), delimiter=";"):
            who, row, level = _who(line["tabel"]), line["rækkekode"], line["niveau"]
            levels[who, row] = level
            if level == "part" and not any(row in own for own in areas.values()):
                waiting[who][row] = None
            elif level == "område" and waiting[who]:
                areas[who, row] = list(waiting.pop(who))
            page.setdefault((who, row), _Row()).lines[line["tal"]] = line["status"], line["værdi"]
        for (who, row), printed in page.items():
            is_own = levels[who, row] == "part"
            if is_own and row not in seen.answers:
                assert all(status == "ikke besvaret" for status, _ in printed.lines.values())
                continue
            state = seen.answers[row] if is_own else totals
            printed.cells = {
                figure: self._column(Cell(who, row, figure, state), is_own)
                for figure, (status, _) in printed.lines.items()
                if status != "ikke besvaret" and self._counts_citizens(figure)
            }
            self._marks(printed, Cell(who, row, "", state), seen.way)
            self._silence(printed)
            if is_own and (who, row, state) not in answers:
                answers[who, row, state] = printed
                self._answer(printed)
        self._totals(seen, page, areas, answers)

    def _column(self, cell: Cell, is_own: bool) -> int:
        if cell not in self._columns:
            self._columns[cell] = len(self._columns)
            self._low.append(0)
            self._high.append(_MOST if is_own else _MOST_TOGETHER)
        return self._columns[cell]

    def _marks(self, printed: _Row, whose: Cell, way: FigureWay | None) -> None:
        """What is shown is so; what a mark can be, the printed rule says."""
        for figure, column in printed.cells.items():
            status, text = printed.lines[figure]
            base = self._base(figure)
            if status == "vist":
                self._at_least(column, int(text))
                self._at_most(column, int(text))
                continue
            self.hidden.add(whose._replace(figure=figure))
            if way is None or (way is FigureWay.ROWS and figure == base):
                self._at_least(column, 1)
            if way is FigureWay.ROWS and printed.lines.get(base, ("", ""))[1] == "0":
                self._at_most(column, 0)

    def _silence(self, printed: _Row) -> None:
        """What is asked only where there are any tells by an answer, or none, whether there are."""
        for question in self._form.questions:
            above = printed.cells.get(self._above(question))
            if above is None:
                continue
            for figure in _plain_figures(question):
                status = printed.lines.get(figure, ("", ""))[0]
                if status == "vist":
                    self._at_least(above, 1)
                elif status == "ikke besvaret" and question.is_required:
                    self._at_most(above, 0)

    # --- What is known to hold ---

    def _answer(self, printed: _Row) -> None:
        """The form's own rules, within one answer."""
        cells = printed.cells
        for rule in self._form.sums:
            self._adds_up(cells, rule.total, rule.parts)
        for question in self._form.questions:
            self._table(cells, question)
            if question.at_most:
                self._is_at_most(cells, question.id, question.at_most)
            above = self._above(question)
            for figure in cells:
                if figure == question.id or figure.startswith(f"{question.id}."):
                    self._is_at_most(cells, figure, above, times=_MOST)
            if question.has_free_rows and question.is_required:  # at least one row must be written
                self._is_at_most(cells, above, f"{question.id}.#", times=_MOST)

    def _table(self, cells: Mapping[str, int], question: Question) -> None:
        for column in question.columns:
            if question.rows:
                rows = [f"{question.id}.{row.id}" for row in question.rows]
                self._adds_up(
                    cells, f"{question.id}.*.{column.id}", [f"{row}.{column.id}" for row in rows]
                )
                for row in rows:
                    self._is_at_most(cells, f"{row}.{column.id}", f"{row}.{column.at_most}")
            elif question.is_per_person:
                stem = f"{question.id}.*.{column.id}="
                options = [figure for figure in cells if figure.startswith(stem)]
                is_whole = column.is_required
                self._adds_up(cells, f"{question.id}.#", options, is_whole=is_whole)

    def _totals(
        self,
        seen: Seen,
        page: Mapping[tuple[str, str], _Row],
        areas: Mapping[tuple[str, str], Sequence[str]],
        answers: Mapping[tuple[str, str, str], _Row],
    ) -> None:
        """Areas are added up from the answers that are counted, the country from its areas."""
        for (who, area), parties in areas.items():
            counted = [
                answers[who, party, seen.counted[party]].cells
                for party in parties
                if party in seen.counted
            ]
            for figure, column in page[who, area].cells.items():
                self._add({column: -1}, [own[figure] for own in counted if figure in own])
        for who in {who for who, _ in areas}:
            country = page.get((who, "country"), _Row())
            own = [page[one].cells for one in areas if one[0] == who]
            for figure, column in country.cells.items():
                self._add({column: -1}, [cells[figure] for cells in own if figure in cells])

    def _adds_up(
        self, cells: Mapping[str, int], total: str, parts: Sequence[str], *, is_whole: bool = True
    ) -> None:
        if total in cells and parts and all(part in cells for part in parts):
            least = 0.0 if is_whole else -np.inf
            self._add({cells[total]: -1}, [cells[part] for part in parts], least)

    def _is_at_most(
        self, cells: Mapping[str, int], less: str, more: str, *, times: int = 1
    ) -> None:
        if less in cells and more in cells and less != more:
            self._add({cells[more]: -times}, [cells[less]], -np.inf)

    def _add(self, factors: dict[int, int], ones: Sequence[int], least: float = 0.0) -> None:
        self._rules.append((factors | dict.fromkeys(ones, 1), least, 0.0))

    def _at_least(self, column: int, value: int) -> None:
        self._low[column] = max(self._low[column], value)

    def _at_most(self, column: int, value: int) -> None:
        self._high[column] = min(self._high[column], value)

    # --- The form ---

    def _counts_citizens(self, figure: str) -> bool:
        code, _, rest = figure.partition("=")[0].partition(".")
        question = self._form.question(code)
        if question is None:
            return False
        if question.is_per_person:
            return rest == "#" or "=" in figure
        column = question.column(rest.rpartition(".")[2])
        return (column or question).counts is Counts.CITIZENS

    def _base(self, figure: str) -> str:
        """The figure with all citizens whom a figure is about."""
        base = self._form.base_of(figure.partition("=")[0].partition(".")[0])
        if base is None:
            return ""
        return f"{base.id}.#" if base.is_per_person else base.id

    def _above(self, question: Question) -> str:
        """The count of citizens without which a question is not asked; empty: no such."""
        condition = question.required_if
        is_so = condition is not None and condition.above == 0
        return condition.question if condition and is_so else ""

    # --- What is found out ---

    def can_be(self, cell: Cell, value: int, knows: Mapping[Cell, int] | None = None) -> bool:
        """Whether a number can be ``value``, as far as somebody with those answers knows."""
        return self.admits({**(knows or {}), cell: value})

    def values(self, cell: Cell, most: int, knows: Mapping[Cell, int] | None = None) -> set[int]:
        """Every value up to ``most`` that a number can have."""
        return {value for value in range(most + 1) if self.can_be(cell, value, knows)}

    def admits(self, known: Mapping[Cell, int]) -> bool:
        """Whether all that is published fits with these numbers.

        Raises:
            RuntimeError: if the solver gives no clear answer, or a wrong one.
        """
        low, high = np.array(self._low), np.array(self._high)
        for cell, value in known.items():
            column = self._columns.get(cell)
            if column is None:
                continue
            if not low[column] <= value <= high[column]:
                return False
            low[column] = high[column] = value
        if (low > high).any():
            return False
        matrix, least, most = self._as_matrix()
        size = len(self._columns)
        found = milp(
            np.zeros(size),
            integrality=np.ones(size),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(matrix, least, most) if len(least) else (),
        )
        if found.status == _NOTHING_FITS:
            return False
        if found.status != _FITS:
            raise RuntimeError(found.message)
        whole = np.rint(found.x).astype(int)
        added = matrix @ whole
        if not (
            ((low <= whole) & (whole <= high)).all() and ((least <= added) & (added <= most)).all()
        ):
            raise RuntimeError("the solver's numbers do not fit")
        return True

    def _as_matrix(self) -> tuple[csr_array, np.ndarray, np.ndarray]:
        rules = self._rules
        if self._matrix is None:
            places = [(n, column) for n, (factors, _, _) in enumerate(rules) for column in factors]
            factors = [factor for one, _, _ in rules for factor in one.values()]
            at = ([row for row, _ in places], [column for _, column in places])
            self._matrix = csr_array((factors, at), shape=(len(rules), len(self._columns)))
        least, most = np.array([one[1] for one in rules]), np.array([one[2] for one in rules])
        return self._matrix, least, most


@dataclass(slots=True)
class _Row:
    """One printed row: status and text by figure, and the unknowns of its counts of citizens."""

    lines: dict[str, tuple[str, str]] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)


def _who(table: str) -> str:
    """Whose table it is, as its name says."""
    return next((who for who in ("provider", "region") if table.endswith(f"-{who}")), "")


def _plain_figures(question: Question) -> Iterator[str]:
    """Figures that are there whenever a question is answered, and count no citizens."""
    if question.kind in NUMERIC and question.counts is not Counts.CITIZENS:
        yield question.id
    if question.kind is Kind.TABLE and not question.rows:
        for column in question.columns:
            if column.kind in NUMERIC and column.is_required:
                yield f"{question.id}.*.{column.id}"
