"""Papers for 98 councils and for a meeting, in zips named as such files are named."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
import pypdfium2
import pytest

from tests.papering import NOW, PDF, REF, before_councils, say
from udmelding import clock
from udmelding.casework.demo.playing import shipped_cases
from udmelding.casework.exchange.transfer import import_case
from udmelding.casework.papers.meeting_papers import Asked, paper_of
from udmelding.casework.papers.papers import (
    MISSING,
    MeetingWanted,
    council_papers,
    council_zip,
    meeting_zip,
    with_others_too,
)
from udmelding.casework.wiring import Services, make_services
from udmelding.errors import NotFoundError, RefusedError

GRAVIDE = "CU-GRAVIDE-2025"
LETTER = b"%PDF the agency's letter"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A case that this secretariat asks all 98 municipalities in; the tests only read it."""
    home = tmp_path_factory.mktemp("country")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("UDMELDING_")]:
            patch.delenv(name)
        patch.setenv("UDMELDING_HOME", str(home))
        services = make_services()
        before_councils(services, is_national=True)
        for file in shipped_cases():
            import_case(services, file, clock.at(dt.date(2026, 1, 5)))
        stored = services.store.put(LETTER)
        files = {
            "letter": ("Brev fra styrelsen", stored.sha256),
            "guidance": ("Vejledning, der kun er nævnt", ""),
            "other": ("Svar fra Lolland med små tal", services.store.put(b"secret").sha256),
            "questions": ("Spørgsmål, der ligger et andet sted", "f" * 64),
        }
        for kind, (title, sha256) in files.items():
            said = {"document_kind": kind, "title": title, "dated_on": dt.date(2024, 8, 1)}
            said |= {"file_name": "fil.pdf", "sha256": sha256} if sha256 else {}
            say(services, "document", dt.date(2024, 8, 2), **said)
        yield services
        services.close()


def council_files(services: Services, **options: bool) -> tuple[int, dict[str, bytes], bytes]:
    stream = BytesIO()
    count = council_zip(services, REF, NOW, stream, **options)
    return count, opened(stream.getvalue()), stream.getvalue()


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(content: bytes) -> list[str]:
    document = docx.Document(BytesIO(content))
    return [p.text for p in document.paragraphs]


@pytest.fixture(scope="module")
def councils(country: Services) -> tuple[int, dict[str, bytes], bytes]:
    return council_files(country)


def test_all_98_councils_get_a_paper_named_by_code_and_name(
    councils: tuple[int, dict[str, bytes], bytes],
) -> None:
    count, files, _ = councils
    papers = [name for name in files if name.endswith("Sagsfremstilling.docx")]
    assert count == len(papers) == 98
    assert "0360 Lolland - Sagsfremstilling.docx" in papers
    assert "0825 Læsø - Sagsfremstilling.docx" in papers


def test_each_paper_lies_as_word_and_beside_it_as_pdf_of_the_same_name(
    councils: tuple[int, dict[str, bytes], bytes],
) -> None:
    papers = [name for name in councils[1] if "Sagsfremstilling" in name]
    word, pdf = papers[::2], papers[1::2]
    assert [name.removesuffix(".docx") for name in word] == [n.removesuffix(".pdf") for n in pdf]
    assert all(councils[1][name].startswith(b"%PDF") for name in pdf)
    with pypdfium2.PdfDocument(councils[1]["0825 Læsø - Sagsfremstilling.pdf"]) as opened:
        assert opened.get_metadata_value("Title").endswith("– Læsø Kommune")
        assert "Læsø" in opened[0].get_textpage().get_text_bounded()


def test_98_files_hold_the_same_recommendation_and_98_names(
    councils: tuple[int, dict[str, bytes], bytes],
) -> None:
    recommended, about = set(), set()
    for name, content in councils[1].items():
        if name.endswith(".docx"):
            lines = told(content)
            start = lines.index("Indstilling")
            recommended.add(tuple(lines[start + 2 : lines.index("Sagsfremstilling")]))
            about.add(lines[1])
    assert len(recommended) == 1
    assert len(about) == 98


def test_the_enclosures_lie_once_beside_the_papers_unchanged(
    councils: tuple[int, dict[str, bytes], bytes],
) -> None:
    files = councils[1]
    assert files["Bilag 1 - Afrapportering, endelig version 1.pdf"] == PDF
    assert files["Bilag 2 - Brev fra styrelsen.pdf"] == LETTER
    assert MISSING not in files


def test_the_same_papers_are_the_same_zip(country: Services) -> None:
    one = BytesIO()
    meeting_zip(country, MeetingWanted(reference=REF), NOW, one)
    other = BytesIO()
    meeting_zip(country, MeetingWanted(reference=REF), NOW, other)
    assert hashlib.sha256(one.getvalue()).digest() == hashlib.sha256(other.getvalue()).digest()


def test_a_national_case_has_figures_of_the_country_too(country: Services) -> None:
    paper = council_papers(country, REF, NOW).of("0825")
    assert paper.figure_heads == ("Læsø", "KKR Nordjylland", "Hele landet")
    assert paper.wording.resume[0].count("Landets kommuner") == 1


def meeting(services: Services, **said: object) -> tuple[str, dict[str, bytes]]:
    at = clock.end_of(dt.date(2025, 3, 27))
    stream = BytesIO()
    wanted = MeetingWanted(reference=REF, asked=Asked("k17"), **said)  # type: ignore[arg-type]
    name = meeting_zip(services, wanted, at, stream)
    return name, opened(stream.getvalue())


def test_a_meetings_zip_is_named_by_point_and_enclosure(country: Services) -> None:
    name, files = meeting(country, first_item=4)
    assert name == "K17 2025-03-28 - Sagsfremstillinger.zip"
    paper = "Punkt 04 - Central udmelding - Borgere med «sjældne» behov - A - B - Sagsfremstilling"
    assert sorted(files) == [
        "Filer, der mangler.txt",
        "Punkt 04 - Bilag 1 - Brev fra styrelsen.pdf",
        "Punkt 04 - Bilag 5 - Afrapportering, endelig version 1.pdf",
        f"{paper}.docx",
        f"{paper}.pdf",
    ]


def test_the_paper_lists_the_very_names_of_the_files(country: Services) -> None:
    _, files = meeting(country)
    (paper,) = [content for name, content in files.items() if name.endswith(".docx")]
    listed = [line.partition(" Fil: ")[2] for line in told(paper) if " Fil: " in line]
    beside = {name.removeprefix("Punkt 01 - ") for name in files}
    assert {"Bilag 1 - Brev fra styrelsen.pdf", *listed} - beside == {
        "Bilag 2 - Spørgsmål, der ligger et andet sted.pdf"
    }


def test_what_is_not_here_is_named_and_an_answer_never_goes_along(country: Services) -> None:
    _, files = meeting(country)
    missing = files[MISSING].decode("utf-8-sig")
    assert "Spørgsmål, der ligger et andet sted.pdf" in missing
    assert b"secret" not in files.values()
    assert not [name for name in files if "små tal" in name]


def test_all_cases_of_a_meeting_get_their_points_in_order(country: Services) -> None:
    _, files = meeting(country, with_others=True)
    points = sorted(name[:8] for name in files if name.endswith("Sagsfremstilling.docx"))
    assert points == [f"Punkt {number:02}" for number in range(1, len(points) + 1)]
    assert len(points) >= 3


@pytest.mark.parametrize("number", [0, 100, -1])
def test_a_point_that_is_none_is_refused(country: Services, number: int) -> None:
    with pytest.raises(RefusedError, match="fra 1 til 99"):
        meeting(country, first_item=number)


def test_amounts_of_the_report_stand_in_the_bodies_paper(country: Services) -> None:
    at = clock.end_of(dt.date(2025, 3, 27))
    found = paper_of(country, REF, at, Asked("k17"))
    assert found.economy[0] == "Endelig version 1 af afrapporteringen oplyser:"
    assert any("kr. pr. døgn i KKR Sjælland" in text for text in found.economy)
    assert any("i hele landet" in text for text in found.economy)
    before = paper_of(country, REF, clock.end_of(dt.date(2025, 1, 10)), Asked("k17"))
    assert before.economy == ("Der er ikke opgjort beløb i sagen.",)


def test_each_body_recommends_the_final_version_to_the_next(country: Services) -> None:
    at = clock.end_of(dt.date(2025, 3, 13))
    asked = [(body, None) for body in ("styregruppe", "k17", "kkr")]
    first = [paper_of(country, REF, at, Asked(*one)).recommendations[0] for one in asked]
    assert first == [
        "at styregruppen anbefaler K17 at godkende afrapporteringen (version 1)",
        "at K17 anbefaler KKR Sjælland at godkende afrapporteringen (version 1)",
        "at KKR Sjælland anbefaler kommunerne at godkende afrapporteringen (version 1)",
    ]


def test_where_other_secretariats_ask_their_own_the_papers_can_be_had_for_all(
    country: Services,
) -> None:
    at = clock.end_of(dt.date(2025, 4, 10))
    own = council_papers(country, GRAVIDE, at)
    every = council_papers(country, GRAVIDE, at, with_others=True)
    assert with_others_too(own.material.case)
    assert (len(own.parties), len(every.parties)) == (17, 98)
    with pytest.raises(NotFoundError):
        own.of("0825")
    assert every.of("0825").levels[-1].day != "dagen kendes ikke"
    assert every.of("0825").wording == own.of("0360").wording
