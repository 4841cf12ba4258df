"""By command: what a handover does is shown, and then it is done."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Udmelding
from tests.conftest import TwoCases

pytestmark = pytest.mark.database


def test_a_handover_is_shown_and_then_done(two_cases: TwoCases, udmelding: Udmelding) -> None:
    day = ("--today", f"{two_cases.day:%d/%m-%Y}")
    old = two_cases.mails()[0].recipients[0]
    asked = ("handover", "Greve", "--from", old, "--to", "bo@greve.example", "--name", "Bo", *day)
    dry = udmelding(*asked, "--dry-run")
    assert f"Åbent i {two_cases.references[0]}" in dry.out
    assert "Intet er gjort." in dry.out

    done = udmelding(*asked, "--json").json
    assert done["mail"].startswith(f"{two_cases.references[0]}/handover/0253/")
    assert len(done["closed_links"]) == 2
    again = udmelding(*asked)
    assert again.code == 1
    assert "ikke kontakt her nu" in again.err
