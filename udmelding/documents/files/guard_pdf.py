"""What is dangerous in a PDF? What runs, starts programs, hides files, or cannot be opened at all.

The names that say so are looked for in the file as it stands and in its packed lists of objects;
PDFium is asked for what it knows of scripts and attached files. Nothing of it is run.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pypdfium2.raw as raw

from udmelding.documents.files.text_pdf import BrokenPdfError, LockedPdfError, open_pdf

PRINTED = "Gem en ren kopi (vælg Udskriv og Gem som PDF), og send den."
LOCKED = (
    "er beskyttet med adgangskode eller låst mod ændringer. Fjern adgangskoden, eller gem en ren "
    "kopi (vælg Udskriv og Gem som PDF), og send den."
)
BROKEN = "er beskadiget og kan ikke åbnes. Gem den igen som PDF, og send den nye."
SCRIPTS = f"indeholder et script (JavaScript). {PRINTED}"
STARTS = f"kan starte et program. {PRINTED}"
FILES = "har andre filer lagt ind i sig. Send filerne hver for sig."

MOST_UNPACKED = 50 * 1024**2
"""Of all packed lists of objects together; what is larger is no honest PDF."""

_CHUNK = 1 << 15
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b.{0,4000}?\bstream\r?\n", re.DOTALL)
_ENDS_NAME = rb"(?![A-Za-z0-9])"
_SIGNS = (
    (re.compile(rb"/JavaScript" + _ENDS_NAME), SCRIPTS),
    (re.compile(rb"/Launch" + _ENDS_NAME), STARTS),
    (re.compile(rb"/EmbeddedFiles?" + _ENDS_NAME), FILES),
    (re.compile(rb"/RichMedia" + _ENDS_NAME), STARTS),
)


def problem_of_pdf(content: bytes) -> str:
    """What is wrong with the file, as it stands after «Filen …»; empty for nothing."""
    return _opening(content) or _holding(content)


def _opening(content: bytes) -> str:
    """What PDFium says of it."""
    try:
        with open_pdf(content) as document:
            checks = (
                (raw.FPDF_GetSecurityHandlerRevision(document.raw) >= 0, LOCKED),
                (len(document) == 0, BROKEN),
                (raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0, SCRIPTS),
                (raw.FPDFDoc_GetAttachmentCount(document.raw) > 0, FILES),
            )
            return next((problem for is_so, problem in checks if is_so), "")
    except LockedPdfError:
        return LOCKED
    except BrokenPdfError:
        return BROKEN


def _holding(content: bytes) -> str:
    """What its names say of it."""
    for piece in (content, *_unpacked(content)):
        plain = _plain(piece)
        problem = next((problem for sign, problem in _SIGNS if sign.search(plain)), "")
        if problem:
            return problem
    return ""


def _plain(piece: bytes) -> bytes:
    """Names as they are meant: ``/J#61vaScript`` is one way to hide ``/JavaScript``."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), piece)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The lists of objects that are packed, the first ``MOST_UNPACKED`` bytes of them."""
    left = MOST_UNPACKED
    for found in _PACKED.finditer(content):
        piece = _inflated(memoryview(content)[found.end() :], left)
        left -= len(piece)
        yield piece
        if left <= 0:
            return


def _inflated(packed: memoryview, most: int) -> bytes:
    """What is packed there, until its end or ``most`` bytes; nothing where it is not packed so."""
    unpacker, parts, at = zlib.decompressobj(), bytearray(), 0
    try:
        while at < len(packed) and len(parts) < most and not unpacker.eof:
            parts += unpacker.decompress(packed[at : at + _CHUNK], most - len(parts))
            at += _CHUNK
    except zlib.error:
        pass
    return bytes(parts)
