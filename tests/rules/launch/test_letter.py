"""What the agency's letter proposes: title, dates, law and target group, or nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from udmelding.rules.launch.letter import read_letter
from udmelding.rules.launch.naming import short_name_of

TODAY = dt.date(2025, 4, 15)

LETTER = """
Social- og Boligstyrelsen
Edisonsvej 1
Til landets kommuner
Dato: 11. april 2025

Central udmelding om udsatte gravide med et komplekst forløb

Social- og Boligstyrelsen udsender hermed en central udmelding, jf. serviceloven § 13 b, stk. 2.
Målgruppen er voksne kvinder, der er gravide.

Kommunerne skal senest den 31. maj 2026 fremsende en samlet afrapportering til styrelsen.
"""


def proposals(text: str) -> dict[str, str]:
    return {name: one.value for name, one in read_letter(text, TODAY).items()}


def test_a_letter_as_they_are_written_gives_all_five() -> None:
    assert proposals(LETTER) == {
        "title": "Udsatte gravide med et komplekst forløb",
        "letter_dated": "11. april 2025",
        "deadline": "31. maj 2026",
        "legal_basis": "serviceloven § 13 b, stk. 2",
        "target_group": "adults",
    }


def test_each_proposal_quotes_the_words_it_was_read_in() -> None:
    found = read_letter(LETTER, TODAY)
    assert "fremsende en samlet afrapportering" in found["deadline"].quote
    assert found["letter_dated"].quote == "Dato: 11. april 2025"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Central udmelding af borgere med svær spiseforstyrrelse",
         "Borgere med svær spiseforstyrrelse"),
        ("Vedr. central udmelding vedrørende målgruppen: mennesker med epilepsi.",
         "Mennesker med epilepsi"),
        ("Central udmelding om borgere med udviklingshæmning og dom\ntil anbringelse",
         "Borgere med udviklingshæmning og dom til anbringelse"),
        ("Målgruppe: Børn med alvorlig synsnedsættelse", "Børn med alvorlig synsnedsættelse"),
        ("Målgruppen er borgere med sjældne handicap. Der er 40 borgere.",
         "Borgere med sjældne handicap"),
    ],
)  # fmt: skip
def test_the_title_is_the_target_group_as_the_letter_names_it(line: str, title: str) -> None:
    assert proposals(line)["title"] == title


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Afrapporteringen skal være styrelsen i hænde senest den 1. december 2025.",
         "1. december 2025"),
        ("Svarfristen for afrapportering er 31/12-2025.", "31/12-2025"),
        ("Fristen for at indsende besvarelsen er den 1.6.2026.", "1.6.2026"),
        ("Redegørelsen bedes fremsendt inden 30. september 2026 til cu@styrelsen.example.",
         "30. september 2026"),
        ("Spørgsmål stilles senest den 1. juni 2025. Afrapporteringen fremsendes senest den "
         "31. maj 2026.", "31. maj 2026"),
    ],
)  # fmt: skip
def test_the_deadline_is_the_day_by_which_something_is_to_be_sent(
    sentence: str, deadline: str
) -> None:
    assert proposals(sentence)["deadline"] == deadline


@pytest.mark.parametrize(
    ("sentence", "basis"),
    [
        ("efter § 13 b, stk. 3, i lov om social service", "serviceloven § 13 b, stk. 3"),
        ("jf. servicelovens § 13b, stk. 2", "serviceloven § 13 b, stk. 2"),
        ("med hjemmel i barnets lov § 161, stk. 1,", "barnets lov § 161, stk. 1"),
        ("jf. § 161, stk. 1, i barnets lov", "barnets lov § 161, stk. 1"),
    ],
)
def test_the_law_is_read_however_it_is_put(sentence: str, basis: str) -> None:
    assert proposals(sentence)["legal_basis"] == basis


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kære kollega, hermed referatet fra mødet den 3. marts 2025.",
        "Mødet holdes senest den 1. juni 2025.",  # nothing is to be sent by then
        "Fremsend svar senest den 1. juni 2025. Fremsend tal senest den 1. juli 2025.",
        "jf. serviceloven § 108",  # not what a central udmelding rests on
        "Brevet er fra 2025, og målgruppen kendes ikke.",
        "\n".join(["Linje"] * 40 + ["11. april 2025"]),  # too far down to be the letter's own
        "Dato: 1. juni 2027",  # to come, so not the letter's own
        "Afrapporteringen fremsendes senest den 31. februar 2026.",
    ],
)
def test_what_is_not_sure_is_left_to_the_person(text: str) -> None:
    assert proposals(text) == {}


def test_the_law_on_children_says_whom_it_is_about() -> None:
    text = "Styrelsen udmelder, jf. barnets lov § 161, stk. 1. Målgruppen er døvblinde."
    assert proposals(text)["target_group"] == "children"
    both = "jf. serviceloven § 13 b, stk. 2.\n\nMålgruppen er børn og unge og voksne med epilepsi."
    assert proposals(both)["target_group"] == "both"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Udsatte gravide", "Udsatte gravide"),
        (
            "Borgere med udviklingshæmning og dom med behov for anbringelse i sikret afdeling",
            "Borgere med udviklingshæmning og dom",
        ),
        ("mennesker med epilepsi", "Mennesker med epilepsi"),
        ("x" * 60, "X" + "x" * 39),
        ("Børn, unge og voksne med sjældne handicap og sygdom", "Børn, unge og voksne med sjældne"),
    ],
)  # fmt: skip
def test_a_short_name_is_the_titles_first_words_cut_where_a_name_can_end(
    title: str, name: str
) -> None:
    assert short_name_of(title) == name
