"""What is written into a workbook is what is read from it, also after another program saved it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents.forms.workbooks import DAY, FORM, expected, request
from udmelding.config.forms.forms import Form
from udmelding.config.forms.library import form_ids, form_named
from udmelding.config.forms.questions import Kind, Respondent
from udmelding.documents.forms.reading import read_workbook
from udmelding.documents.forms.workbook import answer_workbook
from udmelding.rules.forms.answer_paths import Spot, spots, typed_cell
from udmelding.rules.forms.answers import read_answers

FORMS = {**{form_id: form_named(form_id) for form_id in form_ids()}, "proeve": FORM}
WORDS = (
    st.text(
        st.sampled_from("aæøå AB=+-@'\"<&>\n;,.1289_x0041€–")
        | st.characters(codec="utf-8", exclude_categories=["C", "Z"]),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(bool)
)


def value_of(spot: Spot) -> st.SearchStrategy[Any]:
    measured = spot.measured
    match measured.kind:
        case Kind.INTEGER:
            return st.integers(0, 2_000)
        case Kind.NUMBER | Kind.AMOUNT:
            return st.decimals(0, 10**6, places=measured.places).map(str)
        case Kind.YES_NO:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from([option.id for option in measured.options])
        case Kind.CHOICES:
            codes = [option.id for option in measured.options]
            chosen = st.sets(st.sampled_from(codes), min_size=1)
            return chosen.map(lambda some: [code for code in codes if code in some])
        case Kind.DATE:
            return st.dates(DAY.replace(year=1901), DAY).map(str)
        case _:
            return WORDS


@cache
def places(form_id: str) -> tuple[Spot, ...]:
    form = FORMS[form_id]
    rows = [
        f"{q.id}.{n}.{q.columns[0].id}" for q in form.questions if q.has_free_rows for n in (1, 2)
    ]
    found = spots(form, Respondent.MUNICIPALITY, rows)
    return tuple(spot for spot in found if spot.measured.kind is not Kind.FILE)


@st.composite
def answers(draw: st.DrawFn, form_id: str) -> dict[str, str]:
    typed = {}
    for spot in places(form_id):
        is_second = spot.question.has_free_rows and spot.row == "2"
        if not is_second and draw(st.booleans()):
            typed[spot.path] = typed_cell(spot.measured, draw(value_of(spot)))
    return typed


def read_back(form: Form, content: bytes) -> Mapping[str, str]:
    found = read_workbook(content, expected(form))
    assert found.problems == ()
    return found.typed


@pytest.mark.parametrize("form_id", FORMS)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read(form_id: str, data: st.DataObject) -> None:
    form, typed = FORMS[form_id], data.draw(answers(form_id))
    content = answer_workbook(request(form, typed))

    assert read_back(form, content) == typed
    assert answer_workbook(request(form, read_back(form, content))) == content


@pytest.mark.parametrize("form_id", form_ids())
def test_every_place_of_the_form_has_a_cell(form_id: str) -> None:
    form = FORMS[form_id]
    found = read_workbook(answer_workbook(request(form)), expected(form))

    assert {spot.path for spot in places(form_id)} <= set(found.places)
    assert len(set(found.places.values())) == len(found.places)


def test_what_the_rules_find_is_told_by_cell() -> None:
    typed = {"antal": "12", "type.a.antal": "4", "type.b.antal": "4", "type.c.antal": "ti1"}
    found = read_workbook(answer_workbook(request(FORM, typed)), expected())
    told = found.problem_lines(
        read_answers(FORM, Respondent.MUNICIPALITY, found.typed, today=DAY).problems
    )

    assert any(line.startswith("Ark «Tal antal beløb», celle C13 (") for line in told)
    assert any(
        line.startswith("Ark «Ord», celle C4 (Er der tilbud?): Svaret mangler.") for line in told
    )


@pytest.mark.parametrize("form_id", form_ids())
def test_libreoffice_may_save_it_in_between(form_id: str, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    form = FORMS[form_id]
    typed = {spot.path: typed_cell(spot.measured, sample(spot)) for spot in places(form_id)}
    file = tmp_path / "svar.xlsx"
    file.write_bytes(answer_workbook(request(form, typed)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(  # noqa: S603 (our own file, the program of the machine)
        [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "ny"),
            str(file),
        ],
        check=False,
        capture_output=True,
        timeout=120,
    )
    saved = tmp_path / "ny" / "svar.xlsx"
    if not saved.exists():
        pytest.skip("LibreOffice cannot open spreadsheets here")

    assert saved.read_bytes() != file.read_bytes()
    assert read_back(form, saved.read_bytes()) == typed


def sample(spot: Spot) -> Any:
    """An answer of each kind, with what programs like to change."""
    match spot.measured.kind:
        case Kind.INTEGER:
            return 1200
        case Kind.NUMBER | Kind.AMOUNT:
            return "12.5" if spot.measured.places else "1234567"
        case Kind.YES_NO:
            return True
        case Kind.CHOICE:
            return spot.measured.options[-1].id
        case Kind.CHOICES:
            return [option.id for option in spot.measured.options][1:3]
        case Kind.DATE:
            return "2025-03-01"
        case _:
            return "=1+1\n- æøå «x» & 1/3"
