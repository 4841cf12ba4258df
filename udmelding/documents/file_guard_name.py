"""What may a file that somebody sends be called here? Its last part, without what can do harm.

The name is the sender's choice: it may hold a path, signs that are not seen or that turn the
direction of writing (``xslx.exe`` shown as ``exe.xlsx``), a device of Windows, or far too much.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

MOST_CHARACTERS = 120
_MOST_READ = 5_000
_LONGEST_ENDING = 10
_NAMELESS = "fil"

_APART = re.compile(r"[/\\]")
_DRIVE = re.compile(r"^[A-Za-z]:")
_WRONG = re.compile(r'[<>:"|?*]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def clean_name(name: str) -> str:
    """A file name that every system takes, and that shows what it is.

    Args:
        name: as the sender's browser says it.

    Returns:
        No path, no sign that is not seen, no device of Windows, no point or space at the end, at
        most ``MOST_CHARACTERS`` characters, and the ending that it had. Never empty, and cleaning
        it once more changes nothing.
    """
    composed = unicodedata.normalize("NFC", name[-_MOST_READ:])
    seen = "".join(sign for sign in composed if unicodedata.category(sign) not in _UNSEEN)
    last = _DRIVE.sub("", _APART.split(seen)[-1])
    tidy = " ".join(_WRONG.sub("_", last).split()).strip(" .")
    ending = PurePosixPath(tidy).suffix if tidy else ""
    if not 1 < len(ending) <= _LONGEST_ENDING or " " in ending:
        ending = ""
    stem = tidy.removesuffix(ending)[: MOST_CHARACTERS - len(ending) - 1].rstrip(" .")
    if _DEVICES.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    return (stem or _NAMELESS) + ending
