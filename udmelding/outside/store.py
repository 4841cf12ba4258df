"""Where do the bytes of documents live, and are they still what they were?

Every document is kept once, under the checksum of its bytes, and never changes: the database names
it by that checksum. Reading checks it, so a document that was altered on the disk is never shown or
sent as if it were the one that was decided on.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from udmelding import private
from udmelding.errors import NotFoundError, OutsideError
from udmelding.outside import atomic
from udmelding.rules.service import Flaw

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A document in the store: its checksum (lower-case hex), its size in bytes, its place."""

    sha256: str
    size: int
    path: Path


class DamagedDocumentError(OutsideError):
    """A stored document is no longer what was stored; only a backup helps, never a retry.

    An example: a disk error, or somebody opened the file in the store and saved it.

    Attributes:
        sha256: the checksum that it should have.
        path: the damaged file.
    """

    def __init__(self, sha256: str, path: Path) -> None:
        """Compose the message from the file's place."""
        super().__init__(
            f"Dokumentet «{path}» er ændret eller beskadiget, siden det blev gemt. Hent det fra "
            "sikkerhedskopien.",
            is_temporary=False,
        )
        self.sha256, self.path = sha256, path


class DocumentStore:
    """The store below one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep documents below ``folder``, which is made when the first one comes."""
        self.folder = folder

    def put(self, content: bytes | Path) -> StoredFile:
        """Keep a document, given as bytes or as a file; the same one twice is there once.

        Raises:
            NotFoundError: there is no such file.
            OutsideError: the disk is full or cannot be written; helps to try again once mended.
        """
        if isinstance(content, bytes):
            return self.put_chunks([content])
        if not content.is_file():
            raise NotFoundError("fil", str(content))
        with _disk(f"Filen «{content}» kan ikke læses"), content.open("rb") as file:
            return self.put_chunks(_chunks(file))

    def put_chunks(self, chunks: Iterable[bytes]) -> StoredFile:
        """``put`` for a document that comes piece by piece; nothing is kept if it breaks off."""
        digest = hashlib.sha256()
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                yield chunk

        with _disk(f"Dokumentet kan ikke gemmes i «{self.folder}»"):
            private.make_folder(self.folder)
            path = atomic.write(counted(), self.folder, lambda: self._path(digest.hexdigest()))
        return StoredFile(sha256=digest.hexdigest(), size=size, path=path)

    def open_checked(self, sha256: str) -> BinaryIO:
        """The document with that checksum, open at its beginning; the caller closes it.

        Raises:
            NotFoundError: the store has no such document.
            DamagedDocumentError: its bytes have changed.
            OutsideError: it cannot be read now.
        """
        path = self._path(sha256) if _SHA256.fullmatch(sha256) else None
        if path is None or not path.is_file():
            raise NotFoundError("dokument", sha256[:64])
        with _disk(f"Dokumentet «{path}» kan ikke læses"), ExitStack() as until_checked:
            file = until_checked.enter_context(path.open("rb"))
            digest = hashlib.sha256()
            for chunk in _chunks(file):
                digest.update(chunk)
            if digest.hexdigest() != sha256:
                raise DamagedDocumentError(sha256, path)
            file.seek(0)
            until_checked.pop_all()
        return file

    def remove(self, sha256: str) -> bool:
        """Delete a document for good; False where it is not there.

        Its bytes are overwritten first: on most disks nothing of it can be read back then.

        Raises:
            OutsideError: it cannot be deleted.
        """
        path = self._path(sha256)
        if not _SHA256.fullmatch(sha256) or not path.is_file():
            return False
        with _disk(f"Dokumentet «{path}» kan ikke slettes"):
            with path.open("r+b") as file:
                left = path.stat().st_size
                while left > 0:
                    left -= file.write(bytes(min(left, _CHUNK)))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            atomic.sync_folder(path.parent)
        return True

    def look(self, sha256: str, size: int | None) -> Flaw | None:
        """Whether the document is there, by its size; no byte of it is read.

        Args:
            sha256: its checksum.
            size: what it should have in bytes; None where nobody knows.
        """
        if not _SHA256.fullmatch(sha256):
            return Flaw.MISSING
        try:
            found = self._path(sha256).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return Flaw.MISSING
        except OSError:
            return Flaw.UNREADABLE
        return Flaw.ALTERED if size is not None and found != size else None

    def look_through(self, sha256: str) -> Flaw | None:
        """Whether the document is there, by every byte of it."""
        try:
            self.open_checked(sha256).close()
        except DamagedDocumentError:
            return Flaw.ALTERED
        except NotFoundError:
            return Flaw.MISSING
        except (OutsideError, OSError):
            return Flaw.UNREADABLE
        return None

    def checksums(self) -> frozenset[str]:
        """Of every document that is there.

        Raises:
            OutsideError: the folder cannot be read.
        """
        with _disk(f"Mappen «{self.folder}» kan ikke læses"):
            return frozenset(
                path.name for path in self.folder.glob("*/*") if _SHA256.fullmatch(path.name)
            )

    def remove_pieces(self) -> None:
        """Take away what a killed ``put`` has left; for when nobody else is putting.

        Raises:
            OutsideError: the disk refuses.
        """
        with _disk(f"Mappen «{self.folder}» kan ikke ryddes"):
            for path in self.folder.glob(f"{atomic.PREFIX}*{atomic.SUFFIX}"):
                path.unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


@contextmanager
def _disk(trouble: str) -> Iterator[None]:
    """Tell the disk's errors in Danish; they pass once somebody has made room or given access."""
    try:
        yield
    except OSError as error:
        raise OutsideError(f"{trouble} ({error.strerror or error}).", is_temporary=True) from error


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
