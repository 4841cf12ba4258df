"""In, past the menu and out again without a mouse; and on paper only what is for paper."""

from __future__ import annotations

from typing import Any

CASE = "/sager/CU-PROEVE-2025"
PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody


def test_one_signs_in_and_out_with_the_keyboard_alone(shared_site: Any, chromium: Any) -> None:
    page = shared_site.visitor(chromium)
    page.goto(shared_site.url + CASE)
    tab_to(page, "#login")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(shared_site.url + CASE)
    tab_to(page, "button.log-off")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shared_site.url}/login")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until that control has focus, thirty times at most."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector}")


def test_the_skip_link_leads_past_the_menu(shared_site: Any, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(shared_site.url + CASE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skipnav"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_printed_page_leaves_out_what_is_for_the_screen(shared_site: Any, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(shared_site.url + CASE)
    page.emulate_media(media="print")
    assert not page.locator("nav[aria-label=Hovedmenu]").is_visible()
    assert not page.locator("nav[aria-label='Sagens sider']").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("table").first.is_visible()
