"""What stands inside a document? The plain text of Word files and text files, to search in.

Files come from many people, so nothing is believed: only the part with the text is read, no more
of it than ``MOST_BYTES``, and a file that is not what it seems has no text.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO

from docx.oxml import parse_xml
from docx.oxml.ns import qn

WORD, PLAIN = ".docx", (".txt", ".md")
READABLE = (WORD, *PLAIN)
"""Endings of the file names that can be read."""

MOST_BYTES = 20 * 1024**2
MOST_CHARACTERS = 400_000

_TEXT_PART = "word/document.xml"
# What the readers of zip and XML raise for a file that is broken, encrypted or something else.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    ValueError,
)


def is_readable(file_name: str) -> bool:
    """Whether a file of that name may have text that can be read."""
    return file_name.lower().endswith(READABLE)


def searchable_text(file: BinaryIO, file_name: str) -> str:
    """The text of a file, one line for each paragraph; empty where there is none to read.

    Raises:
        OSError: the file cannot be read.
    """
    if file_name.lower().endswith(PLAIN):
        return file.read(MOST_CHARACTERS).decode("utf-8", errors="replace")
    if not file_name.lower().endswith(WORD):
        return ""
    try:
        return _text_of_word(file)[:MOST_CHARACTERS]
    except _BROKEN:
        return ""


def _text_of_word(file: BinaryIO) -> str:
    with zipfile.ZipFile(file) as archive:
        if archive.getinfo(_TEXT_PART).file_size > MOST_BYTES:
            return ""
        content = archive.read(_TEXT_PART)
    paragraph, run, tab = qn("w:p"), qn("w:t"), (qn("w:tab"), qn("w:br"))
    lines: list[str] = []
    for element in parse_xml(content).iter(paragraph, run, *tab):
        if element.tag == paragraph:
            lines.append("")
        elif lines:
            lines[-1] += " " if element.tag in tab else element.text or ""
    return "\n".join(line for line in lines if line.strip())
