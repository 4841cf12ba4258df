"""Danish lists in a sentence: commas, and one «og»."""

from __future__ import annotations


def join_names(names: list[str] | tuple[str, ...]) -> str:
    """Names as a Danish sentence lists them: ``Greve, Køge og Lolland``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} og {names[-1]}"
