"""The director's page in a browser: a case prints on one A4, and no script is needed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pypdfium2 as pdfium
import pytest

from models import Role
from tests.browser.conftest import PASSWORD, REF, Site, say
from tests.browser.test_stories import SCRIPTS, words_of
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.desk.weekly_mail import write_weekly_mails
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.journal.database import reading
from udmelding.journal.mail.outbox import list_mails

DORTE = "dorte@kommune.example"

LINE = (
    "Kan sagen komme på et ekstra punkt i maj, bliver forbeholdet mindre. Skriv, hvis I kan. "
    "Vi ringer til kommunerne på torsdag, og vi skriver igen, når KKR har holdt møde."
)


def test_seventeen_municipalities_and_three_lines_print_on_one_page(
    site: Site, chromium: Any
) -> None:
    for party in ("0326", "0360", "0336"):
        say(site.services, "expectation", "2025-04-14", party=party, step="councils",
            expected_on=dt.date(2025, 6, 18))  # fmt: skip
    say(site.services, "bulletin", "2025-04-14", text=LINE)
    page = site.signed_in(chromium, "rie")
    page.goto(f"{site.url}/sager/{REF}/direktoer")
    read = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True, format="A4"))
    assert len(read) == 1
    text = " ".join(read[0].get_textpage().get_text_bounded().split())
    for words in ("14 af 17 når fristen 31. maj.", "Odsherred", "Guldborg", "Vi ringer til"):
        assert words in text, words
    assert "Udskriv" not in text
    assert "Log af" not in text


@SCRIPTS
def test_a_director_signs_in_lands_on_the_page_and_has_it_by_mail_until_it_is_stopped(
    site: Site, chromium: Any, scripts: bool
) -> None:
    users.add_user(site.services, login=DORTE, name="Dorte Prøve", role=Role.READER,
                   password=PASSWORD, now=site.now)  # fmt: skip
    page = site.visitor(chromium, java_script_enabled=scripts)
    page.goto(site.url)
    page.fill("#login", DORTE)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log på')")
    page.wait_for_url(f"{site.url}/direktoer")
    verdict = "17 af 17 når fristen 31. maj."
    assert verdict in words_of(page, "main")
    assert page.locator("a:text-is('Registrér')").count() == 0, "nothing here is theirs to change"

    page.click("button:text-is('Få siden på mail hver mandag')")
    assert f"Du får siden på mail til {DORTE}, første gang på mandag." in words_of(page, ".alert")
    for day, count in ((dt.date(2025, 4, 22), 1), (dt.date(2025, 4, 28), 1)):
        site.now = clock.at(day, "07:30")  # the second week there is nothing new to tell
        write_weekly_mails(site.services, site.now)
        deliver_waiting(site.services, site.now, "test")
        with reading(site.services.engine) as session:
            mails = [mail for mail in list_mails(session) if mail.recipients == [DORTE]]
        assert len(mails) == count
        assert verdict in " ".join(mails[0].text.split())
    page.goto(site.url)
    page.fill("#login", DORTE)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log på')")
    page.click("button:text-is('Stop mailen om mandagen')")
    assert "Du får ikke længere siden på mail." in words_of(page, ".alert")


def test_who_prints_has_a_button_and_who_has_no_script_has_none(
    shared_site: Site, chromium: Any
) -> None:
    for script in (True, False):
        page = shared_site.signed_in(chromium, "rie", java_script_enabled=script)
        page.goto(f"{shared_site.url}/direktoer")
        assert page.locator("button:has-text('Udskriv')").is_visible() is script
        assert "når fristen" in words_of(page, "main")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_three_sentences_are_copied_as_plain_text(
    shared_site: Site, chromium: Any, width: int
) -> None:
    page = shared_site.signed_in(chromium, "rie", viewport={"width": width, "height": 800})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{shared_site.url}/sager/{REF}")
    page.click("button:has-text('Kopiér')")
    page.wait_for_function("document.querySelector('#copied').textContent.includes('kopieret')")
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines == page.locator("#sentences p").all_inner_texts()
    assert len(lines) == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width
