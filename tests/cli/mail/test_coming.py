"""By command: a draft is kept, what it will send is listed, and it is started."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Udmelding
from tests.conftest import TwoCases
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.journal.stamp import Stamp

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


def test_invitations_that_wait_are_told_of_and_sent_by_command(
    two_cases: TwoCases, udmelding: Udmelding
) -> None:
    reference, now = "CU-TRE-2024", two_cases.now
    launch_with_letter(two_cases.services, Wanted(TwoCases._new(reference)), Stamp(now, "anna"))
    advance(two_cases.services, reference, now)

    told = udmelding("outbox", "coming", reference).out
    assert "17 mails går " in told, "when depends on the hour at which the test is run"

    day = ("--today", f"{two_cases.day:%d/%m-%Y}")
    sent = udmelding("outbox", "deliver", reference, *day)
    assert sent.out == "Mails: 17 skrevet som fil, ikke sendt.\n"
    again = udmelding("outbox", "deliver", reference, *day)
    assert again.code == 1
    assert "ingen invitationer" in again.err
