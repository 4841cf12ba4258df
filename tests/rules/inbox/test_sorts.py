from __future__ import annotations

import pytest

from models.incoming import IncomingKind
from udmelding.rules.inbox.sorts import MOST_OF_A_SHORT_MAIL, sort_of

AWAY = "Hej\n\nJeg er på ferie og er tilbage mandag den 12. maj."


def kind(
    text: str,
    subject: str = "SV: [CU-EKSEMPEL-2025]",
    headers: dict[str, str] | None = None,
    *,
    quoted: str = "",
    has_files: bool = False,
) -> IncomingKind:
    return sort_of(headers or {}, subject, text + quoted, text, has_files=has_files).kind


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"auto-submitted": "Auto-Generated (rejected)"},
        {"auto-submitted": "auto-replied; owner-email=x"},
        {"precedence": "auto_reply"},
        {"precedence": "bulk"},
        {"x-autoreply": "yes"},
        {"x-autorespond": "ja"},
        {"x-auto-response-suppress": "All"},
    ],
)
def test_a_header_that_machines_write_makes_a_mail_automatic(headers: dict[str, str]) -> None:
    assert kind("Tak for din henvendelse.", headers=headers) is IncomingKind.AUTOMATIC
    assert kind(AWAY, headers=headers) is IncomingKind.ABSENCE


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "no"},
        {"precedence": "list"},
        {"x-auto-response-suppress": "None"},
        {"precedence": "normal"},
        {},
    ],
)
def test_a_header_that_says_nothing_leaves_a_reply(headers: dict[str, str]) -> None:
    assert kind("Vi svarer i morgen.", headers=headers) is IncomingKind.REPLY


def test_a_file_outweighs_a_weak_header_but_not_a_sure_one() -> None:
    weak, sure = {"precedence": "bulk"}, {"auto-submitted": "auto-generated"}

    assert kind("Svar vedlagt.", headers=weak, has_files=True) is IncomingKind.REPLY
    assert kind("Svar vedlagt.", headers=sure, has_files=True) is IncomingKind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Fraværende: Påmindelse",
        "Out of Office: reminder",
        "Ikke til stede: Påmindelse",
        "Koordinator er ikke på kontoret",
        "Ude af kontoret",
        "AUTO: Konsulent er ikke på kontoret (retur 13-05-2025)",
        "Konsulent is out of the office.",
    ],
)
def test_a_subject_that_says_away_makes_an_absence(subject: str) -> None:
    assert kind("Skriv til postkassen.", subject) is IncomingKind.ABSENCE


@pytest.mark.parametrize(
    "subject", ["Autosvar: x", "Automatisk svar: x", "Automatic reply: x", "Autoreply: x"]
)
def test_an_automatic_answer_is_an_absence_only_by_its_words(subject: str) -> None:
    assert kind("Vi har modtaget din mail.", subject) is IncomingKind.AUTOMATIC
    assert kind("Jeg er på barsel.", subject) is IncomingKind.ABSENCE
    assert kind("Jeg er fratrådt min stilling.", subject) is IncomingKind.ABSENCE
    assert kind("Jeg har orlov.", subject) is IncomingKind.ABSENCE


@pytest.mark.parametrize(
    "text",
    [
        AWAY,
        "Tak for din mail. Jeg er ikke på kontoret.",
        "Jeg holder sommerferie til og med uge 30.",
        "Kære afsender\nJeg er på barselsorlov.",
        "Thank you for your mail\n\nI am out of the office.".replace("your mail", "your message"),
        "Jeg er fratrådt.",
    ],
)
def test_a_short_text_that_begins_with_being_away_is_an_absence(text: str) -> None:
    assert kind(text) is IncomingKind.ABSENCE


@pytest.mark.parametrize(
    "text",
    [
        "Hej\n\nJeg er på ferie i næste uge, men sender svaret inden fristen.",
        "Hej\n\nJeg er på ferie i uge 28. Kan vi få udsættelse?",
        "Jeg er på ferie, så byrådets beslutning sender jeg senere.",
        "Vi har holdt ferie og er nu tilbage.",
        "Mødet kan ikke holdes, for jeg er på ferie.",
        "God ferie!",
        "Vores kontaktperson er på barsel.",
        AWAY + " Og så en lang forklaring." * (MOST_OF_A_SHORT_MAIL // 20),
    ],
)
def test_a_person_who_mentions_a_holiday_stays_a_person(text: str) -> None:
    assert kind(text) is IncomingKind.REPLY


def test_a_text_that_quotes_or_brings_files_was_written_by_a_person() -> None:
    assert kind(AWAY, quoted="\n> Vi mangler jeres svar.") is IncomingKind.REPLY
    assert kind(AWAY, has_files=True) is IncomingKind.REPLY


def test_an_answer_to_an_automatic_answer_is_a_reply() -> None:
    assert kind("Tak.", "SV: Automatisk svar: Påmindelse") is IncomingKind.REPLY
    assert kind("Tak.", "Re: Out of Office: reminder") is IncomingKind.REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Læst: svar", "Din meddelelse\n\n Til: A\n Emne: svar\n\nblev læst den 1. maj."),
        ("Read: answer", "Your message\n\n To: A\n\nwas read on Monday."),
        ("Tilbagekald: svar", "Koordinator vil gerne tilbagekalde meddelelsen «svar»."),
        ("Recall: answer", "A. would like to recall the message, «answer»."),
    ],
)
def test_read_receipts_and_recalls_are_automatic(subject: str, text: str) -> None:
    assert kind(text, subject) is IncomingKind.AUTOMATIC


def test_our_own_mail_that_comes_back_is_automatic_whatever_it_says() -> None:
    assert kind(AWAY, headers={"x-udmelding-key": "CU-1/x"}) is IncomingKind.AUTOMATIC
