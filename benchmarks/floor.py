"""The other side of every race: bare ``sqlite3`` on the same schema with the same pragmas."""

# The floors are SQL written by hand, of constants, and a benchmark stops when answers differ.
# ruff: noqa: S608

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

FLOOR = "bare sqlite3"


def connect(path: Path) -> sqlite3.Connection:
    """A connection as durable as ours: WAL, ``synchronous=FULL``, foreign keys."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"pragma {pragma}")
    return connection


def same_schema(ours: Path, path: Path) -> sqlite3.Connection:
    """A new, empty database at ``path`` with the very schema of ``ours``."""
    connection = connect(path)
    with sqlite3.connect(ours) as source:
        statements = source.execute("select sql from sqlite_master where sql is not null")
        for (statement,) in statements.fetchall():
            connection.execute(statement)
    return connection


def moment(at: dt.datetime) -> str:
    """A moment as our database stores it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def content(path: Path, table: str, but: tuple[str, ...] = ("id",)) -> list[tuple[object, ...]]:
    """All rows of a table without the columns ``but``, sorted: what two answers have in common."""
    with sqlite3.connect(path) as connection:
        described = connection.execute(f"select * from {table} limit 0").description
        names = [column[0] for column in described if column[0] not in but]
        found = connection.execute(f"select {', '.join(names)} from {table}").fetchall()
    return sorted(found, key=repr)
