"""Names of files that every machine can hold."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.rules.files.file_names import LONGEST, Names, ending_of, safe_name, short

ANY = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(string.printable)), max_size=200)


@given(ANY, st.sampled_from(["", ".docx", ".eml"]))
def test_windows_can_hold_every_name(text: str, ending: str) -> None:
    name = safe_name(text, ending)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('<>:"/\\|?*')
    assert all(ord(sign) > 31 for sign in name)
    assert name.endswith(ending)
    assert name.removesuffix(ending).strip(" .") == name.removesuffix(ending)


@pytest.mark.parametrize("device", ["CON", "nul", "com1", "Aux.txt", "LPT9"])
def test_the_name_of_a_device_is_no_name_of_a_file(device: str) -> None:
    assert safe_name(device, ".docx").startswith("Fil ")


def test_what_people_write_stays_readable() -> None:
    assert safe_name("SV: Æblegrød/øl <kopi>", ".eml") == "SV - Æblegrød - øl - kopi.eml"
    assert safe_name("???") == "Uden navn"
    assert short("Den meget lange titel på en sag", 20) == "Den meget lange"


@given(st.lists(st.sampled_from(["a.docx", "A.docx", "a (2).docx", "b", "B"]), max_size=12))
def test_no_two_names_are_alike_whatever_their_capitals(wanted: list[str]) -> None:
    names = Names()
    given_out = [names.take(name) for name in wanted]
    assert len({name.casefold() for name in given_out}) == len(wanted)
    assert all(
        ending_of(one) == ending_of(name) for one, name in zip(given_out, wanted, strict=True)
    )


def test_an_ending_is_an_ending_only_where_it_looks_like_one() -> None:
    assert ending_of("Rapport.PDF") == ".pdf"
    assert ending_of("Svar fra kl. 12 om morgenen") == ""
    assert ending_of(".docx") == ""
