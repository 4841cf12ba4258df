"""A file is called by its last name only, without what can do harm on any computer."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.documents.files.guard import MOST_CHARACTERS, check_file, clean_name
from udmelding.errors import RefusedError


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("svar.xlsx", "svar.xlsx"),
        ("..\\..\\svar.xlsx", "svar.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Bo\\Svar fra Køge.docx", "Svar fra Køge.docx"),
        ("C:svar.txt", "svar.txt"),
        ("\\\\server\\del\\svar.txt", "svar.txt"),
        ("svar\x00.exe.txt", "svar.exe.txt"),
        ("svar\r\nX: y.txt", "svarX_ y.txt"),
        ("svar\u202excod.exe", "svarxcod.exe"),
        ("svar\u200b.txt", "svar.txt"),
        ("svar.txt. . ", "svar.txt"),
        ("  svar.txt", "svar.txt"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("aux.tar.txt", "_aux.tar.txt"),
        ('a<b>:"c|d?*.txt', "a_b___c_d__.txt"),
        ("", "fil"),
        ("...", "fil"),
        (".txt", "txt"),
        ("/", "fil"),
        ("Referat a\u030a.pdf", "Referat å.pdf"),
    ],
)
def test_a_name_with_a_path_or_signs_that_are_not_seen_becomes_a_plain_one(
    sent: str, kept: str
) -> None:
    assert clean_name(sent) == kept


def test_a_name_that_is_far_too_long_keeps_its_ending() -> None:
    kept = clean_name("x" * 10_000 + ".docx")

    assert kept.endswith("x.docx")
    assert len(kept) <= MOST_CHARACTERS


@settings(deadline=None)
@given(st.text(st.characters() | st.sampled_from('./\\:<>|"\x00\u202e con'), max_size=200))
def test_every_name_becomes_one_that_every_system_takes_and_stays_so(sent: str) -> None:
    kept = clean_name(sent)

    assert kept
    assert len(kept) <= MOST_CHARACTERS
    assert clean_name(kept) == kept
    assert not set(kept) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(sign).startswith("C") for sign in kept)
    assert kept.strip(" .") == kept


def test_the_sender_sees_the_clean_name_in_a_refusal() -> None:
    with pytest.raises(RefusedError, match=r"Filen «svar\.txt» er tom"):
        check_file("..\\..\\svar.txt", b"", {".txt": "tekst"})


def test_a_safe_file_tells_what_it_is_whatever_its_sender_said() -> None:
    safe = check_file("C:\\Referat.TXT", b"Punkt 7", {".txt": "tekst"})

    assert (safe.name, safe.ending, safe.media_type) == ("Referat.TXT", ".txt", "text/plain")
