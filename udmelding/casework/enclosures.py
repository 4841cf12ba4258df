"""Which documents go with a mail? Those of the case whose files are at hand."""

from __future__ import annotations

from models import DocumentKind
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document


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
