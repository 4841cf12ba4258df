"""What does it cost that nobody learns of few citizens, in numbers hidden and in time?

For both shipped question sets: twelve collections drawn as real ones may be, and the made-up
answers of the demonstration. A number that stands in several columns as the same number counts
once. Beside them small tables, where one program for whole numbers finds the cheapest guards that
there are: it has a copy of all numbers for each claim, so it is of no use for more than a few rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from benchmarks.measure import peak_rss_mb, spent
from benchmarks.results import Aim, Measure, Result
from tests.rules.report.test_hiding import LIMIT, SMALL, asked_for, grid, price
from tests.rules.report.worlds import TODAY, Likely, world
from udmelding.casework.demo.forms import made_up
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Respondent
from udmelding.config.parties import load_municipalities
from udmelding.rules.forms.answers import read_answers
from udmelding.rules.report.counts import Counts
from udmelding.rules.report.figures import figures_of
from udmelding.rules.report.hiding import protect
from udmelding.rules.report.publication import Proposal, Rule
from udmelding.rules.report.publishing import proposed
from udmelding.rules.report.tabulation import Gathered, Unit

WORLDS, QUICK_WORLDS = 12, 1
TABLES, QUICK_TABLES = 10, 2
_MOST_CHANGE = 20
_AREA = "sjaelland"
_SECONDS_OF_SOLVER = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Result):
    """What is hidden beyond the rule in some collections.

    Attributes:
        totals: totals from the threshold up; ``totals_lost`` those that are hidden.
        needed_lost: collections without the total of all citizens, which everybody needs.
        others_lost: numbers from the threshold up that are no totals.
        zeros_hidden: how many a 0 is hidden.
        impossible: collections that could not be published so.
    """

    totals: int
    totals_lost: int
    needed_lost: int
    others_lost: int
    zeros_hidden: int
    impossible: int
    collections: int

    @property
    def told(self) -> str:
        """The figures for people."""
        return (
            f"{self.collections} collections: {self.totals_lost} of {self.totals} totals and "
            f"{self.others_lost} other numbers hidden beyond the rule, {self.zeros_hidden} zeros; "
            f"the needed total in {self.needed_lost}; {self.impossible} impossible"
        )

    def as_json(self) -> str:
        """The JSON line: that of every result, with the figures."""
        values = json.loads(Result.as_json(self))
        return json.dumps(values | {"told": self.told}, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum(Result):
    """How near the cheapest guards ours come.

    Attributes:
        tables: small tables; ``same`` those where ours cost no more than the cheapest.
        unknown: tables for which the cheapest were not found in time, left out of the costs.
        cost: of ours together; ``least`` of the cheapest.
    """

    tables: int
    same: int
    unknown: int
    cost: float
    least: float

    @property
    def told(self) -> str:
        """The figures for people."""
        return (
            f"{self.tables} tables, {self.unknown} not solved in time; as cheap as can be in "
            f"{self.same}; together {self.cost:g} against {self.least:g}"
        )

    def as_json(self) -> str:
        """The JSON line: that of every result, with the figures."""
        values = json.loads(Result.as_json(self))
        return json.dumps(values | {"told": self.told}, ensure_ascii=False)


def run(folder: Path, *, is_quick: bool) -> Iterator[Result]:
    """The price for both sets, the optimum of small tables, and the time of large ones."""
    forms = [form_named(one) for one in form_ids()]
    number = QUICK_WORLDS if is_quick else WORLDS
    drawn = {form.id: [_demo(form), *(world(form, n) for n in range(number))] for form in forms}
    for values in (4, 3, 2):
        yield _price(list(drawn.items()), values)
    yield _optimum(QUICK_TABLES if is_quick else TABLES)
    for form in forms:
        slowest = max(
            spent(lambda one=one: proposed(one, Rule(), TODAY))[0]  # type: ignore[misc]
            for one in drawn[form.id][:3]
        )
        yield _time(f"hiding/{form.id}-17-processor", 17, slowest, 1)
    if not is_quick:
        large = world(form_named("domfaeldte"), "large", Likely(count=98, missing=0.0))
        seconds, _ = spent(lambda: proposed(large, Rule(), TODAY))
        yield _time("hiding/domfaeldte-98-processor", 98, seconds, 10)


def _time(name: str, councils: int, seconds: float, most: float) -> Result:
    return Result(
        workload=name,
        cases=1,
        councils=councils,
        seconds=seconds,
        peak_rss_mb=peak_rss_mb(),
        aim=Aim(Measure.SECONDS, most),
    )


def _demo(form: Form) -> Gathered:
    """What the demonstration's municipalities answer."""
    parties = [one.code for one in load_municipalities() if one.area == _AREA]
    given = {}
    for party in parties:
        typed = made_up(form, party, TODAY, Respondent.MUNICIPALITY)
        read = read_answers(form, Respondent.MUNICIPALITY, typed, today=TODAY)
        given[party] = figures_of(form, read.content)
    return Gathered(
        form=form,
        units=tuple(Unit(party, party, _AREA) for party in parties),
        areas={_AREA: _AREA},
        given=given,
        keys=dict.fromkeys(given, "1"),
    )


# --- The price ---


@dataclass(slots=True)
class _Added:
    totals: int = 0
    totals_lost: int = 0
    needed_lost: int = 0
    others_lost: int = 0
    zeros_hidden: int = 0
    impossible: int = 0
    collections: int = 0
    seconds: float = field(default=0.0)

    def take(self, collection: Gathered, made: Proposal) -> None:
        names = {cell: _same(collection.form, cell) for cell in made.publication.current}
        known = made.publication.known
        totals = {
            names[cell]
            for cell, name in made.publication.current.items()
            if not known[name].owner and known[name].value >= made.publication.rule.threshold
        }
        lost_totals = {names[cell] for cell in made.lost_totals}
        self.collections += 1
        self.impossible += bool(made.impossible)
        self.totals += len(totals)
        self.totals_lost += len(lost_totals)
        self.needed_lost += any(_is_needed(collection.form, cell) for cell in lost_totals)
        self.others_lost += len({names[cell] for cell in made.lost} - lost_totals)
        self.zeros_hidden += made.hidden_zeros


def _same(form: Form, cell: str) -> str:
    """The one name of a number that stands in several columns: the total of a table is the base."""
    row, _, figure = cell.partition("|")
    rule = next((one for one in form.sums if one.parts == (figure,)), None)
    return f"{row}|{rule.total}" if rule else cell


def _is_needed(form: Form, cell: str) -> bool:
    """Whether it is the number of all citizens."""
    first = next(section.base for section in form.sections if section.base)
    return cell.partition("|")[2] == first


def _price(drawn: Sequence[tuple[str, Sequence[Gathered]]], open_values: int) -> Price:
    added, rule = _Added(), Rule(open_values=open_values)
    for _, collections in drawn:
        for one in collections:
            seconds, made = spent(lambda one=one: proposed(one, rule, TODAY))  # type: ignore[misc]
            added.seconds += seconds
            added.take(one, made)
    return Price(
        workload=f"hiding/price-{open_values}-values-processor",
        cases=added.collections,
        councils=17,
        seconds=added.seconds / added.collections,
        peak_rss_mb=peak_rss_mb(),
        totals=added.totals,
        totals_lost=added.totals_lost,
        needed_lost=added.needed_lost,
        others_lost=added.others_lost,
        zeros_hidden=added.zeros_hidden,
        impossible=added.impossible,
        collections=added.collections,
    )


# --- The cheapest there is ---


def _optimum(count: int) -> Optimum:
    same, unknown, cost, least = 0, 0, 0.0, 0.0
    seconds = 0.0
    for seed in range(count):
        counts = _table(seed)
        taken, made = spent(lambda counts=counts: protect(counts, threshold=LIMIT))  # type: ignore[misc]
        seconds += taken
        cheapest = cheapest_price(counts)
        if cheapest is None or made.impossible:
            unknown += 1
            continue
        ours = price(counts, made.guards)
        same += ours <= cheapest + 1e-6
        cost, least = cost + ours, least + cheapest
    return Optimum(
        workload="hiding/optimum-of-5-by-3",
        cases=count,
        councils=5,
        seconds=seconds / count,
        peak_rss_mb=peak_rss_mb(),
        tables=count,
        same=same,
        unknown=unknown,
        cost=cost,
        least=least,
    )


def _table(seed: int) -> Counts:
    """Five respondents with three parts each."""
    chance = np.random.default_rng(seed)
    rows = chance.poisson(chance.gamma(1.5, 2.5, size=(5, 1)), size=(5, 3))
    return grid(*rows.tolist())


def cheapest_price(counts: Counts) -> float | None:
    """The least that guards can cost; None where none are enough, or in time none are found.

    One unknown for each number says whether it is hidden; each claim has changes of its own, of
    hidden numbers only. They need not be whole, so it may be a little less than the true least.
    """
    names = list(counts.values)
    place = {cell: column for column, cell in enumerate(names)}
    free = [cell for cell in names if cell not in counts.secret]
    claims = [
        (cell, value, insider)
        for cell in sorted(counts.secret)
        if counts.values[cell] in SMALL
        for insider in ("", *dict.fromkeys(counts.owners.values()))
        if insider != counts.owners.get(cell)
        for value in asked_for(counts, cell, insider) - {counts.values[cell]}
    ]
    size = len(names)
    low, high = [0.0] * size, [float(cell not in counts.fixed) for cell in names]
    at_most: list[dict[int, float]] = []
    exact: list[dict[int, float]] = []
    for number, (cell, value, insider) in enumerate(claims, start=1):
        start = number * size
        for name in names:
            least = -min(_MOST_CHANGE, counts.values[name] - (name in counts.positive))
            is_still = name in counts.fixed or (insider and counts.owners.get(name) == insider)
            change = value - counts.values[cell] if name == cell else None
            low.append(change if change is not None else 0 if is_still else least)
            high.append(change if change is not None else 0 if is_still else _MOST_CHANGE)
        for name in free:
            changed, hidden = start + place[name], place[name]
            at_most.append({changed: 1.0, hidden: -_MOST_CHANGE})
            at_most.append({changed: -1.0, hidden: -_MOST_CHANGE})
        for one in counts.sums:
            terms = dict.fromkeys((start + place[part] for part in one.parts), 1.0)
            exact.append(terms | {start + place[one.total]: -1.0})
    cost = np.zeros(len(low))
    cost[[place[cell] for cell in free]] = [counts.weights[cell] for cell in free]
    every = at_most + exact
    at = [(row, column) for row, terms in enumerate(every) for column in terms]
    factors = [factor for terms in every for factor in terms.values()]
    index = ([row for row, _ in at], [column for _, column in at])
    matrix = csr_array((factors, index), shape=(len(every), len(low)))
    least_of_rows = np.array([-np.inf] * len(at_most) + [0.0] * len(exact))
    found = milp(
        cost,
        integrality=np.array([1] * size + [0] * (len(low) - size)),  # changes may be parts
        bounds=Bounds(np.array(low), np.array(high)),
        constraints=LinearConstraint(matrix, least_of_rows, np.zeros(len(every))),
        options={"time_limit": _SECONDS_OF_SOLVER},
    )
    return float(found.fun) if found.status == 0 else None
