"""Which signs can be printed, and where may a word be divided?

Typst refuses a whole document for one sign that no font has, for control signs and for private
ones. So every text passes ``printable`` first. ``templates/typst/fonts/signs.txt`` lists what the
fonts have; a test holds the list against the fonts themselves.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from udmelding import paths

SUBSTITUTE = "\N{WHITE SQUARE}"
"""What stands for a sign that no font has."""

BLANK = " \n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f"
"""What leaves an empty line on the page."""

_SILENT = re.compile(
    # Control signs but the line break; signs that turn the direction of the letters that follow;
    # the byte order mark, halves of signs, and what Unicode says is no character.
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
    "\ufdd0-\ufdef\ufff9-\ufffb]|[\ufffe\uffff\U0001fffe\U0001ffff]"
)
_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f"
_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = 12
_LETTERS = re.compile(r"[^\W\d_]{12,}")
_OWN_WORDS = ("kommunal|bestyrelses|medlem", "kommunal|bestyrelsen", "kommunal|bestyrelse")
"""Compounds that the general patterns divide badly."""


def printable(text: str, longest: int | None = 80) -> str:
    """``text`` with only signs that can be printed.

    Args:
        text: anything that anybody wrote or pasted.
        longest: words longer than this many letters may be broken, so that none runs out of the
            page or the column; None leaves them whole, as an address must be.
    """
    kept = _SILENT.sub(_gone, text)
    if not kept.isascii():
        kept = _unknown_signs().sub(SUBSTITUTE, kept)
    return kept if longest is None or len(kept) <= longest else _with_breaks(kept, longest)


def unprintable(text: str) -> tuple[str, ...]:
    """The signs of ``text`` that come out as □, each once, in their order."""
    return tuple(dict.fromkeys(_unknown_signs().findall(_SILENT.sub("", text))))


def _gone(found: re.Match[str]) -> str:
    """A tab or another line break is at least a space; all else leaves nothing."""
    return " " if found[0] in "\t\x0b\x0c\r\x85\u2028\u2029" else ""


@cache
def _unknown_signs() -> re.Pattern[str]:
    """What no font has, from the list of what they have: lines such as ``0020-007e``."""
    listed = (paths.TYPST / "fonts" / "signs.txt").read_text(encoding="ascii").splitlines()
    had = [line.split("-") for line in listed if line and not line.startswith("#")]
    ranges = [f"\\U{int(one[0], 16):08x}-\\U{int(one[-1], 16):08x}" for one in had]
    return re.compile(f"[^\n{_UNSEEN}{''.join(ranges)}]|[\ue000-\uf8ff]")


def _with_breaks(text: str, longest: int) -> str:
    """Long words with places to break them: where Danish does, after a sign, else anywhere."""
    return re.sub(rf"\S{{{longest + 1},}}", lambda found: _broken(found[0], longest), text)


def _broken(word: str, longest: int) -> str:
    eased = re.sub(r"(?<=[/._=&?@-])(?=[^/._=&?@-])", _BREAK, divided(word))
    pieces = f"[^{_BREAK}\N{SOFT HYPHEN}]{{{longest + 1},}}"
    return re.sub(
        pieces, lambda one: re.sub(rf"(.{{{longest}}})(?=.)", rf"\1{_BREAK}", one[0]), eased
    )


def divided(text: str) -> str:
    """``text`` with soft hyphens in its long words, for narrow columns.

    Only there: who copies the text gets the hyphens too, so names that people look up have none.
    """
    return _LETTERS.sub(lambda found: _parted(found[0]), text) if len(text) >= _LONG_WORD else text


@lru_cache(maxsize=1024)
def _parted(word: str) -> str:
    own = next((own for own in _OWN_WORDS if word.lower().startswith(own.replace("|", ""))), "")
    if own:
        places = [len(own[:at].replace("|", "")) for at, sign in enumerate(own) if sign == "|"]
        for place in reversed(places):
            word = f"{word[:place]}\N{SOFT HYPHEN}{word[place:]}"
        return word
    return str(_patterns().inserted(word, "\N{SOFT HYPHEN}"))


@cache
def _patterns() -> Any:
    import pyphen  # takes some milliseconds to read its patterns

    return pyphen.Pyphen(lang="da_DK", left=5, right=4)
