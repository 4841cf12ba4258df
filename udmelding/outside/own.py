"""What the database holds of the secretariat's own files, kept on this machine to be read.

Templates, fonts and pictures are read by programs that want files. Each state of the tree has a
folder of its own, named by what is in it and never changed, so that whoever reads one is not
disturbed by a newer. Nothing but this module writes there, and nothing is lost with it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from udmelding import private
from udmelding.errors import OutsideError

_KEPT = 3
"""States that stay: a document may still be set with the last one."""


def tree_name(heads: Iterable[tuple[str, str]]) -> str:
    """The name of the state in which each path has the content with that checksum."""
    digest = hashlib.sha256()
    for path, sha256 in sorted(heads):
        digest.update(f"{path}\0{sha256}\0".encode())
    return digest.hexdigest()[:16]


def keep_tree(home: Path, name: str, read: Callable[[], Mapping[str, bytes]]) -> Path:
    """The folder of a state, written unless it is there.

    Args:
        home: the home folder.
        name: as ``tree_name`` gives it.
        read: asked for each file's content by its path, if it has to be written.

    Raises:
        OutsideError: the folder cannot be written.
    """
    above = home / "cache" / "own"
    folder = above / name
    if folder.is_dir():
        return folder
    try:
        private.make_folder(above)
        waiting = Path(tempfile.mkdtemp(dir=above, prefix="."))
        for path, content in read().items():
            file = waiting / path
            private.make_folder(file.parent)
            private.make_file(file)
            file.write_bytes(content)
        try:
            waiting.rename(folder)
        except OSError:  # another process has written the same meanwhile
            shutil.rmtree(waiting)
            if not folder.is_dir():
                raise
        _forget_old(above, folder)
    except OSError as error:
        raise OutsideError(
            f"Mappen {above} kan ikke skrives ({error.strerror}). Det, I selv har rettet, skal "
            "ligge dér, mens programmet bruger det.",
            is_temporary=False,
        ) from error
    return folder


def _forget_old(above: Path, newest: Path) -> None:
    kept = sorted(
        (path for path in above.iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in kept[_KEPT:]:
        if path != newest:
            shutil.rmtree(path, ignore_errors=True)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its path there; none where it is no folder.

    Hidden files and links are left out: they are of other programs, or lead elsewhere.

    Raises:
        OutsideError: a file cannot be read.
    """
    found = {}
    try:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not path.is_symlink() and not any(p[0] == "." for p in parts):
                found["/".join(parts)] = path.read_bytes()
    except OSError as error:
        raise OutsideError(
            f"Mappen {folder} kan ikke læses ({error.strerror}).", is_temporary=False
        ) from error
    return found
