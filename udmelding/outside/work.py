"""What a long work has made, kept on the disk until its person has come for it.

Below the home's ``cache``: it can be made again, so no copy of a home needs it. It holds what the
person may see and others may not, so it is gone after a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from udmelding import private
from udmelding.errors import OutsideError
from udmelding.outside import atomic

_CHUNK = 1 << 20


def made_file(home: Path, name: str) -> Path:
    """Where the file of the work of that name lies, if it is there."""
    return home / "cache" / "work" / name


def keep_made(home: Path, name: str, content: IO[bytes]) -> Path:
    """Keep what the work of that name has made, whole or not at all.

    Raises:
        OutsideError: the disk is full, or the folder cannot be written.
    """
    place = made_file(home, name)
    content.seek(0)
    try:
        private.make_folder(place.parent)
        return atomic.write(_chunks(content), place.parent, lambda: place)
    except OSError as error:
        raise OutsideError(
            f"Filen kan ikke skrives i mappen {place.parent} ({error.strerror}).",
            is_temporary=False,
        ) from error


def forget_made(home: Path, before: float) -> None:
    """Delete what was made before that second of the epoch."""
    for file in made_file(home, "").glob("*"):
        try:
            if file.stat().st_mtime < before:
                file.unlink()
        except FileNotFoundError:  # another process was quicker
            continue


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk
