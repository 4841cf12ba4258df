"""One intake for files: what is dangerous, too costly or holds a CPR number is not kept."""

from __future__ import annotations

import ast
import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from tests.documents.files.test_bad_files import document, pdf
from tests.outside.test_clamd import EICAR, FakeClamd, fake_clamd
from tests.rules.files.test_cpr import BORN, number_born
from udmelding import clock
from udmelding.casework import files
from udmelding.casework.files import (
    ANY,
    DOCUMENTS,
    MOST_BYTES,
    FileQuestionError,
    keep_own,
    look_at,
    take_in,
    take_in_page,
)
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, RefusedError
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.outside.clamd import Clamd
from udmelding.outside.files import BusyError, Limits, TooCostlyError
from udmelding.rules.files.cpr import Grade

TODAY = dt.date(2026, 6, 1)
ANNA = Stamp(clock.at(TODAY), "anna")
CASE_NUMBER = number_born(BORN, holds=False)
ROOT = Path(files.__file__).parents[1]


def endless_pdf(objects: int) -> bytes:
    """A PDF without a table of its objects, each of which might hold all others."""
    one = b"%d 0 obj << /Type /ObjStm /N 1 /First 4 >> stream\n"
    return b"%PDF-1.7\n" + b"".join(one % number for number in range(10, 10 + objects))


def stored(services: Services) -> list[Path]:
    return [path for path in services.store.folder.rglob("*") if path.is_file()]


def test_an_honest_file_is_kept_under_a_clean_name(services: Services) -> None:
    content = pdf()

    taken = take_in(services, "C:\\sager\\referat.pdf", content, DOCUMENTS, ANNA)

    assert (taken.file_name, taken.media_type) == ("referat.pdf", "application/pdf")
    with services.store.open_checked(taken.sha256) as file:
        assert file.read() == content


def test_a_small_pdf_that_would_be_read_for_hours_is_ended_at_its_limit(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMITS", Limits(cpu_seconds=1, wall_seconds=5))

    with pytest.raises(TooCostlyError, match="ikke gemt"):
        take_in(services, "referat.pdf", endless_pdf(30_000), DOCUMENTS, ANNA)

    assert stored(services) == []
    assert look_at(services, "referat.docx", document(), ANY, TODAY).name == "referat.docx"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("referat.pdf", b"MZ\x90\x00", "er et program"),
        ("referat.pdf", b"", "er tom"),
        ("referat.exe", b"MZ\x90\x00", "kan ikke læses her"),
        ("referat.txt", b"x" * (MOST_BYTES + 1), "fylder mere end 25 MB"),
    ],
    ids=["a program", "empty", "another kind", "too large"],
)
def test_what_is_refused_is_not_kept(
    services: Services, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(RefusedError, match=told):
        take_in(services, name, content, DOCUMENTS, ANNA)

    assert stored(services) == []


def test_one_more_than_the_pages_can_spare_is_told_at_once_to_come_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_PLACES", threading.BoundedSemaphore(1))

    with files._PLACES, pytest.raises(BusyError, match="Prøv igen om et minut"):
        take_in(services, "referat.txt", b"Punkt 7", DOCUMENTS, ANNA)

    take_in(services, "referat.txt", b"Punkt 7", DOCUMENTS, ANNA)


# --- What may be a CPR number ---

TOLD = (
    "Der står noget, der måske er et cpr-nummer, på linje 2. Se efter i filen «referat.txt», om "
    "det er det."
)


def confirmations(services: Services) -> list[tuple[str, list[str], str]]:
    table = table_of(models.CprConfirmation)
    with reading(services.engine) as session:
        rows = session.execute(sa.select(table.c.about, table.c.fields, table.c.confirmed_by))
        return [(row.about, row.fields, row.confirmed_by) for row in rows]


def test_a_file_that_may_hold_a_number_is_kept_when_somebody_has_looked_and_by_whose_word(
    services: Services,
) -> None:
    content = f"Referat\nSag {CASE_NUMBER}: godkendt".encode()

    with pytest.raises(FileQuestionError) as asked:
        take_in(services, "referat.txt", content, DOCUMENTS, ANNA)
    assert (asked.value.message, asked.value.places) == (TOLD, (("linje 2", Grade.POSSIBLE),))
    assert (stored(services), confirmations(services)) == ([], [])

    looked = replace(ANNA, has_looked=True)
    taken = take_in(services, "referat.txt", content, DOCUMENTS, looked)
    take_in(services, "referat.txt", content, DOCUMENTS, looked)  # sent twice is said once

    assert len(stored(services)) == 1
    assert confirmations(services) == [(f"file/{taken.sha256}", ["linje 2"], "anna")]


def test_nobodys_word_lets_a_likely_number_through(services: Services) -> None:
    content = f"Borger {number_born(BORN)}".encode()

    with pytest.raises(RefusedError, match="ligner et cpr-nummer, på linje 1"):
        take_in(services, "referat.txt", content, DOCUMENTS, replace(ANNA, has_looked=True))

    assert (stored(services), confirmations(services)) == ([], [])


def test_a_number_in_the_name_of_a_file_is_asked_about_without_being_repeated(
    services: Services,
) -> None:
    with pytest.raises(FileQuestionError) as asked:
        take_in(services, f"{CASE_NUMBER}.txt", b"Punkt 7", DOCUMENTS, ANNA)

    assert "i filens navn" in asked.value.message
    assert CASE_NUMBER not in asked.value.message


def test_a_page_that_was_fetched_is_asked_about_too(services: Services) -> None:
    content = f"<p>Sag {CASE_NUMBER}</p>".encode()

    with pytest.raises(FileQuestionError):
        take_in_page(services, "side.html", content, "text/html", ANNA)
    take_in_page(services, "side.html", content, "text/html", replace(ANNA, has_looked=True))

    assert len(stored(services)) == 1


# --- Viruses ---


@pytest.fixture
def scanned(services: Services, tmp_path: Path) -> Iterator[tuple[Services, FakeClamd]]:
    """Services that ask a clamd."""
    with fake_clamd(tmp_path / "clamd.ctl") as fake:
        yield replace(services, scanner=Clamd(fake.address, 0.5)), fake


def test_a_file_with_a_virus_is_refused_by_its_name_and_nothing_of_it_is_kept(
    scanned: tuple[Services, FakeClamd],
) -> None:
    services, clamd = scanned

    for take in (
        lambda: take_in(services, "referat.txt", EICAR, DOCUMENTS, ANNA),
        lambda: take_in_page(services, "referat.txt", EICAR, "text/html", ANNA),
    ):
        with pytest.raises(RefusedError) as refused:
            take()
        assert refused.value.message == (
            "Filen «referat.txt» er ikke gemt: virusscanneren fandt «Eicar-Test-Signature» i den. "
            "Åbn den ikke, og giv it-afdelingen besked."
        )
    assert (stored(services), clamd.came) == ([], [EICAR, EICAR])


def test_an_honest_file_is_kept_when_the_scanner_has_seen_all_of_it(
    scanned: tuple[Services, FakeClamd],
) -> None:
    (services, clamd), content = scanned, document()

    take_in(services, "referat.docx", content, DOCUMENTS, ANNA)

    assert clamd.came == [content]
    assert len(stored(services)) == 1


def test_what_is_refused_anyway_is_not_sent_to_the_scanner(
    scanned: tuple[Services, FakeClamd],
) -> None:
    services, clamd = scanned

    with pytest.raises(RefusedError, match="er et program"):
        take_in(services, "referat.pdf", b"MZ\x90\x00", DOCUMENTS, ANNA)

    assert clamd.came == []


@pytest.mark.parametrize("answer", [b"", None, b"stream: OK", b"stream: Broken ERROR\0"])
def test_no_file_is_kept_unscanned(
    scanned: tuple[Services, FakeClamd], answer: bytes | None
) -> None:
    services, clamd = scanned
    clamd.answer = answer

    with pytest.raises(OutsideError, match="ikke undersøges for virus lige nu") as away:
        take_in(services, "referat.txt", b"Punkt 7", DOCUMENTS, ANNA)

    assert away.value.is_temporary
    assert stored(services) == []


def test_what_the_program_made_is_kept_as_it_is(services: Services) -> None:
    kept = keep_own(services, b"%PDF")

    assert (kept.size, len(stored(services))) == (4, 1)


@cache
def reached() -> dict[str, frozenset[str]]:
    """What stands before and after each dot in the modules that speak of a store at all."""
    found = {}
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "store" in text or "locked" in text:
            nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Attribute)]
            names = {ast.unparse(n) for n in nodes} | {n.attr for n in nodes}
            names |= {"locked_store"} if "locked_store" in text else set()
            found[path.relative_to(ROOT).as_posix()] = frozenset(names)
    return found


def modules_that_reach(*ends: str) -> set[str]:
    return {module for module, names in reached().items() if any(n.endswith(ends) for n in names)}


def test_nothing_but_the_intake_writes_to_the_store() -> None:
    ends = ("store.put", "store.put_chunks", "locked.put", "locked.put_chunks")
    assert modules_that_reach(*ends) == {"casework/files.py"}


def test_nothing_but_the_decision_on_them_reads_files_that_are_locked_away() -> None:
    found = {m for m, names in reached().items() if names & {"locked", "locked_store"}}
    assert found == {
        "casework/files.py",
        "casework/inbox/locked.py",
        "casework/records.py",  # what is taken out for good is taken out of them too
        "casework/service.py",  # ``check``: is each of them there?
        "casework/wiring.py",
    }
