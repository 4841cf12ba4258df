"""A PDF is tagged, can be archived, takes nothing from outside and is the same each time."""

from __future__ import annotations

import builtins
import ctypes
import datetime as dt
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from udmelding import clock
from udmelding.documents import pdf
from udmelding.documents.pdf import font_faces, html_to_pdf
from udmelding.errors import OutsideError

NOW = clock.at(dt.date(2025, 3, 14))
PAGE = (
    "<!doctype html><html lang='da'><meta charset='utf-8'><title>En prøve</title>"
    "<meta name='author' content='Sekretariatet'><style>{faces} "
    "body {{ font: 10pt 'IBM Plex Sans' }}</style>"
    "<h1>Overskrift</h1><p>Blåbærgrød &amp; æblekage</p>{more}</html>"
)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="20">'
    '<text y="15">{word}</text></svg>'
)


def page(more: str = "") -> str:
    return PAGE.format(faces=font_faces(), more=more)


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(each.get_textpage().get_text_bounded() for each in document)


def tags_of(content: bytes) -> Iterator[tuple[str, str]]:
    """The tags of all pages, each with its text for those who do not see."""

    def told(ask: Any, element: Any) -> str:
        size = ask(element, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 2))
        ask(element, buffer, size)
        return buffer.raw[: max(size - 2, 0)].decode("utf-16-le")

    def walk(element: Any) -> Iterator[tuple[str, str]]:
        kind = told(pdfium.FPDF_StructElement_GetType, element)
        yield kind, told(pdfium.FPDF_StructElement_GetAltText, element)
        for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
            if child:
                yield from walk(child)

    with pypdfium2.PdfDocument(content) as document:
        for each in document:
            tree = pdfium.FPDF_StructTree_GetForPage(each)
            for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                yield from walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, place))
            pdfium.FPDF_StructTree_Close(tree)


def fonts_inside(content: bytes) -> list[bool]:
    """For each piece of text: is its font in the file?"""
    with pypdfium2.PdfDocument(content) as document:
        return [
            bool(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(piece)))
            for each in document
            for piece in each.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=5)
        ]


def is_for_archive(content: bytes) -> bool:
    """Whether the file says that it is PDF/A-2a."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    told = [zlib.decompressobj().decompress(it) for it in streams if it.startswith(b"x")]
    return any(b'pdfaid:part="2"' in it and b'pdfaid:conformance="A"' in it for it in told)


@pytest.fixture(scope="module")
def made() -> bytes:
    return html_to_pdf(
        page("<table><tr><th scope=col>A</th></tr><tr><td>1</td></tr></table>"), made_at=NOW
    )


def test_the_text_can_be_read_out_of_the_file(made: bytes) -> None:
    assert "Blåbærgrød & æblekage" in text_of(made)


def test_headings_paragraphs_and_tables_are_tagged(made: bytes) -> None:
    kinds = {kind for kind, _ in tags_of(made)}

    assert {"H1", "P", "Table", "TR", "TH", "TD"} <= kinds


def test_a_file_for_the_archive_says_so_and_has_its_fonts_inside(made: bytes) -> None:
    assert is_for_archive(made)
    assert not is_for_archive(html_to_pdf(page(), made_at=NOW, is_archive=False))
    assert all(fonts_inside(made))
    assert fonts_inside(made) != []


def test_the_file_says_its_title_its_author_and_when_it_was_made(made: bytes) -> None:
    with pypdfium2.PdfDocument(made) as document:
        known = document.get_metadata_dict()

    assert (known["Title"], known["Author"]) == ("En prøve", "Sekretariatet")
    assert known["CreationDate"] == known["ModDate"]
    assert known["CreationDate"].startswith(f"D:{NOW.astimezone(dt.UTC):%Y%m%d%H%M%S}")


def test_the_same_page_and_moment_are_the_same_bytes() -> None:
    assert html_to_pdf(page(), made_at=NOW) == html_to_pdf(page(), made_at=NOW)


def test_another_moment_is_another_file() -> None:
    later = NOW + dt.timedelta(days=1)

    assert html_to_pdf(page(), made_at=NOW) != html_to_pdf(page(), made_at=later)


def test_the_pages_own_pictures_are_drawn() -> None:
    content = html_to_pdf(
        page("<img src='asset:a.svg' alt='Et billede'>"),
        made_at=NOW,
        pictures={"a.svg": PICTURE.format(word="Tegnet")},
    )

    assert "Tegnet" in text_of(content)
    assert ("Figure", "Et billede") in list(tags_of(content))


@pytest.mark.parametrize(
    "address",
    [
        "file://{folder}/hemmelig.svg",
        "{folder}/hemmelig.svg",
        "asset:{folder}/hemmelig.svg",
        "asset:../../hemmelig.svg",
        "asset:hemmelig.svg",
    ],
)
def test_no_file_of_the_machine_gets_into_the_pdf(tmp_path: Path, address: str) -> None:
    (tmp_path / "hemmelig.svg").write_text(PICTURE.format(word="HEMMELIGT"), encoding="utf-8")
    source = address.format(folder=tmp_path)

    content = html_to_pdf(
        page(f"<img src='{source}' alt=''><link rel='attachment' href='{source}'>"), made_at=NOW
    )

    assert "HEMMELIGT" not in text_of(content)
    assert b"EmbeddedFile" not in content


def test_nothing_is_fetched_from_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refuse(*args: object, **_: object) -> None:
        asked.append(args)
        raise OSError

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    html_to_pdf(
        page(
            "<link rel=stylesheet href='http://example.invalid/a.css'>"
            "<img src='https://example.invalid/a.png' alt=''>"
            "<style>@import 'http://example.invalid/b.css'; "
            "@font-face { font-family: X; src: url(http://example.invalid/x.woff2) } "
            "p { font-family: X; background: url(http://example.invalid/y.png) }</style>"
        ),
        made_at=NOW,
    )

    assert asked == []


def test_two_at_a_time_wait_for_each_other_because_pango_breaks_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside: list[int] = []
    most: list[int] = []

    def drawing(*_: object, **__: object) -> bytes:
        inside.append(1)
        threading.Event().wait(0.02)
        most.append(len(inside))
        inside.pop()
        return b""

    monkeypatch.setattr(pdf, "_drawn", drawing)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: html_to_pdf("", made_at=NOW), range(8)))

    assert most == [1] * 8


def test_without_the_library_for_text_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ordinary: Callable[..., Any] = builtins.__import__

    def missing(name: str, *args: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return ordinary(name, *args, **more)

    pdf._library.cache_clear()
    monkeypatch.setattr(builtins, "__import__", missing)

    with pytest.raises(OutsideError, match="apt install libpango"):
        html_to_pdf(page(), made_at=NOW)
