"""What goes into a records package, and where? One item for each file, read when it is written.

An item knows what the register says of it; its bytes are made or opened one at a time, so that a
package may be far larger than memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import IO

from models import DocumentKind
from udmelding.casework.wiring import Services
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.case.glossary import label
from udmelding.rules.case.letters_due import receivers_named
from udmelding.rules.files.file_names import ending_of, safe_name, short
from udmelding.rules.papers.meeting_paper_lines import agency_of
from udmelding.rules.status.status import report_sent


class Folder(StrEnum):
    """The folders of a package, in the order of a case."""

    RECEIPT = "01 Modtagelse"
    COLLECTION = "02 Dataindsamling"
    DRAFTING = "03 Udarbejdelse"
    DECISIONS = "04 Behandling"
    SUBMISSION = "05 Fremsendelse"
    FOLLOW_UP = "06 Opfølgning"
    MAILS = "07 Mails"


NOT_HERE = "Filen ligger ikke i systemet."

_FOLDERS = {
    DocumentKind.LETTER: Folder.RECEIPT,
    DocumentKind.GUIDANCE: Folder.RECEIPT,
    DocumentKind.QUESTIONS: Folder.COLLECTION,
    DocumentKind.DRAFT: Folder.DRAFTING,
    DocumentKind.FINAL_REPORT: Folder.DRAFTING,
    DocumentKind.MINUTES: Folder.DECISIONS,
    DocumentKind.COVER_LETTER: Folder.SUBMISSION,
}
_FROM_AGENCY = frozenset({DocumentKind.LETTER, DocumentKind.GUIDANCE})
_OWN = frozenset({DocumentKind.DRAFT, DocumentKind.FINAL_REPORT, DocumentKind.COVER_LETTER})
_LONGEST_TITLE = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of a package.

    Attributes:
        name: of the file, without its folder.
        happened_at: orders the files of a folder.
        opened: gives the bytes; raises NotFoundError where the store has no such file. None for
            one that is only named.
        is_confidential: it holds what must not circulate.
        note: what the register says besides.
    """

    folder: Folder
    name: str
    title: str
    kind: str
    happened_at: dt.datetime
    opened: Callable[[], IO[bytes]] | None
    sender: str = ""
    receiver: str = ""
    recorded_by: str = ""
    recorded_at: dt.datetime | None = None
    is_confidential: bool = False
    note: str = ""

    @property
    def order(self) -> tuple[str, dt.datetime, str]:
        """Its place in the package."""
        return self.folder.value, self.happened_at, self.name


def opener_of(content: Callable[[], bytes]) -> Callable[[], IO[bytes]]:
    """Opens bytes that are made when they are wanted."""
    return lambda: BytesIO(content())


def dated_name(day: dt.date, title: str, ending: str) -> str:
    """``2025-03-03 Afrapportering.pdf``."""
    return safe_name(f"{day:%Y-%m-%d} {short(title, _LONGEST_TITLE)}", ending)


def document_items(services: Services, case: Case) -> list[Item]:
    """The documents of a case that stand.

    Args:
        services: the store.
        case: what is known.
    """
    return [_document(services, case, document) for document in case.documents]


def _document(services: Services, case: Case, document: Document) -> Item:
    sha256 = document.sha256
    secretariat = services.settings.secretariat.name
    sender = agency_of(case) if document.document_kind in _FROM_AGENCY else ""
    receiver = secretariat if sender else ""
    if document.document_kind in _OWN:
        sender = secretariat
        receiver = (
            receivers_named(case) if document.document_kind is DocumentKind.COVER_LETTER else ""
        )
    version = f", version {document.version}" if document.version else ""
    return Item(
        folder=_folder(case, document),
        name=dated_name(document.dated_on, document.title, ending_of(document.file_name)),
        title=document.title,
        kind=f"{label(document.document_kind)}{version}",
        happened_at=noon(document.dated_on, document.recorded_at),
        opened=(lambda: services.store.open_checked(sha256)) if sha256 else None,
        sender=sender,
        receiver=receiver,
        recorded_by=document.recorded_by,
        recorded_at=document.recorded_at,
        note="" if sha256 else NOT_HERE,
    )


def _folder(case: Case, document: Document) -> Folder:
    """By its kind; another document belongs to the part of the case that its date falls in."""
    if document.document_kind in _FOLDERS:
        return _FOLDERS[document.document_kind]
    sent = report_sent(case)
    is_after = sent is not None and document.dated_on > sent.happened_to
    return Folder.FOLLOW_UP if is_after else Folder.DRAFTING


def noon(day: dt.date, like: dt.datetime) -> dt.datetime:
    """The middle of that day, in the time zone of ``like``."""
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=like.tzinfo)
