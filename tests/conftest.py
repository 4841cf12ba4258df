"""What tests share: an empty home, a database of their own, the services on it, an engine.

Tests that touch the database are marked ``database`` and run on SQLite, and again on PostgreSQL
when ``UDMELDING_TEST_DATABASE_URL`` names a server (``make test-postgres``). Tests that go through
the real Prefect engine are marked ``engine`` and share one server for the whole run.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy.util import LRUCache
from xdist.scheduler import LoadFileScheduling

from models import OutboxState, Scope
from tests.counting import EXAMPLES, counted
from tests.past import record_past
from tests.played import TEST_URL, command, copying, kept_databases, played_once
from udmelding import clock
from udmelding.casework import work
from udmelding.casework.access import users
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services, made_services, make_services
from udmelding.config.settings import load_settings
from udmelding.journal import database
from udmelding.journal.database import open_database, reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.stamp import Stamp
from udmelding.journal.wake import wake_due
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

# No example is too late: a busy machine is no fault of ours. In CI, where nobody can look again, a
# failure says how to repeat it. Examples are new each time, unlike in Hypothesis's own profile.
settings.register_profile("here", settings.get_profile("default"), deadline=None)
settings.register_profile(
    "ci",
    settings.get_profile("here"),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("ci" if os.environ.get("CI") else "here")

REAL_UPGRADE, REAL_OPEN_ENGINE = database.upgrade, database.open_engine


ENGINE = ("tests/flows/", "tests/stories/test_cu_domfaeldte.py")
"""Files of tests that need Prefect's server; one process runs them all, so that one is enough."""


class ByFile(LoadFileScheduling):
    """A file's tests run in one process, and all that share the server in the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return "engine" if nodeid.startswith(ENGINE) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """What ``--dist loadfile`` means here."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


_COUNTED = "counted: "
_totals: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Send what was counted along with the report of a test's end."""
    report = yield
    if report.when == "teardown":
        told = getattr(item, "hypothesis_statistics", "")
        counted[EXAMPLES] += sum(map(int, re.findall(r"(\d+) passing", told)))
        report.user_properties += [(_COUNTED + what, n) for what, n in counted.items() if n]
        counted.clear()
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add it up, in the process that prints."""
    if report.when == "teardown":
        for name, number in report.user_properties:
            if name.startswith(_COUNTED):
                _totals[name.removeprefix(_COUNTED)] += number


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print it beside the number of tests."""
    for what, number in sorted(_totals.items()):
        terminalreporter.write_line(f"{number:6,} {what}")


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed in no time; that the real ones take long is what they are for."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(users, "_hasher", lambda: quick)
        yield


@pytest.fixture(autouse=True, scope="session")
def patient_people() -> Iterator[None]:
    """People wait for the result itself, however busy the machine; tests of long work do not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "PATIENCE", 300.0)
        yield


class ReadySchema:
    """Gives a new SQLite database its tables by copying those that the migrations made first."""

    def __init__(self) -> None:
        self._made: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def upgrade(self, engine: sa.Engine) -> None:
        """In place of the real one; whatever is not a new SQLite database goes to that."""
        if engine.dialect.name != "sqlite" or sa.inspect(engine).get_table_names():
            REAL_UPGRADE(engine)
            return
        with self._lock, closing(engine.raw_connection()) as raw:
            own = raw.driver_connection
            assert isinstance(own, sqlite3.Connection)
            if self._made is None:
                REAL_UPGRADE(engine)
                self._made = sqlite3.connect(":memory:", check_same_thread=False)
                own.backup(self._made)
            else:
                self._made.backup(own)


class KnownStatements:
    """Lets engines share what SQLAlchemy compiled, as the one engine of a real process does.

    Compiled statements are kept for each engine and found by its dialect; a test that makes an
    engine would compile some seventy of them anew, which costs more than to run them.
    """

    def __init__(self) -> None:
        self._dialects: dict[str, sa.Dialect] = {}
        self._compiled: Any = LRUCache(5000)

    def open_engine(self, url: str) -> sa.Engine:
        """In place of the real one, which it calls."""
        engine = REAL_OPEN_ENGINE(url)
        name = engine.dialect.name
        if name not in self._dialects:
            with engine.connect():  # a dialect learns about its server at the first connection
                self._dialects[name] = engine.dialect
        engine.dialect = engine.pool._dialect = self._dialects[name]
        engine._compiled_cache = self._compiled
        if name == "sqlite":
            sa.event.listen(engine, "connect", _trust_the_power)
        return engine


def _trust_the_power(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # no test cuts it; kills lose nothing written


@pytest.fixture(autouse=True, scope="session")
def quick_databases() -> Iterator[None]:
    """Databases open in milliseconds; ``real_migrations`` is for tests of how they are made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "upgrade", ReadySchema().upgrade)
        patch.setattr(database, "open_engine", KnownStatements().open_engine)
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_disks() -> Iterator[None]:
    """Nothing waits for the disk to have written a file, either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: None)
        yield


@pytest.fixture
def real_migrations(quick_databases: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases are made by the migrations, as they are outside the tests."""
    monkeypatch.setattr(database, "upgrade", REAL_UPGRADE)
    monkeypatch.setattr(database, "open_engine", REAL_OPEN_ENGINE)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; no setting of the machine reaches the test."""
    for name in list(os.environ):
        if name.startswith("UDMELDING_") and not name.startswith("UDMELDING_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("UDMELDING_HOME", str(tmp_path))
    monkeypatch.setenv("UDMELDING_IS_FOR_PRACTICE", "true")  # cases start without a trial mail
    return tmp_path


@pytest.fixture(scope="session")
def template() -> Iterator[tuple[sa.URL, str] | None]:
    """On PostgreSQL: the server, and a migrated database that each test's own is copied from."""
    url = os.environ.get(TEST_URL)
    if not url:
        yield None
        return
    server = sa.make_url(url)
    name = f"udmelding_template_{uuid.uuid4().hex[:8]}"
    command(f'CREATE DATABASE "{name}"')
    open_database(_shown(server.set(database=name))).dispose()
    yield server, name
    command(*(f'DROP DATABASE "{one}" WITH (FORCE)' for one in (name, *kept_databases)))


@pytest.fixture
def database_url(home: Path, template: tuple[sa.URL, str] | None) -> Iterator[str]:
    """The URL of a database of the test's own: a SQLite file, or a fresh PostgreSQL database."""
    if template is None:
        yield f"sqlite:///{home / 'udmelding.db'}"
        return
    server, source = template
    name = f"udmelding_test_{uuid.uuid4().hex[:12]}"
    command(copying(name, source))
    yield _shown(server.set(database=name))
    command(f'DROP DATABASE "{name}" WITH (FORCE)')


def _shown(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on the test's own database, with the newest schema."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def services(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The services on the test's own database; mails become files in the home folder."""
    monkeypatch.setenv("UDMELDING_DATABASE_URL", database_url)
    made = make_services()
    yield made
    made.close()


@pytest.fixture(scope="session")
def prefect_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One Prefect server for the whole run, in a folder of its own."""
    from udmelding.cli.engine import prepare

    prepare(tmp_path_factory.mktemp("prefect-home"), None)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


class TwoCases:
    """Two cases that ask the same 17 municipalities on the same day: everybody owes two things."""

    references = ("CU-EN-2024", "CU-TO-2024")
    party = "0253"
    stamp = Stamp(clock.at(dt.date(2024, 8, 1)), "anna")

    def __init__(self, services: Services, day: dt.date | None = None) -> None:
        """Launch both, each with its own invitations, and find the first day of reminders.

        With a ``day`` all that has happened in the database already.
        """
        self.services = services
        if day is not None:
            self.day = day
            return
        with writing(services.engine) as session:
            demo.make_contacts(session, "sjaelland", self.stamp)
        for reference in self.references:
            launch_with_letter(services, Wanted(self._new(reference)), self.stamp)
            advance(services, reference, self.stamp.now)
            deliver_waiting(services, self.stamp.now, "test")  # waiting together they are gathered
        self.day = self.stamp.now.date()
        with reading(services.engine) as session:
            while not any(item.rung for item in wake_due.due(session, self.day)):
                self.day += dt.timedelta(days=1)

    @staticmethod
    def _new(reference: str) -> NewCase:
        return NewCase(
            reference=reference,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=dt.date(2024, 7, 30),
            particulars=NewParticulars(title=f"Prøve {reference}"),
            deadline=NewDeadline(due_on=dt.date(2025, 5, 31)),
        )

    @property
    def now(self) -> dt.datetime:
        """Eight in the morning of the first day of reminders."""
        return clock.at(self.day, "08:00")

    def remind(self, day: dt.date | None = None) -> dt.datetime:
        """Let the machine write the reminders of ``day`` or the first one; sends nothing."""
        now = clock.at(day or self.day, "08:00")
        for reference in self.references:
            advance(self.services, reference, now)
        return now

    def mails(
        self, *states: OutboxState, party: str = "0253", with_links: bool = False
    ) -> list[OutboxMail]:
        """The mails to a party in those states, or in any; as they are stored ``with_links``."""
        with reading(self.services.engine) as session:
            found = outbox.list_mails(session, states=states, with_links=with_links)
        return [mail for mail in found if mail.party == party]

    def answer(self, reference: str, now: dt.datetime) -> None:
        """Record that the party has answered in full."""
        said = {"step": "collection", "party": self.party, "on": now.date()}
        record_past(
            self.services,
            reference,
            "response",
            {**said, "completeness": "complete"},
            Stamp(now, "anna"),
        )


@played_once
def _first_day_of_reminders(services: Services) -> dt.date:
    return TwoCases(services).day


@pytest.fixture
def two_cases(services: Services, home: Path, database_url: str) -> TwoCases:
    """Two running cases, on the day before anybody was reminded; whatever the settings are."""
    usual = {"UDMELDING_HOME": str(home), "UDMELDING_DATABASE_URL": database_url}
    services.engine.dispose()  # PostgreSQL copies a database that nobody is connected to
    with made_services(load_settings(usual)) as plain:
        day = _first_day_of_reminders(plain)
    return TwoCases(services, day)
