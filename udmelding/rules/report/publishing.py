"""What of the figures may circulate? Hides small counts, and all that would give them away.

The cells of all tables of a case are one system: a municipality's number stands in its area's, the
area's in the country's, a part in its total. ``rules.report.hiding`` looks at all of them together,
also at what earlier versions of the report have shown. Some numbers are about few citizens without
counting them: waiting times, prices, averages. The waiting time of a single citizen says something
about that citizen, so it circulates only where the count that it rests on does. A total or an
average over rows of which one is hidden would give that one away; it is hidden too, and so is the
country's where it would give the area's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from udmelding.config.forms.questions import Respondent
from udmelding.rules.report.figure_tables import FigureCell, FigureRow, FigureTable
from udmelding.rules.report.figures import Figure
from udmelding.rules.report.hiding import Protection, Relation, Shown, note_under_table, protect
from udmelding.rules.report.tabulation import COUNTRY, Gathered, Plan, Totals, plans, table


@dataclass(frozen=True, slots=True)
class Cells:
    """Every count of citizens in a case, and how they hang together; keys are ``row|figure``."""

    values: Mapping[str, int]
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What may circulate.

    Attributes:
        tables: with hidden cells emptied.
        raw: the same tables as the caseworker sees them, hidden cells marked.
        shown: what this gives away, to be kept with the version that circulates.
    """

    tables: tuple[FigureTable, ...]
    raw: tuple[FigureTable, ...]
    shown: Shown
    protection: Protection


def cells(gathered: Gathered) -> Cells:
    """All counts of citizens of a case, with their sums."""
    values: dict[str, int] = {}
    relations: list[Relation] = []
    by_respondent: dict[Respondent, dict[str, Figure]] = {}
    for plan in plans(gathered.form):
        known = by_respondent.setdefault(plan.respondent, {})
        known.update({figure.path: figure for figure in plan.figures if _is_counted(figure)})
    for respondent, counted in by_respondent.items():
        totals = Totals(gathered, respondent)
        keys = [key for key, _, _ in totals.rows()]
        for figure in counted.values():
            for key in keys:
                value = totals.value(key, figure)
                if value is not None:
                    values[cell_id(key, figure.path)] = int(value)
            relations += _over_rows(totals, figure, values)
        relations += _over_figures(gathered, keys, counted, values)
    return Cells(values, tuple(relations))


def _is_counted(figure: Figure) -> bool:
    return figure.is_disclosive and not figure.is_mean


def _over_rows(totals: Totals, figure: Figure, values: Mapping[str, int]) -> Iterator[Relation]:
    """Parties make their area, areas the country."""
    for area in totals.areas:
        parts = [cell_id(party, figure.path) for party in totals.members(area)]
        yield from _relation(cell_id(area, figure.path), parts, values)
    if len(totals.areas) > 1:
        parts = [cell_id(area, figure.path) for area in totals.areas]
        yield from _relation(cell_id(COUNTRY, figure.path), parts, values)


def _over_figures(
    gathered: Gathered,
    keys: Sequence[str],
    counted: Mapping[str, Figure],
    values: Mapping[str, int],
) -> Iterator[Relation]:
    """The parts of a total, where all of them are counted and do add up."""
    sums = [(figure.path, figure.parts) for figure in counted.values() if figure.parts]
    sums += [(rule.total, _expanded(rule.parts, counted)) for rule in gathered.form.sums]
    sums += list(_chosen(gathered, counted))
    for total, parts in sums:
        if total not in counted or not all(part in counted for part in parts):
            continue
        for key in keys:
            yield from _relation(
                cell_id(key, total), [cell_id(key, part) for part in parts], values
            )


def _expanded(parts: Sequence[str], counted: Mapping[str, Figure]) -> tuple[str, ...]:
    """A whole column stands for its total, which stands for its parts."""
    return tuple(part for part in parts if part in counted)


def _chosen(
    gathered: Gathered, counted: Mapping[str, Figure]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Rows that are one citizen each: those who chose each option make up all rows."""
    for question in gathered.form.questions:
        if not question.is_per_person:
            continue
        for column in question.columns:
            stem = f"{question.id}.*.{column.id}="
            options = tuple(path for path in counted if path.startswith(stem))
            if options:
                yield f"{question.id}.#", options


def _relation(total: str, parts: Sequence[str], values: Mapping[str, int]) -> Iterator[Relation]:
    known = tuple(part for part in parts if part in values)
    if total in values and known and values[total] == sum(values[part] for part in known):
        yield Relation(total, known)


def publish(
    gathered: Gathered,
    *,
    threshold: int,
    hides_zero: bool = False,
    earlier: Sequence[Shown] = (),
) -> Published:
    """The tables that may circulate.

    Args:
        gathered: the answers.
        threshold: counts of citizens from 1 to below this are hidden.
        hides_zero: whether 0 is hidden too.
        earlier: what has circulated before, the oldest first.
    """
    system = cells(gathered)
    protection = protect(
        system.values,
        system.relations,
        threshold=threshold,
        hides_zero=hides_zero,
        earlier=earlier,
    )
    last = replace(gathered, given=gathered.last, last={})
    before = cells(last) if gathered.last else Cells({}, ())
    hidden_before = protect(
        before.values, before.relations, threshold=threshold, hides_zero=hides_zero
    ).hidden
    note = note_under_table(threshold, hides_zero=hides_zero)
    raw, public = [], []
    hidden = protection.hidden | resting_on(gathered, protection.hidden)
    hidden_before |= resting_on(last, hidden_before)
    for plan in plans(gathered.form):
        marked = _marked(table(gathered, plan), plan, hidden, hidden_before)
        raw.append(marked)
        public.append(_emptied(marked, note))
    shown = Shown(system.values, protection.hidden, system.relations)
    return Published(tuple(public), tuple(raw), shown, protection)


def _marked(
    found: FigureTable, plan: Plan, hidden: frozenset[str], hidden_before: frozenset[str]
) -> FigureTable:
    """The raw table with its hidden cells marked."""
    rows = tuple(
        replace(
            row,
            cells=tuple(
                _cell(row, figure, cell, hidden, hidden_before)
                for figure, cell in zip(plan.figures, row.cells, strict=True)
            ),
        )
        for row in found.rows
    )
    return replace(found, rows=rows)


def _cell(
    row: FigureRow,
    figure: Figure,
    cell: FigureCell,
    hidden: frozenset[str],
    hidden_before: frozenset[str],
) -> FigureCell:
    name = cell_id(row.key, figure.path)
    is_hidden = name in hidden
    change = None if is_hidden or name in hidden_before else cell.change
    return replace(cell, is_hidden=is_hidden, change=change)


def _emptied(found: FigureTable, note: str) -> FigureTable:
    rows = tuple(
        replace(
            row,
            cells=tuple(replace(c, value=None) if c.is_hidden else c for c in row.cells),
        )
        for row in found.rows
    )
    has_hidden = any(cell.is_hidden for row in rows for cell in row.cells)
    notes = (*found.notes, note) if has_hidden else found.notes
    return replace(found, rows=rows, notes=notes, is_public=True)


def cell_id(row: str, figure: str) -> str:
    """The name of a cell in the system of all cells."""
    return f"{row}|{figure}"


def resting_on(gathered: Gathered, hidden: frozenset[str]) -> frozenset[str]:
    """The cells to hide because counts of citizens are hidden, by ``cell_id``.

    Args:
        gathered: the answers.
        hidden: the counts that are hidden.
    """
    found: set[str] = set()
    for plan in plans(gathered.form):
        totals = Totals(gathered, plan.respondent)
        for figure in plan.figures:
            base = _base(figure)
            if base:
                found |= _of_figure(totals, figure, base, hidden)
    return frozenset(found)


def _base(figure: Figure) -> str:
    """The count that a figure rests on; empty for one that is no matter of citizens."""
    question = figure.question
    if figure.is_disclosive and not figure.is_mean:
        return ""
    if question.is_per_person:
        return f"{question.id}.#"
    return question.based_on or ""


def _of_figure(totals: Totals, figure: Figure, base: str, hidden: frozenset[str]) -> set[str]:
    found: set[str] = set()
    closed: list[str] = []
    for area in totals.areas:
        answered = [p for p in totals.members(area) if totals.value(p, figure) is not None]
        own = [party for party in answered if cell_id(party, base) in hidden]
        found |= {cell_id(party, figure.path) for party in own}
        if len(own) == 1 or cell_id(area, base) in hidden:
            closed.append(area)
            found.add(cell_id(area, figure.path))
    if len(closed) == 1 or cell_id(COUNTRY, base) in hidden:
        found.add(cell_id(COUNTRY, figure.path))
    return found
