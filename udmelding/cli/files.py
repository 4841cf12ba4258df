"""Writes what a command makes to the file that was asked for."""

from __future__ import annotations

from pathlib import Path

from udmelding.errors import OutsideError, RefusedError


def check_output(path: Path | None) -> None:
    """Refuse a file that cannot be written, before anything is done.

    Raises:
        RefusedError: the folder is not there, or the name is that of a folder.
    """
    if path is None:
        return
    if path.is_dir():
        raise RefusedError(f"{path} er en mappe. Skriv navnet på en fil.")
    if not path.absolute().parent.is_dir():
        raise RefusedError(f"Mappen {path.absolute().parent} findes ikke. Lav den først.")


def write_output(path: Path, content: bytes) -> None:
    """Write the file.

    Raises:
        OutsideError: the disk refuses.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutsideError(
            f"{path} kan ikke skrives: {error.strerror}.", is_temporary=False
        ) from error
