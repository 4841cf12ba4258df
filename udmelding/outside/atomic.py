"""How is a file written so that it is there whole or not at all?

The bytes go to a temporary file in the same folder, are forced to the disk, and then take the
file's name in one step. A crash at any moment leaves the old file, or none, and at most a
temporary file whose name begins with a dot.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from udmelding import private

PREFIX, SUFFIX = ".", ".part"
"""How the name of a temporary file begins and ends."""


def write(chunks: Iterable[bytes], folder: Path, place: Callable[[], Path]) -> Path:
    """Write ``chunks`` into ``folder`` or below it.

    Args:
        chunks: the content; when they break off with an error, no file appears.
        folder: an existing folder on the disk that the file shall be on.
        place: asked for the file's path once all chunks have been read; its parent is made.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=folder, prefix=PREFIX, suffix=SUFFIX)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        path = place()
        private.make_folder(path.parent)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return path


def write_json(content: Mapping[str, Any], place: Path) -> None:
    """Write what is kept beside the database, as JSON; its folder is made.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    private.make_folder(place.parent)
    write([json.dumps(content).encode()], place.parent, lambda: place)


def sync_folder(folder: Path) -> None:
    """Force the names in ``folder`` to the disk too: one that is new, one that is gone.

    Raises:
        OSError: the disk refuses.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
