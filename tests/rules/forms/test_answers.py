"""What a question set accepts: conditions, bounds, sums, rows that people add."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.answering import MORE_LINES, first_version, stays
from udmelding import clock
from udmelding.casework.demo.forms import made_up
from udmelding.config.forms.forms import Form
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


HEAD = "id: x\nversion: 1\ntitle: X\nsections:\n"
COLUMNS = "columns: [{id: a, title: A, kind: text}]"
LINES = f"{{id: hvem, text: Hvem, kind: table, most_rows: 9, at_most: syge, {COLUMNS}}}"


def section(name: str, asks: str, *questions: str) -> str:
    lines = "".join(f"      - {question}\n" for question in questions)
    return f"  - id: {name}\n    title: S\n    asks: [{asks}]\n    questions:\n{lines}"


def form_of(*questions: str) -> Form:
    return parse_form(HEAD + section("s", "municipality", *questions))


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


def told_of(table: str, form: Form, typed: dict[str, str]) -> list[tuple[Trouble, str]]:
    problems = read_answers(form, TOWN, typed, today=TODAY).problems
    return [(one.trouble, one.text) for one in problems if one.path.split(".")[0] == table]


def test_more_lines_than_the_number_that_they_tell_of_disagree_with_it() -> None:
    gravide, now = form_named("gravide"), clock.at(TODAY)
    for lines in (1, 2, 3):
        assert read_answers(gravide, TOWN, stays(3, now, lines=lines), today=TODAY).is_whole
    typed = stays(3, now, lines=4)
    read = read_answers(gravide, TOWN, typed, today=TODAY)
    assert [(one.path, one.label) for one in read.problems] == [("forloebene", "Forløb")]
    assert told_of("forloebene", gravide, typed) == [(Trouble.DISAGREES, MORE_LINES)]
    unsaid = typed | {"fik_doegn": "ca. 3"}
    assert told_of("forloebene", gravide, unsaid) == [], "no number, so nothing to disagree with"


def test_an_empty_line_is_no_line_and_one_that_cannot_be_read_is_one() -> None:
    gravide, typed = form_named("gravide"), stays(3, clock.at(TODAY), lines=3)
    assert told_of("forloebene", gravide, typed | {"forloebene.4.uger": " "}) == []
    begun = told_of("forloebene", gravide, typed | {"forloebene.4.uger": "ni"})
    assert (Trouble.DISAGREES, MORE_LINES) in begun


def test_lines_that_are_not_asked_for_do_not_disagree() -> None:
    gravide, typed = form_named("gravide"), stays(0, clock.at(TODAY), lines=2)
    assert told_of("forloebene", gravide, typed | {"forloebene.1.uger": "ni"}) == []


def test_where_the_number_is_none_no_line_is_missing_and_none_may_be_added() -> None:
    form = form_of("{id: syge, text: Hvor mange, short: Syge, kind: integer}", LINES)
    assert told_of("hvem", form, {"syge": "0"}) == []
    assert told_of("hvem", form, {"syge": "1"}) == [(Trouble.MISSING, "Skriv mindst én linje.")]
    one = "Der er 1 linje, men «Syge» er 0. Slet linjen, eller ret tallet."
    assert told_of("hvem", form, {"syge": "0", "hvem.1.a": "x"}) == [(Trouble.DISAGREES, one)]


def test_a_set_that_was_stored_before_a_number_bounded_its_lines_opens_without_that_bound() -> None:
    old = first_version(form_named("gravide"))
    assert Form.model_validate_json(old.model_dump_json()) == old
    assert read_answers(old, TOWN, stays(3, clock.at(TODAY), lines=4), today=TODAY).is_whole


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


@given(seed=st.text(max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_bound_takes_lines_from_a_made_up_answer_and_changes_nothing_else(seed: str) -> None:
    form = form_named("gravide")
    free, bound = (made_up(one, seed, TODAY, TOWN) for one in (first_version(form), form))
    most = int(free.get("fik_doegn", 0))
    left_out = {path for path in free if path.startswith("forloebene.")} - bound.keys()
    assert bound == {path: text for path, text in free.items() if path not in left_out}
    assert all(int(path.split(".")[1]) > most for path in left_out)


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
        (f"kind: table, {COLUMNS}, most_rows: 3, at_most: q", "som de samme er spurgt om før"),
        (f"kind: table, {COLUMNS}, rows: [{{id: r, title: R}}], at_most: q", "faste rows"),
    ],
)
def test_a_question_set_with_a_mistake_says_what_and_where(line: str, told: str) -> None:
    with pytest.raises(BadFileError, match=told):
        form_of(f"{{id: q, text: Hvad, {line}}}")


@pytest.mark.parametrize(
    ("kind", "asks", "place"),
    [
        ("text", "municipality, region", 0),
        ("integer", "municipality", 0),
        ("integer", "municipality, region", 1),
    ],
    ids=["no number", "not asked of all", "asked after it"],
)
def test_lines_are_held_only_to_a_number_that_all_who_add_them_were_asked_before(
    kind: str, asks: str, place: int
) -> None:
    def form(kind: str, asks: str, place: int) -> Form:
        sections = [section("b", "municipality, region", LINES)]
        sections.insert(place, section("a", asks, f"{{id: syge, text: Syge, kind: {kind}}}"))
        return parse_form(HEAD + "".join(sections))

    with pytest.raises(BadFileError, match="hvem: at_most skal være et tal, som de samme"):
        form(kind, asks, place)
    assert form("integer", "municipality, provider, region", 0)
