"""Status codes and suggestions in plain Danish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Level, Meaning, Outcome
from udmelding.rules.inbox.delivery_report_wording import in_full, plainly
from udmelding.rules.inbox.post_wording import suggestion_sentence


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "adressen findes ikke"),
        ("5.1.10", "modtageren tager ikke imod mails"),
        ("5.2.2", "postkassen er fuld"),
        ("4.2.2", "postkassen er fuld"),
        ("5.7.26", "modtagerens server kan ikke se, at mailen er fra os (SPF, DKIM eller DMARC)"),
        ("5.7.606", "modtagerens server har spærret for jeres mailserver"),
        ("5.4.4", "modtagerens server kan ikke findes"),
        ("5.4.316", "modtagerens server svarer ikke"),
        ("2.0.0", ""),
        ("", ""),
    ],
)
def test_a_status_code_is_said_in_plain_danish(status: str, words: str) -> None:
    assert plainly(status) == words


def test_a_status_that_stands_only_in_the_servers_words_is_found_there() -> None:
    why = "550 5.1.1 <a@x.example>:\n  Recipient address rejected"
    assert plainly("", why) == "adressen findes ikke"
    assert in_full("", why) == (
        "adressen findes ikke (550 5.1.1 <a@x.example>: Recipient address rejected)"
    )
    assert in_full("5.1.1", "") == "adressen findes ikke"
    assert in_full("", "bad luck") == "bad luck"
    assert in_full("", "") == "modtagerens server sagde ikke hvorfor"


@given(st.integers(0, 999), st.integers(0, 999))
def test_every_permanent_refusal_of_a_server_has_words(subject: int, detail: int) -> None:
    assert plainly(f"5.7.{detail}")
    assert in_full(f"5.{subject}.{detail}", "nej")


def test_a_suggestion_says_what_who_when_and_where_it_was_seen() -> None:
    said = {
        "meaning": "decision",
        "outcome": "approved",
        "level": "council",
        "on": "2025-05-27",
        "words": "Byrådet godkendte sagen den 27. maj.",
    }
    assert suggestion_sentence(said) == (
        "Ligner en beslutning: kommunalbestyrelse, godkendt, 27. maj 2025. "
        "Set i sætningen «Byrådet godkendte sagen den 27. maj.»"
    )
    assert suggestion_sentence({"meaning": "question", "words": ""}) == (
        "Ligner et spørgsmål til os."
    )
    assert suggestion_sentence({"meaning": "nothing"}) == suggestion_sentence({}) == ""


@given(st.sampled_from(list(Meaning)), st.sampled_from(list(Outcome)), st.sampled_from(list(Level)))
def test_every_suggestion_that_can_be_kept_can_be_said(
    meaning: Meaning, outcome: Outcome, level: Level
) -> None:
    said = {"meaning": meaning.value, "outcome": outcome.value, "level": level.value}
    assert bool(suggestion_sentence(said)) is (meaning is not Meaning.NOTHING)
