"""``udmelding form print``: the questions on paper, for anybody or for one municipality."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.answering import FORM
from tests.casework.forms.test_answers import REF, START, launched
from tests.cli.conftest import Udmelding
from tests.documents.test_pdf import text_of
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.wiring import Services
from udmelding.journal.stamp import Stamp


@pytest.fixture(autouse=True)
def case(services: Services) -> None:
    launched(services, REF, START, None)
    ask(services, REF, FORM, Stamp(START, "anna"))


def test_the_form_is_written_as_pdf(udmelding: Udmelding, tmp_path: Path) -> None:
    file = tmp_path / "skema.pdf"

    said = udmelding("form", "print", REF, "--output", str(file))

    assert (said.code, said.out) == (0, f"Skemaet er skrevet til {file}.\n")
    assert FORM.title in text_of(file.read_bytes())


def test_with_a_municipality_it_bears_its_name(udmelding: Udmelding, tmp_path: Path) -> None:
    file = tmp_path / "skema.pdf"

    udmelding("form", "print", REF, "-o", str(file), "--municipality", "Lolland")

    assert "Lolland" in text_of(file.read_bytes())


def test_a_case_that_is_not_there_is_told_and_nothing_is_written(
    udmelding: Udmelding, tmp_path: Path
) -> None:
    said = udmelding("form", "print", "CU-X", "-o", str(tmp_path / "skema.pdf"))

    assert said.code != 0
    assert "CU-X" in said.err
    assert list(tmp_path.glob("*.pdf")) == []
