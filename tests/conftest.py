"""What tests share: an empty home, a database of their own, the services on it, an engine.

Tests that touch the database are marked ``database`` and run on SQLite, and again on PostgreSQL
when ``UDMELDING_TEST_DATABASE_URL`` names a server (``make test-postgres``). Tests that go through
the real Prefect engine are marked ``engine`` and share one server for the whole run.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from udmelding.casework.services import Services, make_services
from udmelding.journal.database import open_database

TEST_URL = "UDMELDING_TEST_DATABASE_URL"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; no setting of the machine reaches the test."""
    for name in list(os.environ):
        if name.startswith("UDMELDING_") and not name.startswith("UDMELDING_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("UDMELDING_HOME", str(tmp_path))
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
    _command(server, f'CREATE DATABASE "{name}"')
    open_database(_shown(server.set(database=name))).dispose()
    yield server, name
    _command(server, f'DROP DATABASE "{name}"')


@pytest.fixture
def database_url(home: Path, template: tuple[sa.URL, str] | None) -> Iterator[str]:
    """The URL of a database of the test's own: a SQLite file, or a fresh PostgreSQL database."""
    if template is None:
        yield f"sqlite:///{home / 'udmelding.db'}"
        return
    server, source = template
    name = f"udmelding_test_{uuid.uuid4().hex[:12]}"
    _command(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    yield _shown(server.set(database=name))
    _command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _shown(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _command(server: sa.URL, command: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(command)
    engine.dispose()


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
