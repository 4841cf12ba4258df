"""What is a file really? Told by its first bytes, whatever its name says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How the bytes of a file are laid out."""

    ZIP = "zip"
    OLE = "ole"
    PDF = "pdf"
    TEXT = "text"
    PNG = "png"
    JPEG = "jpeg"


@dataclass(frozen=True, slots=True)
class Kind:
    """What files of one ending must be.

    Attributes:
        called: what people call it, in Danish, with its article.
        media_type: as it is told to a browser.
        main: for a zip of parts, the beginning of the part that only this kind has, or the type
            that an OpenDocument file names.
    """

    shape: Shape
    called: str
    media_type: str
    main: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

KINDS: Mapping[str, Kind] = {
    ".pdf": Kind(Shape.PDF, "en PDF", "application/pdf"),
    ".docx": Kind(
        Shape.ZIP, "et Word-dokument", f"{_OFFICE}.wordprocessingml.document", "word/document"
    ),
    ".xlsx": Kind(Shape.ZIP, "et Excel-regneark", f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook"),
    ".pptx": Kind(
        Shape.ZIP, "en præsentation", f"{_OFFICE}.presentationml.presentation", "ppt/presentation"
    ),
    ".odt": Kind(Shape.ZIP, "et OpenDocument-dokument", f"{_OPEN}.text", f"{_OPEN}.text"),
    ".ods": Kind(
        Shape.ZIP, "et OpenDocument-regneark", f"{_OPEN}.spreadsheet", f"{_OPEN}.spreadsheet"
    ),
    ".doc": Kind(Shape.OLE, "et ældre Word-dokument", "application/msword"),
    ".xls": Kind(Shape.OLE, "et ældre Excel-regneark", "application/vnd.ms-excel"),
    ".txt": Kind(Shape.TEXT, "en tekstfil", "text/plain"),
    ".csv": Kind(Shape.TEXT, "en CSV-fil", "text/csv"),
    ".ics": Kind(Shape.TEXT, "en kalenderfil", "text/calendar"),
    ".yaml": Kind(Shape.TEXT, "en YAML-fil", "application/yaml"),
    ".yml": Kind(Shape.TEXT, "en YAML-fil", "application/yaml"),
    ".json": Kind(Shape.TEXT, "en JSON-fil", "application/json"),
    ".html": Kind(Shape.TEXT, "en HTML-side", "text/html"),
    ".htm": Kind(Shape.TEXT, "en HTML-side", "text/html"),
    ".eml": Kind(Shape.TEXT, "en mail", "message/rfc822"),
    ".png": Kind(Shape.PNG, "et billede", "image/png"),
    ".jpg": Kind(Shape.JPEG, "et billede", "image/jpeg"),
    ".jpeg": Kind(Shape.JPEG, "et billede", "image/jpeg"),
}
"""What a file with an ending must be; an ending that is missing is taken nowhere."""

_SHAPES: tuple[tuple[bytes, Shape], ...] = (
    (b"PK\x03\x04", Shape.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Shape.OLE),
    (b"%PDF-", Shape.PDF),
    (b"\x89PNG\r\n\x1a\n", Shape.PNG),
    (b"\xff\xd8\xff", Shape.JPEG),
)
_PROGRAMS = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"MSCF",
    b"\x00asm",
)
"""Linux and Mac programs, scripts, shortcuts of Windows, cabinets."""

_WINDOWS = b"MZ"

_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BEFORE_PDF = 64
_HEAD = 256


def shape_of(content: bytes) -> Shape | None:
    """How ``content`` is laid out; None for what is known as nothing that is taken."""
    for begin, shape in _SHAPES:
        if content.startswith(begin):
            return shape
    if content[:_BEFORE_PDF].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return Shape.PDF
    if is_program(content) or is_archive(content):
        return None
    is_text = content.startswith(_WIDE) or b"\x00" not in content
    return Shape.TEXT if is_text else None


def is_program(content: bytes) -> bool:
    """Whether the bytes begin like something that a computer runs."""
    is_windows = content.startswith(_WINDOWS) and b"\x00" in content[:_HEAD]
    return is_windows or content.startswith(_PROGRAMS)


def is_archive(content: bytes) -> bool:
    """Whether the bytes begin like a packed folder of another sort than a document is."""
    return content.startswith(_ARCHIVES)
