"""A report that takes long, in a real browser: it counts, is left, said to be done, fetched."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import REF, Site, served
from udmelding import clock
from udmelding.casework.report import writing as report_writing
from udmelding.casework.work import Works
from udmelding.rules.work import DEAD_AFTER

pytestmark = pytest.mark.slow

REPORT = f"/sager/{REF}/rapport"
SENTENCE = "Kladden til rapporten er klar."


@pytest.fixture
def works() -> Works:
    """Works whose people are shown their page at once."""
    return Works(patience=0.2)


@pytest.fixture
def site(chromium: Any, seeded: Path, tmp_path: Path, works: Works) -> Iterator[Site]:
    """A site of the test's own."""
    home = tmp_path / "home"
    shutil.copytree(seeded, home)
    yield from served(home, works=works)


class Press:
    """Makes the report's PDF when the test says so."""

    def __init__(self) -> None:
        self.reached, self.goes_on = threading.Event(), threading.Event()
        self.tables = threading.Event()

    def pdf(self, *_: object, **__: object) -> bytes:
        self.reached.set()
        assert self.goes_on.wait(120)
        return b"%PDF-1.7 the report"


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    made, opened = Press(), report_writing.open_report

    def slowly(*given: Any) -> Any:
        assert made.tables.wait(120)
        return opened(*given)

    monkeypatch.setattr(report_writing, "report_pdf", made.pdf)
    monkeypatch.setattr(report_writing, "open_report", slowly)
    yield made
    made.tables.set()
    made.goes_on.set()


def begun(site: Site, page: Any) -> str:
    """The address of the work that the link to the draft has started."""
    page.goto(site.url + REPORT)
    page.get_by_role("link", name="Hent kladden som PDF").click()
    page.wait_for_url("**/arbejde/*")
    return str(page.url)


def test_it_counts_leads_to_the_file_and_back_is_not_a_trap(
    site: Site, chromium: Any, press: Press
) -> None:
    page = site.signed_in(chromium)
    there = begun(site, page)
    page.get_by_role("heading", name="Rapporten dannes: del 1 af 2").wait_for()
    press.tables.set()
    page.get_by_role("heading", name="Rapporten dannes: del 2 af 2").wait_for()
    with page.expect_download() as fetched:
        press.goes_on.set()
    assert fetched.value.suggested_filename == f"{REF}-kladde.pdf"
    page.get_by_role("heading", name="Kladden til rapporten er klar").wait_for()
    page.goto(there)
    assert page.get_by_role("link", name="Hent filen").is_visible()


def test_without_javascript_the_page_looks_again_by_itself(
    site: Site, chromium: Any, press: Press
) -> None:
    page = site.signed_in(chromium, java_script_enabled=False)
    begun(site, page)
    page.get_by_role("heading", name="Rapporten dannes: del 1 af 2").wait_for()
    press.tables.set()
    page.get_by_role("heading", name="Rapporten dannes: del 2 af 2").wait_for()
    press.goes_on.set()
    page.get_by_role("link", name="Hent filen").wait_for()


def test_whoever_has_left_is_told_on_the_page_that_is_open_and_only_they(
    site: Site, chromium: Any, press: Press
) -> None:
    anna, bo = site.signed_in(chromium), site.signed_in(chromium, "bo")
    there = begun(site, anna)
    anna.get_by_role("link", name="Til Overblik").click()
    anna.wait_for_url(f"{site.url}/")
    assert bo.goto(there).status == 404

    press.tables.set()
    press.goes_on.set()
    anna.get_by_text(SENTENCE).wait_for()
    bo.goto(site.url)
    assert not bo.get_by_text(SENTENCE).count()
    anna.locator("#work-news").get_by_role("link", name="Se det").click()
    anna.get_by_role("link", name="Hent filen").wait_for()
    anna.goto(site.url)
    assert not anna.get_by_text(SENTENCE).count()


def test_it_is_stopped_and_begun_again(site: Site, chromium: Any, press: Press) -> None:
    page = site.signed_in(chromium)
    begun(site, page)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("heading", name="Arbejdet stoppes").wait_for()
    press.tables.set()
    page.get_by_text("Du stoppede det.").wait_for()
    press.goes_on.set()
    with page.expect_download():
        page.get_by_role("link", name="Prøv igen").click()


def test_a_work_of_a_killed_process_is_followed_in_another_and_begun_again_there(
    site: Site, works: Works, chromium: Any, press: Press
) -> None:
    """Two processes serve one database; the one that was at the work is killed."""
    page = site.signed_in(chromium)
    there = urlsplit(begun_elsewhere(site, page)).path
    page.goto(site.url + there)
    page.get_by_role("heading", name="Rapporten dannes: del 2 af 2").wait_for()

    works.now = lambda: clock.now() + DEAD_AFTER * 2
    page.get_by_text("fordi serveren blev stoppet eller startet igen").wait_for()
    assert page.get_by_role("heading", name="Rapporten blev ikke dannet").is_visible()
    press.tables.set()
    press.goes_on.set()
    with page.expect_download():
        page.get_by_role("link", name="Prøv igen").click()


def begun_elsewhere(site: Site, page: Any) -> str:
    """The address of a work that was begun in a process that is killed while it is at it."""
    home = site.services.settings.home
    command = [sys.executable, "-m", "tests.browser.slow_pages", str(home), site.now.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        assert other.stdout
        try:
            page.goto(other.stdout.readline().strip() + REPORT)
            page.get_by_role("link", name="Hent kladden som PDF").click()
            page.get_by_role("heading", name="Rapporten dannes: del 2 af 2").wait_for()
            return str(page.url)
        finally:
            other.kill()
