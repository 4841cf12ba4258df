"""What stands in the parts of a document that no page shows? Properties, drawings, pivot tables.

Whatever is not read by somebody who knows it is read here, so that no part is a hiding place. Only
parts that hold no words of a person, such as styles, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import PurePosixPath

from udmelding.documents.file_text_piece import Piece
from udmelding.documents.files.text_parts import END, START, TEXT, Event, Package

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


def noted(attributes: Mapping[str, str], which: Noted) -> Iterator[str]:
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
        for value in noted(event.attributes, Noted.ANY):
            yield Piece(place, value)
        if has_values and event.attributes.get("v"):
            yield Piece(place, event.attributes["v"], is_cell=True)
