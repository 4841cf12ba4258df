"""The frame of every page, the doors of a case, and that each row leads to where one acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from models import MilestoneKind
from tests.browser.conftest import REF, Site, say
from tests.browser.test_stories import words_of
from udmelding import clock
from udmelding.casework.recording.recording import record_fact
from udmelding.journal.stamp import Stamp
from udmelding.rules.parties.declared import declarer
from udmelding.web.case.doors import DOORS

CASE = f"/sager/{REF}"
ROOMS = [pages[0][0] for pages in DOORS.values()]
LONGEST = (
    "Rammeaftale 2025-2026 for det specialiserede social- og specialundervisningsområde, Sjælland"
)
WIDTHS = {1280: 200, 390: 280}
"""For each width of a screen how high the head of a case may be."""


def height(page: Any, selector: str) -> float:
    return float(page.locator(selector).bounding_box()["height"])


def stops_to_the_work(page: Any) -> int:
    """How often one presses Tab and Enter, from the top, until a control of the work has focus."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for stops in range(2, 30):
        page.keyboard.press("Tab")
        if page.evaluate("document.querySelector('#work').contains(document.activeElement)"):
            return stops
    return 30


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("short_name", ["", "Rammeaftale for det specialiserede område 2025-2026"])
def test_the_head_leaves_the_screen_to_the_work_however_long_the_title(
    site: Site, chromium: Any, width: int, short_name: str
) -> None:
    front = {"announcement_kind": "first", "legal_basis": "serviceloven § 13 b, stk. 3"}
    said = {"title": LONGEST, "short_name": short_name, **front}
    say(site.services, "particulars", "2025-04-14", **said)
    page = site.signed_in(chromium, viewport={"width": width, "height": 844})
    for room in ROOMS:
        page.goto(f"{site.url}{CASE}{room}")
        head = page.locator(".own-case-head").bounding_box()
        assert head["height"] <= WIDTHS[width], room
        first = page.locator("#work > :visible:not(nav)").first.bounding_box()
        below = first["y"] - head["y"] - head["height"]
        assert below < 120, f"{room}: one row of links at most stands above the work"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{site.url}{CASE}")
    assert LONGEST in words_of(page, "section[aria-labelledby=about]")


def test_the_frame_is_a_bar_and_a_menu_of_five_words(shared_site: Site, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(shared_site.url)
    assert height(page, ".own-bar") == 48
    assert height(page, ".own-menu") <= 46
    names = page.locator(".own-menu nav a").all_inner_texts()
    assert [name.split()[0] for name in names] == [
        "Overblik", "Mails", "Møder", "Kontakter", "Indstillinger",
    ]  # fmt: skip
    page.fill(".own-menu [type=search]", "lolland")
    page.keyboard.press("Enter")
    page.wait_for_url("**/soeg?q=lolland")


def test_a_phone_folds_the_menu_into_the_bar_without_javascript(
    shared_site: Site, chromium: Any
) -> None:
    phone = {"width": 390, "height": 844}
    page = shared_site.signed_in(chromium, viewport=phone, java_script_enabled=False)
    page.goto(shared_site.url + CASE)
    assert not page.locator(".own-menu").is_visible()
    page.click("summary:has-text('Menu')")
    page.click(".own-folded a:has-text('Kontakter')")
    page.wait_for_url("**/kontakter")


def test_every_page_of_a_case_is_behind_one_door(shared_site: Site, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    for door, pages in DOORS.items():
        for address, name in pages:
            page.goto(f"{shared_site.url}{CASE}{address}")
            assert page.inner_text(".own-doors a[aria-current]").split("\n")[0] == door
            assert page.inner_text("#work > .own-beside a[aria-current]") == name
            assert page.locator(".own-case-head a:has-text('Registrér')").count() == 1


@pytest.mark.parametrize("room", ROOMS)
def test_the_work_is_reached_in_a_few_stops(shared_site: Site, chromium: Any, room: str) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(f"{shared_site.url}{CASE}{room}")
    assert stops_to_the_work(page) < 10


def test_a_list_can_be_left_for_the_next_that_is_missing(shared_site: Site, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(f"{shared_site.url}{CASE}/kommuner")
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    first = page.locator("tr[data-missing] th a").first
    assert page.evaluate("document.activeElement.id") == "missing" == first.get_attribute("id")


def test_keys_walk_through_lists_and_pages_and_can_be_turned_off(
    shared_site: Site, chromium: Any
) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(f"{shared_site.url}{CASE}/kommuner")

    def focused() -> str:
        return str(page.evaluate("document.activeElement.innerText"))

    names = page.locator("[data-rows] th a").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused() == names[1]
    page.keyboard.press("k")
    assert focused() == names[0]
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kommuner/*")
    here = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != here)
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/log")
    page.keyboard.press("?")
    assert "næste og forrige" in words_of(page, "dialog[open]")
    page.click("text=Slå genveje fra")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_timeout(200)
    assert page.url.endswith("/log")
    page.focus(".own-menu [type=search]")
    page.keyboard.type("gj?")
    assert page.input_value(".own-menu [type=search]") == "gj?"


def addresses(page: Any, selector: str) -> Iterator[str]:
    for link in page.locator(selector).all():
        yield link.get_attribute("href") or ""


def test_each_tile_row_and_debt_leads_to_where_one_acts(shared_site: Site, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(f"{shared_site.url}{CASE}")
    tiles = list(addresses(page, ".own-tiles a"))
    assert len(set(tiles)) == 17
    assert "Guldborgsund" in words_of(page, ".own-tiles").replace("\u00ad", "")
    assert page.locator(".own-course a:visible").count() == 7
    assert page.locator("[data-rows] tr").count() == 16, "Greve has decided"
    assert page.locator("[data-rows] .own-act a").count() == 16
    for path in ("/kommuner", "/skylder", "/plan", "/prognose"):
        page.goto(f"{shared_site.url}{CASE}{path}")
        rows = page.locator("#work table tbody tr:has(th)")
        assert rows.count() > 0
        assert rows.count() == page.locator("#work table tbody tr:has(th a)").count(), path
    page.goto(f"{shared_site.url}{CASE}/kommuner")
    assert page.locator("[data-rows] tr").count() == 17
    assert set(addresses(page, "[data-rows] th a")) == set(tiles)
    hidden = page.locator("[data-rows] .own-act a").first.text_content()
    assert "Faxe" in " ".join(hidden.split()), "links that look alike carry the municipality"


def test_a_decision_is_recorded_from_the_municipality_in_its_case(
    site: Site, chromium: Any
) -> None:
    page = site.signed_in(chromium, java_script_enabled=False)
    page.goto(f"{site.url}{CASE}")
    page.click(".own-tiles a:has-text('Lolland')")
    assert "Lolland" in words_of(page, "h2.own-one")
    assert "Politisk behandling, senest" in words_of(page, ".own-known")
    assert "Invitation til politisk behandling" in words_of(page, ".own-happened")
    page.click("#work a:has-text('Registrér beslutning')")
    assert page.is_checked("#party-0360")
    page.fill("#on", "14/4")
    page.select_option("#outcome", "approved")
    page.click("text=Vis ændringen")
    page.click("button:text-is('Gem')")
    page.goto(f"{site.url}{CASE}/kommuner/0360")
    assert "godkendt 14. april" in words_of(page, ".own-one-head")
    assert "Kommunalbestyrelse: godkendt" in words_of(page, ".own-happened")
    page.click("text=Næste, der mangler")
    assert "Næstved" in words_of(page, "h2.own-one"), "Lolland is followed by Næstved"


def test_what_a_municipality_asks_stands_on_top_with_the_likely_answer(
    site: Site, chromium: Any
) -> None:
    wish = "Faxe beder om mere tid (politisk behandling, ønsket frist 18/6-2025): Sagen nåede ikke"
    note = {"title": wish, "on": dt.date(2025, 4, 15), "milestone_kind": MilestoneKind.NOTE}
    stamp = Stamp(clock.at(dt.date(2025, 4, 15), "08:00"), declarer("Faxe"))
    record_fact(site.services, REF, "milestone", note, stamp)
    page = site.signed_in(chromium)
    page.goto(f"{site.url}{CASE}")
    assert "Kommuner 1 venter" in words_of(page, ".own-doors")
    page.click(".own-doors a:has-text('Kommuner')")
    page.click("text=Svar dem")
    asked = words_of(page, ".own-asked")
    assert "Beder om at få til 18. juni 2025: «Sagen nåede ikke»" in asked
    page.click("text=Giv 18. juni")
    assert page.input_value("#due_on") == "18/6-2025"
    assert page.is_checked("#party-0320")
    page.click("button:has-text('Vis ændringen')")
    page.click("button:text-is('Gem')")
    page.goto(f"{site.url}{CASE}/kommuner/0320")
    assert page.locator(".own-asked").count() == 0
    assert "senest 18. juni" in words_of(page, ".own-known")


def test_paper_has_the_same_words_in_a_type_without_serifs_and_nothing_to_press(
    shared_site: Site, chromium: Any
) -> None:
    page = shared_site.signed_in(chromium)
    page.emulate_media(media="print")
    for room in ROOMS:
        page.goto(f"{shared_site.url}{CASE}{room}")
        font = page.evaluate("getComputedStyle(document.querySelector('#work')).fontFamily")
        assert font.startswith('"IBM Plex Sans"')
        for pressed in (".own-header", ".own-doors", ".skipnav", ".own-beside", ".button"):
            assert not any(one.is_visible() for one in page.locator(pressed).all()), pressed
    page.goto(f"{shared_site.url}{CASE}")
    assert page.locator(".own-tiles a").first.is_visible()
