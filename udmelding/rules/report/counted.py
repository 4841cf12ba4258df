"""Which counts of citizens hang together, and how? All tables of a case as one set of cells.

A municipality's number stands in its area's, the area's in the country's, a part in its total, in
every table at once. What a form asks for besides (``at_most``, a question that falls away at 0) is
known to every reader too. Whole numbers that are not of citizens belong here where such a rule ties
them to one that is. ``rules.report.hiding`` says what of it must be hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from udmelding.config.forms.forms import Form
from udmelding.config.forms.questions import Kind, Question
from udmelding.rules.report.counts import Bound, Sum
from udmelding.rules.report.figures import Figure
from udmelding.rules.report.tabulation import COUNTRY, Gathered, Plan, Totals, cell_id, plans

_PART, _OTHER, _BASE, _SAME = 1.0, 1.5, 4.0, 0.1
_TOTAL, _COUNTRY = 20.0, 5.0
_NEEDED = 1000.0


@dataclass(slots=True)
class Cells:
    """Counts and how they hang together; see ``rules.report.counts.Counts``.

    Attributes:
        bases: the cell with all citizens whom a count is about, in its own row.
        citizens: the cells that count citizens.
    """

    values: dict[str, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    citizens: set[str] = field(default_factory=set)
    weights: dict[str, float] = field(default_factory=dict)


def cells(
    gathered: Gathered, *, with_totals: bool = True, needed: frozenset[str] = frozenset()
) -> Cells:
    """All counts of citizens of a case.

    Args:
        gathered: the answers.
        with_totals: whether areas and the country are added up from them.
        needed: totals that a person wants shown, by ``cell_id``: they are hidden last.
    """
    found = Cells()
    for plan in _whole(gathered.form):
        totals = Totals(gathered, plan.respondent)
        known = {one.path: one for one in plan.figures if is_counted(gathered.form, one)}
        rows = [unit.party for unit in totals.units]
        if with_totals:
            rows += [*totals.areas, *((COUNTRY,) if len(totals.areas) > 1 else ())]
        for figure in known.values():
            for row in rows:
                _add(found, gathered, totals, figure, row)
            if with_totals:
                found.sums += _over_rows(totals, figure, found.values)
        for unit in totals.units:
            _rules(found, gathered.form, unit.party, known)
    for cell in needed & found.weights.keys():
        found.weights[cell] *= _NEEDED
    return found


def _whole(form: Form) -> Iterator[Plan]:
    """All figures of each kind of respondent together, whatever table they stand in."""
    made = plans(form)
    for respondent in dict.fromkeys(plan.respondent for plan in made):
        own = tuple(one for plan in made if plan.respondent is respondent for one in plan.figures)
        yield Plan("", "", own, respondent)


def is_counted(form: Form, figure: Figure) -> bool:
    """Whether a figure is one of the counts that hang together."""
    return figure.is_disclosive or (
        figure.path == figure.question.id
        and figure.question.kind is Kind.INTEGER
        and not figure.is_mean
        and _is_tied(form, figure.question)
    )


def _is_tied(form: Form, question: Question) -> bool:
    """Whether a rule of the form ties a number to a count of citizens."""
    tied = {one.at_most for one in form.questions if one.counts_citizens}
    for rule in form.sums:
        named = {path.partition(".")[0] for path in (rule.total, *rule.parts)}
        if any(one.counts_citizens for code in named if (one := form.question(code))):
            tied |= named
    above = form.question(question.at_most) if question.at_most else None
    return question.id in tied or (above is not None and above.counts_citizens)


def base_path(form: Form, figure: Figure) -> str | None:
    """The path of the count with all citizens whom a figure is about; None: it counts none."""
    base = form.base_of(figure.question.id) if figure.is_disclosive else None
    if base is None:
        return None
    if base.kind is not Kind.TABLE:
        return base.id
    if base.is_per_person:
        return f"{base.id}.#"
    return f"{base.id}.*.{next(one.id for one in base.columns if one.is_disclosive)}"


def _add(found: Cells, gathered: Gathered, totals: Totals, figure: Figure, row: str) -> None:
    value = totals.value(row, figure)
    if value is None:
        return
    cell, base = totals.cell_id(row, figure.path), base_path(gathered.form, figure)
    found.values[cell] = int(value)
    is_own = any(unit.party == row for unit in totals.units)
    if is_own:
        found.owners[cell] = row
    if base is not None:
        found.citizens.add(cell)
        found.bases[cell] = totals.cell_id(row, base)
    found.weights[cell] = _weight(gathered.form, figure, base) * (
        1.0 if is_own else _TOTAL * (_COUNTRY if row == COUNTRY else 1.0)
    )


def _weight(form: Form, figure: Figure, base: str | None) -> float:
    """What it costs to hide a number: parts before totals, what all need last."""
    if figure.path == base:
        return _BASE
    sums = [rule for rule in form.sums if rule.parts == (figure.path,)]
    if sums:
        return _SAME  # the total of a table is the base itself, once more
    return _PART if figure.path.count(".") == 2 and ".*." not in figure.path else _OTHER


def _over_rows(totals: Totals, figure: Figure, values: Mapping[str, int]) -> Iterator[Sum]:
    """Parties make their area, areas the country."""
    for area in totals.areas:
        own = [unit.party for unit in totals.units if unit.area == area]
        yield from _sum(totals.cell_id(area, figure.path), own, totals, figure, values)
    if len(totals.areas) > 1:
        country = totals.cell_id(COUNTRY, figure.path)
        yield from _sum(country, list(totals.areas), totals, figure, values)


def _sum(
    total: str, rows: list[str], totals: Totals, figure: Figure, values: Mapping[str, int]
) -> Iterator[Sum]:
    parts = [totals.cell_id(row, figure.path) for row in rows]
    known = tuple(part for part in parts if part in values)
    if known:
        yield Sum(total, known)


def _rules(found: Cells, form: Form, party: str, known: Mapping[str, Figure]) -> None:
    """What the form asks of one respondent's numbers. Those of an area follow from them."""
    values = found.values
    for total, parts, is_whole in _sums(form, known):
        cell = cell_id(party, total)
        own = tuple(c for part in parts if (c := cell_id(party, part)) in values)
        if cell not in values or not own:
            continue
        added = sum(values[part] for part in own)
        if is_whole and len(own) == len(parts) and added == values[cell]:
            found.sums.append(Sum(cell, own))
        elif added <= values[cell]:  # a part of an answer, or a part that need not be told
            found.bounds.append(Bound(own, cell))
    _bounds(found, form, party, known)


def _bounds(found: Cells, form: Form, party: str, known: Mapping[str, Figure]) -> None:
    """What may not be greater than what among one respondent's numbers."""
    values = found.values
    for less, more, is_any_number in _at_most(form, known):
        low, high = cell_id(party, less), cell_id(party, more)
        if low not in values or high not in values:
            continue
        # Any number above 0 is too wide for a linear program: its answers are seldom whole. The
        # closest bound that holds leaves fewer worlds, so it is on the safe side, and is as cheap.
        is_wide = is_any_number and values[high]
        times = max(1, -(-values[low] // values[high])) if is_wide else 1
        if values[low] <= times * values[high]:
            found.bounds.append(Bound((low,), high, times))


def _sums(form: Form, known: Mapping[str, Figure]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Totals with their parts, and whether the parts must give all of it."""
    for figure in known.values():
        if figure.parts:
            yield figure.path, figure.parts, True
    for rule in form.sums:
        parts = tuple(part for part in rule.parts if part in known)
        if rule.total in known and parts:
            yield rule.total, parts, parts == rule.parts
    for question in form.questions:
        # Rows that are one citizen each: those who chose each option make up all rows.
        for column in question.columns if question.is_per_person else ():
            stem = f"{question.id}.*.{column.id}="
            options = tuple(path for path in known if path.startswith(stem))
            if options:
                yield f"{question.id}.#", options, column.is_required


def _at_most(form: Form, known: Mapping[str, Figure]) -> Iterator[tuple[str, str, bool]]:
    """Which number is at most which other, or any number only where the other is above 0."""
    for figure in known.values():
        question = figure.question
        if figure.path in (question.id, f"{question.id}.#"):
            if question.at_most is not None:
                yield figure.path, question.at_most, False
            condition = question.required_if
            if condition and condition.above == 0 and condition.question != question.at_most:
                yield figure.path, condition.question, True
            if (
                condition
                and condition.above == 0
                and question.has_free_rows
                and question.is_required
            ):
                yield condition.question, figure.path, True  # whoever has some writes a row
        column_of = {column.id: column for column in question.columns}
        stem, _, name = figure.path.rpartition(".")
        if name in column_of and column_of[name].at_most is not None:
            yield figure.path, f"{stem}.{column_of[name].at_most}", False
