"""By command: a draft is kept, what it will send is listed, and it is started."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Udmelding

pytestmark = pytest.mark.database

REF = "CU-KLADDE-2026"


def test_a_draft_is_listed_and_then_started(udmelding: Udmelding) -> None:
    front = ("--title", "Borgere med sjældne behov", "--received", "3/3-2025")
    kept = udmelding(
        "launch",
        REF,
        *front,
        "--deadline",
        "30/1-2026",
        "--area",
        "sjaelland",
        "--draft",
        "--target-group",
        "voksne",
        "--today",
        "4/3-2025",
    )
    assert kept.code == 0, kept.err
    assert "Sagen er en kladde." in kept.out

    listed = udmelding("outbox", "coming", REF, "--as-of", "4/3-2025")
    assert "Intet sendes, før du kører: udmelding start" in listed.out
    assert "invitation til dataindsamling" in listed.out
    assert "Greve (mangler mailadresse)" in listed.out
    values = udmelding("outbox", "coming", REF, "--as-of", "4/3-2025", "--json").json
    # Seen from the end of the day, after the sending hours.
    assert {one["on"] for one in values if one["mail"] == "invitation"} == {"2025-03-05"}

    started = udmelding("start", REF, "--today", "5/3-2025")
    assert "Sagen er startet." in started.out
    again = udmelding("start", REF, "--today", "5/3-2025")
    assert "Sagens mails var ikke sat på pause." in again.out
