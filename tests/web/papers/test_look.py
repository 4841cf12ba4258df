"""Administrators change how documents look; nothing that cannot be used is used."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import docx
import pytest
from PIL import Image

from models import Role
from tests.documents.test_pdf import elements_of, text_of
from tests.owning import put_own
from udmelding.casework.look import look_of
from udmelding.casework.own import tree
from udmelding.casework.wiring import Services, refreshed
from udmelding.config.look import EXAMPLE

HERE = "/indstillinger/udseende"
GREEN = '# vores\ncolour = "#0a5c2e"\n'


@pytest.fixture
def browser(signed_in: Callable[[Role], Any]) -> Any:
    return signed_in(Role.ADMINISTRATOR)


def save(browser: Any, text: str) -> str:
    """Write the file on the page, save it, and read what the page says then."""
    page = browser.client.get(HERE).text
    token = re.search(r'name="csrf" value="([^"]*)"', page)
    assert token is not None
    answer = browser.client.post(HERE, data={"csrf": token[1], "text": text})
    if answer.status_code == 303:
        answer = browser.client.get(answer.headers["location"])
    return " ".join(unescape(answer.text).split())


def test_a_colour_of_ones_own_is_used_from_then_on(browser: Any, services: Services) -> None:
    assert "bruges fra nu af" in save(browser, GREEN)

    assert look_of(refreshed(services)).file.colour == "#0a5c2e"
    assert "Jeres eget udseende bruges." in browser.client.get(HERE).text


def test_an_empty_file_goes_back_to_the_shipped_look(browser: Any, services: Services) -> None:
    save(browser, GREEN)

    assert "Det medfølgende udseende bruges igen." in save(browser, " \n")
    assert look_of(refreshed(services)).file.colour == "#0b3d5c"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\n\ncolour = "blå"', "look.toml:3: colour: skal være en farve som #0b3d5c"),
        ('colour = "#ffd500"', "look.toml:1: colour: er for lys til at blive læst på hvidt papir"),
        ("farve = 1", "ukendt nøgle"),
        ('colour = "#0a5c2e', "et anførselstegn er ikke lukket"),
        ('logo = "../../settings.toml"', "navnet på en fil i samme mappe"),
        ('logo = "logo.svg"', "filen findes ikke"),
        ("logo_width = 300", "logo_width"),
        ('font = "Comic Sans"', "skriften skal ligge i"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line_and_nothing_is_changed(
    browser: Any, services: Services, text: str, told: str
) -> None:
    save(browser, GREEN)

    page = save(browser, text)

    assert told in page
    assert look_of(refreshed(services)).file.colour == "#0a5c2e"
    assert unescape(text).strip().splitlines()[0].strip() in page  # what was typed is still there


def test_a_logo_is_drawn_with_its_words(browser: Any, services: Services) -> None:
    put_own(services, "look/logo.png", picture())

    save(browser, 'logo = "logo.png"\nlogo_text = "Sekretariatets mærke"')

    sample = browser.client.get(f"{HERE}/proeve.pdf").content
    words = [str(one.get("/Alt", "")) for kind, one, _ in elements_of(sample) if kind == "Figure"]
    assert words == ["Sekretariatets mærke"]


def test_a_file_that_is_no_picture_is_refused_before_a_document_needs_it(
    browser: Any, services: Services
) -> None:
    put_own(services, "look/logo.png", b"\x89PNG\r\n\x1a\n and then nothing")

    assert "Logoet kan ikke tegnes" in save(browser, 'logo = "logo.png"')
    assert look_of(refreshed(services)).file.logo == ""


def test_a_font_whose_name_is_written_wrongly_is_refused(browser: Any, services: Services) -> None:
    put_own(services, "look/skrift.ttf", b"")

    assert "unknown font family: gotham" in save(browser, 'font = "Gotham"')


def send(browser: Any, name: str, content: bytes) -> str:
    """Send a file on the page, and read what the page says then."""
    page = browser.client.get(HERE).text
    token = re.search(r'name="csrf" value="([^"]*)"', page)
    assert token is not None
    files = {"file": (name, content)}
    answer = browser.client.post(f"{HERE}/fil", data={"csrf": token[1]}, files=files)
    if answer.status_code == 303:
        answer = browser.client.get(answer.headers["location"])
    return " ".join(unescape(answer.text).split())


def picture(colour: str = "green") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (40, 20), colour).save(stream, "PNG")
    return stream.getvalue()


def test_a_picture_sent_on_the_page_becomes_the_logo_and_the_colours_stay(
    browser: Any, services: Services
) -> None:
    save(browser, GREEN)

    assert "bruges fra nu af" in send(browser, "Vores mærke.PNG", picture())

    assert look_of(refreshed(services)).file.logo == "logo.png"
    assert look_of(refreshed(services)).file.colour == "#0a5c2e"
    sample = browser.client.get(f"{HERE}/proeve.pdf").content
    assert "Figure" in [kind for kind, _, _ in elements_of(sample)]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.png", b"\x89PNG\r\n\x1a\n and then nothing", "Logoet kan ikke tegnes"),
        ("logo.png", b"MZ not a picture", "logo.png"),
        ("logo.svg", b"<svg/>", "logo.svg"),
        ("rapport.docx", b"PK\x03\x04 no parts", "rapport.docx"),
        ("", b"", "Vælg en fil."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_changed(
    browser: Any, services: Services, name: str, content: bytes, told: str
) -> None:
    send(browser, "logo.png", picture())
    before = tree(services)

    assert told in send(browser, name, content)

    assert tree(services) == before


def test_a_word_template_sent_on_the_page_is_what_reports_are_written_in(browser: Any) -> None:
    own = docx.Document(BytesIO(browser.client.get(f"{HERE}/rapport.docx").content))
    own.sections[0].footer.paragraphs[0].text = "Vores sidefod"
    stream = BytesIO()
    own.save(stream)

    assert "bruges fra nu af" in send(browser, "vores.docx", stream.getvalue())

    used = docx.Document(BytesIO(browser.client.get(f"{HERE}/rapport.docx").content))
    assert used.sections[0].footer.paragraphs[0].text == "Vores sidefod"


def test_a_word_template_with_a_style_missing_is_refused(browser: Any) -> None:
    stream = BytesIO()
    docx.Document().save(stream)

    assert "Rapportskabelonen mangler" in send(browser, "vores.docx", stream.getvalue())


def test_a_look_that_somebody_spoiled_by_hand_is_told_and_not_used(
    browser: Any, services: Services
) -> None:
    put_own(services, "look/look.toml", 'colour = "#eeeeee"')

    page = unescape(browser.client.get(HERE).text)

    assert "Jeres udseende har fejl og bruges ikke" in page
    assert look_of(refreshed(services)).file.colour == "#0b3d5c"


def test_a_sample_and_the_word_template_can_be_fetched(browser: Any) -> None:
    sample = browser.client.get(f"{HERE}/proeve.pdf")
    template = browser.client.get(f"{HERE}/rapport.docx")

    assert "Sådan ser en tabel ud" in text_of(sample.content)
    assert any("chapters" in p.text for p in docx.Document(BytesIO(template.content)).paragraphs)


def test_a_word_template_that_cannot_be_used_is_told(browser: Any, services: Services) -> None:
    put_own(services, "report/rapport.docx", b"no Word file")

    assert "er ikke en Word-fil" in browser.client.get(HERE).text


def test_caseworkers_change_it_and_readers_do_not(signed_in: Callable[[Role], Any]) -> None:
    assert signed_in(Role.CASEWORKER).client.get(HERE).status_code == 200
    assert signed_in(Role.READER).client.get(HERE).status_code == 403


def test_the_file_to_begin_with_says_what_is_so_without_it(
    browser: Any, services: Services
) -> None:
    shipped = look_of(refreshed(services)).file

    save(browser, EXAMPLE)

    assert look_of(refreshed(services)).file == shipped
    assert look_of(refreshed(services)).folder is not None
