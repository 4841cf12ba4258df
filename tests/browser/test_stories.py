"""What a secretariat does on an ordinary day, in a real browser, with and without JavaScript."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests.honest import PDF as HONEST_PDF
from udmelding import clock
from udmelding.journal.database import reading
from udmelding.journal.wake import wake_due

REF = "CU-PROEVE-2025"
CASE = f"/sager/{REF}"
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
PDF = {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": HONEST_PDF}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["JavaScript", "no JavaScript"])


def words_of(page: Any, selector: str) -> str:
    """What stands there, however its template is broken over lines."""
    return " ".join(page.text_content(selector).split())


def first_day_of_reminders(site: Any) -> dt.date:
    day = site.now.date()
    with reading(site.services.engine) as session:
        while not any(item.rung for item in wake_due.due(session, day)):
            day += dt.timedelta(days=1)
    return day


def fill_launch(page: Any, site: Any) -> None:
    page.goto(f"{site.url}/ny")
    page.fill("#title", "Mennesker med svær epilepsi")
    page.check("#target_group-adults")
    page.fill("#received", "14/4-2025")
    page.fill("#deadline", "31/12-2025")
    page.set_input_files("#letter", PDF)
    page.click("button:text-is('Videre til spørgsmål')")
    page.check("#asks-none")
    page.click("button:text-is('Videre til datoer')")
    page.check("input[name=scope][value=regional]")


@SCRIPTS
def test_from_letter_to_launched(site: Any, chromium: Any, scripts: bool) -> None:
    page = site.signed_in(chromium, java_script_enabled=scripts)
    fill_launch(page, site)
    page.click("text=Videre til plan og mails")
    assert "17 klar og en besked til jer selv" in words_of(page, "main")
    assert page.locator(".own-mails-list a").count() == 18
    assert "ét samlet svar" in page.locator("pre.own-mail").first.text_content()
    page.click("text=Start sagen og send 17 mails")
    page.wait_for_url(re.compile(r"/sager/CU-EPILEPSI-2025$"))
    assert "18 mails er skrevet som fil, ikke sendt." in words_of(page, ".alert-success")
    page.click("text=Møder og papirer")
    page.click("text=Dokumenter")
    assert "brev.pdf" in words_of(page, "main")


@SCRIPTS
def test_five_councils_approve_at_once(site: Any, chromium: Any, scripts: bool) -> None:
    page = site.signed_in(chromium, java_script_enabled=scripts)
    page.goto(f"{site.url}{CASE}/registrer/beslutning")
    for party in ("0360", "0320", "0259", "0265", "0336"):
        page.check(f"#party-{party}")
    page.fill("#on", "14/4")
    page.select_option("#outcome", "approved")
    page.click("text=Vis ændringen")
    assert "Skal det gemmes?" in words_of(page, "main")
    page.click("button:text-is('Gem')")
    assert "5 beslutninger" in words_of(page, ".alert-success")
    page.goto(site.url + CASE)
    assert "Besluttet 6 af 17" in words_of(page, "main")


def test_somebody_is_chased_with_the_text_that_was_shown(site: Any, chromium: Any) -> None:
    site.now = clock.at(first_day_of_reminders(site), "08:00")
    page = site.signed_in(chromium)
    page.goto(site.url)
    page.click(".own-menu a:has-text('Mails')")
    page.click("text=Rykkere")
    page.locator("tr", has_text="Lolland").get_by_text("Se mailen").click()
    text = page.input_value("textarea[name=text]")
    assert "Til socialkoordinator i Lolland" in text
    page.click("button:has-text('Send nu til')")
    assert "Mailen til social@lolland.example er skrevet som fil, ikke sendt." in words_of(
        page, ".alert-success"
    )
    assert page.locator("tr", has_text="Lolland").count() == 0
    page.click(".own-doors a:has-text('Sendt')")
    page.locator("summary", has_text="social@lolland.example").first.click()
    assert "af Anna" in words_of(page, "main")


@SCRIPTS
def test_a_municipality_declares_by_link_and_the_secretariat_accepts(
    site: Any, chromium: Any, scripts: bool
) -> None:
    own = site.visitor(chromium, java_script_enabled=scripts)
    own.goto(site.link("0360"))
    own.click("summary:has-text('Vi har besluttet')")
    own.fill("#decided_on", "10/4-2025")
    own.select_option("#outcome", "approved")
    own.fill("#evidence", "https://lolland.example/referat")
    own.click("button:text-is('Meld beslutningen')")
    assert "godkendt" in words_of(own, "main")
    assert "Greve" not in words_of(own, "main"), "others' answers are not theirs to see"
    page = site.signed_in(chromium)
    page.goto(f"{site.url}{CASE}/links")
    page.get_by_role("button", name="Acceptér beslutningen fra Lolland").click()
    assert "Beslutningen fra Lolland er accepteret" in words_of(page, ".alert-success")
    page.goto(site.url + CASE)
    assert "Besluttet 2 af 17" in words_of(page, "main")


def test_an_entry_is_corrected_and_the_old_one_stays_readable(site: Any, chromium: Any) -> None:
    page = site.signed_in(chromium)
    page.goto(f"{site.url}{CASE}/registrer")
    page.click("summary:has-text('Skal noget rettes?')")
    page.get_by_role("link", name=re.compile("Ret: Greve")).click()
    page.select_option("#outcome", "rejected")
    page.click("text=Vis ændringen")
    page.click("button:text-is('Gem')")
    page.goto(f"{site.url}{CASE}/log")
    lines = words_of(page, "main")
    assert "Greve (kommunalbestyrelse) 14. april 2025: afvist" in lines
    assert page.locator(".own-replaced", has_text="14. april 2025: godkendt").count() == 1


def test_any_past_day_is_shown_again(site: Any, chromium: Any) -> None:
    page = site.signed_in(chromium)
    page.goto(site.url + CASE)
    assert "Besluttet 1 af 17" in words_of(page, "main")
    page.click("text=Historik")
    page.fill("#pr", "10/4-2025")
    page.click("form[aria-label='Vis en anden dag'] button")
    assert "ved udgangen af torsdag den 10. april 2025" in words_of(page, "main")
    assert "Besluttet 0 af 17" in words_of(page, "main")


def test_nothing_is_lost_when_the_session_ran_out(site: Any, chromium: Any) -> None:
    page = site.signed_in(chromium)
    fill_launch(page, site)
    page.locator("details", has=page.locator("#responsible")).locator("summary").first.click()
    page.fill("#responsible", "Æblegrød & Co")
    site.now += dt.timedelta(hours=13)
    page.click("text=Videre til plan og mails")
    assert "er ikke tabt" in words_of(page, "main")
    page.fill("#login", "anna")
    page.fill("#password", PASSWORD)
    page.click("text=Log på og fortsæt")
    if page.locator("button:text-is('Fortsæt')").count():
        page.click("button:text-is('Fortsæt')")
    assert "17 klar og en besked til jer selv" in words_of(page, "main")
    assert "Æblegrød & Co" in words_of(page, "main")
    assert "brev.pdf" in words_of(page, "main"), "the letter was kept at its own step"


def test_two_caseworkers_on_one_row_see_each_other(site: Any, chromium: Any) -> None:
    anna, bo = site.signed_in(chromium), site.signed_in(chromium, "bo")
    for page in (anna, bo):
        page.goto(f"{site.url}{CASE}/registrer/beslutning")
        page.check("#party-0360")
        page.fill("#on", "14/4")
    site.now += dt.timedelta(minutes=1)
    anna.select_option("#outcome", "approved")
    anna.click("text=Vis ændringen")
    anna.click("button:text-is('Gem')")
    site.now += dt.timedelta(minutes=1)
    bo.select_option("#outcome", "rejected")
    bo.click("text=Vis ændringen")
    assert "Anna registrerede kl. 9.01" in words_of(bo, "#flaws")
    assert bo.input_value("#outcome") == "rejected"


def test_a_new_case_is_launched_with_the_keyboard_alone(site: Any, chromium: Any) -> None:
    page = site.signed_in(chromium)
    page.goto(f"{site.url}/ny")
    written = {"title": "Tastatur", "received": "14/4-2025", "deadline": "31/12-2025"}
    for button in ("Videre til sp", "Videre til dat", "Videre til plan", "Start sagen"):
        at = page.url
        for _ in range(80):
            page.keyboard.press("Tab")
            here = page.evaluate("document.activeElement.id")
            if here in written:
                page.keyboard.type(written.pop(here))
            elif here == "target_group-adults":
                page.keyboard.press("Space")
            elif here == "asks-set":
                page.keyboard.press("ArrowUp")  # to the last way: no questions
            elif button in page.evaluate("document.activeElement.textContent"):
                break
        assert not written
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, at=at: url != at)
    page.wait_for_url(re.compile("/sager/CU-TASTATUR-2025$"))
    assert "18 mails er skrevet som fil, ikke sendt." in words_of(page, ".alert-success")


def test_finds_follow_what_is_written_and_the_address_with_them(site: Any, chromium: Any) -> None:
    page, loads = site.signed_in(chromium), []
    page.goto(f"{site.url}/soeg")
    page.on("load", lambda: loads.append(page.url))
    page.locator("#q").press_sequentially("lolland")
    page.wait_for_selector("#finds mark")
    assert "fund" in words_of(page, "#count")
    page.wait_for_url(re.compile(r"/soeg\?q=lolland$"))
    assert loads == [], "the page itself is not loaded again"
    assert page.input_value("#q") == "lolland"


def test_whom_to_chase_in_a_month_is_shown_as_soon_as_it_is_chosen(
    site: Any, chromium: Any
) -> None:
    page = site.signed_in(chromium)
    page.goto(f"{site.url}/mails/rykkere")
    assert "Ingen skal rykkes i dag" in words_of(page, "#people")
    page.select_option("#frem", "30")
    page.wait_for_selector("#people tbody tr")
    assert "16 personer" in words_of(page, "#people")


def test_one_signs_in_and_out_with_the_keyboard_alone(site: Any, chromium: Any) -> None:
    page = site.visitor(chromium)
    page.goto(site.url + CASE)
    tab_to(page, "#login")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site.url + CASE)
    tab_to(page, "button.log-off")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/login")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until that control has focus, thirty times at most."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector}")


def test_the_skip_link_leads_past_the_menu(site: Any, chromium: Any) -> None:
    page = site.signed_in(chromium)
    page.goto(site.url + CASE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skipnav"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_printed_page_leaves_out_what_is_for_the_screen(site: Any, chromium: Any) -> None:
    page = site.signed_in(chromium)
    page.goto(site.url + CASE)
    page.emulate_media(media="print")
    assert not page.locator(".own-header").is_visible()
    assert not page.locator("nav[aria-label='Sagens sider']").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("table").first.is_visible()


@SCRIPTS
def test_going_back_to_a_form_that_was_refused_asks_to_send_nothing(
    site: Any, chromium: Any, scripts: bool
) -> None:
    page = site.signed_in(chromium, java_script_enabled=scripts)
    page.goto(f"{site.url}/indstillinger/vores/udsendelse")
    page.fill("[name='prefect.daily_at']", "kl. 25")
    page.click("main form button.button-primary")
    assert page.get_attribute("[name='prefect.daily_at']", "aria-invalid") == "true"
    page.fill("[name='prefect.daily_at']", "8.15")
    page.click("main form button.button-primary")
    assert "Det er gemt" in words_of(page, "main")

    page.go_back()  # a page that may not be kept would be an error here

    assert page.get_attribute("[name='prefect.daily_at']", "aria-invalid") == "true"
