"""A case is begun, left, gone on with the next day by a colleague, and started: by caseworkers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from models import Role
from tests.browser.conftest import PASSWORD, Site
from tests.browser.test_stories import PDF, SCRIPTS, words_of
from udmelding.casework.access import users

pytestmark = pytest.mark.slow


def colleague(site: Site, chromium: Any, **options: Any) -> Any:
    """A second caseworker's page."""
    users.add_user(
        site.services,
        login="maja",
        name="Maja",
        role=Role.CASEWORKER,
        password=PASSWORD,
        now=site.now,
    )
    return site.signed_in(chromium, "maja", **options)


@SCRIPTS
def test_a_case_is_begun_left_and_started_the_next_day_by_a_colleague(
    site: Site, chromium: Any, scripts: bool
) -> None:
    bo = site.signed_in(chromium, "bo", java_script_enabled=scripts)
    bo.goto(site.url)
    bo.click("text=Start en sag")
    at = re.compile(r"/ny/k[0-9a-f]{8}/brevet$")
    bo.wait_for_url(at)
    bo.set_input_files("#letter", PDF)
    bo.fill("#title", "Mennesker med svær epilepsi")
    bo.check("#target_group-adults")
    bo.fill("#received", "14/4-2025")
    bo.fill("#deadline", "31/12-2025")
    bo.click("button:text-is('Videre til spørgsmål')")
    assert "kladden er gemt kl. 9.00" in words_of(bo, "main")
    bo.click("button:text-is('Gem som kladde')")
    assert "Kladden er gemt. Intet er sendt." in words_of(bo, "main")

    site.now += dt.timedelta(days=1)
    maja = colleague(site, chromium, java_script_enabled=scripts)
    maja.goto(site.url)
    assert "er en kladde. Intet er sendt" in words_of(maja, "main")
    assert "mangler spørgsmål" in words_of(maja, "main")
    maja.click("text=Fortsæt kladden")
    assert "Hvad skal kommunerne svare på?" in words_of(maja, "h2")
    assert "gemt 15/4-2025 kl. 9.00 af Bo" in words_of(maja, "main")
    maja.check("#asks-set")
    maja.select_option("#question_set", "form:gravide")
    maja.click("button:text-is('Videre til datoer')")
    maja.check("input[name=scope][value=regional]")
    maja.click("text=Videre til plan og mails")
    if scripts:  # the list of those who get one is links
        maja.click(".own-mails-list a:text-is('Lolland')")
        assert "Lolland" in words_of(maja, ".own-mails-one")
    maja.click("text=Start sagen og send 17 mails")
    maja.wait_for_url(re.compile(r"/sager/CU-EPILEPSI-2025$"))
    assert "18 mails er skrevet som fil, ikke sendt." in words_of(maja, ".alert-success")


@SCRIPTS
def test_going_back_shows_what_was_saved_and_never_asks_to_send_again(
    site: Site, chromium: Any, scripts: bool
) -> None:
    bo = site.signed_in(chromium, "bo", java_script_enabled=scripts)
    bo.goto(f"{site.url}/ny")
    bo.fill("#title", "Epilepsi")
    bo.fill("#deadline", "snart")
    bo.click("button:text-is('Videre til spørgsmål')")
    assert "Fejl:" in bo.title()
    assert bo.input_value("#deadline") == "snart"
    bo.check("#target_group-adults")
    bo.fill("#received", "14/4-2025")
    bo.fill("#deadline", "20/5-2025")
    bo.click("button:text-is('Videre til spørgsmål')")
    assert "Er den rigtig?" in words_of(bo, "main")
    bo.check("#deadline_meant-yes")
    bo.click("button:text-is('Videre til spørgsmål')")
    bo.check("#asks-none")
    bo.click("button:text-is('Videre til datoer')")
    seen = []
    while "/ny/" in bo.url:
        seen.append((bo.evaluate("performance.getEntriesByType('navigation')[0].type"), bo.url))
        assert bo.locator("h1").text_content() == "Start en sag"
        if bo.go_back() is None and bo.url == seen[-1][1]:
            break
    assert len(seen) >= 3
    bo.goto(seen[-1][1])
    assert bo.input_value("#deadline") == "20/5-2025"

    bo.click("text=Kassér kladden")
    assert "Kladden er kasseret" in words_of(bo, "h1")
    bo.click("button:text-is('Fortryd')")
    assert "Kladden er hentet tilbage." in words_of(bo, "main")


FIELDS = """
form => [...new Set([...form.querySelectorAll('input, select, textarea')]
  .filter(one => one.type !== 'hidden' && one.checkVisibility()).map(one => one.name))]
"""


def test_the_launch_asks_for_twelve_things_at_most_on_four_pages(site: Site, chromium: Any) -> None:
    bo = site.signed_in(chromium, "bo")
    bo.goto(f"{site.url}/ny")
    asked: list[str] = []
    for button in ("spørgsmål", "datoer", "plan og mails"):
        asked += bo.locator("form.own-form").evaluate(FIELDS)
        if button == "spørgsmål":
            bo.fill("#title", "Epilepsi")
            bo.check("#target_group-adults")
            bo.fill("#received", "14/4-2025")
            bo.fill("#deadline", "31/12-2025")
        elif button == "datoer":
            bo.check("#asks-none")
        bo.click(f"button:text-is('Videre til {button}')")
    assert bo.url.endswith("/plan")
    assert len(asked) == len({*asked}) <= 12, asked


def test_two_at_the_same_field_are_told_of_each_other(site: Site, chromium: Any) -> None:
    bo = site.signed_in(chromium, "bo")
    bo.goto(f"{site.url}/ny")
    bo.fill("#title", "Epilepsi")
    bo.check("#target_group-adults")
    bo.fill("#received", "14/4-2025")
    bo.fill("#deadline", "31/12-2025")
    bo.click("button:text-is('Videre til spørgsmål')")
    there = bo.url.replace("spoergsmaal", "brevet")
    maja = colleague(site, chromium)
    for one in (bo, maja):
        one.goto(there)
    maja.fill("#deadline", "31/1-2026")
    maja.click("button:text-is('Videre til spørgsmål')")
    bo.fill("#deadline", "28/2-2026")
    bo.click("button:text-is('Videre til spørgsmål')")
    assert "Maja har skrevet «31/1-2026» her, mens du havde siden åben." in words_of(
        bo, "#deadline-error"
    )
    assert bo.input_value("#deadline") == "28/2-2026"
    bo.click("button:text-is('Videre til spørgsmål')")
    maja.goto(there)
    assert maja.input_value("#deadline") == "28/2-2026"
    assert "af Bo" in words_of(maja, "main")
