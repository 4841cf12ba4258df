"""«Til mødet» in the browser: the right meeting, the same text in page, field and file."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pypdfium2
import pytest

from models import Role
from tests.played import played_once
from udmelding import clock
from udmelding.casework.demo.playing import shipped_cases
from udmelding.casework.exchange.transfer import import_case
from udmelding.casework.wiring import Services

SignedIn = Callable[[Role], Any]
DOMFAELDTE, GRAVIDE = "/sager/CU-DOMFAELDTE-2024/moede", "/sager/CU-GRAVIDE-2025/moede"


@pytest.fixture
def reader(services: Services, signed_in: SignedIn) -> Any:
    shipped(services)
    return signed_in(Role.READER).client


@played_once
def shipped(services: Services) -> None:
    for file in shipped_cases():
        import_case(services, file, clock.at(dt.date(2026, 1, 5)))


def field(answer: Any) -> str:
    found = re.search(r'<textarea[^>]*id="paper-text"[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert found
    return html.unescape(found[1])


def test_the_page_shows_the_paper_and_the_same_text_to_select(reader: Any) -> None:
    answer = reader.get(f"{DOMFAELDTE}?pr=10/1-2025")
    assert answer.status_code == 200
    text = field(answer)
    assert "86 af 98* kommuner i hele landet" in text
    for line in text.splitlines():
        if line and not line.startswith(("- ", "1. ")):
            assert html.escape(line, quote=False) in answer.text
    assert re.search(r'<script src="/static/copy\.js\?v=\w+" defer>', answer.text)
    assert "onclick" not in answer.text


def test_another_meeting_can_be_chosen(reader: Any) -> None:
    answer = reader.get(f"{GRAVIDE}?pr=1/3-2025&moede=kkr@2025-04-08")
    assert "anbefaler kommunerne at godkende afrapporteringen" in answer.text
    assert '<option value="kkr@2025-04-08" selected>' in answer.text
    other = reader.get(f"{GRAVIDE}?pr=1/3-2025&moede=koordinationsforum@&dag=20/3-2025")
    assert "torsdag den 20. marts 2025" in other.text


@pytest.mark.parametrize("moede", ["k22@2025-04-08", "kkr@2025-04-09", "kkr@i%20overmorges%20vist"])
def test_a_meeting_that_does_not_exist_is_refused(reader: Any, moede: str) -> None:
    assert reader.get(f"{GRAVIDE}?pr=1/3-2025&moede={moede}").status_code in (404, 422)


def test_the_word_file_is_the_same_paper(reader: Any) -> None:
    query = "?pr=10/1-2025&moede=styregruppe@2025-01-10"
    answer = reader.get(f"{DOMFAELDTE}.docx{query}")
    assert "CU-DOMFAELDTE-2024-styregruppe-2025-01-10.docx" in answer.headers["content-disposition"]
    told = [p.text for p in docx.Document(BytesIO(answer.content)).paragraphs]
    text = field(reader.get(f"{DOMFAELDTE}{query}"))
    for line in told:
        assert line in text


def test_the_pdf_is_the_same_paper(reader: Any) -> None:
    query = "?pr=10/1-2025&moede=styregruppe@2025-01-10"
    answer = reader.get(f"{DOMFAELDTE}.pdf{query}")
    assert "CU-DOMFAELDTE-2024-styregruppe-2025-01-10.pdf" in answer.headers["content-disposition"]
    with pypdfium2.PdfDocument(answer.content) as opened:
        text = "\n".join(page.get_textpage().get_text_bounded() for page in opened)
    seen = " ".join(text.split())
    for line in field(reader.get(f"{DOMFAELDTE}{query}")).partition("Oversigt over")[0].split("\n"):
        assert line.lstrip("- ") in seen


def test_each_coming_meeting_has_a_paper_for_every_open_case(reader: Any) -> None:
    answer = reader.get("/til-moedet?pr=1/3-2025")
    assert "Styregruppen, fredag den 14. marts 2025" in answer.text
    links = re.findall(r'href="(/sager/[^"]+/moede\?[^"]+)"', answer.text)
    assert len(links) >= 3
    for link in links[:4]:
        page = reader.get(html.unescape(link))
        assert page.status_code == 200
    assert reader.get("/til-moedet").status_code == 200
