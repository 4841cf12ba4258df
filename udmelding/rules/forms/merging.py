"""Two people type in one answer draft: what does each field say, when both have saved?

A page carries a mark of what each field said when it was shown. So a field that only one of them
has touched is whoever's who touched it, and nothing is lost. Where both have, what was saved first
stays, and the other is told what it says: it is a person who decides which of the two is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True, slots=True)
class Merged:
    """One draft of two.

    Attributes:
        typed: text by path, to be kept.
        theirs: what the other has written in fields that this one has not touched; empty: emptied.
        clashes: what the other has written in fields that both have.
    """

    typed: Mapping[str, str]
    theirs: Mapping[str, str]
    clashes: Mapping[str, str]


def marks(shown: Mapping[str, str]) -> dict[str, str]:
    """A mark of what each field says; fields that are empty have none."""
    return {path: _mark(text) for path, text in shown.items() if text}


def packed(found: Mapping[str, str]) -> str:
    """Marks as one text, for a field of the page."""
    return urlencode(found)


def unpacked(text: str) -> dict[str, str]:
    """The marks that a page carried."""
    return dict(parse_qsl(text))


def merged(mine: Mapping[str, str], stored: Mapping[str, str], began: Mapping[str, str]) -> Merged:
    """Bring together what two have typed.

    Args:
        mine: what stands on the page that is saved now.
        stored: what somebody else has saved since it was shown.
        began: marks of what it showed then.
    """
    typed = dict(mine)
    theirs: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for path in dict.fromkeys((*mine, *stored)):
        one, other, before = mine.get(path, ""), stored.get(path, ""), began.get(path, "")
        if one == other or _mark(other) == before:
            continue
        (theirs if _mark(one) == before else clashes)[path] = other
        typed[path] = other
    return Merged({path: text for path, text in typed.items() if text}, theirs, clashes)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""
