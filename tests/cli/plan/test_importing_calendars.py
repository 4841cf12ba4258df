"""``import`` takes meetings of bodies in every form that people have, and a calendar's address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.casework.plan.test_addresses import Server
from udmelding.casework.plan import addresses

pytestmark = pytest.mark.database

DAY = ("--today", "30/11-2026")
URL = "https://kalender.example/k17.ics"


def test_a_list_of_one_body_is_taken_in_with_its_year(
    udmelding: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "k17.txt"
    file.write_text("15/1\nonsdag den 12. februar\n12. marts\n", encoding="utf-8")
    done = udmelding("import", str(file), "--body", "K17", "--year", "2027", "--json", *DAY).json
    assert (done["kind"], done["new"], done["saved"]) == ("calendar", 2, True)
    assert any("12/2-2027 er en fredag, ikke en onsdag" in line for line in done["details"])
    again = udmelding("import", str(file), "--body", "k17", "--year", "2027", "--json", *DAY).json
    assert (again["new"], again["known"]) == (0, 2)


def test_a_meeting_of_a_body_outside_the_chain_is_recorded(udmelding: Callable[..., Any]) -> None:
    done = udmelding("record", "meeting", "koordinationsforum", "20/11-2027", "--yes", *DAY)
    assert done.code == 0
    assert "Koordinationsforum: mødet 20. november 2027 er planlagt." in done.out


def test_an_address_is_read_and_read_again(
    udmelding: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "fetch", Server().fetch)
    dry = udmelding("import", URL, "--body", "K17", "--dry-run", *DAY)
    assert "Adressen læses igen hver arbejdsdag" in dry.out
    done = udmelding("import", URL, "--body", "K17", "--json", *DAY).json
    assert (done["new"], done["saved"]) == (3, True), "a dry run keeps nothing"
    unsaid = udmelding("import", URL, *DAY)
    assert unsaid.code == 1
    assert "hvis kalender det er" in unsaid.err + unsaid.out
