"""What may a sheet be called, and what may stand in a cell? The limits of Excel itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.utils import get_column_letter

LONGEST_NAME = 31
LONGEST_TEXT = 32_000

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]|^'+|'+$")
_RESERVED = ("history", "historik", "id", "lister")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def sheet_names(taken: Sequence[str], titles: Iterable[str]) -> tuple[str, ...]:
    """Names for sheets: short enough, without forbidden characters, no two alike.

    Args:
        taken: names that are used already.
        titles: what the sheets are about.
    """
    used = {name.casefold() for name in (*taken, *_RESERVED)}
    names = []
    for title in titles:
        plain = " ".join(_FORBIDDEN.sub(" ", title).split()) or "Ark"
        name, number = _cut(plain, LONGEST_NAME), 1
        while name.casefold() in used:
            number += 1
            tail = f" ({number})"
            name = _cut(plain, LONGEST_NAME - len(tail)) + tail
        used.add(name.casefold())
        names.append(name)
    return tuple(names)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def plain_text(text: str) -> str:
    """A text that Excel can hold and shows as it is: ``_x0041_`` would become ``A``."""
    return _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST_TEXT]


def write_text(cell: Cell | MergedCell, text: str) -> None:
    """Write a text that is never read as a formula or an error, whatever it begins with."""
    if isinstance(cell, Cell):
        cell.value = plain_text(text)
        cell.data_type = "s"


def address(row: int, column: int) -> str:
    """The cell's name, such as ``C7``."""
    return f"{get_column_letter(column)}{row}"


def in_sheet(name: str, where: str) -> str:
    """A cell or range of another sheet, as a formula names it."""
    quoted = name.replace("'", "''")
    return f"'{quoted}'!{where}"
