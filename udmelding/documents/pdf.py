"""Sets PDFs with Typst: tagged, for the archive, the same bytes for the same values and moment.

Each file says that it is PDF/A-2a and PDF/UA-1; Typst refuses what breaks them as far as it can
tell, and no validator has certified them. Nothing is fetched and no font of the system is used: the
templates and the fonts in ``templates/typst`` are all there is. Each job runs in a process of its
own with limits of memory and time (``pdf_child``), several at once.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from udmelding import paths
from udmelding.documents.blocks import Json
from udmelding.documents.look import Look
from udmelding.documents.signs import BLANK, printable
from udmelding.errors import OutsideError, RefusedError

_CHILD = Path(__file__).with_name("pdf_child.py")
_REFUSED, _WARNED = 3, 5
_MEMORY = 2 * 2**30
_PROCESSOR_SECONDS, _SECONDS = 60, 90
_AT_ONCE = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))
_MOST_CELLS = 60_000
"""Some 17 tables of 98 rows and 36 columns; 30,000 cells take half a gigabyte."""
_log = logging.getLogger(__name__)


def set_pdf(
    template: str,
    values: Mapping[str, Any],
    made_at: dt.datetime,
    look: Look,
    *,
    is_strict: bool = False,
) -> bytes:
    """One document.

    Args:
        template: a file's name in ``templates/typst``, without its ending.
        values: what it says; blocks as ``blocks_as_json`` makes them.
        made_at: when it was made; stands in the file.
        look: the secretariat's own.
        is_strict: refuse what Typst only warns of, such as a font that is not there.

    Raises:
        RefusedError: its tables are beyond reason; ``is_strict``, and something is to be warned of.
        OutsideError: it could not be set within the limits of memory and time.
    """
    more = {"format": "pdf", "is_strict": is_strict}
    (content,) = _run(template, [values], made_at, look, more)
    return content


def set_pdfs(
    template: str, documents: Sequence[Mapping[str, Any]], made_at: dt.datetime, look: Look
) -> tuple[bytes, ...]:
    """Many documents of one kind, in their order, for little more than one; see ``set_pdf``."""
    return _run(template, documents, made_at, look, {"format": "pdf"})


def set_pictures(
    template: str, values: Mapping[str, Any], look: Look, *, dots: int
) -> tuple[bytes, ...]:
    """The pages of one document as PNG pictures of ``dots`` to the inch; see ``set_pdf``."""
    always = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    return _run(template, [values], always, look, {"format": "png", "dots": dots})


def _run(
    template: str,
    documents: Sequence[Mapping[str, Any]],
    made_at: dt.datetime,
    look: Look,
    more: Mapping[str, object],
) -> tuple[bytes, ...]:
    if not documents:
        return ()
    with_look = [{**_titled(values), "look": look.as_json()} for values in documents]
    for values in with_look:
        _refuse_what_is_too_large(values)
    job = {
        "template": str(paths.TYPST / f"{template}.typ"),
        "fonts": [str(paths.TYPST / "fonts"), *look.font_folders],
        "values": [json.dumps(values, ensure_ascii=False) for values in with_look],
        "made_at": int(made_at.timestamp()),
        "memory": _MEMORY,
        "seconds": _PROCESSOR_SECONDS,
        **more,
    }
    with _AT_ONCE:
        return _split(_asked(json.dumps(job).encode(), template))


def _titled(values: Mapping[str, Any]) -> Json:
    """Cleaned, and never without a title, which PDF/UA asks for."""
    known = {name: printable(values[name], 30) for name in ("title", "author") if name in values}
    if "title" in known and not known["title"].strip(BLANK):
        known["title"] = "Uden titel"
    return {**values, **known}


def _asked(job: bytes, template: str) -> bytes:
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        run = subprocess.run(  # noqa: S603
            command, input=job, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise OutsideError(_TOO_LARGE, is_temporary=False) from error
    told = run.stderr.decode(errors="replace").strip()
    if run.returncode == _WARNED:
        raise RefusedError(f"Prøven gav en advarsel: {told.removeprefix('warning: ')}.")
    if run.returncode == 0:
        if told:
            _log.warning("Typst on %s: %s", template, told)
        return run.stdout
    _log.error("Typst ended with %s on %s: %s", run.returncode, template, told)
    if run.returncode == _REFUSED:
        raise OutsideError(_FAULT, is_temporary=False)
    raise OutsideError(_TOO_LARGE, is_temporary=False)


_TOO_LARGE = (
    "PDF-filen kunne ikke dannes: dokumentet er for stort for denne maskine. Del de største "
    "tabeller, eller hent det som Word."
)
_FAULT = (
    "PDF-filen kunne ikke dannes på grund af en fejl i programmet. Hent dokumentet som Word, og "
    "giv besked til den, der driver systemet: i loggen står, hvad der gik galt."
)


def _refuse_what_is_too_large(values: Mapping[str, Any]) -> None:
    cells = _cells(values)
    if cells > _MOST_CELLS:
        raise RefusedError(
            f"Dokumentets tabeller har {cells:,} felter i alt; det er for mange til én PDF-fil. "
            "Hent tallene som Excel, eller del spørgeskemaet.".replace(",", ".", 1)
        )


def _cells(values: object) -> int:
    match values:
        case {"kind": "grid", "rows": rows, "shares": shares}:
            return len(rows) * len(shares)
        case dict():
            return sum(map(_cells, values.values()))
        case list() | tuple():
            return sum(map(_cells, values))
        case _:
            return 0


def _split(content: bytes) -> tuple[bytes, ...]:
    files = []
    place = 0
    while place < len(content):
        size = int.from_bytes(content[place : place + 8], "big")
        files.append(content[place + 8 : place + 8 + size])
        place += 8 + size
    return tuple(files)
