"""What a file says is told in pieces, each with its place in words that its reader knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a file.

    Attributes:
        place: where, in Danish without «i» or «på»: ``side 3``, ``ark «Svar», celle B7``.
        is_cell: it is one cell of a table, where a leading zero may be lost.
        is_unread: what stands there could not be read; ``text`` is empty then.
    """

    place: str
    text: str
    is_cell: bool = False
    is_unread: bool = False


def unread(place: str) -> Piece:
    """Say that what stands at ``place`` was not read."""
    return Piece(place, "", is_unread=True)
