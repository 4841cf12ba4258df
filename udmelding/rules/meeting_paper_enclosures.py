"""Which documents go with a paper, and what is each one called there?

Public agendas name their enclosures «Bilag 1 - Afrapportering version 3.pdf». Only what was made to
circulate goes along: the agency's letter and questions, and the newest version of the report. An
answer or a reply that lies in the case as a document is listed by its title and stays where it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from models.document import DocumentKind
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.case.glossary import label
from udmelding.rules.files.file_names import ending_of, safe_name, short
from udmelding.rules.papers.meeting_paper_values import EnclosedFile, mark
from udmelding.rules.words.date_wording import long_date

_REPORTS = frozenset({DocumentKind.DRAFT, DocumentKind.FINAL_REPORT})
_CIRCULATING = _REPORTS | {DocumentKind.LETTER, DocumentKind.GUIDANCE, DocumentKind.QUESTIONS}
_PDF = "application/pdf"


def enclosures(case: Case) -> tuple[tuple[str, ...], tuple[EnclosedFile, ...]]:
    """The documents of a case as a paper lists them, and the files that go with the paper."""
    lines: list[str] = []
    files: list[EnclosedFile] = []
    for number, document in enumerate(_listed(case.documents), start=1):
        line = _line(document)
        if document.sha256 and document.document_kind in _CIRCULATING:
            files.append(enclosed_file(number, document))
            line = f"{line}. Fil: {files[-1].file_name}"
        lines.append(line)
    return tuple(lines), tuple(files)


def council_enclosures(case: Case) -> tuple[EnclosedFile, ...]:
    """The files that every municipality gets: the newest final report, and the agency's letter."""
    wanted = (DocumentKind.FINAL_REPORT, DocumentKind.LETTER)
    found = [d for d in _listed(case.documents) if d.document_kind in wanted and d.sha256]
    ordered = sorted(found, key=lambda d: (wanted.index(d.document_kind), d.dated_on, d.title))
    return tuple(enclosed_file(number, one) for number, one in enumerate(ordered, start=1))


def enclosed_file(number: int, document: Document) -> EnclosedFile:
    """A document as a file of a paper."""
    name = safe_name(f"Bilag {number} - {titled(document)}", ending_of(document.file_name))
    return EnclosedFile(name, document.sha256)


def titled(document: Document) -> str:
    """A document's title with its version, said once: ``Afrapportering version 3``."""
    title, version = short(document.title), f"version {document.version}"
    if not document.version or version in title.casefold():
        return title
    return f"{title} {version}"


def _listed(documents: Sequence[Document]) -> list[Document]:
    """The newest version of each document, by date; of the report only the newest version."""
    newest: dict[tuple[str, str], Document] = {}
    for document in sorted(documents, key=lambda d: (d.version, d.recorded_at)):
        newest[document.document_kind, document.title] = document
    report = set(map(id, _newest_report(newest.values())))
    kept = [d for d in newest.values() if not _is_report(d) or id(d) in report]
    return sorted(kept, key=_dated)


def _is_report(document: Document) -> bool:
    """Whether it is one of the report's versions, and not a draft of something else."""
    is_version = document.document_kind is DocumentKind.DRAFT and document.version > 0
    return is_version or document.document_kind is DocumentKind.FINAL_REPORT


def _newest_report(documents: Iterable[Document]) -> list[Document]:
    """The final report, or the newest draft; its PDF where it has one, never twice."""
    versions = [d for d in documents if _is_report(d)]
    finals = [d for d in versions if d.document_kind is DocumentKind.FINAL_REPORT]
    chosen = finals or versions
    last = max((d.version for d in chosen), default=0)
    newest = [d for d in chosen if d.version == last]
    return [d for d in newest if d.media_type == _PDF] or newest


def _dated(document: Document) -> tuple[dt.date, str]:
    return document.dated_on, document.title


def _line(document: Document) -> str:
    version = f", version {document.version}" if document.version else ""
    dated = f"{long_date(document.dated_on)}{mark(document.is_made_up)}"
    return f"{document.title} ({label(document.document_kind)}{version}, {dated})"
