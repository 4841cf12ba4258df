"""``udmelding report publish``: what can be chosen and what it costs; with a way, it is done."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.answering import collected
from tests.casework.forms.test_answers import REF, START, launched
from tests.cli.conftest import Udmelding
from udmelding.casework.wiring import Services


@pytest.fixture(autouse=True)
def case(services: Services) -> None:
    launched(services, REF, START, None)
    collected(services, REF, START + dt.timedelta(days=30))


def test_without_a_way_what_can_be_chosen_is_shown_and_nothing_is_published(
    udmelding: Udmelding,
) -> None:
    said = udmelding("report", "publish", REF)

    assert said.code == 0
    assert '--way "kommuner og summer": ' in said.out
    assert '--way "kun summer": Ingen kommunes egne tal vises. ' in said.out
    assert "offentliggjort" not in udmelding("log", REF).out


def test_a_way_is_named_in_danish_and_the_figures_are_published_that_way(
    udmelding: Udmelding,
) -> None:
    said = udmelding("report", "publish", REF, "--way", "kun summer")

    assert (said.code, said.out) == (0, "Tallene er offentliggjort (opgørelse 1).\n")
    assert "Sagens tal blev offentliggjort (opgørelse 1)" in udmelding("log", REF).out


def test_an_unknown_way_is_refused_with_those_that_there_are(udmelding: Udmelding) -> None:
    said = udmelding("report", "publish", REF, "--way", "det hele")

    assert said.code == 1
    assert "Skriv et af: kommuner og summer, " in said.err


def test_whoever_publishes_is_not_named_with_a_cpr_number(udmelding: Udmelding) -> None:
    said = udmelding("report", "publish", REF, "--way", "kun summer", "--by", "Bo 010180-0009")

    assert said.code == 1
    assert "cpr-nummer" in said.err
