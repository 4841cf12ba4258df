"""What is a file called, so that every machine can hold it? Names that Windows takes, no two alike.

A zip is unpacked on Windows as a rule: signs that are forbidden there become a hyphen, a name is
short enough to stand some folders down, and two names that differ only in capitals are two files
on one machine and one on another, so the second gets a number.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
"""Characters of a name with its ending; Windows counts the folders above it too (260 in all)."""

_FORBIDDEN = re.compile(r'\s*[<>:"/\\|?*\x00-\x1f\x7f\ufffe\uffff]+\s*')
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def safe_name(text: str, ending: str = "", *, longest: int = LONGEST) -> str:
    """A name for a file or a folder.

    Args:
        text: what it should be called, without its ending.
        ending: with the dot, such as ``.docx``; empty for a folder.
        longest: characters, with the ending.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    plain = " ".join(_FORBIDDEN.sub(" - ", plain).split()).strip(" .-") or "Uden navn"
    if _DEVICES.match(plain):
        plain = f"Fil {plain}"
    return f"{_cut(plain, longest - len(ending))}{ending}"


def short(text: str, longest: int = 60) -> str:
    """A title that is short enough to be part of a name, cut between words."""
    return _cut(" ".join(text.split()), longest)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    if " " in head[longest // 2 :] and not text[longest].isspace():
        head = head.rpartition(" ")[0]
    return head.rstrip(" .,;:-–«(")


def ending_of(file_name: str) -> str:
    """The ending of a file's name with its dot, in small letters; empty where it has none."""
    found = file_name.rpartition(".")
    ending = f".{found[2]}" if found[0] else ""
    return ending.casefold() if _ENDING.fullmatch(ending) else ""


class Names:
    """Gives names out, each once."""

    def __init__(self) -> None:
        """Nothing is taken yet."""
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """The name, or the name with a number where it is taken already."""
        place = len(name) - len(ending_of(name))
        found, number = name, 1
        while found.casefold() in self._taken:
            number += 1
            found = f"{name[:place]} ({number}){name[place:]}"
        self._taken.add(found.casefold())
        return found
