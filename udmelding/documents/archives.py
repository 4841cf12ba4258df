"""Writes a zip piece by piece, the same bytes for the same files, whatever they come from.

Nothing of the machine or the moment is in it: no times, no owner. What is packed already (Word,
Excel, PDF, pictures) is stored as it is. Only one piece of one file is in memory at a time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import TracebackType
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_CHUNK = 1 << 20
_PACKED = (".docx", ".gif", ".jpeg", ".jpg", ".odt", ".ods", ".pdf", ".png", ".xlsx", ".zip")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of one file: its size in bytes and its checksum."""

    size: int
    sha256: str


class ZipWriter:
    """A zip that is being written; to be used in a ``with``."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write to ``file``, which the caller owns and can seek in."""
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)

    def __enter__(self) -> ZipWriter:
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the list of contents."""
        self._zip.close()

    def add(self, name: str, content: bytes) -> Written:
        """Write one file from memory; ``name`` has folders before it, divided by ``/``."""
        self._zip.writestr(_info(name), content)
        return Written(len(content), hashlib.sha256(content).hexdigest())

    def add_file(self, name: str, content: IO[bytes]) -> Written:
        """Write one file from an open one, which the caller closes."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_info(name), "w", force_zip64=True) as target:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        return Written(size, digest.hexdigest())


def _info(name: str) -> ZipInfo:
    made = ZipInfo(name, _FIRST_DAY)
    made.compress_type = ZIP_STORED if name.casefold().endswith(_PACKED) else ZIP_DEFLATED
    made.create_system, made.external_attr = _UNIX, 0o600 << 16
    return made
