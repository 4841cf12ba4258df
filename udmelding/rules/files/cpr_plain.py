"""What does a text say, when what nobody sees of it is taken out, and where did each sign stand?

A number may be cut by a soft hyphen, a tag of HTML, an entity (``&nbsp;``), or what an address or
a JSON text writes for a dash. All are read as a person would see them; what is found is told by its
place in the text as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

# Signs that are not seen and may stand inside a number, such as the soft hyphen.
_UNSEEN_SIGNS = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0f\ufeff"
_UNSEEN = re.compile(f"[{_UNSEEN_SIGNS}]")

_MOST_DIGITS_OF_A_TAG = 5
"""A tag with more may hold a number itself, and is read as text."""

_BETWEEN_LINES = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4"})
_BETWEEN_CELLS = frozenset({"td", "th", "dd", "dt"})

# What is counted after ``%`` and ``=`` is named one by one: any other would swallow digits.
_CODED = r"20|2D|2E|2F|09|0A|C2{0}A0|E2{0}80{0}9[0-5]"
_ODD = re.compile(
    rf"(?P<unseen>[{_UNSEEN_SIGNS}]|\*\*)"
    r"|(?P<tag></?(?P<name>[a-z][a-z0-9]{0,15})\b[^<>]{0,200}>)"
    r"|(?P<entity>&(?:\#[0-9]{1,6}|\#x[0-9a-f]{1,5}|[a-z]{2,10});)"
    rf"|(?<=[0-9])(?P<coded>%(?:{_CODED.format('%')}))(?=[0-9])"
    rf"|(?<=[0-9])(?P<quoted>=(?:{_CODED.format('=')}))(?=[0-9])"
    r"|(?<=[0-9])(?P<turned>=\r?\n)(?=[0-9-])"
    r"|\\u(?P<json>[0-9a-f]{4})|\\(?P<escape>[nrt])",
    re.IGNORECASE,
)
_MAYBE_ODD = re.compile(rf"[&<%=\\*{_UNSEEN_SIGNS}]")
_ESCAPES = {"n": "\n", "r": "\n", "t": "\t"}


@dataclass(slots=True)
class Plain:
    """A text as it is seen, and where each sign of it stood.

    Attributes:
        text: as it is seen.
        begins: where in ``text`` each stretch begins whose signs stood side by side.
        places: where in the text as it was each of them began.
        ends: where there the one sign ended that a stretch stands for; 0 for a stretch as it was.
    """

    text: str
    begins: list[int] = field(default_factory=lambda: [0])
    places: list[int] = field(default_factory=lambda: [0])
    ends: list[int] = field(default_factory=lambda: [0])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stood."""
        last = bisect_right(self.begins, end - 1) - 1
        after = self.ends[last] or self.places[last] + end - self.begins[last]
        first = bisect_right(self.begins, start) - 1
        return self.places[first] + start - self.begins[first], after


def plain(text: str) -> Plain:
    """``text`` as it is seen; the time it takes grows with its length only."""
    if _MAYBE_ODD.search(text) is None:
        return Plain(text)
    found = Plain("", [], [], [])
    parts: list[str] = []
    at = length = 0
    for odd in _ODD.finditer(text):
        seen = _seen(odd)
        if seen is None:
            continue
        stretches = (text[at : odd.start()], at, 0), (seen, odd.start(), odd.end())
        for part, place, end in stretches:
            if part:
                _add(found, length, place, end)
                parts.append(part)
                length += len(part)
        at = odd.end()
    _add(found, length, at, 0)
    parts.append(text[at:])
    found.text = "".join(parts)
    return found


def _add(found: Plain, begin: int, place: int, end: int) -> None:
    found.begins.append(begin)
    found.places.append(place)
    found.ends.append(end)


def _seen(odd: re.Match[str]) -> str | None:
    """What is seen of it, one sign or none; None where it is text as any other."""
    kind = odd.lastgroup
    if kind in ("unseen", "turned"):
        return ""
    if odd["tag"]:
        return _of_tag(odd["tag"], odd["name"].lower())
    if kind == "escape":
        return _ESCAPES.get(odd["escape"].lower(), "")
    sign = _decoded(odd)
    if len(sign) != 1:
        return None
    return "" if _UNSEEN.match(sign) else sign


def _decoded(odd: re.Match[str]) -> str:
    if odd["entity"]:
        return unescape(odd["entity"])
    if odd["json"]:
        return chr(int(odd["json"], 16))
    return unquote((odd["coded"] or odd["quoted"]).replace("=", "%"), errors="replace")


def _of_tag(tag: str, name: str) -> str | None:
    if sum(sign.isdecimal() for sign in tag) > _MOST_DIGITS_OF_A_TAG:
        return None
    if name in _BETWEEN_LINES:
        return "\n"
    return "\t" if name in _BETWEEN_CELLS else ""
