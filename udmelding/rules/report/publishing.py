"""What of the figures may others see? A publication: what is shown, and what it is judged by later.

Whatever anybody but a caseworker sees of a case's figures is a publication, and all publications of
a case are one: the next is judged together with those before it. Totals are published once and say
for whom; an answer that comes or is corrected later gets its own row, and the totals stay as they
were. New totals need at least ``LEAST_CHANGED`` answers that are others than in the last ones, and
must pass the same judgement.

What is printed as the rule. A number of citizens from 1 up to below the threshold is hidden. A 0
is shown only in the row of one that has no citizens at all: elsewhere it would tell which of the
others are not 0. What that is, the form declares (``base``). Where this cannot be kept, as where
an area's own total is small, no 0 is shown either (``FigureWay.NO_ZERO``), or only totals are
(``FigureWay.TOTALS``). ``rules.report.hiding`` hides what else it takes, and nothing is published
while it finds anything impossible.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from models.report import FigureWay
from udmelding.rules.report.counted import Cells, cells
from udmelding.rules.report.counts import Bound, Counts, Sum
from udmelding.rules.report.figure_notes import mark_note, totals_note
from udmelding.rules.report.figure_tables import FigureCell, FigureTable, RowLevel
from udmelding.rules.report.hiding import Protection, protect
from udmelding.rules.report.publication import KnownCount, Proposal, Publication, Rule
from udmelding.rules.report.resting import resting_on
from udmelding.rules.report.tabulation import Gathered, Plan, Totals, plans, table


def proposed(
    gathered: Gathered,
    rule: Rule,
    made_on: dt.date,
    before: Publication | None = None,
    *,
    way: FigureWay = FigureWay.ROWS,
    needed: frozenset[str] = frozenset(),
    with_totals: bool = False,
    told: Callable[[float], None] | None = None,
) -> Proposal:
    """What would be published.

    Args:
        gathered: the answers, with their keys.
        rule: what is promised.
        made_on: the day of it.
        before: the last publication; None for the first.
        way: how much is shown.
        needed: totals that are to be shown if anything else can be hidden, by ``cell_id``.
        with_totals: publish new totals as well; the first publication always does.
        told: hears how much of the work is done, from 0 to 1.
    """
    # What was hidden as 0 once must not be said to be at least 1: no way back to more.
    way = max(way, before.way, key=list(FigureWay).index) if before else way
    basis = _Basis(before, rule, way, made_on, has_totals=before is None or with_totals)
    found = cells(gathered, with_totals=basis.has_totals, needed=needed)
    counts, current = _together(found, basis)
    made = protect(counts, threshold=rule.threshold, open_values=rule.open_values, told=told)
    impossible = made.impossible
    if impossible and before is not None:  # what is known already cannot be learned once more
        past = protect(
            _past(before), threshold=rule.threshold, open_values=rule.open_values
        ).impossible
        impossible = tuple(claim for claim in impossible if claim not in past)
    if before is not None and not basis.has_totals:
        current = {c: n for c, n in before.current.items() if not before.known[n].owner} | current
    return Proposal(_publication(gathered, basis, counts, current, made), impossible)


def best(
    gathered: Gathered,
    rule: Rule,
    made_on: dt.date,
    before: Publication | None = None,
    *,
    with_totals: bool = False,
) -> Proposal | None:
    """The first way of showing figures that can be kept; None where there is none."""
    for way in FigureWay:
        found = proposed(gathered, rule, made_on, before, way=way, with_totals=with_totals)
        if not found.impossible:
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a publication is made on; see ``proposed``."""

    before: Publication | None
    rule: Rule
    way: FigureWay
    made_on: dt.date
    has_totals: bool

    def changed(self, gathered: Gathered) -> frozenset[str]:
        """Whose answer is another than the last totals hold; nobody's where there are none."""
        before = self.before.counted if self.before else gathered.keys
        return frozenset(p for p, key in gathered.keys.items() if before.get(p) != key)


def _together(found: Cells, basis: _Basis) -> tuple[Counts, dict[str, str]]:
    """The new counts and all that were published before as one set; and each new cell's name."""
    before, rule, way = basis.before, basis.rule, basis.way
    known = before.known if before else {}
    current = {cell: _name(cell, value, before) for cell, value in found.values.items()}
    new = {name: cell for cell, name in current.items() if name not in known}
    values = {name: one.value for name, one in known.items()}
    values |= {name: found.values[cell] for name, cell in new.items()}
    owners = {name: one.owner for name, one in known.items() if one.owner}
    owners |= {name: found.owners[cell] for name, cell in new.items() if cell in found.owners}
    small = {name for name, cell in new.items() if _is_small(cell, found, rule, way)}
    zeros = {
        name
        for name, cell in new.items()
        if cell in found.citizens and not values[name] and name not in small
    }
    positive = (
        set()
        if way is not FigureWay.ROWS
        else {name for name, cell in new.items() if found.bases.get(cell) == cell}
    )
    own = {name for name in new if name in owners} if way is FigureWay.TOTALS else set()
    counts = Counts(
        values=values,
        sums=tuple(
            dict.fromkeys(
                (*(before.sums if before else ()), *(_sum(one, current) for one in found.sums))
            )
        ),
        bounds=tuple(
            dict.fromkeys(
                (*(before.bounds if before else ()), *(_bound(b, current) for b in found.bounds))
            )
        ),
        owners=owners,
        secret=frozenset(small | {name for name, one in known.items() if one.is_secret}),
        closed=frozenset(own | {name for name, one in known.items() if one.is_hidden}),
        positive=frozenset(positive | {name for name, one in known.items() if one.is_positive}),
        fixed=frozenset(zeros | {name for name, one in known.items() if not one.is_hidden}),
        weights={name: found.weights[cell] for name, cell in new.items()},
    )
    return counts, current


def _name(cell: str, value: int, before: Publication | None) -> str:
    """The name of a cell's count: the old one where it has the value that it had."""
    if before is None:
        return cell
    last = before.current.get(cell)
    if last is not None and before.known[last].value == value:
        return last
    return cell if cell not in before.known else f"{cell}@{before.number + 1}"


def _sum(one: Sum, names: Mapping[str, str]) -> Sum:
    return Sum(names[one.total], tuple(names[part] for part in one.parts))


def _bound(one: Bound, names: Mapping[str, str]) -> Bound:
    return Bound(tuple(names[part] for part in one.less), names[one.more], one.times)


def _is_small(cell: str, found: Cells, rule: Rule, way: FigureWay) -> bool:
    """Whether the printed rule hides a count."""
    if cell not in found.citizens or found.values[cell] >= rule.threshold:
        return False
    if found.values[cell] or way is not FigureWay.ROWS:
        return True
    return found.values.get(found.bases[cell]) != 0  # unknown, where the base was not answered


def _past(before: Publication) -> Counts:
    """What was published before, alone."""
    basis = _Basis(before, before.rule, before.way, before.made_on, has_totals=False)
    return _together(Cells(), basis)[0]


def _publication(
    gathered: Gathered, basis: _Basis, counts: Counts, current: Mapping[str, str], made: Protection
) -> Publication:
    hidden = frozenset(cell for cell, name in current.items() if name in made.hidden)
    shown, closed = _seen(gathered, basis, hidden)
    before = basis.before
    counted = gathered.keys if basis.has_totals or before is None else before.counted
    return Publication(
        form=gathered.form.id,
        number=before.number + 1 if before else 1,
        made_on=basis.made_on,
        counted_on=basis.made_on if basis.has_totals or before is None else before.counted_on,
        way=basis.way,
        rule=basis.rule,
        answers=dict(gathered.keys),
        counted=dict(counted),
        shown=shown,
        hidden=hidden | closed,
        known={
            name: KnownCount(
                value=value,
                owner=counts.owners.get(name, ""),
                is_hidden=name in made.hidden,
                is_secret=name in counts.secret,
                is_positive=name in counts.positive,
            )
            for name, value in counts.values.items()
        },
        current=dict(current),
        sums=counts.sums,
        bounds=counts.bounds,
        guards={cell: made.guards[n] for cell, n in current.items() if n in made.guards},
    )


def _seen(
    gathered: Gathered, basis: _Basis, hidden: frozenset[str]
) -> tuple[dict[str, Decimal], frozenset[str]]:
    """The numbers to be shown, and what else is hidden besides the counts."""
    shown: dict[str, Decimal] = {}
    closed: set[str] = set()
    changed = basis.changed(gathered)
    for plan in plans(gathered.form):
        totals = Totals(gathered, plan.respondent)
        resting = resting_on(gathered.form, totals, plan.figures, hidden, changed)
        for row, _, level in totals.rows():
            is_own = level is RowLevel.PARTY
            keeps = basis.before if not is_own and not basis.has_totals else None
            for figure in plan.figures:
                cell = totals.cell_id(row, figure.path)
                value = keeps.shown.get(cell) if keeps else totals.value(row, figure)
                is_closed = cell in keeps.hidden if keeps else cell in hidden or cell in resting
                if is_closed or (is_own and basis.way is FigureWay.TOTALS and value is not None):
                    closed.add(cell)
                elif value is not None:
                    shown[cell] = value
    return shown, frozenset(closed)


def published_tables(
    gathered: Gathered, made: Publication, last: Publication | None = None
) -> tuple[FigureTable, ...]:
    """The tables that everybody sees.

    Args:
        gathered: the form, and who was asked.
        made: what is published.
        last: what was published of last time's case: nothing else of it is compared with.
    """
    return tuple(_table(gathered, plan, made, last) for plan in plans(gathered.form))


def _table(
    gathered: Gathered,
    plan: Plan,
    made: Publication,
    last: Publication | None,
) -> FigureTable:
    raw, totals = table(gathered, plan), Totals(gathered, plan.respondent)

    def cell(row: str, figure: str) -> FigureCell:
        name = totals.cell_id(row, figure)
        if name in made.hidden:
            return FigureCell(None, is_hidden=True)
        value = made.shown.get(name)
        then = last.shown.get(name) if last is not None else None
        return FigureCell(value, change=None if None in (value, then) else value - then)  # type: ignore[operator]

    rows = tuple(
        replace(row, cells=tuple(cell(row.key, figure.path) for figure in plan.figures))
        for row in raw.rows
    )
    has_hidden = any(one.is_hidden for row in rows for one in row.cells)
    notes = [*raw.notes, totals_note(gathered, plan, made)]
    notes += [mark_note(gathered, plan, made)] if has_hidden else []
    return replace(raw, rows=rows, notes=tuple(notes), is_public=True)


def blank_tables(gathered: Gathered) -> tuple[FigureTable, ...]:
    """The tables as long as nothing is published: all rows and columns, and no number."""
    return tuple(
        replace(made, rows=tuple(replace(row, cells=(FigureCell(None),) * len(row.cells))
                                 for row in made.rows))
        for made in (table(gathered, plan) for plan in plans(gathered.form))
    )  # fmt: skip


def marked_tables(gathered: Gathered, made: Publication | None) -> tuple[FigureTable, ...]:
    """The tables as they are, for the caseworker alone; what is hidden from others is marked."""
    hidden = made.hidden if made else frozenset()
    found = []
    for plan in plans(gathered.form):
        raw, totals = table(gathered, plan), Totals(gathered, plan.respondent)
        rows = tuple(
            replace(
                row,
                cells=tuple(
                    replace(cell, is_hidden=totals.cell_id(row.key, figure.path) in hidden)
                    for figure, cell in zip(plan.figures, row.cells, strict=True)
                ),
            )
            for row in raw.rows
        )
        found.append(replace(raw, rows=rows))
    return tuple(found)
