"""How are the parts of a Word, Excel or OpenDocument file read, when nobody can trust it?

Such a file is a zip of XML parts. Parts are read as a stream, never unpacked to the disk and never
more of them than is said; XML that declares a document type or entities is not read at all,
so nothing is fetched and nothing can grow («billion laughs»).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
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
