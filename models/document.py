"""Documents of a case: the letter, its annexes, drafts, the report, minutes. Bytes live on disk."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from models.fact import CaseFact, word


class DocumentKind(StrEnum):
    """What a document is in the case."""

    LETTER = "letter"
    GUIDANCE = "guidance"
    QUESTIONS = "questions"
    DRAFT = "draft"
    FINAL_REPORT = "final_report"
    MINUTES = "minutes"
    COVER_LETTER = "cover_letter"
    OTHER = "other"


class Change(StrEnum):
    """What a new final version changes: a substantive one must be decided again."""

    EDITORIAL = "editorial"
    SUBSTANTIVE = "substantive"


class Document(CaseFact, table=True):
    """One document, found on disk by its checksum.

    Attributes:
        dated_on: the document's own date.
        version: running number of the report's versions; 0 for other documents.
        change: for a final report that follows an earlier one, what it changes.
        file_name: its name for people.
        media_type: such as ``application/pdf``.
        size: bytes.
        sha256: checksum, lower-case hex; empty when only the fact of the document is known.
    """

    document_kind: DocumentKind = word(DocumentKind)
    title: str
    dated_on: dt.date
    version: int = 0
    change: Change = word(Change, default=Change.SUBSTANTIVE)
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""
