"""Which files hold the mails' texts? Those that are shipped, and a secretariat's own before them.

Nothing here knows what a text means. A file that cannot be read is a text with a flaw: it must not
stop the mails that do not use it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 50_000
"""Size of one text of a secretariat's own; a mail is never that long."""

Stamp = tuple[tuple[Path, str, int, int, bool], ...]
"""Root, name below it, time of change and size of every file, and whether it is not shipped."""


@dataclass(frozen=True, slots=True)
class Text:
    """One template text.

    Attributes:
        path: the file it came from.
        content: what stands in it.
        is_own: whether it is the secretariat's own, not the shipped one.
        flaw: why it cannot be read, a Danish clause; empty as a rule.
    """

    path: Path
    content: str
    is_own: bool = False
    flaw: str = ""


def stamp_of(shipped: Path, own: Path | None) -> Stamp:
    """What has to be read anew when it changes; of two files with one name, the own counts."""
    files = {name: (shipped, found, False) for name, found in _files(str(shipped), "")}
    if own is not None:
        files |= {name: (own, found, True) for name, found in _files(str(own), "")}
    return tuple(
        (root, name, found.st_mtime_ns, found.st_size, is_own)
        for name, (root, found, is_own) in sorted(files.items())
    )


def _files(folder: str, below: str) -> Iterator[tuple[str, os.stat_result]]:
    """Every file in the folder and below it; looked up for each mail, so as cheaply as can be.

    Hidden files and the copies that editors leave behind are none of ours.
    """
    try:
        entries = list(os.scandir(folder))
    except OSError:  # there is none, or it is not for us: a check of the folder tells
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        if entry.is_dir():
            yield from _files(entry.path, f"{below}{entry.name}/")
        elif entry.is_file():
            yield f"{below}{entry.name}", entry.stat()


def text_of(path: Path, *, is_own: bool) -> Text:
    """The text in a file, or why it cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Text(path, "", is_own, f"filen kan ikke læses ({error.strerror})")
    return own_text(path, content) if is_own else Text(path, content.decode("utf-8"))


def own_text(path: Path, content: bytes) -> Text:
    """A secretariat's own text, or why it cannot be used."""
    if len(content) > MOST_BYTES:
        return Text(path, "", True, f"teksten fylder mere end {MOST_BYTES // 1000} kB")
    try:
        return Text(path, content.decode("utf-8-sig").replace("\r\n", "\n"), True)
    except UnicodeDecodeError:
        return Text(path, "", True, "filen er ikke skrevet i UTF-8")
