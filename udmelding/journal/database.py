"""Opens the database, brings it to the newest schema, and hands out transactions.

SQLite runs in WAL mode with ``synchronous=FULL``: a committed fact survives a power cut. A writing
transaction takes the write lock at once (``BEGIN IMMEDIATE``), so that two writers wait for each
other instead of failing half-way. On PostgreSQL the defaults already do this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session

import models  # registers every table  # noqa: F401
from udmelding.errors import OutsideError, RefusedError
from udmelding.paths import MIGRATIONS

HEAD = "0008"
"""The newest migration; a test holds it equal to the newest file in ``migrations/versions``."""

_BUSY_SECONDS = 30


def open_engine(url: str) -> sa.Engine:
    """An engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``); connects to nothing.

    Raises:
        RefusedError: the URL is not one of the two kinds, or the driver is not installed.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise RefusedError(f"database_url kan ikke læses: «{url}».") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise RefusedError(
            f"database_url begynder med «{parsed.drivername}»; brug sqlite:/// eller "
            "postgresql+psycopg://."
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = sa.create_engine(parsed)
    except ModuleNotFoundError as error:
        raise RefusedError(
            "Driveren til PostgreSQL mangler. Installér den med: pip install psycopg[binary]."
        ) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_sqlite_connect)
        sa.event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("udmelding_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: sa.Engine) -> Iterator[Session]:
    """A transaction that may write; committed at the end, rolled back when anything is raised.

    Raises:
        OutsideError: the database cannot be reached or written; temporary when it is locked.
    """
    writer = engine.execution_options(udmelding_writes=True)
    with _told(), Session(writer) as session, session.begin():
        yield session


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Session]:
    """A transaction that only reads one consistent state."""
    with _told(), Session(engine) as session:
        yield session


@contextmanager
def _told() -> Iterator[None]:
    """Translates what the driver raises into an error that says what to do."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig)
        passing = ("locked", "deadlock detected", "could not connect")
        is_locked = any(words in reason for words in passing)
        raise OutsideError(
            f"Databasen kan ikke bruges lige nu ({reason.splitlines()[0]}). Intet er gemt.",
            is_temporary=is_locked,
        ) from error


def schema_version(engine: sa.Engine) -> str | None:
    """The migration that the database stands at; None for an empty database."""
    with _told(), engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sa.text("select version_num from alembic_version")).scalar()
        return None if found is None else str(found)


def upgrade(engine: sa.Engine) -> None:
    """Bring the database to the newest schema; an up-to-date one is left alone.

    Raises:
        RefusedError: the database was made by a newer version of the program.
        OutsideError: it cannot be reached.
    """
    if schema_version(engine) == HEAD:
        return
    # Alembic costs half a second to import, and is needed once in the life of a schema.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with _told(), engine.execution_options(udmelding_writes=True).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise RefusedError(
            "Databasen er lavet af en nyere version af udmelding. Opdatér programmet først."
        ) from error
    except SQLAlchemyError as error:
        raise OutsideError(
            f"Databasen kunne ikke opdateres: {error}.", is_temporary=False
        ) from error


def open_database(url: str) -> sa.Engine:
    """An engine on a database with the newest schema, made or upgraded when it is not there yet."""
    engine = open_engine(url)
    upgrade(engine)
    return engine
