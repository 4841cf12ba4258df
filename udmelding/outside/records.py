"""Takes words out of files that are not ours to rewrite as a whole: Prefect's database, the logs.

And looks where they still stand, for a person to see to: what a secretariat wrote itself, copies
that it made, mails that went to a folder.
"""

from __future__ import annotations

import mmap
import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from udmelding.rules.records import Passage

_SECONDS = 10
_BLOT = b"x"


def scrub_database(file: Path, passage: Passage, mark: str) -> bool:
    """Take a passage out of every text of somebody else's SQLite database, and out of its file.

    Args:
        file: of the database; one that is not there holds nothing.
        passage: what is taken out.
        mark: what stands in its place.

    Returns:
        Whether nothing of it is left; not while others use the database.
    """
    if not file.is_file():
        return True

    def is_in(value: object) -> bool:
        return isinstance(value, str) and passage.pattern.search(value) is not None

    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", _SECONDS, uri=True)) as opened:
            opened.isolation_level = None
            opened.create_function("holds", 1, is_in, deterministic=True)
            opened.create_function("clean", 1, lambda text: passage.without(text, mark))
            opened.execute("PRAGMA secure_delete=ON")
            opened.execute("BEGIN IMMEDIATE")
            changed = sum(_scrub(opened, table, column) for table, column in _columns(opened))
            opened.execute("COMMIT")
            if changed:
                opened.execute("VACUUM")
            return not opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
    except sqlite3.Error:
        return False


def _columns(opened: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for _, column, *_ in opened.execute(f"PRAGMA table_info({_quoted(table)})").fetchall():
            yield _quoted(table), _quoted(column)


def _scrub(opened: sqlite3.Connection, table: str, column: str) -> int:
    update = f"UPDATE {table} SET {column} = clean({column}) WHERE holds({column})"  # noqa: S608
    return opened.execute(update).rowcount


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def blot(file: Path, pattern: re.Pattern[bytes]) -> None:
    """Overwrite what the pattern finds, sign by sign: whoever writes on in the file goes on there.

    Raises:
        OSError: it cannot be written.
    """
    if not file.is_file() or file.stat().st_size == 0:
        return
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as content:
        for found in [match.span() for match in pattern.finditer(content)]:
            content[slice(*found)] = _BLOT * (found[1] - found[0])


def holders(folder: Path, pattern: re.Pattern[bytes], but: Collection[Path]) -> Iterator[Path]:
    """Files below a folder in whose bytes the pattern is found, as far as they can be read.

    Args:
        folder: links out of it are not followed.
        pattern: what is looked for.
        but: folders that are left out.
    """
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file() or any(file.is_relative_to(one) for one in but):
            continue
        try:
            with (
                file.open("rb") as opened,
                mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                is_found = pattern.search(content) is not None
        except (OSError, ValueError):  # an empty file cannot be mapped
            continue
        if is_found:
            yield file
