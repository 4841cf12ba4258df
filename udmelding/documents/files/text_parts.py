"""How are the parts of a Word, Excel or OpenDocument file read, when nobody can trust it?

Such a file is a zip of XML parts. Parts are read as a stream, never unpacked to the disk and never
more of them than is said; XML that declares a document type or entities is not read at all, so
nothing is fetched and nothing can grow («billion laughs»). Properties, drawings and pivot tables
stand in parts that no page shows. Whatever is not read by somebody who knows it is read here, so
that no part is a hiding place. Only parts that hold no words of a person, such as styles, are left
out.

What a file says is told in pieces, each with its place in words that its reader knows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import PurePosixPath
from typing import IO, NamedTuple
from xml.parsers import expat

MOST_BYTES = 150 * 1024**2
"""Of all parts of a file together, unpacked."""

_CHUNK = 1 << 16
_LONGEST_WORD = 64
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the reader of zips raises for a file that is broken, encrypted or something else."""

START, END, TEXT = "start", "end", "text"


class Event(NamedTuple):
    """A piece of XML: a tag that starts or ends, or text between tags.

    Attributes:
        name: of the tag without its namespace; for text, the text.
        attributes: of a tag that starts, by their names without namespaces.
    """

    sort: str
    name: str
    attributes: dict[str, str]


class BrokenPartError(ValueError):
    """A part cannot be read: it is broken, or too large."""


class DoctypeError(BrokenPartError):
    """A part declares a document type, which no office program writes."""


class Package:
    """The parts of a file, opened to be read."""

    def __init__(self, content: bytes, most: int = MOST_BYTES) -> None:
        """Open the zip, of which at most ``most`` bytes are unpacked.

        Raises:
            BrokenPartError: it is none.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN_ZIP as error:
            raise BrokenPartError("not a zip") from error
        # A name may be empty, on which ``ZipInfo.is_dir`` breaks.
        self.infos = [i for i in self._zip.infolist() if not i.filename.endswith("/")]
        self.names = [info.filename for info in self.infos]
        self._left = most

    def read(self, name: str, most: int) -> bytes:
        """The first ``most`` bytes of a part.

        Raises:
            BrokenPartError: there is no such part, it is broken, or too much was read already.
        """
        return b"".join(self._chunks(name, most))

    def mentions(self, name: str, words: Iterable[bytes]) -> bool:
        """Whether one of the words stands in a part; quicker by far than reading its XML.

        Raises:
            BrokenPartError: there is no such part, it is broken, or too much was read already.
        """
        before = b""
        for chunk in self._chunks(name, MOST_BYTES):
            piece = before + chunk.replace(b"\x00", b"")  # as UTF-16 has them between its letters
            if any(word in piece for word in words):
                return True
            before = piece[-_LONGEST_WORD:]
        return False

    def events(self, name: str) -> Iterator[Event]:
        """The XML of a part, piece by piece; the names of tags are without their namespaces.

        Raises:
            BrokenPartError: the part is broken or no XML, or too much was read already.
            DoctypeError: it declares a document type.
        """
        found: list[Event] = []
        parser = _parser()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: found.append(
            Event(START, _local(tag), {_local(n): v for n, v in attributes.items()})
        )
        parser.EndElementHandler = lambda tag: found.append(Event(END, _local(tag), {}))
        parser.CharacterDataHandler = lambda text: found.append(Event(TEXT, text, {}))
        for _ in self._parsed(name, parser):
            yield from found
            found.clear()

    def check(self, name: str) -> None:
        """Read a part of XML to its end for what is wrong with it.

        Raises:
            BrokenPartError: the part is broken or no XML, or too much was read already.
            DoctypeError: it declares a document type.
        """
        for _ in self._parsed(name, _parser()):
            pass

    def _parsed(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        try:
            for chunk in self._chunks(name, MOST_BYTES):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise BrokenPartError(name) from error

    def _chunks(self, name: str, most: int) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as part:
                yield from self._counted(part, most)
        except BrokenPartError:
            raise
        except BROKEN_ZIP as error:
            raise BrokenPartError(name) from error

    def _counted(self, part: IO[bytes], most: int) -> Iterator[bytes]:
        while most > 0 and (chunk := part.read(min(_CHUNK, most))):
            most -= len(chunk)
            self._left -= len(chunk)
            if self._left < 0:
                raise BrokenPartError("too large")
            yield chunk


def _parser() -> expat.XMLParserType:
    """A reader of XML that refuses document types, and with them all entities."""

    def refuse(*_: object) -> None:
        raise DoctypeError

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = refuse
    return parser


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    return name.rpartition("}")[2]


_WORDLESS = re.compile(
    r".*(?:/|^)(?:styles\w*|theme\d*|fontTable|webSettings|numbering|calcChain|tableStyles"
    r"|\[Content_Types\]|stylesWithEffects|manifest|settings|presProps|viewProps|colors\d*|style\d*)"
    r"\.xml"
)
_SETTINGS = "word/settings.xml"
_FOLDERS: tuple[tuple[str, str], ...] = (
    ("docProps/", "filens egenskaber"),
    ("meta.xml", "filens egenskaber"),
    ("xl/pivot", "en pivottabel"),
    ("/drawings/", "en tegning eller et tekstfelt"),
    ("/charts/", "et diagram"),
    ("/diagrams/", "et diagram"),
    ("/tables/", "en tabels overskrifter"),
    ("/persons/", "navne på dem, der har kommenteret"),
    ("customXml/", "skjulte data i filen"),
    ("ppt/slides/", "en slide"),
)
_REST = "filens øvrige indhold"


class Noted(Enum):
    """Attributes that hold words of a person."""

    PICTURE = frozenset({"descr", "title", "alt"})
    ANY = frozenset({"descr", "title", "alt", "prompt", "promptTitle", "error", "errorTitle"}) | {
        "tooltip",
        "display",
        "displayName",
        "author",
    }


def note_texts(attributes: Mapping[str, str], which: Noted) -> Iterator[str]:
    """The values of those attributes that hold words of a person."""
    if attributes and not which.value.isdisjoint(attributes):
        yield from (v for name, v in attributes.items() if name in which.value and v.strip())


def pieces_of_other(package: Package, name: str) -> Iterator[Piece]:
    """The words of a part of XML that nobody else reads.

    Raises:
        BrokenPartError: the part cannot be read.
    """
    if PurePosixPath(name).suffix not in (".xml", ".rels", ".vml"):
        return
    if name.endswith(".rels"):
        yield from _links(package, name)
    elif name == _SETTINGS:
        yield from _variables(package, name)
    elif not _WORDLESS.fullmatch(name):
        place = next((place for part, place in _FOLDERS if part in name), _REST)
        yield from _words(package.events(name), place, has_values="pivotCache" in name)


def _links(package: Package, name: str) -> Iterator[Piece]:
    for event in package.events(name):
        if event.attributes.get("TargetMode") == "External":
            yield Piece("et link", event.attributes.get("Target", ""))


def _variables(package: Package, name: str) -> Iterator[Piece]:
    """What merging has left behind."""
    for event in package.events(name):
        if event.name == "docVar":
            yield Piece("skjulte data i filen", event.attributes.get("val", ""))


def _words(events: Iterator[Event], place: str, *, has_values: bool) -> Iterator[Piece]:
    """Text, that of a paragraph put together; and the attributes that hold words."""
    text: list[str] = []
    depth = 0
    for event in events:
        if event.sort == TEXT:
            text.append(event.name)
            continue
        depth += (event.sort == START) - (event.sort == END) if event.name == "p" else 0
        if depth == 0 and text:
            yield Piece(place, "".join(text))
            text.clear()
        for value in note_texts(event.attributes, Noted.ANY):
            yield Piece(place, value)
        if has_values and event.attributes.get("v"):
            yield Piece(place, event.attributes["v"], is_cell=True)


class Cell(NamedTuple):
    """Where in a table: which one, and row and column, from 1."""

    table: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a file.

    Attributes:
        place: where, in Danish without «i» or «på»: ``side 3``, ``ark «Svar», celle B7``.
        is_cell: it is one cell of a table, where a leading zero may be lost.
        is_unread: what stands there could not be read; ``text`` is empty then.
        cell: where in a table it stands; None for what stands in none.
        head: words over or beside it that say what it is.
        seam: where two pieces are put together in it: only what crosses that is new; else 0.
    """

    place: str
    text: str
    is_cell: bool = False
    is_unread: bool = False
    cell: Cell | None = None
    head: str = ""
    seam: int = 0


def unread(place: str) -> Piece:
    """Say that what stands at ``place`` was not read."""
    return Piece(place, "", is_unread=True)
