"""A passage that is to go is found in every form it may stand in, and in nothing else."""

from __future__ import annotations

import datetime as dt
import html
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from udmelding.errors import RefusedError
from udmelding.rules.records import read_mark, read_passage

NAME = "Rosa Ødegård-Hviid"
DAY = dt.date(2025, 4, 15)


@pytest.mark.parametrize(
    "text",
    [
        "Det er Rosa Ødegård-Hviid, der bor her.",
        "rosa ødegård-hviid",
        "Rosa\nØdegård-Hviid",
        "> Rosa\r\n> Ødegård-Hviid",
        "<p><b>Rosa</b> &Oslash;".replace("&Oslash;", "&#216;") + "degård-Hviid</p>",
        "Rosa&nbsp;Ødegård-Hviid",
        json.dumps({"note": "Rosa Ødegård-Hviid"}),
        json.dumps({"note": "Rosa\nØdegård-Hviid"}, ensure_ascii=False),
        json.dumps({"note": "Om:\nRosa Ødegård-Hviid\u00a0kom."}),
    ],
)
def test_it_is_found_however_it_is_written(text: str) -> None:
    assert read_passage(NAME).is_in(text)
    assert read_passage(NAME).in_bytes.search(text.encode())


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("Kaja", "Kajakklubben"),
        ("1234", "sag 12345"),
        ("Rosa", "Prosaskrift"),
        ("sagen", "sagerne"),
    ],
)
def test_it_is_never_taken_out_of_a_longer_word(passage: str, text: str) -> None:
    assert not read_passage(passage).is_in(text)


@pytest.mark.parametrize("written", ["010190-4321", "0101904321", "010190 4321", "010190–4321"])
@pytest.mark.parametrize("asked", ["010190-4321", "0101904321"])
def test_a_number_of_ten_digits_is_found_with_and_without_its_hyphen(
    asked: str, written: str
) -> None:
    passage = read_passage(asked)
    assert passage.without(f"Borger {written}.", "x") == "Borger x."
    assert not passage.is_in(f"9{written}")


@example("\xa00000", "", "")
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=4, max_size=60),
    st.text(max_size=30),
    st.text(max_size=30),
)
def test_whatever_was_written_is_found_as_text_as_html_and_as_json(
    words: str, before: str, after: str
) -> None:
    try:
        passage = read_passage(words)
    except RefusedError:
        return
    for form in (words, html.escape(words), json.dumps(words)[1:-1]):
        assert passage.is_in(f"{before} {form} {after}"), form
        assert not passage.is_in(passage.without(f"({form})", "·"))
    assert passage.fragment.casefold() in words.casefold()


def test_lists_and_mappings_are_gone_through_and_their_keys_stay() -> None:
    value = {"Rosa Ødegård-Hviid": ["Rosa Ødegård-Hviid kom.", 7, {"a": None}]}
    assert read_passage(NAME).without(value, "[x]") == {
        "Rosa Ødegård-Hviid": ["[x] kom.", 7, {"a": None}]
    }


@pytest.mark.parametrize("text", ["", "abc", " a b c ", "– – – – –", "x" * 2001])
def test_what_cannot_be_told_apart_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="Skriv"):
        read_passage(text)


def test_what_stands_in_its_place_says_when_and_why() -> None:
    mark = read_mark(" fordi det var et cpr-nummer. ", DAY, read_passage(NAME))
    assert mark.text == "[fjernet den 15. april 2025, fordi det var et cpr-nummer]"
    assert mark.short == "[fjernet den 15. april 2025]"


@pytest.mark.parametrize("reason", ["", " . ", "x" * 201, "Rosa Ødegård-Hviid ønskede det"])
def test_a_reason_is_needed_and_must_not_repeat_what_goes(reason: str) -> None:
    with pytest.raises(RefusedError):
        read_mark(reason, DAY, read_passage(NAME))
