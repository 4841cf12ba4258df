"""A real browser on a real server: one seeded database, copied for each test that changes it.

The browser is Debian's chromium, driven by Playwright; nothing is downloaded. Where there is none,
these tests are skipped, but with ``CI`` set they fail: a run that saw no browser proves nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from models import ContactRole, Level, Outcome, Role, Scope
from tests.past import record_past
from tests.played import played_once
from udmelding import clock
from udmelding.casework.access import users
from udmelding.casework.access.links import link_for
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.wiring import Services, made_services, open_services
from udmelding.casework.work import Works
from udmelding.config.settings import Settings, load_settings
from udmelding.journal.database import writing
from udmelding.journal.parties import ContactValue, put_contact
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.web.service.app import create_app
from udmelding.web.visitor import cookie_name

PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
REF = "CU-PROEVE-2025"
NOW = clock.at(dt.date(2025, 4, 15), "09:00")
MISSING = "chromium is not installed; on Debian: apt install chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, and skip it where there is no browser."""
    missing = shutil.which("chromium") is None
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for the tests of a module; its event loop must not outlive them."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium")
    if found is None:  # Playwright would look for one of its own
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Address:
    """Where pages are served, and the browsers that were sent there.

    Attributes:
        url: where they are served.
    """

    url: str
    contexts: list[Any] = field(default_factory=list)

    def visitor(self, chromium: Any, **options: Any) -> Any:
        """A page in a browser that nobody is signed in to."""
        context = chromium.new_context(
            locale="da-DK",
            viewport=options.pop("viewport", {"width": 1280, "height": 900}),
            **options,
        )
        context.set_default_timeout(60_000)  # a busy machine may take its time
        self.contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        """Close what was opened."""
        for context in self.contexts:
            context.close()


@dataclass(kw_only=True)
class Site(Address):
    """The pages on a database of their own, at a moment that a test may move.

    Attributes:
        now: what their clock says.
    """

    services: Services
    now: dt.datetime = NOW

    def signed_in(self, chromium: Any, login: str = "anna", **options: Any) -> Any:
        """A page of a browser on which that user has signed in already."""
        page = self.visitor(chromium, **options)
        secret = users.sign_in(self.services, login, PASSWORD, self.now)
        cookie = {"name": cookie_name(self.services), "value": secret, "url": self.url}
        page.context.add_cookies([cookie])
        return page

    def link(self, party: str = "0360") -> str:
        """The address of a municipality's own page."""
        with writing(self.services.engine) as session:
            made = link_for(self.services, session, REF, party, by="anna", now=self.now)
        return self.url + made[made.index("/k/") :]


@played_once
def seed(services: Services) -> None:
    """A case before the councils, its municipalities' addresses, and three users."""
    start = clock.at(dt.date(2024, 8, 1))
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", Stamp(start, "anna"))
        new = NewCase(
            reference=REF,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=start.date(),
            particulars=NewParticulars(title="Borgere med <sjældne> behov", responsible="Anna"),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
        )
        header = launch_case(session, services.settings, new, Stamp(start, "anna"))
    advance(services, REF, start)
    report = {"document_kind": "final_report", "title": "Rapport", "version": 1}
    say(services, "document", "2025-02-20", dated_on=dt.date(2025, 2, 20), **report)
    for body, on in (("styregruppe", "2025-03-10"), ("k17", "2025-03-28"), ("kkr", "2025-04-08")):
        say(services, "decision", on, step=body, party=body, on=dt.date.fromisoformat(on),
            level=Level.BODY, outcome=Outcome.RECOMMENDED, is_proven=True)  # fmt: skip
    advance(services, REF, clock.at(dt.date(2025, 4, 9)))
    say(services, "decision", "2025-04-14", step="councils", party="0253", level=Level.COUNCIL,
        on=dt.date(2025, 4, 14), outcome=Outcome.APPROVED, note="enstemmigt")  # fmt: skip
    with writing(services.engine) as session:
        contact = ContactValue(
            party="0320", role=ContactRole.COORDINATOR, name="Ny kontakt", email="ny@faxe.example"
        )
        put_contact(session, contact, Stamp(NOW, "anna"))
    assert header.reference == REF
    for login, role in (
        ("anna", Role.ADMINISTRATOR),
        ("bo", Role.CASEWORKER),
        ("rie", Role.READER),
    ):
        users.add_user(
            services, login=login, name=login.title(), role=role, password=PASSWORD, now=start
        )


def say(services: Services, kind: str, day: str, **said: Any) -> None:
    """Record a fact at noon of that day."""
    stamp = Stamp(clock.at(dt.date.fromisoformat(day)), "anna")
    record_past(services, REF, kind, said, stamp)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the seeded database."""
    home = tmp_path_factory.mktemp("seeded")
    with made_services(settings_for(home)) as services:
        seed(services)
    return home


def settings_for(home: Path) -> Settings:
    """Default settings, kept in ``home``; none of the machine's."""
    return load_settings({"UDMELDING_HOME": str(home), "UDMELDING_IS_FOR_PRACTICE": "true"})


def served(
    home: Path, settings: Settings | None = None, works: Works | None = None
) -> Iterator[Site]:
    """The pages of ``home`` on a free port, until the test is over; default settings if None."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_services(settings or settings_for(home)) as services:
        site = Site(url=f"http://127.0.0.1:{port}", services=services)
        app = create_app(services, lambda: site.now, works=works)
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield site
        site.leave()
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def site(chromium: Any, seeded: Path, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own."""
    home = tmp_path / "home"
    shutil.copytree(seeded, home)
    yield from served(home)


@pytest.fixture(scope="module")
def shared_site(
    chromium: Any, seeded: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site for tests that only look."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(seeded, home)
    yield from served(home)
