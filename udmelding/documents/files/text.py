"""What stands in a file, and where? Read piece by piece, to be looked through for CPR numbers.

Files come from many people, so nothing is believed: what is read is limited, formulas are never
computed, nothing is fetched, and a file that is broken is told as unread, never raised.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePath
from typing import NamedTuple

from udmelding.documents.files import text_open as file_text_open
from udmelding.documents.files import text_sheet as file_text_sheet
from udmelding.documents.files import text_word as file_text_word
from udmelding.documents.files.text_parts import (
    BrokenPartError,
    Package,
    Piece,
    pieces_of_other,
    unread,
)
from udmelding.documents.files.text_pdf import pieces_of_pdf
from udmelding.documents.files.text_plain import (
    parts_of_mail,
    pieces_of_html,
    pieces_of_old_office,
    pieces_of_table,
    pieces_of_text,
)
from udmelding.documents.files.text_seams import with_seams
from udmelding.rules.files.cpr import CprHit, Grade, find_cpr, without_cpr

__all__ = ["FileHit", "FileLook", "Piece", "cpr_in_file", "look_in_file", "text_of"]

_log = logging.getLogger(__name__)

MOST_CHARACTERS = 5_000_000
MOST_DEPTH = 3
"""Files inside files, such as a workbook in a document in a mail."""

MOST_HITS = 500
MOST_BYTES = 40 * 1024**2
"""Of the parts of one document, unpacked; a person's is far smaller."""

_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".odt", ".ods")
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf"})


class FileHit(NamedTuple):
    """Something like a CPR number in a file: where, in Danish, and how sure it is."""

    place: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class FileLook:
    """What looking through a file gave.

    Attributes:
        hits: each place once with its surest grade.
        unread: places that could not be read, such as pages that are pictures.
    """

    hits: tuple[FileHit, ...]
    unread: tuple[str, ...]


def text_of(name: str, content: bytes) -> Iterator[Piece]:
    """Everything that stands in a file, in pieces with their places.

    At most ``MOST_CHARACTERS`` characters are told; what comes after is told as one piece that is
    unread, as is whatever is broken, a picture, or of a kind that is not known.

    Args:
        name: tells the kind by its ending.
        content: the bytes.
    """
    left = MOST_CHARACTERS
    for piece in _unraised(_pieces(name, content, 0)):
        if len(piece.text) > left:
            yield replace(piece, text=piece.text[:left])
            yield unread("resten af filen")
            return
        left -= len(piece.text)
        yield piece


def _unraised(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces; what breaks their reader is told as unread."""
    try:
        yield from pieces
    except Exception as error:  # readers of so many formats have no one error
        _log.warning("a file could not be read to its end: %s", type(error).__name__)
        yield unread("filen")


def look_in_file(name: str, content: bytes, today: dt.date) -> FileLook:
    """What looks like CPR numbers in a file and in its name, and what of it could not be read.

    Args:
        name: of the file; people often call files by the number.
        content: the bytes.
        today: nobody is born later.
    """
    found: dict[str, Grade] = {}
    missed: dict[str, None] = {}
    order = list(Grade)
    named = Piece("filens navn", name)
    for piece in chain((named,), with_seams(text_of(name, content))):
        hits = _new_hits(piece, today)
        if not hits and not piece.is_unread:
            continue
        place = without_cpr(piece.place, today)  # a sheet or a file may be called by the number
        if piece.is_unread:
            missed[place] = None
        for hit in hits:
            grades = (hit.grade, found.get(place, hit.grade))
            found[place] = min(grades, key=order.index)
        if len(found) >= MOST_HITS:
            break
    return FileLook(tuple(FileHit(*hit) for hit in found.items()), tuple(missed))


def _new_hits(piece: Piece, today: dt.date) -> list[CprHit]:
    """What is found in the piece; of two put together, what neither has alone."""
    hits = find_cpr(piece.text, today, is_cell=piece.is_cell, head=piece.head)
    return [hit for hit in hits if not piece.seam or hit.start < piece.seam < hit.end]


def cpr_in_file(name: str, content: bytes, today: dt.date) -> tuple[FileHit, ...]:
    """The hits of ``look_in_file``."""
    return look_in_file(name, content, today).hits


def _pieces(name: str, content: bytes, depth: int) -> Iterator[Piece]:
    ending = PurePath(name).suffix.lower()
    if ending in _DOCUMENTS:
        yield from _of_document(ending, content, depth)
    elif ending == ".eml":
        yield from _of_mail(content, depth)
    elif ending in _PLAIN:
        yield from _PLAIN[ending](content)
    else:
        yield unread("filen")


_PLAIN: Mapping[str, Callable[[bytes], Iterator[Piece]]] = {
    ".pdf": lambda content: pieces_of_pdf(content, MOST_CHARACTERS),
    ".csv": pieces_of_table,
    ".tsv": pieces_of_table,
    ".txt": pieces_of_text,
    ".md": pieces_of_text,
    ".ics": pieces_of_text,
    ".yaml": pieces_of_text,
    ".yml": pieces_of_text,
    ".json": pieces_of_text,
    ".html": pieces_of_html,
    ".htm": pieces_of_html,
    ".doc": pieces_of_old_office,
    ".xls": pieces_of_old_office,
    ".rtf": pieces_of_old_office,
}


def _of_document(ending: str, content: bytes, depth: int) -> Iterator[Piece]:
    try:
        package = Package(content, MOST_BYTES)
        yield from _KNOWN[ending](package)
    except BrokenPartError:
        yield unread("filen")
        return
    for name in package.names:
        try:
            if not _IS_KNOWN[ending](name):
                yield from pieces_of_other(package, name)
                yield from _inside(package, name, depth)
        except BrokenPartError:
            yield unread("en del af filen")


_KNOWN: Mapping[str, Callable[[Package], Iterator[Piece]]] = {
    ".docx": file_text_word.pieces_of_word,
    ".xlsx": file_text_sheet.pieces_of_sheets,
    ".pptx": lambda package: iter(()),
    ".odt": lambda package: file_text_open.pieces_of_open(package, is_sheet=False),
    ".ods": lambda package: file_text_open.pieces_of_open(package, is_sheet=True),
}
_IS_KNOWN: Mapping[str, Callable[[str], bool]] = {
    ".docx": file_text_word.is_read_here,
    ".xlsx": file_text_sheet.is_read_here,
    ".pptx": lambda name: False,
    ".odt": file_text_open.is_read_here,
    ".ods": file_text_open.is_read_here,
}


def _inside(package: Package, name: str, depth: int) -> Iterator[Piece]:
    """A document inside the document; an object of another sort cannot be read."""
    if "/embeddings/" not in name:
        return
    if depth >= MOST_DEPTH or not name.lower().endswith(_DOCUMENTS):
        yield unread("et indlejret objekt")
        return
    yield from _with("en indlejret fil", _pieces(name, package.read(name, MOST_BYTES), depth + 1))


def _of_mail(content: bytes, depth: int) -> Iterator[Piece]:
    for part in parts_of_mail(content):
        if isinstance(part, Piece):
            yield part
        elif depth >= MOST_DEPTH:
            yield unread(f"filen «{part[0]}»")
        elif PurePath(part[0]).suffix.lower() not in _PICTURES:
            yield from _with(f"filen «{part[0]}»", _pieces(*part, depth + 1))


def _with(place: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces of a file inside the file, told with both places."""
    for piece in pieces:
        yield replace(piece, place=f"{place}, {piece.place}")
