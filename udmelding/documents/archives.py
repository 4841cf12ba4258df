"""Zips and workbooks as files: the same bytes for the same content, piece by piece.

Nothing of the machine or the moment is in it: no times, no owner. What is packed already (Word,
Excel, PDF, pictures) is stored as it is. Only one piece of one file is in memory at a time. A
document that is a zip gets its parts in order and undated, a workbook its properties set.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

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


"""The earliest that a zip can say; the document tells itself when it was made."""

_FIRST_PARTS = ("[Content_Types].xml", "_rels/.rels")


def normalise_archive(content: bytes) -> bytes:
    """The same parts in alphabetical order, without times, and nothing about the machine."""
    return archive_of(parts_of(content))


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a document that is a zip, by their names."""
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(parts: Mapping[str, bytes]) -> bytes:
    """A document that is a zip, of its parts; see ``normalise_archive``."""
    first = [name for name in _FIRST_PARTS if name in parts]
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name in [*first, *sorted(parts.keys() - set(first))]:
            part = ZipInfo(name, _FIRST_DAY)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            archive.writestr(part, parts[name])
    return stream.getvalue()


def workbook_bytes(book: Workbook, made_at: dt.datetime, *, title: str, author: str = "") -> bytes:
    """The workbook as the bytes of an ``.xlsx`` file.

    Args:
        book: what to save.
        made_at: when it was made, for the file's properties.
        title: what it is, for the file's properties.
        author: who made it; empty for nobody.
    """
    moment = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    book.properties.title, book.properties.creator = title, author
    book.properties.language = "da-DK"
    book.properties.created = book.properties.modified = moment
    stream = io.BytesIO()
    # Workbook.save would write the moment of saving into the properties.
    ExcelWriter(book, ZipFile(stream, "w", ZIP_DEFLATED)).save()
    return normalise_archive(stream.getvalue())
