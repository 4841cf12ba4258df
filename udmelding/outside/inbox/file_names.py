"""How is a file that came by mail named, so that its name can do no harm?

The name is the sender's choice. It may hold a path, signs that turn the direction of writing
(``fdp.exe`` shown as ``exe.pdf``), a device name of Windows, or nothing at all.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata

MOST_CHARACTERS = 120
_LONGEST_EXTENSION = 10

_WRONG = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*", re.IGNORECASE
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_EXTENSIONS = {
    "application/ms-tnef": ".dat",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "image/jpeg": ".jpg",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
}


def safe_name(name: str, media_type: str, number: int) -> str:
    """A file name that every system takes.

    Args:
        name: as the mail says it; may be empty.
        media_type: such as ``application/pdf``; gives a nameless file its extension.
        number: which file of the mail it is; a nameless one is called after it.

    Returns:
        No path, no sign that is not seen, no reserved name, at most ``MOST_CHARACTERS``
        characters, with the extension that it had.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[:5_000]))[-1]
    seen = "".join(s for s in last if unicodedata.category(s) not in _UNSEEN)
    tidy = " ".join(_WRONG.sub("_", seen).split()).rstrip(" .")
    stem, extension = _cut(tidy)
    stem = stem.lstrip(" .")
    if not stem.strip(" ._"):
        stem, extension = f"bilag-{number}", extension or _extension(media_type)
    if _RESERVED.fullmatch(stem.partition(".")[0]):
        stem = f"_{stem}"
    return stem[: MOST_CHARACTERS - len(extension)].rstrip(" .") + extension


def _cut(name: str) -> tuple[str, str]:
    """``name`` in two: before and from its last point, if that begins an extension."""
    stem, point, extension = name.rpartition(".")
    if not point or not 0 < len(extension) <= _LONGEST_EXTENSION or " " in extension:
        return name, ""
    return stem, f".{extension}"


def _extension(media_type: str) -> str:
    return _EXTENSIONS.get(media_type) or mimetypes.guess_extension(media_type) or ".bin"
