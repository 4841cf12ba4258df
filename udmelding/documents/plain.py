"""Plain text that other programs read: tables as CSV, clean signs, lines of a given width.

A table is written so that Excel opens it in Danish, and nothing in it is run. A text that was
pasted from elsewhere may hold control characters or half a sign. Word refuses to open a file with
one of them, and no reader ever saw them, so they are left out. A text is broken into lines of a
width that somebody else measures.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the text for an older code page and spoils æ, ø and å."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(rows: Iterable[Sequence[str]], numbers: frozenset[int] = frozenset()) -> str:
    """Rows as CSV with semicolons.

    Args:
        rows: the cells; the first row is the heads.
        numbers: columns that hold numbers of ours, which may begin with a minus.
    """
    stream = io.StringIO(newline="")
    stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            [text if place in numbers else harmless(text) for place, text in enumerate(row)]
        )
    return stream.getvalue()


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and never runs as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """The text without the signs that XML cannot hold (XML 1.0, section 2.2)."""
    return _FORBIDDEN.sub("", text)


Measure = Callable[[str], float]
"""The width of a text, in the unit of the ``width`` it is held against."""


def break_lines(text: str, width: float, measure: Measure, *, most: int | None = None) -> list[str]:
    """``text`` in lines of at most ``width``, broken between words where that is possible.

    Args:
        text: what is broken; any run of spaces counts as one.
        width: the room of a line; one sign is taken even where there is no room for it.
        measure: gives the width of a text.
        most: the number of lines there is room for; the last one then ends in ``…``.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _chopped(word, width, measure)
        lines += full
    lines += [line] if line else []
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width, measure)]
    return lines


def cut(text: str, width: float, measure: Measure) -> str:
    """``text``, shortened to end in ``…`` where it is wider than ``width``."""
    if measure(text) <= width:
        return text
    while text and measure(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _chopped(word: str, width: float, measure: Measure) -> list[str]:
    """A word in pieces that have room."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and measure(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces
