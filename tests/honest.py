"""Honest files for tests in which a file is only there to be kept."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook

from tests.documents.files.test_bad_files import document, pdf


def workbook() -> bytes:
    book, content = Workbook(), BytesIO()
    book.active.append(["Spørgsmål", "Svar"])
    book.save(content)
    return content.getvalue()


PDF, WORD, EXCEL = pdf(), document(), workbook()
