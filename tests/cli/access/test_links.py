"""By command: a personal link is closed, and opened again."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Udmelding
from tests.conftest import TwoCases

pytestmark = pytest.mark.database

REF = TwoCases.references[0]


def test_a_link_is_closed_and_opened_again_and_it_is_told_who_did_it(
    two_cases: TwoCases, udmelding: Udmelding
) -> None:
    day = ("--today", f"{two_cases.day:%d/%m-%Y}")
    links = udmelding("link", "list", REF, *day, "--json").json
    assert len(links) == 17
    assert all(link["works"] for link in links)
    number = str(links[0]["id"])

    assert (
        "Det virker ikke mere" in udmelding("link", "close", REF, number, "--by", "anna", *day).out
    )
    assert udmelding("link", "close", REF, number, *day).code == 1
    shown = udmelding("link", "list", REF, *day).out
    assert "lukket" in shown
    assert "anna" in shown
    assert "er åbnet igen" in udmelding("link", "open", REF, number, "--by", "bo", *day).out
    own = next(
        x for x in udmelding("link", "list", REF, *day, "--json").json if str(x["id"]) == number
    )
    assert (own["works"], own["turned_by"]) == (True, "bo")
