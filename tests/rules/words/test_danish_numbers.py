"""A number is read as a Dane writes it, or not at all."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.errors import RefusedError
from udmelding.rules.words.danish_numbers import number_as_typed, number_text, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("1.234", 1234),
        ("1.234.567", 1234567),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("12,0", 12),
        ("−5", -5),  # noqa: RUF001 - the minus of a word processor
        ("0", 0),
        ("007", 7),
    ],
)
def test_whole_numbers_with_points_or_spaces_for_thousands(text: str, number: int) -> None:
    assert read_number(text, 0) == number


def test_decimals_stand_after_a_comma() -> None:
    assert read_number("1.234,5", 1) == Decimal("1234.5")
    with pytest.raises(RefusedError, match="Skriv decimaler med komma"):
        read_number("12.5", 1)
    with pytest.raises(RefusedError, match="højst 1 decimaler"):
        read_number("1,25", 1)
    with pytest.raises(RefusedError, match="et helt tal"):
        read_number("12,5", 0)


@pytest.mark.parametrize("text", ["<5", "under 5", "ca. 12", "> 3", "≥2", "mindst 4", "Cirka 9"])
def test_what_is_no_exact_number_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(RefusedError, match="ikke et præcist tal"):
        read_number(text, 0)


@pytest.mark.parametrize(
    "text", ["", "  ", "tolv", "12 borgere", "1e5", "1.23.4", "12.34.567", "NaN", "0x1", "1,2,3"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_number(text, 0)


def test_a_number_that_no_count_can_be_is_refused() -> None:
    with pytest.raises(RefusedError, match="for stort"):
        read_number("9" * 16, 0)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False))
def test_what_is_written_is_read_again(number: Decimal) -> None:
    assert read_number(number_as_typed(number), 2) == number
    assert read_number(number_text(number, 2), 2) == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with suppress(RefusedError):
        assert read_number(text, 2).is_finite()
