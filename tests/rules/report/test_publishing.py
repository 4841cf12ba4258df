"""What circulates: tables whose sums agree, and nothing about few citizens."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.report.test_hiding import solved
from udmelding.casework.demo.forms import made_up
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Respondent
from udmelding.rules.forms.answers import read_answers
from udmelding.rules.report.figure_tables import FigureTable, RowLevel
from udmelding.rules.report.figures import figures, figures_of
from udmelding.rules.report.publishing import cell_id, publish
from udmelding.rules.report.tabulation import COUNTRY, Gathered, Unit, tables

TODAY = dt.date(2025, 3, 1)
SETS = [form_named(one) for one in form_ids()]
AREAS = {"oest": "Øst", "vest": "Vest"}


def gathered(form: Form, seed: str, count: int, last: str = "") -> Gathered:
    units = tuple(Unit(f"k{n}", f"Kommune {n}", "oest" if n % 3 else "vest") for n in range(count))

    def given_by(word: str) -> dict[str, dict[str, Decimal]]:
        return {unit.party: answered(form, f"{word}{unit.party}") for unit in units}

    return Gathered(
        form=form,
        units=units,
        areas=AREAS,
        given=given_by(seed),
        last=given_by(last) if last else {},
    )


def answered(form: Form, seed: str) -> dict[str, Decimal]:
    typed = made_up(form, seed, TODAY, Respondent.MUNICIPALITY)
    return figures_of(form, read_answers(form, Respondent.MUNICIPALITY, typed, today=TODAY).content)


def by_key(table: FigureTable) -> dict[str, tuple[Decimal | None, ...]]:
    return {row.key: tuple(cell.value for cell in row.cells) for row in table.rows}


@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
@given(seed=st.text(max_size=5), count=st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_the_country_is_the_sum_of_its_areas_and_an_area_of_its_municipalities(
    form: Form, seed: str, count: int
) -> None:
    found = gathered(form, seed, count)
    for table in tables(found):
        for place, column in enumerate(table.columns):
            if column.is_mean:
                continue
            numbers = {key: values[place] for key, values in by_key(table).items()}
            parties = [r for r in table.rows if r.level is RowLevel.PARTY]
            whole = sum(numbers[r.key] or 0 for r in parties)
            areas = sum(numbers[area] or 0 for area in AREAS if area in numbers)
            assert areas == whole
            assert (numbers.get(COUNTRY, whole) or 0) == whole


@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
@given(seed=st.text(max_size=5), count=st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_nothing_that_is_hidden_follows_from_what_circulates(
    form: Form, seed: str, count: int
) -> None:
    made = publish(gathered(form, seed, count), threshold=5)
    shown = made.shown
    assert solved([(shown.values, shown.hidden, shown.relations)]) == set()


@pytest.mark.slow
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
@given(seed=st.text(max_size=5), other=st.text(max_size=5), count=st.integers(2, 7))
@settings(max_examples=15, deadline=None)
def test_nor_from_two_versions_with_a_corrected_answer(
    form: Form, seed: str, other: str, count: int
) -> None:
    first = gathered(form, seed, count)
    before = publish(first, threshold=5)
    corrected = {**first.given, "k0": answered(form, f"rettet{other}")}
    second = Gathered(form=form, units=first.units, areas=AREAS, given=corrected)
    made = publish(second, threshold=5, earlier=[before.shown])
    versions = [(s.values, s.hidden, s.relations) for s in (before.shown, made.shown)]
    assert solved(versions) <= made.protection.already_known


@given(seed=st.text(max_size=5), count=st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_a_public_table_holds_no_hidden_value_and_no_small_count(seed: str, count: int) -> None:
    form = SETS[0]
    made = publish(gathered(form, seed, count), threshold=5)
    counted = {f.path for f in figures(form) if f.is_disclosive}
    for table in made.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if cell.is_hidden:
                    assert cell.value is None
                    assert cell.change is None
                elif column.figure in counted and cell.value is not None:
                    assert cell.value == 0 or cell.value >= 5


@given(seed=st.text(max_size=5), count=st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_a_waiting_time_of_few_is_shown_to_nobody_and_follows_from_no_average(
    seed: str, count: int
) -> None:
    form = SETS[0]
    made = publish(gathered(form, seed, count), threshold=5)
    hidden = made.protection.hidden
    table = next(t for t in made.tables if any(c.figure == "ventetid" for c in t.columns))
    place = [c.figure for c in table.columns].index("ventetid")
    cells = {row.key: row.cells[place] for row in table.rows}
    unknown = dict.fromkeys(AREAS, 0)
    for n in range(count):
        key, area = f"k{n}", "oest" if n % 3 else "vest"
        if cell_id(key, "venter") in hidden:
            assert cells[key].value is None
            unknown[area] += cells[key].is_hidden and key_answered(form, seed, key)
    for area, many in unknown.items():
        if many == 1:
            assert cells[area].is_hidden


def key_answered(form: Form, seed: str, key: str) -> bool:
    return "ventetid" in answered(form, f"{seed}{key}")


def test_a_change_since_last_time_is_told_only_where_both_numbers_may_be() -> None:
    form = SETS[0]
    made = publish(gathered(form, "nu", 9, last="sidst"), threshold=5)
    told = [c.change for t in made.tables for r in t.rows for c in r.cells if c.change is not None]
    assert told
    assert not any(c.is_hidden and c.change for t in made.tables for r in t.rows for c in r.cells)
