"""What circulates: tables whose sums agree, and nothing about few citizens."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.report import FigureWay
from tests.rules.report.worlds import Likely, only, with_answers, world
from udmelding.casework.demo.forms import made_up
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Respondent
from udmelding.documents.report.figure_export import figures_csv
from udmelding.rules.forms.answers import read_answers
from udmelding.rules.report.counts import Change
from udmelding.rules.report.figure_tables import FigureTable, RowLevel
from udmelding.rules.report.figures import figures_of
from udmelding.rules.report.hiding_model import Model
from udmelding.rules.report.publication import (
    LEAST_CHANGED,
    Proposal,
    Publication,
    Rule,
    earlier_versions,
)
from udmelding.rules.report.publishing import best, proposed, published_tables
from udmelding.rules.report.tabulation import COUNTRY, Gathered, Unit, cell_id, tables

TODAY = dt.date(2025, 3, 1)
DOMFAELDTE = form_named("domfaeldte")
SETS = [form_named(one) for one in form_ids()]
AREAS = {"oest": "Øst", "vest": "Vest"}
RULE = Rule()
SMALL = range(1, RULE.threshold)


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
        keys={unit.party: "1" for unit in units},
    )


def answered(form: Form, seed: str) -> dict[str, Decimal]:
    typed = made_up(form, seed, TODAY, Respondent.MUNICIPALITY)
    return figures_of(form, read_answers(form, Respondent.MUNICIPALITY, typed, today=TODAY).content)


def by_key(table: FigureTable) -> dict[str, tuple[Decimal | None, ...]]:
    return {row.key: tuple(cell.value for cell in row.cells) for row in table.rows}


Line = dict[str, str]


def lines(collection: Gathered, made: Publication) -> list[Line]:
    """The CSV that others get, line by line."""
    text = figures_csv(published_tables(collection, made)).lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def by_cell(found: Sequence[Line]) -> dict[tuple[str, str], Line]:
    return {(line["rækkekode"], line["tal"]): line for line in found}


def published(collection: Gathered) -> Proposal:
    made = best(collection, RULE, TODAY)
    assert made is not None
    return made


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


# --- What everybody sees ---

WORLDS = st.builds(
    lambda seed, likely: (seed, likely),
    st.integers(0, 10_000),
    st.builds(
        Likely,
        count=st.integers(1, 7),
        areas=st.integers(1, 2),
        missing=st.sampled_from([0.0, 0.3]),
        none=st.sampled_from([0.0, 0.3, 0.9]),
        empty=st.sampled_from([0.0, 0.6]),
    ),
)


def base_of(form: Form, figure: str) -> str:
    base = form.base_of(figure.partition("=")[0].partition(".")[0])
    return base.id if base else ""


def counts_citizens(form: Form, figure: str) -> bool:
    """In the shipped sets every count of citizens has a whole number as its base."""
    question = form.question(figure.partition("=")[0].partition(".")[0])
    assert question is not None
    if question.is_per_person:
        return figure.endswith("#") or "=" in figure
    return question.counts_citizens


@pytest.mark.slow
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
@given(drawn=WORLDS)
@settings(max_examples=12, deadline=None)
def test_a_number_of_citizens_that_is_shown_is_not_small_and_0_only_where_there_are_none(
    form: Form, drawn: tuple[int, Likely]
) -> None:
    collection = world(form, *drawn)
    made = best(collection, RULE, TODAY)
    if made is None:
        return
    found = by_cell(lines(collection, made.publication))
    for (row, figure), line in found.items():
        if line["status"] != "vist" or not counts_citizens(form, figure):
            continue
        value = int(line["værdi"])
        if value:
            assert value >= RULE.threshold
        else:
            assert made.publication.way is FigureWay.ROWS
            assert found[row, base_of(form, figure)]["værdi"] == "0"


@pytest.mark.slow
@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
@given(drawn=WORLDS)
@settings(max_examples=12, deadline=None)
def test_no_hidden_number_is_written_and_none_that_rests_on_one_nor_its_silence(
    form: Form, drawn: tuple[int, Likely]
) -> None:
    collection = world(form, *drawn)
    made = best(collection, RULE, TODAY)
    if made is None:
        return
    found = by_cell(lines(collection, made.publication))
    for (row, figure), line in found.items():
        if line["status"] == "skjult":
            assert line["værdi"] == ""
        for count in _counts_under(form, figure):
            if found[row, count]["status"] == "skjult":
                assert line["status"] == "skjult", f"{figure} beside {count}"


def _counts_under(form: Form, figure: str) -> Iterator[str]:
    """The counts of citizens that a waiting time or a price is about, or is asked because of."""
    question = form.question(figure.partition("=")[0].partition(".")[0])
    assert question is not None
    if counts_citizens(form, figure):
        return
    if question.based_on:
        yield question.based_on
    if question.is_per_person:
        yield f"{question.id}.#"
    if question.required_if and counts_citizens(form, question.required_if.question):
        yield question.required_if.question


@given(seed=st.text(max_size=5), count=st.integers(2, 7))
@settings(max_examples=8, deadline=None)
def test_a_waiting_time_of_few_follows_from_no_average(seed: str, count: int) -> None:
    collection = gathered(DOMFAELDTE, seed, count)
    made = proposed(collection, RULE, TODAY).publication
    found = by_cell(lines(collection, made))
    for area in AREAS:
        own = [unit.party for unit in collection.units if unit.area == area]
        hidden = [
            party
            for party in own
            if found[party, "ventetid"]["status"] == "skjult"
            and "ventetid" in collection.given[party]
        ]
        if hidden and len(hidden) <= 2:
            assert found[area, "ventetid"]["status"] == "skjult"


def test_a_change_since_last_time_is_told_only_where_both_numbers_were_shown() -> None:
    now = gathered(DOMFAELDTE, "nu", 9)
    then = gathered(DOMFAELDTE, "sidst", 9)
    made, last = published(now).publication, published(then).publication
    changed = [
        (cell_id(row.key, column.figure), cell)
        for table in published_tables(now, made, last)
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.change is not None
    ]
    assert changed
    for name, cell in changed:
        assert not cell.is_hidden
        assert name in made.shown
        assert name in last.shown


# --- Later answers ---


@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_a_later_answer_adds_only_its_row_and_totals_stay_as_they_were(form: Form) -> None:
    first = world(form, "sen", Likely(count=6, missing=0.0))
    first = replace(
        first,
        given={p: one for p, one in first.given.items() if p != "k5"},
        keys={p: one for p, one in first.keys.items() if p != "k5"},
    )
    second = with_answers(first, ["k5"], "sen")
    before = published(first).publication
    made = best(second, RULE, TODAY, before)
    assert made is not None
    was, now = by_cell(lines(first, before)), by_cell(lines(second, made.publication))
    other = {cell for cell in was if was[cell] != now[cell]}
    assert other
    assert {row for row, _ in other} == {"k5"}
    assert made.publication.later == {"k5"}


def test_two_totals_with_one_late_answer_between_them_are_never_both_shown() -> None:
    """The third example of the research: 44 - 41 is what the late one answered."""
    numbers = {f"k{n}": value for n, value in enumerate((9, 12, 6, 14))}
    first = _domfaeldte(numbers)
    before = published(first).publication
    assert by_cell(lines(first, before))["oest", "venter"]["værdi"] == "41"
    second = _domfaeldte({**numbers, "k4": 3})
    later = best(second, RULE, TODAY, before)
    assert later is not None
    assert by_cell(lines(second, later.publication))["oest", "venter"]["værdi"] == "41"
    anew = best(second, RULE, TODAY, before, with_totals=True)
    assert anew is None or cell_id("oest", "venter") in anew.publication.hidden


def _domfaeldte(waiting: dict[str, int]) -> Gathered:
    """A collection where only one number is given by each."""
    units = tuple(Unit(f"k{n}", f"Kommune {n}", "oest") for n in range(5))
    return Gathered(
        form=DOMFAELDTE,
        units=units,
        areas={"oest": "Øst"},
        given={party: {"venter": Decimal(value)} for party, value in waiting.items()},
        keys=dict.fromkeys(waiting, "1"),
    )


def test_new_totals_are_judged_together_with_the_old_ones() -> None:
    second = world(DOMFAELDTE, "nye summer", Likely(count=12, missing=0.0))
    first = only(second, sorted(second.given)[LEAST_CHANGED:])
    before = published(first).publication
    made = best(second, RULE, TODAY, before, with_totals=True)
    assert made is not None
    assert made.publication.known.keys() > before.known.keys()
    for name, one in before.known.items():
        if not one.is_hidden:
            assert not made.publication.known[name].is_hidden, "what was shown stays shown"
    assert not made.publication.later


def test_corrected_answers_make_no_new_totals_where_a_small_number_would_be_known() -> None:
    first = world(DOMFAELDTE, "nye summer", Likely(count=8, missing=0.0))
    second = with_answers(first, sorted(first.given)[:LEAST_CHANGED], "nye summer")
    before = published(first).publication
    assert best(second, RULE, TODAY, before, with_totals=True) is None
    later = best(second, RULE, TODAY, before)
    assert later is not None, "the corrected answers are shown in rows of their own"
    assert len(later.publication.later) == LEAST_CHANGED


# --- What it costs ---


def test_a_total_that_is_needed_stays_where_another_can_go() -> None:
    for seed in range(20):
        collection = world(DOMFAELDTE, f"nødvendig {seed}", Likely(count=5, missing=0.0))
        lost = proposed(collection, RULE, TODAY).lost_totals
        for total in lost:
            made = proposed(collection, RULE, TODAY, needed=frozenset({total}))
            assert not made.impossible
            if total not in made.lost_totals:
                return
    pytest.fail("no needed total stayed")


def test_fewer_open_values_for_respondents_hide_no_more() -> None:
    lost = []
    for values in (2, 3, 4):
        rule = Rule(open_values=values)
        found = [
            proposed(world(DOMFAELDTE, seed, Likely(count=6)), rule, TODAY) for seed in range(4)
        ]
        lost.append(sum(len(one.lost) for one in found))
    assert lost == sorted(lost)


# --- Databases from before there were publications ---


def _digits(count: int = 4) -> Gathered:
    values = (3, 8, 12, 20)[:count]
    units = tuple(Unit(f"10{n}", f"Kommune {n}", "oest") for n in range(count))
    return Gathered(
        form=DOMFAELDTE,
        units=units,
        areas={"oest": "Øst"},
        given={
            unit.party: {"venter": Decimal(value)}
            for unit, value in zip(units, values, strict=True)
        },
        keys={unit.party: "1" for unit in units},
    )


def _old(hidden: Sequence[str]) -> Publication:
    collection = _digits()
    cells = {cell_id(u.party, "venter"): collection.given[u.party] for u in collection.units}
    values = {cell: int(given["venter"]) for cell, given in cells.items()}
    total = cell_id("oest", "venter")
    found = earlier_versions(
        [
            {
                "values": {**values, total: sum(values.values())},
                "hidden": hidden,
                "relations": [[total, *values]],
            }
        ]
    )
    assert found is not None
    return found


def test_what_an_old_version_showed_stays_shown() -> None:
    first = cell_id("100", "venter")
    before = _old([first, cell_id("101", "venter")])
    made = proposed(_digits(), RULE, TODAY, before, with_totals=True)
    assert first in made.publication.hidden
    for cell in (cell_id("102", "venter"), cell_id("103", "venter"), cell_id("oest", "venter")):
        assert cell in made.publication.shown


def test_what_an_old_version_gave_away_is_not_held_against_the_next() -> None:
    before = _old([cell_id("100", "venter")])
    made = proposed(_digits(), RULE, TODAY, before, with_totals=True)
    assert not made.impossible
    assert cell_id("100", "venter") in made.publication.hidden


def test_nothing_shown_is_nothing_to_judge_by() -> None:
    assert earlier_versions([]) is None
    assert earlier_versions([{"values": {}}]) is None


# --- A solver that lies ---


@pytest.mark.parametrize("lie", [None, {}, {"k0|venter": 1}])
def test_with_a_solver_that_lies_nothing_is_published(
    lie: Change | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = world(DOMFAELDTE, "løgn", Likely(count=4, missing=0.0, none=0.0))
    monkeypatch.setattr(Model, "cheapest", lambda *_: lie)
    made = proposed(collection, RULE, TODAY)
    assert made.impossible
    small = [
        name
        for name, one in made.publication.known.items()
        if one.value in SMALL and not one.is_hidden
    ]
    assert not small
    assert best(collection, RULE, TODAY) is None
