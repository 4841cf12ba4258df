"""A mail that asks for the answer as a reply is known from one that invites to ask or to tell."""

from __future__ import annotations

import pytest

from udmelding.rules.mail.reply_wording import asked_replies

ASKED = (
    "Send svaret som svar på denne mail.",
    "Svar på denne mail senest fredag.",
    "Send svaret retur på denne mail.",
    "Send jeres svar tilbage i en mail.",
    "I svarer ved at svare på denne mail.",
    "Besvar denne mail med jeres tal.",
    "Svaret sendes som svar på denne mail.",
    "Svaret gives i en mail til os.",
    "I bedes svare direkte på denne mail.",
    "Returnér besvarelsen til os.",
    "Send svaret pr. mail senest fredag.",
    "Når I har svaret, så send det samlede svar retur.",
    "Har I svaret klar, så svar på denne mail.",
    "Tak for det første. Send resten\nsom svar på denne mail.",
)
RIGHT = (
    "Har I spørgsmål, så svar på denne mail.",
    "Spørgsmål? Svar på denne mail.",
    "Har I spørgsmål til skemaet, så svar på denne mail.",
    "Er I i tvivl, så svar på denne mail.",
    "Mangler I spørgsmålene, så svar på denne mail, så sender vi dem.",
    "Svar ikke på denne mail.",
    "Svar på denne mail, hvis I ikke kan nå det.",
    "Svar på denne mail, hvilken dag svaret kommer.",
    "Send den udfyldte Excel-fil som svar på denne mail.",
    "Er det ikke den rette, så svar med navn og mailadresse på den, der skal have mailen.",
    "Vi sendte jeres svar tilbage mandag.",
    "Vi læser alle svar på mailen.",
    "Svar i skemaet på jeres egen side.",
)


@pytest.mark.parametrize("sentence", ASKED)
def test_a_sentence_that_asks_for_the_answer_as_a_reply_is_found(sentence: str) -> None:
    assert len(list(asked_replies(f"Kære alle.\n\n{sentence}\n"))) == 1


@pytest.mark.parametrize("sentence", RIGHT)
def test_a_sentence_about_anything_but_the_answer_is_left_alone(sentence: str) -> None:
    assert list(asked_replies(f"Kære alle.\n\n{sentence}\n")) == []


def test_a_right_sentence_does_not_excuse_the_next() -> None:
    text = "Har I spørgsmål, så ring. Send svaret som svar på denne mail."

    assert [text[place:][:11] for place in asked_replies(text)] == ["Send svaret"]
