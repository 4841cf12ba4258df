"""A list on paper: it lies down where it is wide, and its heads stand on each page."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pytest

from tests.browser.conftest import REF, Site
from udmelding.casework.exchange.lists import OF_CASE
from udmelding.rules.exchange.listing import TITLES, Word

MORE = """() => { const body = document.querySelector("[data-rows]");
  for (let more = 0; more < 2; more += 1) { body.innerHTML += body.innerHTML; } }"""
"""As many rows as four times the municipalities: they go over to more pages."""


@pytest.mark.parametrize("word", OF_CASE)
def test_a_list_prints_with_its_day_its_heads_on_each_page_and_nothing_to_press(
    shared_site: Site, chromium: Any, word: Word
) -> None:
    page = shared_site.signed_in(chromium, "anna")
    page.goto(f"{shared_site.url}/sager/{REF}/lister/{word}")
    page.evaluate(MORE)
    read = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    texts = [sheet.get_textpage().get_text_bounded() for sheet in read]
    assert TITLES[word] in texts[0]
    assert "Opgjort" in texts[0]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert any(head in text for head in ("Kommune", "Trin", "Hvem")), number
        assert f"Side {number} af {len(texts)}" in text
        assert "Hent som Excel" not in text
        assert "Log af" not in text
    width, height = read[0].get_size()
    assert (width > height) is (word is not Word.STEPS), "a wide list lies down"
