"""By command: the rounds are listed, who got one is shown, and one correction is written."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Udmelding
from tests.conftest import TwoCases

pytestmark = pytest.mark.database

REF = TwoCases.references[0]


def test_a_round_is_shown_and_then_corrected(two_cases: TwoCases, udmelding: Udmelding) -> None:
    day = ("--today", f"{two_cases.day:%d/%m-%Y}")
    listed = udmelding("correct-mails", REF, *day).out.splitlines()
    assert [x.split()[-1] for x in listed if " invitation " in x] == ["17"]
    asked = ("correct-mails", REF, "--kind", "invitation", "--sent", "1/8-2024", *day)
    dry = udmelding(*asked, "--dry-run")
    assert dry.out.count("Får rettelsen:") == 17
    assert "Intet er skrevet eller sendt." in dry.out

    assert udmelding(*asked).code == 1, "what was wrong has to be said"
    said = ("--wrong", "Bilaget var forkert.", "--right", "Brug det nye.")
    shown = udmelding(*asked, *said, "--dry-run").out
    assert f"Emne:    [{REF}] Rettelse: " in shown
    assert "Vedlagt: intet" in shown
    assert shown.index("Bilaget var forkert.") < shown.index("Brug det nye.")
    assert "/k/personligt-link-" in shown
    assert "De andre (16) får den samme mail" in shown
    assert "Intet er skrevet eller sendt." in shown
    done = udmelding(*asked, *said, "--json").json
    assert len(done["written"]) == len(done["mails"]) == 17
    assert udmelding(*asked, *said).code == 1, "once"
