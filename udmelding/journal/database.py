"""Opens the database, brings it to the newest schema, and hands out transactions.

SQLite runs in WAL mode with ``synchronous=FULL``: a committed fact survives a power cut. A writing
transaction takes the write lock at once (``BEGIN IMMEDIATE``), so that two writers wait for each
other instead of failing half-way. On PostgreSQL the defaults already do this.

No connection makes a database file: SQLite would make an empty one wherever none is, and a disk
that is not mounted would look like a secretariat without cases. ``open_database`` makes one,
closed to others from its first byte; ``open_existing`` refuses where there is none.

What is overwritten is overwritten in the file too (``secure_delete``): the secret of a link that
was taken out of a mail is in no later copy of the file. On PostgreSQL its vacuum sees to that.

Only the journal speaks SQL. Whoever else opens a transaction or passes one on takes the types
``Engine`` and ``Session`` from here.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Engine as Engine
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlmodel import Session as Session

import models  # registers every table  # noqa: F401
from udmelding import private
from udmelding.errors import OutsideError, RefusedError
from udmelding.paths import MIGRATIONS

HEAD = "0027"
"""The newest migration; a test holds it equal to the newest file in ``migrations/versions``."""

_BUSY_SECONDS = 30
_log = logging.getLogger(__name__)


class NoDatabaseError(OutsideError):
    """There is no database, or one without a single table; nothing was made.

    Attributes:
        where: the file, or the database on its server.
        is_empty: it is there, with nothing in it.
    """

    def __init__(self, where: str, *, is_empty: bool) -> None:
        """Compose the message from the place."""
        super().__init__(
            f"Databasen {where} {'er tom' if is_empty else 'findes ikke'}.", is_temporary=False
        )
        self.where, self.is_empty = where, is_empty


def open_engine(url: str) -> Engine:
    """An engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``); connects to nothing.

    Raises:
        RefusedError: the URL is not one of the two kinds, or the driver is not installed.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise RefusedError(
            f"database_url begynder med «{parsed.drivername}»; brug sqlite:/// eller "
            "postgresql+psycopg://."
        )
    try:
        engine = sa.create_engine(parsed)
    except ModuleNotFoundError as error:
        raise RefusedError(
            "Driveren til PostgreSQL mangler. Installér den med: pip install psycopg[binary]."
        ) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "do_connect", _only_what_is_there)
        sa.event.listen(engine, "connect", _on_sqlite_connect)
        sa.event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise RefusedError(f"database_url kan ikke læses: «{url}».") from error


def sqlite_file(url: str | sa.URL) -> Path | None:
    """The file of a SQLite database; None for any other, and for one that lives in memory."""
    url = sa.make_url(url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def _only_what_is_there(_dialect: Any, _record: Any, words: list[Any], options: Any) -> None:
    """Let SQLite open files for reading and writing, but never make one."""
    if words and words[0] != ":memory:":
        words[0] = f"file:{quote(words[0])}?mode=rw"
        options["uri"] = True


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("udmelding_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction that may write; committed at the end, rolled back when anything is raised.

    Raises:
        OutsideError: the database cannot be reached or written; temporary when it is locked.
    """
    writer = engine.execution_options(udmelding_writes=True)
    with _told(), Session(writer) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
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
    except DatabaseError as error:
        if type(error) is not DatabaseError:  # an error of ours in a statement, not of the file
            raise
        raise OutsideError(
            f"Databasen kan ikke læses ({error.orig}). Hent den fra sikkerhedskopien.",
            is_temporary=False,
        ) from error


def schema_version(engine: Engine) -> str | None:
    """The migration that the database stands at; None for an empty database."""
    with _told(), engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sa.text("select version_num from alembic_version")).scalar()
        return None if found is None else str(found)


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; an up-to-date one is left alone.

    Raises:
        RefusedError: the database was made by a newer version of the program.
        OutsideError: it cannot be reached.
    """
    before = schema_version(engine)
    if before == HEAD:
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
    if before is not None and before < _OVERWRITES:
        write_anew(engine)


_OVERWRITES = "0009"
"""The migration that takes links out of what is stored; older files may hold remains of them."""


def write_anew(engine: Engine, tables: Iterable[str] = ()) -> bool:
    """Write the database's own files without what was overwritten or deleted in them.

    Args:
        engine: the database.
        tables: those that are written on PostgreSQL; SQLite writes its file as a whole.

    Returns:
        Whether it could be done; not while others use it, nor with a full disk. On PostgreSQL it is
        tried again for half a minute where somebody's transaction may still read the old rows.
    """
    try:
        if engine.dialect.name == "sqlite":
            with _told(), closing(engine.raw_connection()) as raw:
                raw.cursor().execute("VACUUM")
            return settle(engine, _BUSY_SECONDS)
        with _told(), engine.connect() as connection:
            free = connection.execution_options(isolation_level="AUTOCOMMIT")
            free.exec_driver_sql(f"SET lock_timeout = '{_BUSY_SECONDS}s'")
            left = set(tables)  # names of our own tables
            for second in range(_BUSY_SECONDS + 1):
                time.sleep(min(second, 1))
                left = {table for table in left if _old_rows_after_vacuum(free, table)}
                if not left:
                    break
    except OutsideError as error:
        _log.warning("the database was not written anew: %s", error.message)
        return False
    return not left


_COUNT = re.compile(r"\d+")


def _old_rows_after_vacuum(connection: sa.Connection, table: str) -> int:
    """Write one of our own tables anew on PostgreSQL; answers how many overwritten rows it kept.

    It keeps those that a transaction of anybody's may still read, and calls that no failure. Only
    what it tells beside says so, in whatever language: the first number there is theirs.
    """
    told: list[str] = []
    driver: Any = connection.connection.driver_connection
    note = lambda said: told.append(said.message_detail or "")  # noqa: E731 - to be taken off again
    driver.add_notice_handler(note)
    try:
        connection.exec_driver_sql(f'VACUUM (FULL, VERBOSE) "{table}"')
    finally:
        driver.remove_notice_handler(note)
    return sum(int(found[0]) for detail in told if (found := _COUNT.search(detail)))


def settle(engine: Engine, seconds: int = 0) -> bool:
    """Bring what SQLite keeps in its log into the file, and empty the log.

    The log holds the pages as they were written, also those that were overwritten since. Where
    somebody else uses the database for longer than ``seconds``, it is left to the next time.

    Returns:
        Whether the log is empty.
    """
    if engine.dialect.name != "sqlite":
        return True
    with _told(), closing(engine.raw_connection()) as raw:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={seconds * 1000}")
        try:
            is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
            cursor.close()
    return not is_busy


def open_database(url: str) -> Engine:
    """An engine on a database with the newest schema, made or upgraded when it is not there yet.

    Raises:
        RefusedError: as ``open_engine`` and ``upgrade``.
        OutsideError: it cannot be reached, or its file cannot be made.
    """
    file = sqlite_file(_parsed(url))
    if file is not None:
        try:
            private.make_folder(file.parent)
            private.make_file(file)
        except OSError as error:
            why = private.why_closed(file) or f"{error.strerror}."
            raise OutsideError(
                f"Databasen {file} kan ikke laves: {why}", is_temporary=False
            ) from error
    engine = open_engine(url)
    upgrade(engine)
    return engine


def open_existing(url: str) -> Engine:
    """An engine on a database that is there, with the newest schema; an older one is upgraded.

    Raises:
        NoDatabaseError: there is none, or nothing is in it; nothing was made.
        RefusedError: as ``open_engine`` and ``upgrade``.
        OutsideError: it cannot be reached.
    """
    engine, version = open_as_it_is(url)
    if version != HEAD:
        upgrade(engine)
    return engine


def open_as_it_is(url: str) -> tuple[Engine, str | None]:
    """An engine on a database that is there, and the schema that it stands at and is left at.

    The schema is None for a database that lives in memory alone, which is always new.

    Raises:
        NoDatabaseError: there is none, or nothing is in it; nothing was made.
        RefusedError: as ``open_engine``.
        OutsideError: it cannot be reached or read.
    """
    parsed = _parsed(url)
    file = sqlite_file(parsed)
    if file is not None and not _size(file):  # not opened: that would leave files beside it
        raise NoDatabaseError(str(file), is_empty=file.is_file())
    engine = open_engine(url)
    version = schema_version(engine)
    if version is None and (file is not None or engine.dialect.name != "sqlite"):
        engine.dispose()
        raise NoDatabaseError(describe_database(parsed), is_empty=True)
    return engine, version


def _size(file: Path) -> int:
    """Bytes; 0 where there is no such file.

    Raises:
        OutsideError: nobody lets us look; SQLite would only say that it cannot.
    """
    if closed := private.why_closed(file):
        raise OutsideError(f"Databasen {file} kan ikke læses: {closed}", is_temporary=False)
    try:
        return file.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise OutsideError(
            f"Databasen {file} kan ikke læses ({error.strerror}).", is_temporary=False
        ) from error


def describe_database(url: str | sa.URL, *, with_kind: bool = False) -> str:
    """Which database it is, for people; never user, password or other parts of the address."""
    url = sa.make_url(url)
    if with_kind:
        kind = "SQLite" if url.get_backend_name() == "sqlite" else "PostgreSQL"
        return f"{kind}, {describe_database(url)}"
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"{url.database} på {url.host or 'denne maskine'}{port}"
