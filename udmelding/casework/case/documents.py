"""Takes a document in, with its checksum, and says which documents go with a mail.

From a file or a web address to the store. With a mail go those whose files are at hand.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from models import DocumentKind
from udmelding.casework.services import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.outside.evidence import fetch
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A stored document; the bytes are found by the checksum."""

    file_name: str
    media_type: str
    size: int
    sha256: str


def take_in(services: Services, place: str, now: dt.datetime) -> TakenIn:
    """Store the document at ``place``, a path or an http(s) address.

    Raises:
        NotFoundError: there is no such file.
        RefusedError: the file is empty.
        OutsideError: the address does not answer, or the disk is full.
    """
    if place.startswith(("http://", "https://")):
        got = fetch(place, services.store, now)
        name = Path(urlsplit(got.url).path).name or "side.html"
        return TakenIn(name, got.media_type, got.file.size, got.file.sha256)
    path = Path(place)
    if not path.is_file():
        raise NotFoundError("fil", place)
    if path.stat().st_size == 0:
        raise RefusedError(f"Filen «{path.name}» er tom.")
    stored = services.store.put(path)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return TakenIn(path.name, media_type, stored.size, stored.sha256)


def questions_to_send(case: Case) -> tuple[Document, ...]:
    """The files with questions that the case holds, the newest of each name."""
    files = {
        document.file_name: document
        for document in case.documents
        if document.document_kind is DocumentKind.QUESTIONS and document.sha256
    }
    return tuple(files.values())


def report_to_send(case: Case) -> tuple[Document, ...]:
    """The newest final version of the report, where its file is at hand."""
    finals = [
        d for d in case.documents if d.document_kind is DocumentKind.FINAL_REPORT and d.sha256
    ]
    return tuple(sorted(finals, key=lambda d: d.version)[-1:])
