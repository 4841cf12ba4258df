"""Is a file what it says, and safe to keep and to open?

Asked of every file that somebody sends, before anything is kept of it. The answer is the file under
a clean name, or a sentence that says what is wrong and what to send instead. Nothing of a file is
ever run, and nothing is unpacked to the disk. A file is called by the last part of its name,
without what can do harm. The name is the sender's choice: it may hold a path, signs that are not
seen or that turn the direction of writing (``xslx.exe`` shown as ``exe.xlsx``), a device of
Windows, or far too much.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

from udmelding.documents.files.guard_kinds import KINDS, Shape, is_archive, is_program, shape_of
from udmelding.documents.files.guard_pdf import problem_of_pdf
from udmelding.documents.files.guard_zip import (
    LOCKED,
    MACROS,
    kind_of_zip,
    problem_of_zip,
    say_wrong_ending,
)
from udmelding.errors import RefusedError

MOST_BYTES = 25 * 1024**2


@dataclass(frozen=True, slots=True)
class SafeFile:
    """A file that may be kept and opened.

    Attributes:
        name: clean, as ``clean_name`` makes it.
        ending: with its point, lower case.
        media_type: what it is, whatever its sender said.
    """

    name: str
    content: bytes
    ending: str
    media_type: str


def check_file(
    name: str, content: bytes, allowed: Mapping[str, str], *, most: int = MOST_BYTES
) -> SafeFile:
    """The file, if it is one of those that are allowed, what it says, and safe.

    Args:
        name: as its sender calls it.
        content: its bytes; of a larger one, one more than ``most`` is enough.
        allowed: the endings that are taken, with what such a file is called.
        most: bytes that it may have.

    Raises:
        RefusedError: it is not; says what is wrong and what to send instead.
    """
    clean = clean_name(name)
    ending = PurePath(clean).suffix.lower()
    problem = (
        _outside(ending, content, allowed, most)
        or _shape(ending, content)
        or _inside(ending, content)
    )
    if problem:
        raise RefusedError(f"Filen «{clean}» {problem}")
    return SafeFile(clean, content, ending, KINDS[ending].media_type)


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


__all__ = ["MOST_BYTES", "SafeFile", "check_file", "clean_name"]

_IN_OLE = {
    "EncryptedPackage": LOCKED,
    "_VBA_PROJECT": MACROS,
    "VBA": MACROS,
}
"""Names that stand in the list of contents of an OLE file, in UTF-16."""

_WORD, _FLAGS_AT = b"\xec\xa5\xc1\x00", 10
"""How the text of an old Word document begins, and where it says that it is encrypted."""

_SCRIPTED = re.compile(
    rb"<\s*(?:script|iframe|frame|object|embed|applet|base|form)\b|<\s*meta[^>]{0,200}http-equiv\s*="
    rb"\s*[\"']?refresh|\bon[a-z]{3,20}\s*=\s*[\"']|(?:java|vb)script\s*:",
    re.IGNORECASE,
)
_COMMAND = re.compile(rb"(?:^|[;,\t\"\r\n])\s*[=+@-][^;,\t\r\n]{0,200}\|[^;\t\r\n]{0,500}!")
_SCRIPT = "indeholder et script. Gem siden som PDF (vælg Udskriv og Gem som PDF), og send den."
_STARTS = "har en celle, der starter et program. Slet cellen, og send filen igen."


def _outside(ending: str, content: bytes, allowed: Mapping[str, str], most: int) -> str:
    if not content:
        return "er tom."
    if len(content) > most:
        return f"fylder mere end {most // 1024**2} MB. Send en mindre fil."
    if ending not in allowed or ending not in KINDS:
        *first, last = [f"{what} ({end})" for end, what in allowed.items()]
        known = f"{', '.join(first)} eller {last}" if first else last
        return f"kan ikke læses her. Brug {known}."
    return ""


def _shape(ending: str, content: bytes) -> str:
    """Whether the first bytes are those of what the name says."""
    kind, shape = KINDS[ending], shape_of(content)
    if is_program(content):
        return "er et program og er ikke gemt. Send dokumentet selv."
    if shape is kind.shape:
        return ""
    if shape is Shape.OLE and kind.shape is Shape.ZIP:
        old = _of_ole(content, ending)
        return old or f"er gemt i et ældre format. Åbn den, vælg Gem som {ending}, og send den nye."
    if shape is Shape.ZIP or is_archive(content):
        real = kind_of_zip(content)
        packed = (
            f"er en pakket fil og ikke {kind.called}. Pak den ud, og send det, der ligger i den."
        )
        return say_wrong_ending(real, ending) if real else packed
    said = f"er {_REALLY[shape]} og ikke" if shape else "er ikke"
    return f"{said} {kind.called}, selv om den hedder noget på {ending}. Send originalen."


_REALLY = {
    Shape.TEXT: "ren tekst eller en webside",
    Shape.OLE: "et ældre Office-dokument",
    Shape.PDF: "en PDF",
    Shape.PNG: "et billede",
    Shape.JPEG: "et billede",
}


def _inside(ending: str, content: bytes) -> str:
    match KINDS[ending].shape:
        case Shape.ZIP:
            return problem_of_zip(content, ending)
        case Shape.PDF:
            return problem_of_pdf(content)
        case Shape.OLE:
            return _of_ole(content, ending)
        case Shape.TEXT:
            return _of_text(ending, content)
        case _:
            return ""


def _of_ole(content: bytes, ending: str) -> str:
    """Encryption and macros stand by name in the list of contents of the file."""
    for name, problem in _IN_OLE.items():
        if name.encode("utf-16-le") + b"\x00\x00" in content:
            return problem.format(ending=f"{ending.rstrip('x')}x")
    begin = content.find(_WORD)
    flags = content[begin + _FLAGS_AT : begin + _FLAGS_AT + 2] if begin >= 0 else b""
    return LOCKED if len(flags) > 1 and flags[1] & 1 else ""


def _of_text(ending: str, content: bytes) -> str:
    if ending in (".html", ".htm") and _SCRIPTED.search(content.replace(b"\x00", b"")):
        return _SCRIPT
    if ending == ".csv" and _COMMAND.search(content.replace(b"\x00", b"")):
        return _STARTS
    return ""


MOST_CHARACTERS = 120
_MOST_READ = 5_000
_LONGEST_ENDING = 10
_NAMELESS = "fil"

_APART = re.compile(r"[/\\]")
_DRIVE = re.compile(r"^[A-Za-z]:")
_WRONG = re.compile(r'[<>:"|?*]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
