"""How does the user guide become pages? Its Markdown, read from ``docs/vejledning``, as HTML.

One source is read in two places: as files where the code is read, and as pages of the program. So
links between its pages and pictures stand as they do among files, and are turned into addresses
here. Headings get the anchors that code hosts give them. ``README.md`` is the front: the order in
which it links the pages is their order everywhere.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from udmelding import paths

PICTURES = "billeder"
"""The folder of the guide's pictures, and what it is called below ``/static``."""

FRONT = "README"
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_PAGE = re.compile(r"(?P<name>[\w-]+)\.md(?P<anchor>#.*)?")
_PNG_SIZE = slice(16, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePage:
    """One page of the guide.

    Attributes:
        name: the file's name without its ending, and so the last part of the page's address.
        title: its first heading.
        html: all below that heading.
        headings: the second-level headings in order: the anchor, and the text.
        links: the pages of the guide that it links, in order.
    """

    name: str
    title: str
    html: str
    headings: tuple[tuple[str, str], ...]
    links: tuple[str, ...]


def anchor_of(heading: str) -> str:
    """The anchor of a heading as code hosts make it: ``når-det-går-galt``, ``2-spørgsmål``."""
    return _NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-")


@cache
def guide(home: str, folder: Path = paths.GUIDE) -> dict[str, GuidePage]:
    """All pages of the guide by name: the front first, then in the order in which it links them.

    Args:
        home: the address that the front has; the others stand below it.
        folder: where the Markdown is.

    Raises:
        OSError: a page that the front links, or a picture, is not there.
    """
    front = _read(folder, FRONT, home)
    names = dict.fromkeys(front.links)
    return {FRONT: front, **{name: _read(folder, name, home) for name in names}}


def _read(folder: Path, name: str, home: str) -> GuidePage:
    tokens = _PARSER.parse((folder / f"{name}.md").read_text(encoding="utf-8"))
    links = [*_linked(tokens, lambda page: home if page == FRONT else f"{home}/{page}")]
    _show_pictures(tokens, folder)
    headings = []
    for token, inline in pairwise(tokens):
        if token.type == "table_open":
            token.attrSet("class", "table table--compact")
        if token.type == "heading_open" and token.tag != "h1":
            token.attrSet("id", anchor_of(inline.content))
            if token.tag == "h2":
                headings.append((anchor_of(inline.content), inline.content))
    return GuidePage(
        name=name,
        title=tokens[1].content,
        html=str(_PARSER.renderer.render(tokens[3:], _PARSER.options, {})),
        headings=tuple(headings),
        links=tuple(links),
    )


def _parts(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _linked(tokens: list[Token], address_of: Callable[[str], str]) -> Iterator[str]:
    """Turn the names of pages into addresses, and give the names."""
    for part in _parts(tokens):
        if part.type == "link_open" and (found := _PAGE.fullmatch(str(part.attrs["href"]))):
            part.attrSet("href", address_of(found["name"]) + (found["anchor"] or ""))
            yield found["name"]


def _show_pictures(tokens: list[Token], folder: Path) -> None:
    """Give pictures their address, and the room they take, so that no anchor moves as they come.

    Each leads to itself: on a narrow screen it is too small to be read.
    """
    for token in tokens:
        for part in [one for one in token.children or () if one.type == "image"]:
            content = (folder / str(part.attrs["src"])).read_bytes()
            width, height = struct.unpack(">II", content[_PNG_SIZE])
            address = f"/static/{part.attrs['src']}?v={sha256(content).hexdigest()[:10]}"
            part.attrs |= {"src": address, "width": width, "height": height}
            opened = Token("link_open", "a", 1, attrs={"href": address})
            token.children = [opened, part, Token("link_close", "a", -1)]
