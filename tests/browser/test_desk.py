"""What comes in on a municipality's own page is answered from Overblik, and taken back there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.browser.conftest import Site
from tests.browser.test_stories import words_of


def waiting(page: Any) -> int:
    """The number at the heading, which is the menu's too."""
    shown = page.locator("#kraever-dig .own-count, .own-menu .own-count").all_inner_texts()
    numbers = {int(one.split()[0]) for one in shown}
    assert len(numbers) <= 1
    rows = page.locator("[data-missing]").count()
    assert numbers == ({rows} if rows else set())
    return rows


def ask_for_time(site: Site, chromium: Any) -> None:
    """Lolland asks on its own page to have until 18 June."""
    page = site.visitor(chromium)
    page.goto(site.link("0360"))
    page.locator("summary:has-text('mere tid'), summary:has-text('ikke nå')").first.click()
    form = page.locator("form:has([name=reason])").first
    form.locator("[name=wanted_on]").fill("18/6-2025")
    form.locator("[name=reason]").fill("Sagen nåede ikke dagsordenen")
    form.locator("button").last.click()
    assert "ønske om mere tid" in words_of(page, "main")
    site.now += dt.timedelta(minutes=5)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_more_time_is_asked_for_on_a_municipalitys_page_and_given_from_overblik(
    site: Site, chromium: Any, has_scripts: bool
) -> None:
    page = site.signed_in(chromium, java_script_enabled=has_scripts)
    page.goto(site.url)
    before = waiting(page)
    ask_for_time(site, chromium)
    page.goto(site.url)
    assert waiting(page) == before + 1
    row = page.locator("[data-missing]:has-text('Lolland')")
    assert "beder om at få til 18. juni" in words_of(page, "main")
    row.get_by_role("link", name="Giv 18. juni").click()
    assert "I har fået udsættelse til 18. juni" in words_of(page, "main")
    page.get_by_role("button", name="Giv 18. juni").click()
    page.wait_for_url("**/#kraever-dig")
    assert "Lolland har fået til 18. juni." in words_of(page, ".alert")
    assert waiting(page) == before
    page.get_by_role("button", name="Fortryd").click()
    page.wait_for_url("**/#kraever-dig")
    assert "Fortrudt" in words_of(page, ".alert")
    assert waiting(page) == before + 1
    page.go_back()
    assert page.locator("main h1").is_visible(), "going back asks nothing to be sent again"


def test_keys_walk_from_row_to_row(site: Site, chromium: Any) -> None:
    ask_for_time(site, chromium)
    page = site.signed_in(chromium)
    page.goto(site.url)
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    first = page.evaluate("document.activeElement.closest('li').innerText")
    assert first == page.locator("[data-missing]").first.inner_text()
    page.keyboard.press("n")
    second = page.evaluate("document.activeElement.closest('li').innerText")
    assert second == page.locator("[data-missing]").nth(1).inner_text()
