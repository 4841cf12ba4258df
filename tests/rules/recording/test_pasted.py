"""A list of decisions is read as people have it: from a sheet, a mail, or typed by heart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.decision import Level, Outcome
from udmelding.rules.recording.pasted import PastedDecision, pasted_decisions

NAMES = {"greve": "0253", "køge": "0259", "lolland": "0360", "høje-taastrup": "0169"}


def named(text: str) -> str | None:
    return NAMES.get(text.casefold().removesuffix(" kommune"))


def one(line: str) -> PastedDecision:
    (found,), unread = pasted_decisions(line, named)
    assert unread == ()
    return found


@pytest.mark.parametrize(
    ("line", "outcome", "on"),
    [
        ("Greve\tgodkendt\t28. april 2025", Outcome.APPROVED, "28. april 2025"),
        ("Greve\t28/4\tok", Outcome.APPROVED, "28/4"),
        ("Greve Kommune;30.4.25;vedtaget", Outcome.APPROVED, "30.4.25"),
        ("Greve: godkendt den 30/4-2025.", Outcome.APPROVED, "30/4-2025"),
        ("Greve godkendte 5. maj", Outcome.APPROVED, "5. maj"),
        ("Greve\tgodkendt m. bemærkninger\t29/4", Outcome.APPROVED_WITH_REMARKS, "29/4"),
        ("Greve\ttaget til efterretning\t29/4", Outcome.NOTED, "29/4"),
        ("Greve\tikke godkendt\t29/4", Outcome.REJECTED, "29/4"),
        ("Greve\tG\t29/4", Outcome.APPROVED, "29/4"),
        ("Greve udsat", Outcome.POSTPONED, ""),
        ("Greve i dag godkendt", Outcome.APPROVED, "i dag"),
        ("28/4\tGreve\tgodkendt", Outcome.APPROVED, "28/4"),
        ("Høje-Taastrup\tja\t1/5", Outcome.APPROVED, "1/5"),
    ],
)
def test_a_line_tells_what_was_decided_and_when(line: str, outcome: Outcome, on: str) -> None:
    found = one(line)
    assert (found.outcome, found.on) == (outcome, on)


def test_a_line_tells_by_whom_and_where_it_can_be_read() -> None:
    found = one("Lolland; godkendt; 28/4; økonomiudvalget; pkt. 7a; https://lolland.example/7a")
    assert found.level is Level.FINANCE_COMMITTEE
    assert (found.item_number, found.evidence) == ("7a", "https://lolland.example/7a")
    assert one("Køge 28/4 godkendt referat-28-04.pdf").evidence == "referat-28-04.pdf"


def test_a_header_and_empty_lines_are_passed_over() -> None:
    text = "Kommune\tUdfald\tDato\n\n\t\t\nGreve\tgodkendt\t28/4\n"
    found, unread = pasted_decisions(text, named)
    assert [row.party for row in found] == ["0253"]
    assert unread == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Ukendtby\tgodkendt\t1/5", "nævner ingen af sagens kommuner"),
        ("Greve\tnoget mærkeligt\t1/5", "«noget mærkeligt» blev ikke forstået"),
        ("Greve\tgodkendt\t1/5\t2/5", "flere datoer: 1/5, 2/5"),
        ("Greve", "siger hverken"),
        ("godkendt 1/5", "nævner ingen af sagens kommuner"),
    ],
)
def test_a_line_that_is_not_understood_says_why(line: str, told: str) -> None:
    found, (unread,) = pasted_decisions(line, named)
    assert found == ()
    assert told in unread.told
    assert unread.line == line


def test_a_council_that_stands_twice_is_asked_about() -> None:
    found, (unread,) = pasted_decisions("Greve godkendt 28/4\nGreve afvist 29/4", named)
    assert [row.on for row in found] == ["28/4"]
    assert "to gange" in unread.told
    again, none = pasted_decisions("Greve godkendt 28/4\nGreve godkendt 28/4", named)
    assert (len(again), none) == (1, ())


@given(st.text(max_size=200))
def test_every_line_is_read_to_its_last_word_or_told_as_unread(text: str) -> None:
    found, unread = pasted_decisions(text, named)
    lines = [line for line in text.splitlines() if line.strip(" \t;")]
    assert len(found) + len(unread) <= len(lines)
    assert len({row.party for row in found}) == len(found)
