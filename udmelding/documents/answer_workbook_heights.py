"""How high must a row be for its texts? Told in the file: not every program finds out by itself."""

from __future__ import annotations

from math import ceil

from openpyxl.worksheet.worksheet import Worksheet

LEAST, MOST = 18.0, 400.0

_SIZE = 11
_LINE = 1.36
"""Height of a line, of the size of its letters."""

_FILLED = 0.96
"""How much of a line is used before a word goes over to the next."""

_AIR = 4


def height(text: str, width: float, size: float = _SIZE) -> float:
    """Points that a text needs, in letters of ``size`` points and a cell ``width`` digits wide."""
    room = max(1.0, width * _SIZE / size * _FILLED)
    lines = sum(max(1, ceil(len(part) / room)) for part in text.split("\n"))
    return lines * size * _LINE


class Heights:
    """Gathers what stands in the rows of one sheet."""

    def __init__(self) -> None:
        """Begin with no texts."""
        self._needed: dict[int, float] = {}

    def at_least(self, row: int, points: float) -> None:
        """The row is to be that high or higher."""
        self._needed[row] = max(self._needed.get(row, LEAST), points + _AIR)

    def set_on(self, sheet: Worksheet) -> None:
        """Write the heights."""
        for row, points in self._needed.items():
            sheet.row_dimensions[row].height = round(min(points, MOST), 1)
