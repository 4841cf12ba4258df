"""How is a text broken into lines of a width that somebody else measures?"""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""The width of a text, in the unit of the ``width`` it is held against."""


def broken(text: str, width: float, measure: Measure, *, most: int | None = None) -> list[str]:
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
