"""How a file of a mail stands, today and on a past day, and what is told of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from udmelding import clock
from udmelding.rules.files.cpr import Grade
from udmelding.rules.inbox.mail_files import (
    FileState,
    decide_file,
    file_sentence,
    is_to_be_locked,
    state_of,
)

CAME = clock.at(dt.date(2024, 8, 20), "09:00")
LATER = clock.at(dt.date(2024, 8, 21), "09:00")


def a_file(**changes: Any) -> dict[str, Any]:
    """A locked file in which something was found."""
    file = {"sha256": "a" * 64, "file_name": "svar.txt", "media_type": "text/plain", "size": 7}
    found = {"cpr": [{"place": "linje 1", "grade": "likely"}], "is_locked": True}
    return {**file, **found, **changes}


@pytest.mark.parametrize("grade", Grade)
def test_whatever_is_found_in_a_file_locks_it(grade: Grade) -> None:
    assert is_to_be_locked([("linje 1", grade)], None)


@pytest.mark.parametrize(
    ("in_words", "locks"), [(Grade.CERTAIN, True), (Grade.LIKELY, True), (Grade.POSSIBLE, False)]
)
def test_a_clean_file_is_locked_where_the_mails_words_surely_held_a_number(
    in_words: Grade, locks: bool
) -> None:
    assert is_to_be_locked([], in_words) is locks
    assert not is_to_be_locked([], None), "also where not all of it could be read"


def test_what_was_let_out_was_locked_before_and_what_was_deleted_is_gone_on_any_day() -> None:
    let_out = decide_file(a_file(), holds_cpr=False, at=LATER, by="Anna")
    deleted = decide_file(a_file(), holds_cpr=True, at=LATER, by="Anna")

    assert (state_of(let_out), state_of(deleted)) == (FileState.RELEASED, FileState.DELETED)
    assert (state_of(let_out, CAME), state_of(deleted, CAME)) == (
        FileState.LOCKED,
        FileState.DELETED,
    )


def test_of_a_deleted_file_name_kind_and_size_stay_and_not_even_its_checksum() -> None:
    deleted = decide_file(a_file(unread=["side 2"]), holds_cpr=True, at=LATER, by="Anna Holm")

    assert set(deleted) == {"file_name", "media_type", "size", "sha256", "decision"}
    assert deleted["sha256"] == ""
    assert file_sentence(deleted) == (
        "Slettet den 21. august 2024 af Anna Holm, fordi den indeholder et cpr-nummer."
    )


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (
            a_file(),
            "Låst, til en sagsbehandler har set efter. Der står noget, der ligner et cpr-nummer, "
            "på linje 1.",
        ),
        (
            a_file(cpr=[], unread=["side 1"]),
            "Låst, til en sagsbehandler har set efter. Der står et cpr-nummer, eller noget, der "
            "ligner, i mailens egne ord. Ikke alt i filen kunne undersøges for cpr-numre.",
        ),
        (
            decide_file(a_file(), holds_cpr=False, at=LATER, by="Anna"),
            "Frigivet den 21. august 2024 af Anna: der er intet cpr-nummer i den.",
        ),
        ({"sha256": "", "file_name": "a.exe", "refused": "filen er et program"},
         "Ikke gemt: filen er et program."),
        ({"sha256": "a" * 64, "file_name": "a.txt"}, ""),
    ],
    ids=["locked", "for the words", "let out", "not kept", "clean"],
)  # fmt: skip
def test_what_is_told_of_a_file(file: dict[str, Any], told: str) -> None:
    assert file_sentence(file) == told
