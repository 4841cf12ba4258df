"""What many tests begin with is played once in each process, and copied for every test after that.

To launch a case and carry it to its councils takes half a second; to copy its home a few
milliseconds. The first test that asks plays for itself, in its own home, so nothing is prepared
that nobody uses, and the copy is what playing gives.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from models import OwnFile
from udmelding.casework.wiring import Services
from udmelding.config.own import FILE as SETTINGS_FILE
from udmelding.journal.tables import table_of

TEST_URL = "UDMELDING_TEST_DATABASE_URL"

kept_databases: list[str] = []
"""On PostgreSQL: the databases that are copied from, to be dropped at the end."""


def played_once(play: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that plays on new ``services`` do so once for the same other arguments.

    Services that something has been recorded in already are played on as if this were not here.
    """
    kept: dict[Any, _Kept] = {}

    @functools.wraps(play)
    def played(services: Services, *given: Any, **named: Any) -> Any:
        if not _is_new(services):
            return play(services, *given, **named)
        key = (_chosen(services), given, tuple(sorted(named.items())))
        if key in kept:
            kept[key].lay(services)
        else:
            value = play(services, *given, **named)
            kept[key] = _keep(services, value)
        return kept[key].value

    return played


@dataclass(frozen=True, slots=True)
class _Kept:
    """A home: its files, its database (on PostgreSQL the name of a copy), and what playing gave."""

    files: dict[Path, bytes]
    database: sqlite3.Connection | str
    value: Any

    def lay(self, services: Services) -> None:
        for path, content in self.files.items():
            there = services.settings.home / path
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
        if isinstance(self.database, str):
            replace_database(services.engine, self.database)
        else:
            with _sqlite(services) as own:
                self.database.backup(own)


def _keep(services: Services, value: Any) -> _Kept:
    home = services.settings.home
    files = {
        path.relative_to(home): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.startswith("udmelding.db")
    }
    if services.engine.dialect.name == "sqlite":
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with _sqlite(services) as own:
            own.backup(kept)
        return _Kept(files, kept, value)
    name = f"udmelding_played_{uuid.uuid4().hex[:8]}"
    services.engine.dispose()
    source = services.engine.url.database
    others = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{source}'"  # noqa: S608 - our own name
    command(others, copying(name, source))  # which none may be using
    kept_databases.append(name)
    return _Kept(files, name, value)


@contextmanager
def _sqlite(services: Services) -> Iterator[sqlite3.Connection]:
    with closing(services.engine.raw_connection()) as raw:
        own = raw.driver_connection
        assert isinstance(own, sqlite3.Connection)
        yield own


@functools.cache
def _any_row() -> sa.CompoundSelect[tuple[int]]:
    """A row of anything but the settings a database was opened with, which opening writes there.

    They are in the key already; see ``_chosen``.
    """
    tables = SQLModel.metadata.tables.values()
    rows = {table.name: sa.select(sa.literal(1)).select_from(table) for table in tables}
    own = table_of(OwnFile).c
    rows[OwnFile.__tablename__] = rows[OwnFile.__tablename__].where(
        sa.or_(own.path != SETTINGS_FILE, own.number > 1)
    )
    return sa.union_all(*rows.values()).limit(1)


def _is_new(services: Services) -> bool:
    with services.engine.connect() as connection:
        return connection.execute(_any_row()).first() is None


def _chosen(services: Services) -> str:
    """The settings, but for where the home is: another transport may play out differently."""
    told = repr(services.settings).replace(services.settings.database_url, "")
    return told.replace(str(services.settings.home), "")


def replace_database(engine: sa.Engine, source: str) -> None:
    """On PostgreSQL: let the engine's database be a copy of ``source``."""
    own = engine.url.database
    engine.dispose()
    command(f'DROP DATABASE "{own}" WITH (FORCE)', copying(str(own), str(source)))


def copying(name: str, source: str) -> str:
    """The command that makes a database as a copy of another one, the quick way where there is one.

    Since PostgreSQL 15 pages are copied through the log unless one asks for whole files; where
    nothing has to survive a crash the files take a sixth of the time.
    """
    how = " STRATEGY FILE_COPY" if _version() >= 150_000 else ""
    return f'CREATE DATABASE "{name}" TEMPLATE "{source}"{how}'


@cache
def _version() -> int:
    engine = sa.create_engine(os.environ[TEST_URL])
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    engine.dispose()
    return int(found)


def command(*commands: str) -> None:
    """Run commands on the PostgreSQL server of the tests that no transaction may hold."""
    engine = sa.create_engine(os.environ[TEST_URL], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for one in commands:
            connection.exec_driver_sql(one)
    engine.dispose()
