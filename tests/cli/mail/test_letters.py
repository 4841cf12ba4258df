"""Letters that wait, from the command line: read, release, or say how else they went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Udmelding = Callable[..., Any]
REF = "CU-BREV-2026"
KEY = f"{REF}/submission/agency/report"
TODAY = ("--today", "28/5-2026")


@pytest.fixture
def case(udmelding: Udmelding) -> Udmelding:
    """The report is sent; the letter of the agency was dated three days before it came."""
    said = ("--title", "Borgere med behov", "--received", "12/1-2026", "--letter-dated", "9/1-2026")
    launched = udmelding(
        "launch", REF, *said, "--deadline", "31/5-2026", "--scope", "ét område", "--today",
        "12/1-2026", "--even-so", "en prøve",
    )  # fmt: skip
    assert launched.code == 0, launched.err
    sent = udmelding(
        "record", "submission", REF, "--on", "ultimo maj 2026", "--signer",
        "Ole Eksempel, formand, KKR Sjælland", "--signer", ", formand, KKR Fyn", *TODAY,
        "--even-so", "Svarene er ikke skrevet ind",
    )  # fmt: skip
    assert sent.code == 0, sent.err
    return udmelding


def test_a_letter_is_read_and_released_by_two_commands(case: Udmelding) -> None:
    read = case("outbox", "letters", REF, *TODAY).out
    assert f"Nøgle:   {KEY}" in read
    assert "Til:     cu@styrelsen.example" in read
    assert "Vedlagt: Oversigt over beslutninger" in read
    assert "Ole Eksempel, formand, KKR Sjælland\nformand, KKR Fyn\n" in read
    assert "venter på, at I frigiver det" in case("status", REF, "--as-of", "28/5-2026").out

    released = case("outbox", "release", KEY, *TODAY)

    assert released.out == "Mailen til cu@styrelsen.example er skrevet som fil, ikke sendt.\n"
    assert case("outbox", "letters", REF, *TODAY).out == "Der venter ingen breve i sagen.\n"
    again = case("outbox", "release", KEY, *TODAY)
    assert again.code == 1
    assert "venter ikke længere" in again.err


def test_a_letter_that_went_another_way_is_noted_by_command(case: Udmelding) -> None:
    noted = case("outbox", "elsewhere", KEY, "--how", "formændenes egen mail", *TODAY)

    assert noted.code == 0
    (mail,) = case("outbox", "list", REF, "--state", "sendt uden for systemet", "--json").json
    assert mail["key"] == KEY
    assert case("outbox", "letters", REF, "--json", *TODAY).json == []


def test_the_date_of_the_letter_is_kept_apart_from_the_day_it_came(case: Udmelding) -> None:
    log = " ".join(case("log", REF, "--as-of", "28/5-2026").out.split())

    assert "Brevet er dateret 9. januar 2026." in log
    assert "Afrapporteringen blev sendt ultimo maj 2026" in log
