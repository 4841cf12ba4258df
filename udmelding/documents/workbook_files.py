"""How does a workbook become a file? With its properties set, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from udmelding.documents.zip_files import normalised


def saved(book: Workbook, made_at: dt.datetime, *, title: str, author: str = "") -> bytes:
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
    ExcelWriter(book, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)).save()
    return normalised(stream.getvalue())
