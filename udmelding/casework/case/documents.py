"""Takes a document in, with its checksum, and says which documents go with a mail.

From a file or a web address to the store. With a mail go those whose files are at hand.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from models import DocumentKind, MailKind
from udmelding.casework.files import ANY, MOST_BYTES, TakenFile, take_in, take_in_page, words_in
from udmelding.casework.wiring import Services
from udmelding.documents.files.guard_kinds import Shape, shape_of
from udmelding.errors import NotFoundError, OutsideError
from udmelding.journal.stamp import Stamp
from udmelding.outside.evidence import fetch
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.case.mail_state import REMINDING


def take_in_from(services: Services, place: str, stamp: Stamp) -> TakenFile:
    """Take in the document at ``place``, a path or an http(s) address.

    A page of a web site has scripts as a rule, and is only ever given out as a file; it is searched
    for CPR numbers, not judged as a file that somebody sends. What a server only calls a page is.

    Raises:
        NotFoundError: there is no such file.
        RefusedError, ConfirmationNeededError: as ``casework.files.take_in``.
        OutsideError: the address does not answer, or the disk is full.
    """
    if place.startswith(("http://", "https://")):
        got = fetch(place, stamp.now)
        name = Path(urlsplit(got.url).path).name or "side.html"
        if got.media_type in _PAGES and shape_of(got.content) is Shape.TEXT:
            # Called by what it is: a computer runs an «.hta», whatever the server said of it.
            name = name if name.casefold().endswith((".html", ".htm")) else f"{name}.html"
            return take_in_page(services, name, got.content, got.media_type, stamp)
        return take_in(services, name, got.content, ANY, stamp)
    path = Path(place)
    if not path.is_file():
        raise NotFoundError("fil", place)
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return take_in(services, path.name, content, ANY, stamp)


def words_of_letters(services: Services, case: Case, today: dt.date) -> str:
    """What the letters that the case came with say; empty where none can be read."""
    texts: list[str] = []
    for letter in _newest(case, DocumentKind.LETTER):
        try:
            with services.store.open_checked(letter.sha256) as file:
                texts.append(_words_in(letter.file_name, file.read(), today))
        except (NotFoundError, OutsideError):
            continue  # the check of the store tells of a file that is gone
    return "\n".join(texts)


@lru_cache(maxsize=4)
def _words_in(name: str, content: bytes, today: dt.date) -> str:
    """Reading a PDF takes its time, and the page of a draft asks at each step."""
    return words_in(name, content, today)


_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def questions_to_send(case: Case) -> tuple[Document, ...]:
    """The files with questions that the case holds, the newest of each name."""
    return _newest(case, DocumentKind.QUESTIONS)


def letters_to_send(case: Case) -> tuple[Document, ...]:
    """The letter that the case came with and its guidance, the newest of each name."""
    return _newest(case, DocumentKind.LETTER) + _newest(case, DocumentKind.GUIDANCE)


def letters_with(case: Case, mail: MailKind, step: str) -> tuple[Document, ...]:
    """The letter and the guidance, as far as they go with a mail of that kind about a step.

    Whoever is asked gets them, and gets them again with a reminder to fill in a question set: it is
    read by somebody who has only the reminder. A reply, without one, can do without.
    """
    reminds = mail in REMINDING and case.question_set(step) is not None
    return letters_to_send(case) if reminds or mail is MailKind.INVITATION else ()


def _newest(case: Case, kind: DocumentKind) -> tuple[Document, ...]:
    files = {
        document.file_name: document
        for document in case.documents
        if document.document_kind is kind and document.sha256
    }
    return tuple(files.values())


def report_to_send(case: Case) -> tuple[Document, ...]:
    """The newest final version of the report, where its file is at hand."""
    finals = [
        d for d in case.documents if d.document_kind is DocumentKind.FINAL_REPORT and d.sha256
    ]
    return tuple(sorted(finals, key=lambda d: d.version)[-1:])
