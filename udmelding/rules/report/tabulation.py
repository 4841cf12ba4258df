"""Which tables do the answers make? Municipalities, areas and the country, with sums that agree.

One table for the plain numbers of each section, and one for each table of the question set. A total
is the sum (or the plain average) of the rows above it that have an answer. Everything here is raw;
``rules.report.publishing`` makes of it what may circulate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from udmelding.config.forms.forms import Form, Section
from udmelding.config.forms.questions import Kind, Respondent
from udmelding.rules.report.figure_tables import (
    FigureCell,
    FigureColumn,
    FigureRow,
    FigureTable,
    RowLevel,
)
from udmelding.rules.report.figures import Figure, figures

COUNTRY = "country"
"""Key of the row that holds the whole country."""

Figures = Mapping[str, Decimal]
"""One respondent's figures by path; see ``rules.report.figures``."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One respondent that a table has a row for."""

    party: str
    name: str
    area: str
    respondent: Respondent = Respondent.MUNICIPALITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that tables are made from.

    Attributes:
        units: who was asked, in the order of rows.
        areas: names of the areas by id, in the order of rows.
        given: figures of those that answered, by party.
        last: the same from last time; empty where there is none.
        keys: of the answer that each of them gave, by party.
        source: one sentence under every table.
    """

    form: Form
    units: tuple[Unit, ...]
    areas: Mapping[str, str]
    given: Mapping[str, Figures]
    last: Mapping[str, Figures] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A table to be made: which figures it has as columns."""

    id: str
    title: str
    figures: tuple[Figure, ...]
    respondent: Respondent


def plans(form: Form) -> tuple[Plan, ...]:
    """The tables of a question set, in its order; each respondent's own sections apart."""
    found: list[Plan] = []
    by_question: dict[str, list[Figure]] = {}
    for figure in figures(form):
        by_question.setdefault(figure.question.id, []).append(figure)
    for section in form.sections:
        for respondent in section.asks:
            found += _of_section(section, by_question, respondent)
    return tuple(plan for plan in found if plan.figures)


def _of_section(
    section: Section, by_question: Mapping[str, list[Figure]], respondent: Respondent
) -> list[Plan]:
    suffix, more = "", ""
    if respondent is not Respondent.MUNICIPALITY:
        suffix, more = f"-{respondent.value}", f" ({_by(respondent)})"
    plain: list[Figure] = []
    found: list[Plan] = []
    for question in section.questions:
        own = by_question.get(question.id, [])
        if own and own[0].question.kind is not Kind.TABLE and not own[0].is_choice:
            plain += own
        elif own:
            found += _of_question(own, suffix, respondent)
    return [
        Plan(f"{section.id}{suffix}", f"{section.title}{more}", tuple(plain), respondent),
        *found,
    ]


def _of_question(own: Sequence[Figure], suffix: str, respondent: Respondent) -> list[Plan]:
    """A table with one kind of numbers is one table; others are told apart by their column."""
    question = own[0].question
    groups: dict[str, list[Figure]] = {}
    for figure in own:
        groups.setdefault(_column_of(figure) if question.rows else "", []).append(figure)
    many = len(groups) > 1
    return [
        Plan(
            f"{question.id}{f'-{column}' if many else ''}{suffix}",
            question.name,
            tuple(group),
            respondent,
        )
        for column, group in groups.items()
    ]


def _column_of(figure: Figure) -> str:
    return figure.path.rpartition(".")[2]


def cell_id(row: str, figure: str) -> str:
    """The name of a cell among all cells of a case."""
    return f"{row}|{figure}"


def tables(gathered: Gathered) -> tuple[FigureTable, ...]:
    """All tables, raw: for the caseworker alone."""
    return tuple(table(gathered, plan) for plan in plans(gathered.form))


def table(gathered: Gathered, plan: Plan) -> FigureTable:
    """One table, raw."""
    totals = Totals(gathered, plan.respondent)
    rows = [
        FigureRow(key, title, level, tuple(totals.cell(key, figure) for figure in plan.figures))
        for key, title, level in totals.rows()
    ]
    return FigureTable(
        id=plan.id,
        title=plan.title,
        caption=f"{plan.title}, fordelt på {_by(plan.respondent)}",
        source=gathered.source,
        columns=tuple(_column(figure) for figure in plan.figures),
        rows=tuple(rows),
    )


def _by(respondent: Respondent) -> str:
    words = {Respondent.PROVIDER: "tilbud", Respondent.REGION: "regioner"}
    return words.get(respondent, "kommuner")


def _column(figure: Figure) -> FigureColumn:
    return FigureColumn(
        figure=figure.path,
        title=figure.head,
        unit=figure.unit,
        decimals=figure.decimals,
        is_mean=figure.is_mean,
    )


class Totals:
    """Numbers of parties, areas and the country, and what they were last time."""

    def __init__(self, gathered: Gathered, respondent: Respondent) -> None:
        """Group the respondents of one kind by their areas."""
        self._gathered, self._respondent = gathered, respondent
        units = [unit for unit in gathered.units if unit.respondent is respondent]
        self.units = tuple(units)
        self.areas = tuple(
            area for area in gathered.areas if any(unit.area == area for unit in units)
        )

    def cell_id(self, row: str, figure: str) -> str:
        """The name of a cell; an area's total of providers is another number than its own."""
        is_total = row == COUNTRY or row in self._gathered.areas
        if is_total and self._respondent is not Respondent.MUNICIPALITY:
            return cell_id(f"{row}:{self._respondent.value}", figure)
        return cell_id(row, figure)

    def members(self, key: str) -> tuple[str, ...]:
        """The parties that a row is made of."""
        if key == COUNTRY:
            return tuple(unit.party for unit in self.units)
        found = tuple(unit.party for unit in self.units if unit.area == key)
        return found or (key,)

    def rows(self) -> list[tuple[str, str, RowLevel]]:
        """Key, title and level of each row: parties under their area, the country last."""
        found: list[tuple[str, str, RowLevel]] = []
        for area in self.areas:
            found += [(u.party, u.name, RowLevel.PARTY) for u in self.units if u.area == area]
            found.append((area, f"{self._gathered.areas[area]} i alt", RowLevel.AREA))
        if len(self.areas) > 1:
            found.append((COUNTRY, "Hele landet", RowLevel.COUNTRY))
        return found

    def value(self, key: str, figure: Figure, *, is_last: bool = False) -> Decimal | None:
        """One number; None where nobody of the row has answered."""
        source = self._gathered.last if is_last else self._gathered.given
        given = [
            source[party][figure.path]
            for party in self.members(key)
            if party in source and figure.path in source[party]
        ]
        if not given:
            return None
        added = sum(given, Decimal(0))
        return added / len(given) if figure.is_mean else added

    def cell(self, key: str, figure: Figure) -> FigureCell:
        """One number with its change since last time, where as many were counted then."""
        value, before = self.value(key, figure), self.value(key, figure, is_last=True)
        change = value - before if value is not None and before is not None else None
        return FigureCell(value, change=change if self._is_like(key, figure) else None)

    def _is_like(self, key: str, figure: Figure) -> bool:
        """Whether the same parties answered both times; else a change means nothing."""
        given, last = self._gathered.given, self._gathered.last
        return all(
            (figure.path in given.get(party, {})) == (figure.path in last.get(party, {}))
            for party in self.members(key)
        )
