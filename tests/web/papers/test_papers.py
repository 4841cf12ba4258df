"""«Papirer» in the browser: what can be fetched, by whom, and that it is the right file."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import docx
import pytest

from models import Role
from tests.owning import put_own
from tests.papering import REF, before_councils
from udmelding.casework.wiring import Services

SignedIn = Callable[[Role], Any]
HOME = f"/sager/{REF}/papirer"
BEFORE = "pr=9/4-2025"


@pytest.fixture
def case(services: Services) -> None:
    before_councils(services)


@pytest.fixture
def reader(case: None, signed_in: SignedIn) -> Any:
    return signed_in(Role.READER).client


def name_of(answer: Any) -> str:
    return unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])


def names(answer: Any) -> list[str]:
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_page_shows_the_wording_to_copy_and_one_paper_to_read(reader: Any) -> None:
    page = reader.get(f"{HOME}?kommune=0360&{BEFORE}")
    assert page.status_code == 200
    field = re.search(r'<textarea[^>]*id="wording"[^>]*>(.*?)</textarea>', page.text, re.S)
    assert field
    assert html.unescape(field[1]).startswith("Det indstilles,\nat kommunalbestyrelsen godkender")
    assert "Forslag til sagsfremstilling for Lolland Kommune" in page.text
    assert "onclick" not in page.text
    assert f'href="/sager/{REF}/papirer?pr=9/4-2025" aria-current="true"' in page.text


def test_every_link_and_form_of_the_page_leads_to_a_file(reader: Any) -> None:
    page = reader.get(f"{HOME}?{BEFORE}").text
    links = {html.unescape(link) for link in re.findall(rf'href="({HOME}/[^"]+)"', page)}
    assert len(links) == 7
    for link in links:
        answer = reader.get(link)
        assert answer.status_code == 200, link
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_councils_papers_come_in_one_zip(reader: Any) -> None:
    answer = reader.get(f"{HOME}/kommuner.zip?{BEFORE}")
    found = names(answer)
    assert name_of(answer) == f"{REF} - Kommunerne.zip"
    for ending in (".docx", "Sagsfremstilling.pdf"):
        assert len([name for name in found if name.endswith(ending)]) == 17


def test_one_municipalitys_paper_is_its_own(reader: Any) -> None:
    answer = reader.get(f"{HOME}/kommune.docx?kommune=0360&{BEFORE}")
    assert name_of(answer) == "0360 Lolland - Sagsfremstilling.docx"
    told = [p.text for p in docx.Document(BytesIO(answer.content)).paragraphs]
    assert "Forslag til sagsfremstilling for Lolland Kommune" in told[1]
    pdf = reader.get(f"{HOME}/kommune.pdf?kommune=0360&{BEFORE}")
    assert (name_of(pdf), pdf.content[:5]) == ("0360 Lolland - Sagsfremstilling.pdf", b"%PDF-")
    assert pdf.headers["content-type"] == "application/pdf"
    assert reader.get(f"{HOME}/kommune.docx?kommune=0101").status_code == 404
    assert reader.get(f"{HOME}?kommune=findes-ikke").status_code == 404


def test_a_meetings_papers_carry_the_number_of_the_agenda(reader: Any) -> None:
    answer = reader.get(f"{HOME}/moede.zip?moede=kkr@2025-04-08&punkt=7&pr=7/4-2025")
    assert all(name.startswith("Punkt 07 - ") for name in names(answer))
    assert name_of(answer) == "KKR Sjælland 2025-04-08 - Sagsfremstillinger.zip"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("punkt=syv", 422),
        ("punkt=0", 422),
        ("punkt=999999999999999999999", 422),
        ("punkt=²", 422),
        ("moede=k22@2025-04-08", 404),
        ("moede=kkr@2025-04-09", 404),
    ],
)
def test_what_cannot_be_is_refused_with_words(reader: Any, query: str, code: int) -> None:
    answer = reader.get(f"{HOME}/moede.zip?{query}&pr=7/4-2025")
    assert answer.status_code == code
    assert "<h1" in answer.text


def test_letters_that_cannot_be_written_say_why(reader: Any) -> None:
    page = reader.get(f"{HOME}?{BEFORE}").text
    assert "Der er ikke sendt noget med forbehold." in page
    assert reader.get(f"{HOME}/brev.docx?slags=supplerende&{BEFORE}").status_code == 422
    assert reader.get(f"{HOME}/brev.docx?slags=noget&{BEFORE}").status_code == 404


def test_a_letter_comes_as_word_and_as_pdf(reader: Any) -> None:
    word = reader.get(f"{HOME}/brev.docx?slags=foelgebrev&{BEFORE}")
    assert name_of(word) == f"{REF} - Følgebrev.docx"
    pdf = reader.get(f"{HOME}/brev.pdf?slags=foelgebrev&{BEFORE}")
    assert pdf.content.startswith(b"%PDF-")


def test_only_caseworkers_get_the_records_package(
    case: None, signed_in: SignedIn, services: Services
) -> None:
    reader = signed_in(Role.READER).client
    assert "Journalpakke" not in reader.get(HOME).text
    assert reader.get(f"{HOME}/journalpakke.zip").status_code == 403
    worker = signed_in(Role.CASEWORKER).client
    assert "Hent journalpakken" in worker.get(HOME).text
    answer = worker.get(f"{HOME}/journalpakke.zip?kle=27.00.00&{BEFORE}")
    assert "register.csv" in names(answer)
    assert name_of(answer) == f"{REF} - Journalpakke 2025-04-09 23.59.zip"
    assert worker.get(f"{HOME}/journalpakke.zip?kle=xx").status_code == 422


def test_a_flawed_text_of_the_secretariat_is_told_on_the_page(
    reader: Any, services: Services
) -> None:
    put_own(services, "paper/council.md", "# Resumé\n\n{{ frist }}\n")
    page = reader.get(f"{HOME}?{BEFORE}")
    assert page.status_code == 200
    assert "navnet «frist» findes ikke" in page.text
    assert "Brevene som Word og PDF" in page.text
