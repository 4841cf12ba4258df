"""What is written in the search field is understood as Danes write it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.errors import RefusedError
from udmelding.rules.desk.search import (
    MOST_CHARACTERS,
    Piece,
    excerpt,
    finds,
    like,
    mark_found,
    pattern,
    read_words,
)

DANISH = st.text(alphabet="aåAÅbæøÆØé %_'\"\\x1", min_size=1, max_size=12)


def lets_through(like_pattern: str, text: str) -> bool:
    """What the database does: ``%`` is anything, ``_`` one sign, English letters are alike."""
    parts = ({"%": ".*", "_": "."}.get(sign) or re.escape(sign) for sign in like_pattern)
    return bool(re.fullmatch("".join(parts), text, re.IGNORECASE | re.ASCII | re.DOTALL))


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", ()),
        ("   ", ()),
        ("køge  lolland", ("køge", "lolland")),
        ('"den 1. maj" køge', ("den 1. maj", "køge")),
        ("«den  1. maj»", ("den 1. maj",)),
        ("“den 1. maj”", ("den 1. maj",)),
        ('"uden ende', ("uden", "ende")),
        ("køge køge", ("køge",)),
        ("100 %", ("100", "%")),
        ("kø\x00ge\r\nx", ("kø", "ge", "x")),
    ],
)
def test_words_and_phrases_are_told_apart(written: str, words: tuple[str, ...]) -> None:
    assert read_words(written) == words


TOO_MANY = " ".join(f"ord{number}" for number in range(13))


@pytest.mark.parametrize("written", ["ø", "a b c", '""', '" "', "«»", "x" * 201, TOO_MANY])
def test_what_cannot_be_searched_for_is_explained(written: str) -> None:
    with pytest.raises(RefusedError, match="Søgningen"):
        read_words(written)


def test_a_search_may_be_just_as_long_as_it_says() -> None:
    assert read_words("x" * MOST_CHARACTERS)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("KØGE", "Køge Kommune"),
        ("åbenrå", "Aabenraa"),
        ("AABENRAA", "Åbenrå"),
        ("Vallensbæk", "VALLENSBÆK"),
        ("den 1. maj", "senest den\n1. maj"),
        ("100%", "det er 100% sikkert"),
        ("a_b", "a_b"),
        ("å", "A\u030angstrøm"),
    ],
)
def test_a_word_is_found_however_it_is_written(word: str, text: str) -> None:
    assert finds((word,), (text,))
    assert lets_through(like(word), text)


@pytest.mark.parametrize(
    ("word", "text"), [("a_b", "axb"), ("1%2", "1x2"), ("ab", "åb"), ("oe", "ø"), (".*", "noget")]
)
def test_signs_mean_only_themselves(word: str, text: str) -> None:
    assert not finds((word,), (text,))


def test_all_words_are_needed_and_one_in_the_text_itself() -> None:
    text, case = ("Byrådet tager forbehold",), ("CU-PROEVE-2025", "Lolland")
    assert finds(("forbehold", "lolland"), text, case)
    assert not finds(("forbehold", "greve"), text, case)
    assert not finds(("lolland",), text, case), "it only belongs to Lolland"


def test_what_was_found_is_told_apart_and_overlaps_are_one() -> None:
    assert shown(mark_found("Åbenrå og Aabenraa", ("åben", "ben"))) == "[Åben]rå og [Aaben]raa"
    assert shown(mark_found("intet", ("noget",))) == "intet"
    assert mark_found("", ("noget",)) == ()


def test_an_excerpt_is_short_and_shows_the_first_word_found() -> None:
    text = "ord " * 200 + "her står forbehold midt i" + " ord" * 200
    made = shown(excerpt(text, ("FORBEHOLD",), 60))
    assert "[forbehold]" in made
    assert made.startswith("… ")
    assert made.endswith(" …")
    assert len(made) < 80
    assert shown(excerpt("kort\ntekst", ("tekst",))) == "kort [tekst]"


@given(DANISH, DANISH, DANISH)
def test_the_database_lets_through_all_that_is_found(word: str, before: str, after: str) -> None:
    wanted = " ".join(word.split())
    text = before + word + after
    if wanted and pattern(wanted).search(text):
        assert lets_through(like(wanted), text)


@given(st.text(max_size=300))
def test_no_search_is_too_odd_to_answer(written: str) -> None:
    try:
        words = read_words(written)
    except RefusedError:
        return
    assert "".join(piece.text for piece in mark_found("en tekst på dansk", words)) == (
        "en tekst på dansk"
    )
    assert excerpt("en lang tekst på dansk " * 20, words or ("x",))
