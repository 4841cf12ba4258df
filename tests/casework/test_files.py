"""One intake for files: the worst of them cost no more than their limits, and nothing is kept."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest

from tests.documents.files.test_bad_files import document, pdf
from udmelding.casework import files
from udmelding.casework.files import ANY, DOCUMENTS, MOST_BYTES, keep_own, look_at, take_in
from udmelding.casework.services import Services
from udmelding.errors import RefusedError
from udmelding.outside.files import Limits, TooCostlyError

TODAY = dt.date(2026, 6, 1)
ROOT = Path(files.__file__).parents[1]


def endless_pdf(objects: int) -> bytes:
    """A PDF without a table of its objects, each of which might hold all others."""
    one = b"%d 0 obj << /Type /ObjStm /N 1 /First 4 >> stream\n"
    return b"%PDF-1.7\n" + b"".join(one % number for number in range(10, 10 + objects))


def stored(services: Services) -> list[Path]:
    return [path for path in services.store.folder.rglob("*") if path.is_file()]


def test_an_honest_file_is_kept_under_a_clean_name(services: Services) -> None:
    content = pdf()

    taken = take_in(services, "C:\\sager\\referat.pdf", content, DOCUMENTS, TODAY)

    assert (taken.file_name, taken.media_type) == ("referat.pdf", "application/pdf")
    with services.store.open_checked(taken.sha256) as file:
        assert file.read() == content


def test_a_small_pdf_that_would_be_read_for_hours_is_ended_at_its_limit(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMITS", Limits(cpu_seconds=1, wall_seconds=5))

    with pytest.raises(TooCostlyError, match="ikke gemt"):
        take_in(services, "referat.pdf", endless_pdf(30_000), DOCUMENTS, TODAY)

    assert stored(services) == []
    assert look_at("referat.docx", document(), ANY, TODAY).name == "referat.docx"


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
        take_in(services, name, content, DOCUMENTS, TODAY)

    assert stored(services) == []


def test_what_the_program_made_is_kept_as_it_is(services: Services) -> None:
    kept = keep_own(services, b"%PDF")

    assert (kept.size, len(stored(services))) == (4, 1)


def test_nothing_but_the_intake_writes_to_the_store() -> None:
    def puts(path: Path) -> bool:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        called = [n.func for n in nodes if isinstance(n, ast.Call)]
        names = [ast.unparse(function) for function in called]
        return any("store.put" in name or "locked.put" in name for name in names)

    found = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if puts(path)}
    assert found == {"casework/files.py"}


def test_nothing_but_the_decision_on_them_reads_files_that_are_locked_away() -> None:
    def reaches(path: Path) -> bool:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names = [n.attr for n in nodes if isinstance(n, ast.Attribute)]
        return "locked" in names or "locked_store" in path.read_text(encoding="utf-8")

    found = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if reaches(path)}
    assert found == {
        "casework/files.py",
        "casework/inbox/locked.py",
        "casework/service.py",  # ``check``: is each of them there?
        "casework/services.py",
    }
