"""What stands in a PDF? Its pages, notes, filled fields and properties, read with PDFium.

PDFium runs no scripts unless it is asked to, and it is not asked. No two threads may use it at
once, so everything that calls it goes through ``open_pdf``, one file at a time.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from udmelding.documents.files.text_parts import Piece, unread

MOST_PAGES = 1_000
_MOST_NOTES = 500
_MOST_CHARACTERS_OF_A_NOTE = 20_000
_ONE_AT_A_TIME = threading.Lock()


class LockedPdfError(Exception):
    """The PDF asks for a password."""


class BrokenPdfError(Exception):
    """The PDF cannot be opened at all."""


@contextmanager
def open_pdf(content: bytes) -> Iterator[Any]:
    """The document, open; nobody else uses PDFium meanwhile.

    Raises:
        LockedPdfError: it asks for a password.
        BrokenPdfError: it cannot be opened.
    """
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                raise LockedPdfError from error
            raise BrokenPdfError from error
        try:
            yield document
        finally:
            document.close()


def pieces_of_pdf(content: bytes, most: int) -> Iterator[Piece]:
    """The text of the pages in their order, then the properties.

    Args:
        content: the file.
        most: characters after which no page is read any more.
    """
    try:
        with open_pdf(content) as document:
            found = list(_pieces(document, most))
    except (LockedPdfError, BrokenPdfError):
        found = [unread("filen")]
    yield from found


def _pieces(document: Any, most: int) -> Iterator[Piece]:
    for number in range(len(document)):
        place = f"side {number + 1}"
        if number >= MOST_PAGES or most <= 0:
            yield unread(f"{place} og frem")
            break
        try:
            with _page(document, number) as page:
                found = [*_of_page(page, place), *_notes(page, place)]
        except pdfium.PdfiumError:
            found = [unread(place)]
        most -= sum(len(piece.text) for piece in found)
        yield from found
    for value in _properties(document):
        yield Piece("filens egenskaber", value)


@contextmanager
def _page(document: Any, number: int) -> Iterator[Any]:
    page = document[number]
    try:
        yield page
    finally:
        page.close()


def _of_page(page: Any, place: str) -> Iterator[Piece]:
    """Its text; a page of pictures alone, such as a scanned one, cannot be read."""
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
    finally:
        text_page.close()
    if text.strip():
        yield Piece(place, text)
    elif raw.FPDFPage_CountObjects(page.raw) > 0:
        yield unread(place)


def _notes(page: Any, place: str) -> Iterator[Piece]:
    """What notes say and what stands in the fields of a form."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            for key, what in ((b"Contents", "note"), (b"V", "felt")):
                text = _string(note, key)
                if text:
                    yield Piece(f"{place}, {what}", text)
        finally:
            raw.FPDFPage_CloseAnnot(note)


def _string(note: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
    if not 2 < size <= 2 * _MOST_CHARACTERS_OF_A_NOTE:
        return ""
    buffer = ctypes.create_string_buffer(size)
    into = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
    raw.FPDFAnnot_GetStringValue(note, key, into, size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\x00")


def _properties(document: Any) -> Iterator[str]:
    with suppress(pdfium.PdfiumError):
        yield from (str(value) for value in document.get_metadata_dict(skip_empty=True).values())
