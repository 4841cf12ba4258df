"""Makes a tagged PDF/A of an HTML page: the same bytes for the same page and moment.

WeasyPrint writes the tags from the page's own structure (headings, tables with heads, figures with
their text). Nothing is fetched: only fonts and styles that ship with the program can be named.
The file says that it is PDF/A-2a; no validator has certified it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from udmelding import paths
from udmelding.errors import OutsideError

NOTHING: Mapping[str, str] = {}
_ONE_AT_A_TIME = threading.Lock()  # Pango breaks where two threads use one set of fonts
_MISSING = (
    "PDF kan ikke dannes på denne maskine: biblioteket Pango mangler. Installér det; på Debian og "
    "Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0."
)
_FACES = (
    ("Regular", 400, "normal"),
    ("Italic", 400, "italic"),
    ("SemiBold", 600, "normal"),
    ("Bold", 700, "normal"),
)


def html_to_pdf(
    html: str,
    *,
    made_at: dt.datetime,
    is_archive: bool = True,
    pictures: Mapping[str, str] = NOTHING,
) -> bytes:
    """The page as PDF.

    Args:
        html: a whole page with its title, its language and its author as ``meta``.
        made_at: when it was made; stands in the file.
        is_archive: PDF/A-2a, with all fonts inside; else a plain tagged PDF.
        pictures: SVG texts by the names that the page has them under, as ``asset:name``.

    Raises:
        OutsideError: the library for text is not installed on this machine.
    """
    with _ONE_AT_A_TIME:
        return _drawn(html, made_at, pictures, is_archive=is_archive)


def _drawn(
    html: str, made_at: dt.datetime, pictures: Mapping[str, str], *, is_archive: bool
) -> bytes:
    weasyprint = _library()
    document = weasyprint.HTML(string=html, url_fetcher=_fetcher(pictures), base_url="asset:")
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    moment = made_at.astimezone(dt.UTC)
    rendered = document.render(font_config=_fonts())
    rendered.metadata.created = moment.isoformat(timespec="seconds")
    rendered.metadata.modified = rendered.metadata.created
    content: bytes = rendered.write_pdf(
        pdf_variant="pdf/a-2a" if is_archive else None,
        pdf_tags=True,
        pdf_identifier=identifier,
    )
    return content


@cache
def _library() -> Any:
    """WeasyPrint, which takes more than a second to load and needs Pango."""
    try:
        import weasyprint
    except OSError as error:
        raise OutsideError(_MISSING, is_temporary=False) from error
    return weasyprint


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def font_faces() -> str:
    """The style sheet's fonts: those that the pages use, from the program's own files."""
    faces = []
    for name, weight, style in _FACES:
        faces.append(
            "@font-face { font-family: 'IBM Plex Sans'; "
            f"font-weight: {weight}; font-style: {style}; "
            f"src: url(asset:IBMPlexSans-{name}.woff2) format('woff2'); }}"
        )
    return "\n".join(faces)


def _fetcher(pictures: Mapping[str, str]) -> Any:
    """Gives the program's own fonts and the page's own pictures, whatever a text names."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Own(URLFetcher):  # type: ignore[misc]
        """Reads nothing from the network or the disk but those fonts."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """One of our own files.

            Raises:
                ValueError: anything else; WeasyPrint then leaves it out.
            """
            name = url.removeprefix("asset:").lstrip("/")
            if url.startswith("asset:") and name in pictures:
                content, media = pictures[name].encode(), "image/svg+xml"
            elif url.startswith("asset:") and Path(name).name == name and name.endswith(".woff2"):
                content, media = (paths.FONTS / name).read_bytes(), "font/woff2"
            else:
                raise ValueError(f"not one of our own files: {url[:80]}")
            return URLFetcherResponse(url, content, {"Content-Type": media})

    return Own()
