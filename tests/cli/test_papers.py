"""``udmelding papers``: the same files as the pages give, written to disk."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest

from tests.cli.conftest import Udmelding
from tests.papering import REF, before_councils
from udmelding.casework.wiring import Services

DAY = ("--as-of", "9/4-2025")


@pytest.fixture
def folder(services: Services, tmp_path: Path) -> Path:
    """A folder for what is written, beside a case before its councils."""
    before_councils(services)
    made = tmp_path / "papirer"
    made.mkdir()
    return made


def test_council_papers_are_written_for_all_or_for_one(udmelding: Udmelding, folder: Path) -> None:
    said = udmelding("papers", "council", REF, "--output", str(folder / "k.zip"), *DAY)
    assert (said.code, said.out) == (0, f"17 sagsfremstillinger er skrevet til {folder}/k.zip.\n")
    with zipfile.ZipFile(folder / "k.zip") as archive:
        assert "0360 Lolland - Sagsfremstilling.docx" in archive.namelist()
    one = ("--municipality", "lolland kommune", "-o", str(folder / "l.docx"))
    said = udmelding("papers", "council", REF, *one, *DAY)
    assert "Sagsfremstillingen til Lolland" in said.out
    assert "Lolland Kommune" in docx.Document(str(folder / "l.docx")).paragraphs[1].text
    as_pdf = ("--municipality", "Lolland", "-o", str(folder / "l.PDF"))
    assert udmelding("papers", "council", REF, *as_pdf, *DAY).code == 0
    assert (folder / "l.PDF").read_bytes().startswith(b"%PDF-")
    assert sorted(path.name for path in folder.iterdir()) == ["k.zip", "l.PDF", "l.docx"]


def test_a_meetings_papers_are_written_with_their_number(
    udmelding: Udmelding, folder: Path
) -> None:
    out = ("--output", str(folder / "m.zip"))
    said = udmelding(
        "papers", "meeting", REF, "--body", "kkr", "--on", "8/4-2025", "--item", "4", *out,
        "--as-of", "7/4-2025",
    )  # fmt: skip
    assert "KKR Sjælland 2025-04-08" in said.out
    with zipfile.ZipFile(folder / "m.zip") as archive:
        assert all(name.startswith("Punkt 04 - ") for name in archive.namelist())
    said = udmelding("papers", "meeting", REF, "--on", "8/4-2025", *out)
    assert (said.code, "hvilket organ" in said.err) == (1, True)


def test_the_ending_says_whether_a_letter_is_word_or_pdf(
    udmelding: Udmelding, folder: Path
) -> None:
    for name, start in (("b.docx", b"PK"), ("b.pdf", b"%PDF")):
        out = ("--output", str(folder / name))
        assert udmelding("papers", "letters", REF, "--kind", "beslutninger", *out, *DAY).code == 0
        assert (folder / name).read_bytes().startswith(start)
    said = udmelding("papers", "letters", REF, "--output", str(folder / "b.txt"))
    assert (said.code, "ende på .docx eller .pdf" in said.err) == (1, True)


def test_the_ending_says_whether_a_meetings_paper_is_word_or_pdf(
    udmelding: Udmelding, folder: Path
) -> None:
    for name, start in (("m.docx", b"PK"), ("m.pdf", b"%PDF")):
        assert udmelding("paper", REF, "--output", str(folder / name), *DAY).code == 0
        assert (folder / name).read_bytes().startswith(start)
    said = udmelding("paper", REF, "--output", str(folder / "m.odt"))
    assert (said.code, "ende på .docx eller .pdf" in said.err) == (1, True)
    assert not (folder / "m.odt").exists()


def test_the_records_package_is_the_same_file_each_time(udmelding: Udmelding, folder: Path) -> None:
    for name in ("a.zip", "b.zip"):
        said = udmelding("papers", "journal", REF, "--output", str(folder / name), *DAY)
        assert "Journalpakken med" in said.out
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()


def test_nothing_half_is_left_where_it_is_refused(udmelding: Udmelding, folder: Path) -> None:
    said = udmelding("papers", "council", "findes-ikke", "--output", str(folder / "k.zip"))
    assert (said.code, "Der findes ingen sag" in said.err) == (1, True)
    said = udmelding("papers", "journal", REF, "--kle", "x", "--output", str(folder / "j.zip"))
    assert said.code == 1
    assert list(folder.iterdir()) == []
    said = udmelding("papers", "council", REF, "--output", str(folder / "ingen" / "k.zip"))
    assert (said.code, "findes ikke" in said.err) == (1, True)
