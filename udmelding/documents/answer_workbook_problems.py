"""One thing that is wrong in a workbook, and where: what a reader of it is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing that is wrong.

    Attributes:
        sheet: the sheet's name; ``cell`` such as ``C7``, empty for the sheet as a whole.
        path: the answer that it is about; empty for what is about no single answer.
        text: what is wrong and what to do, in Danish.
    """

    sheet: str
    cell: str
    path: str
    text: str

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return place_words(self.sheet, self.cell)

    def __str__(self) -> str:
        """One line: the place and what is wrong."""
        place = self.place
        return f"{place[:1].upper()}{place[1:]}: {self.text}"


def place_words(sheet: str, cell: str) -> str:
    """A place in a workbook: ``ark «Borgere», celle C7``."""
    return f"ark «{sheet}», celle {cell}" if cell else f"ark «{sheet}»"
