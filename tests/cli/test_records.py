"""``udmelding redact``: what goes is asked for, never written on the command line."""

from __future__ import annotations

import io
import sys

import pytest

from tests.cli.conftest import Udmelding
from tests.conftest import TwoCases
from tests.past import record_past
from udmelding.journal.stamp import Stamp

pytestmark = pytest.mark.database

PASSAGE, REASON = "Rosa Ødegård", "det var en borgers navn"
"""Of nobody."""


@pytest.fixture
def told(two_cases: TwoCases) -> TwoCases:
    said = {"step": "collection", "party": "0253", "on": two_cases.day, "completeness": "partial"}
    record_past(
        two_cases.services,
        two_cases.references[0],
        "response",
        {**said, "note": f"Om {PASSAGE}"},
        Stamp(two_cases.now, "anna"),
    )
    return two_cases


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_dry_run_shows_where_it_stands(
    told: TwoCases, udmelding: Udmelding, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, f"{PASSAGE}\n")
    answer = udmelding("redact", "text", "--reason", REASON, "--dry-run")
    assert (answer.code, answer.out) == (0, "1 × registrering\n")
    assert udmelding("redact", "list", "--json").json == []


def test_without_a_person_it_needs_a_word_that_it_is_meant(
    told: TwoCases, udmelding: Udmelding, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, PASSAGE)
    answer = udmelding("redact", "text", "--reason", REASON)
    assert answer.code == 1
    assert "--yes" in answer.err


def test_it_is_taken_out_and_listed(
    told: TwoCases, udmelding: Udmelding, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, PASSAGE)
    answer = udmelding("redact", "text", "--reason", REASON, "--yes", "--by", "Bo")

    assert answer.code == 0
    assert "Fjernet fra 1 sted." in answer.out
    assert PASSAGE not in udmelding("log", told.references[0]).out
    (line,) = udmelding("redact", "list", "--json").json
    assert (line["by"], line["reference"], line["reason"]) == ("Bo", told.references[0], REASON)
    assert REASON in udmelding("redact", "list").out


def test_a_file_is_named_by_its_checksum(told: TwoCases, udmelding: Udmelding) -> None:
    answer = udmelding("redact", "file", "a" * 64, "--reason", REASON, "--yes")
    assert answer.code == 1
    assert "Der findes ingen fil" in answer.err
