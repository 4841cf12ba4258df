from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.rules.inbox.quoting import own_text

OWN = "Hej\n\nVi har 4 borgere."
EARLIER = "Kære koordinator\nVi mangler jeres svar."
BLOCK = "Fra: Sekretariatet\nSendt: 28. februar 2025 07:30\nTil: Koordinator\nEmne: svar\n"


@pytest.mark.parametrize(
    "heading",
    [
        BLOCK,
        "From: Secretariat\nSent: 28 February 2025\nTo: Koordinator\nSubject: svar\n",
        "*Fra:* Sekretariatet\n*Sendt:* 28. februar\n*Til:* Koordinator\n*Emne:* svar\n",
        "Fra:\tSekretariatet\nTil:\tKoordinator\nDato:\t28-02-2025\nEmne:\tsvar\n",
        f"________________________________\n{BLOCK}",
        f"-----Oprindelig meddelelse-----\n{BLOCK}",
        "-----Original Message-----\n",
        "---------- Forwarded message ---------\n",
        "---------- Videresendt meddelelse ---------\n",
        "Start på videresendt besked:\n",
        "Begin forwarded message:\n",
        "Den fre. 28. feb. 2025 kl. 07.30 skrev Sekretariatet <s@region.example>:\n",
        "Den fre. 28. feb. 2025 kl. 07.30 skrev Sekretariatet <\ns@region.example>:\n",
        "On Fri, 28 Feb 2025 at 07:30, Secretariat <s@region.example> wrote:\n",
        "Sekretariatet <s@region.example> skrev den 28. februar 2025 kl. 07.30:\n",
    ],
)
def test_an_earlier_mail_below_its_heading_is_left_out(heading: str) -> None:
    assert own_text(f"{OWN}\n\n{heading}\n{EARLIER}") == OWN


@pytest.mark.parametrize(
    "heading",
    [
        "Den 28. feb. 2025 kl. 07.30 skrev Sekretariatet <s@region.example>:\n\n",
        "On 28 Feb 2025, at 07:30, Secretariat wrote:\n",
        "> Den 28. feb. 2025 kl. 07.30 skrev Sekretariatet <s@region.example>:\n> \n",
        "",
    ],
)
def test_answers_between_quoted_lines_are_kept(heading: str) -> None:
    text = f"{heading}> Hvor mange borgere?\nFire.\n> Hvornår i byrådet?\n> Og udvalget?\nI juni."

    assert own_text(text) == "Fire.\nI juni."


def test_what_follows_the_signature_line_is_left_out() -> None:
    assert own_text(f"{OWN}\n-- \nKoordinator\nTlf. 00 00 00 00") == OWN


@pytest.mark.parametrize(
    "line", ["Sendt fra min iPhone", "Sent from my iPad", "Hent Outlook til Android"]
)
def test_what_a_telephone_adds_is_left_out(line: str) -> None:
    assert own_text(f"{OWN}\n\n{line}\n") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Fra: næste uge er vi flere.\nVi svarer da.",
        "Den sidste linje slutter her:\nog går videre.",
        "Vi sender fra: Lolland\nTil: jer",
        "Pris -- uden moms",
        "--- afsnit ---\nDet er vores svar.",
        "Den 12. maj skrev vi under på aftalen. Det er vores svar.",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert own_text(text) == text


@pytest.mark.parametrize("text", ["", "> kun citat\n> mere", f"{BLOCK}\n{EARLIER}", "-- \nNavn"])
def test_where_nothing_would_remain_the_text_comes_back(text: str) -> None:
    assert own_text(text) == text


LINES = st.lists(
    st.sampled_from(
        [
            *(
                "Hej",
                "> citat",
                "-- ",
                "",
                "Fra: A",
                "Sendt: i dag",
                "Til: B",
                "Emne: C",
                "________",
            ),
            *("Den 1. maj 2025 skrev A <a@b.example>:", "On 1 May 2025 A wrote:", "____________"),
            *("-----Oprindelig meddelelse-----", "Vi svarer:", "Sendt fra min iPhone", "  ind "),
        ]
    ),
    max_size=15,
).map("\n".join)


@given(LINES | st.text(max_size=300))
def test_no_word_is_invented_and_none_moves(text: str) -> None:
    own = own_text(text)

    assert not Counter(own.split()) - Counter(text.split())
    rest = iter(text.split())
    assert all(word in rest for word in own.split())


@given(LINES | st.text(max_size=300))
def test_a_mail_with_words_keeps_some(text: str) -> None:
    assert bool(own_text(text).split()) == bool(text.split())
