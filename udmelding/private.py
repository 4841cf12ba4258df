"""What this program writes is for its owner's eyes alone, whatever the machine's habit is.

Cases, mails, hashes of passwords and working links stand in the home folder. ``keep_to_owner`` is
called at the start of every process of ours. What holds the most is made closed besides, so that it
is so too where another program calls our functions.
"""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

UMASK = 0o077
"""What is taken from the modes of all that is made: everything of group and others."""

FOLDER, FILE = 0o700, 0o600


def keep_to_owner() -> None:
    """From here on nobody but the owner gets at what this process, and what it starts, makes."""
    os.umask(UMASK)


def make_folder(folder: Path) -> None:
    """Make ``folder`` and the folders above it that are missing; others stay as they are.

    ``Path.mkdir(mode, parents=True)`` would give the mode to the last one only.

    Raises:
        OSError: the disk refuses.
    """
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    folder.mkdir(mode=FOLDER, exist_ok=True)


def make_file(file: Path) -> None:
    """Make an empty ``file`` that is closed from its first moment; one that is there stays.

    Raises:
        OSError: the disk refuses.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, FILE))


def is_open(file: Path) -> bool:
    """Whether users of this machine whom its owner did not mean can read ``file``.

    A file of another owner, such as root, is lent to us through its group: then only the rest of
    the world counts. A file that is not there is open to nobody.
    """
    try:
        seen = file.stat()
    except OSError:
        return False
    lent = seen.st_uid != os.geteuid()
    return bool(seen.st_mode & (stat.S_IROTH if lent else stat.S_IROTH | stat.S_IRGRP))


def user_name(number: int) -> str:
    """The name of a user of this machine, or the number of one that has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def why_closed(path: Path) -> str:
    """What stands between us and ``path``, whose it is and what to do, in Danish.

    Returns:
        The end of a sentence; empty where the way is open, also to a file that is not there.
    """
    for step in (*reversed(path.absolute().parents), path.absolute()):
        is_folder = os.path.isdir(step)  # noqa: PTH112 - Path's own raises where nobody lets us look
        needed = os.X_OK if is_folder and step != path.absolute() else os.R_OK
        if os.access(step, needed, effective_ids=True) or not os.path.exists(step):  # noqa: PTH110 - see above
            continue
        owner, me = step.stat().st_uid, os.geteuid()
        what = f"{'mappen' if is_folder else 'filen'} {step}"
        if owner == me:
            return f"{what} er lukket for dig selv, som ejer den. Åbn den med: chmod u+rwX {step}"
        return (
            f"{what} tilhører brugeren «{user_name(owner)}», og du er «{user_name(me)}». "
            f"Kør kommandoen som «{user_name(owner)}»."
        )
    return ""
