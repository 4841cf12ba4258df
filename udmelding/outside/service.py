"""Who can get at what of ours lies on the disk? Looks at modes and owners, and closes what is open.

Only what bears our names is looked at: a home may be a folder in which somebody keeps other things
too, and to close the folder closes them in any case. Symbolic links are left alone.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from udmelding.private import user_name
from udmelding.rules.service import OWNER, Entry, HomeSeen, Trouble, is_shared, stands_open

OURS = (
    "udmelding.toml",
    "udmelding.db",
    "udmelding.db-wal",
    "udmelding.db-shm",
    "serve.lock",
    "demo",
    "mailbox.json",
    "documents",
    "locked",
    "mail",
    "logs",
    "prefect",
    "templates",
    "cache",
    "sweep.json",
)
"""What the program makes, or is told to read, right in the home folder."""


def look(home: Path, more: Iterable[Path] = ()) -> HomeSeen:
    """What can be seen of ``home`` and of what is ours in it; nothing is opened or changed.

    Args:
        home: the home folder.
        more: files or folders of ours under other names or elsewhere; missing ones do not matter.
    """
    me = os.geteuid()
    user = (me, user_name(me))
    found: dict[Path, Entry] = {}
    unseen: list[str] = []
    top = _entry(home, follows=True)
    if top is None or not top.is_folder:
        return HomeSeen(str(home), user, "")
    found[home] = top
    if not os.access(home, os.R_OK | os.X_OK):
        unseen.append(str(home))
    for start in (*(home / name for name in OURS), *more):
        for path in _below(start, unseen):
            entry = found.get(path) or _entry(path)
            if entry is not None:
                found[path] = entry
    return HomeSeen(
        str(home), user, user_name(top.owner), tuple(found.values()), tuple(sorted(set(unseen)))
    )


def close(entries: Iterable[Entry]) -> Mapping[str, Trouble | None]:
    """Take all access from everybody but the owner.

    Args:
        entries: as they were seen; those that stand open are closed.

    Returns:
        For the path of each that stood open: why it still does, or None.
    """
    return {entry.path: _close(entry) for entry in entries if stands_open(entry)}


def _close(entry: Entry) -> Trouble | None:
    if is_shared(entry):
        return Trouble.SHARED
    try:
        os.chmod(entry.path, entry.mode & OWNER)  # noqa: PTH101 - our entries are plain words
    except FileNotFoundError:
        return None  # gone since: SQLite's side files come and go
    except OSError as error:
        if error.errno == errno.EROFS:
            return Trouble.READ_ONLY
        is_allowed = os.geteuid() in (0, entry.owner)
        return Trouble.NO_MODES if is_allowed else Trouble.NOT_OURS
    after = _entry(Path(entry.path), follows=True)
    return Trouble.NO_MODES if after is not None and stands_open(after) else None


def _entry(path: Path, *, follows: bool = False) -> Entry | None:
    """What stands at ``path``; None for nothing, for a link, and for what cannot be seen."""
    try:
        seen = path.stat() if follows else path.lstat()
    except OSError:
        return None
    if stat.S_ISLNK(seen.st_mode):
        return None
    return Entry(str(path), stat.S_IMODE(seen.st_mode), seen.st_uid, stat.S_ISDIR(seen.st_mode))


def _below(start: Path, unseen: list[str]) -> Iterator[Path]:
    """``start`` and, if it is a folder and no link, all in it; adds what cannot be looked into."""
    yield start
    # Not Path's own questions: they raise where nobody lets us look.
    if os.path.islink(start) or not os.path.isdir(start):  # noqa: PTH112, PTH114
        return

    def keep(error: OSError) -> None:
        unseen.append(str(error.filename))

    for folder, folders, files in os.walk(start, onerror=keep):
        for name in (*folders, *files):
            yield Path(folder, name)
