"""What a question set accepts: conditions, bounds, sums, rows that people add."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.casework.demo.forms import made_up
from udmelding.config.forms.library import form_ids, form_named, form_text, parse_form
from udmelding.config.forms.questions import Respondent
from udmelding.errors import BadFileError
from udmelding.rules.forms.answers import FILLED_BY, RESPONSIBLE, Trouble, read_answers, typed_of
from udmelding.rules.report.figures import figures, figures_of
from udmelding.rules.report.tabulation import plans

TODAY = dt.date(2025, 3, 1)
TOWN = Respondent.MUNICIPALITY
SETS = [form_named(one) for one in form_ids()]

SMALL = parse_form(
    """
id: lille
version: 1
title: En lille prøve
sections:
  - id: tal
    title: Tal
    questions:
      - {id: alle, text: Hvor mange, kind: integer, minimum: 0, maximum: 100, counts: citizens}
      - {id: kvinder, text: Heraf kvinder, kind: integer, at_most: alle, is_required: false}
      - {id: har, text: Har I tilbud, kind: yes_no}
      - id: tilbud
        text: Hvilke
        kind: table
        most_rows: 2
        required_if: {question: har, equals: [ja]}
        columns:
          - {id: navn, title: Navn, kind: text}
          - {id: pladser, title: Pladser, kind: integer, counts: places}
      - {id: pris, text: Pris, kind: amount, decimals: 0, required_if: {question: alle, above: 0}}
      - id: dele
        text: Fordeling
        kind: table
        rows: [{id: a, title: A}, {id: b, title: B}]
        columns: [{id: antal, title: Antal, kind: integer, counts: citizens}]
sums:
  - {total: alle, parts: ["dele.*.antal"], text: Delene skal give alle.}
"""
)
WHOLE = {"alle": "3", "har": "nej", "pris": "1.200 kr.", "dele.a.antal": "1", "dele.b.antal": "2"}


def troubles(**typed: str) -> dict[str, Trouble]:
    paths = {path.replace("__", "."): text for path, text in typed.items()}
    read = read_answers(SMALL, TOWN, {**WHOLE, **paths}, today=TODAY)
    return {problem.path: problem.trouble for problem in read.problems}


def test_a_whole_answer_has_nothing_to_look_at() -> None:
    read = read_answers(SMALL, TOWN, WHOLE, today=TODAY)
    assert read.is_whole
    assert read.content["pris"] == "1200"


def test_a_number_outside_its_bounds_and_a_part_greater_than_its_whole_are_told() -> None:
    assert troubles(alle="101")["alle"] is Trouble.WRONG
    assert troubles(kvinder="4")["kvinder"] is Trouble.DISAGREES


def test_sums_are_judged_only_when_every_part_is_there() -> None:
    assert troubles(dele__a__antal="2") == {"dele": Trouble.DISAGREES}
    assert troubles(dele__a__antal="") == {"dele.a.antal": Trouble.MISSING}


def test_a_question_is_asked_only_where_its_condition_holds() -> None:
    assert troubles(alle="0", dele__a__antal="0", dele__b__antal="0", pris="") == {}
    assert troubles(pris="") == {"pris": Trouble.MISSING}


def test_rows_that_are_begun_must_be_whole_and_there_is_room_for_two() -> None:
    assert troubles(har="ja") == {"tilbud.1.navn": Trouble.MISSING}
    assert troubles(har="ja", tilbud__1__navn="Birken") == {"tilbud.1.pladser": Trouble.MISSING}
    many = {f"tilbud__{row}__{name}": "1" for row in (1, 2, 3) for name in ("navn", "pladser")}
    assert Trouble.WRONG in troubles(har="ja", **many).values()


def test_an_answer_to_a_question_that_fell_away_is_left_out() -> None:
    typed = {**WHOLE, "tilbud.1.navn": "Birken", "tilbud.1.pladser": "4"}
    assert not any(
        path.startswith("tilbud") for path in read_answers(SMALL, TOWN, typed, today=TODAY).content
    )


def test_a_great_change_since_last_time_is_asked_about() -> None:
    form = SETS[0]
    typed = made_up(form, "0360", TODAY, TOWN)
    last = {"borgere": 900}
    read = read_answers(form, TOWN, typed, today=TODAY, last=last)
    assert [p.path for p in read.of(Trouble.UNUSUAL)] == ["borgere"]
    assert read.is_whole, "it may be so"


@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
@given(seed=st.text(max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_made_up_answer_is_whole_and_is_typed_again_as_it_was(form: object, seed: str) -> None:
    typed = made_up(form, seed, TODAY, TOWN)  # type: ignore[arg-type]
    read = read_answers(form, TOWN, typed, today=TODAY)  # type: ignore[arg-type]
    assert read.is_whole, read.problems
    again = typed_of(form, read.content)  # type: ignore[arg-type]
    assert read_answers(form, TOWN, again, today=TODAY).content == read.content  # type: ignore[arg-type]
    assert {FILLED_BY, RESPONSIBLE} <= typed.keys()


@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_a_shipped_set_is_the_same_when_it_is_written_and_read(form: object) -> None:
    assert parse_form(form_text(form)) == form  # type: ignore[arg-type]


@pytest.mark.parametrize("form", SETS, ids=lambda form: form.id)
def test_every_figure_stands_in_one_table(form: object) -> None:
    known = [figure.path for figure in figures(form)]  # type: ignore[arg-type]
    shown = [f.path for plan in plans(form) if plan.respondent is TOWN for f in plan.figures]  # type: ignore[arg-type]
    assert len(set(known)) == len(known)
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(known)


def test_a_figure_of_all_rows_is_the_sum_of_the_rows() -> None:
    read = read_answers(SMALL, TOWN, WHOLE, today=TODAY)
    found = figures_of(SMALL, read.content)
    assert found["dele.*.antal"] == found["dele.a.antal"] + found["dele.b.antal"] == 3
    assert "tilbud.#" not in found, "nothing was answered there"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("kind: integer, minimum: 5, maximum: 2", "maximum er mindre"),
        ("kind: choice", "options skal stå"),
        ("kind: text, counts: citizens", "counts hører til hele tal"),
        ("kind: integer, required_if: {question: senere, above: 0}", "der ikke står før"),
        ("kind: integer, at_most: nogen", "at_most skal være"),
        ("kind: table", "columns skal stå"),
    ],
)
def test_a_question_set_with_a_mistake_says_what_and_where(line: str, told: str) -> None:
    head = "id: x\nversion: 1\ntitle: X\nsections:\n  - id: s\n    title: S\n    questions:\n"
    text = f"{head}      - {{id: q, text: Hvad, {line}}}\n"
    with pytest.raises(BadFileError, match=told):
        parse_form(text)
