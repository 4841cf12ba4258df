"""The lists in a terminal: the same as on the pages, as a table, as JSON and as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.casework.forms.test_answers import REF, START, launched
from tests.cli.conftest import Udmelding
from udmelding.casework.wiring import Services


@pytest.fixture(autouse=True)
def case(services: Services) -> None:
    """All have been asked, and nobody has answered."""
    launched(services, REF, START, None)


def test_who_owes_what_is_a_table_and_the_same_as_json(udmelding: Udmelding) -> None:
    told = udmelding("lists", "skylder", REF, "--as-of", "25/4-2025").out
    assert "Opgjort fredag den 25. april 2025" in told
    found = udmelding("lists", "skylder", REF, "--as-of", "25/4-2025", "--json").json
    towns = [row["Kommune"] for row in found["tables"][0]["rows"]]
    assert len(towns) == 17
    assert all(town in told for town in towns)


def test_a_list_is_written_as_a_workbook(udmelding: Udmelding, tmp_path: Path) -> None:
    file = tmp_path / "til-tiden.xlsx"
    said = udmelding(
        "lists", "til-tiden", "--year", "2025", "--as-of", "25/4-2025", "-o", str(file)
    )
    assert said.code == 0, said.err
    sheet = load_workbook(file).worksheets[0]
    assert (sheet["A1"].value, sheet["A6"].value) == ("Besvaret til tiden", "Dataindsamling")


def test_a_list_that_is_of_all_cases_is_refused_for_one_with_those_there_are(
    udmelding: Udmelding,
) -> None:
    said = udmelding("lists", "aabne-sager", REF)
    assert said.code == 1
    assert "Kendte: skylder, trin, til-tiden." in said.err
