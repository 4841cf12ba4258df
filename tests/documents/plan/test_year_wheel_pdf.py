"""The year wheel as PDF is the drawing with words for it, and a table that says the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.documents.plan.test_year_wheel import NASTY, small, wheels
from tests.documents.test_pdf import pages_of, problems_of, tags_of
from udmelding import clock
from udmelding.config.look import LookFile
from udmelding.documents.look import Look
from udmelding.documents.plan.year_wheel_pdf import year_wheel_pdf
from udmelding.rules.plan.year_wheel import YearWheel

NOW = clock.at(dt.date(2025, 2, 3))


def made(wheel: YearWheel, look: Look | None = None) -> bytes:
    return year_wheel_pdf(wheel, "CU-1", "Sekretariatet", NOW, look or Look())


@pytest.fixture(scope="module")
def content() -> bytes:
    return made(small())


def test_the_drawing_is_a_figure_whose_words_point_to_the_table(content: bytes) -> None:
    (alt,) = [alt for kind, alt in tags_of(content) if kind == "Figure"]

    assert alt.startswith("Årshjul: Spis. Fristen 31. maj 2025")
    assert alt.endswith("Næste side siger det samme i en tabel.")


def test_the_sheet_has_the_drawings_own_words_and_the_next_page_the_table(content: bytes) -> None:
    drawing, words = pages_of(content)

    assert "papirer 28/3" in drawing
    lines = {" ".join(line.split()) for line in words.splitlines()}
    assert "Trin Dag Tidligst Senest Luft Papirer senest Andre møder" in lines
    assert "Modtagelse 15/11-2024 – – er sket – –" in lines
    assert (
        "Administrativ og regional behandling 14/3-2025 10/1-2025 25/2-2025 17 dage for sent – –"
        in lines
    )
    assert "Spis 8/4-2025 5/2-2025 19/4-2025 11 dage 28/3-2025 5/2-2025, 18/6-2025" in lines
    assert "møder i kommunerne: 2 i uge 19 2025" in words


def test_two_checkers_only_take_the_drawing_for_a_scan_and_its_grid_for_a_table(
    tmp_path: Path,
) -> None:
    found = problems_of(made(small(title=NASTY)), tmp_path)

    assert {problem.partition(":")[0] for problem in found} <= {"TAG-030", "TBL-014"}


def test_the_days_that_are_chosen_have_the_secretariats_own_colour() -> None:
    green = Look(LookFile(colour="#115522"))

    assert made(small(), green) != made(small())
    assert made(small(), green) == made(small(), green), "the same bytes each time"


@settings(max_examples=5, deadline=None)
@given(wheels())
def test_any_plan_at_all_can_be_set(wheel: YearWheel) -> None:
    assert len(pages_of(made(wheel))) >= 2
