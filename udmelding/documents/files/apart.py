"""What a process of its own finds in a file: is it safe, and does it hold CPR numbers?

Called by name through ``outside.files``, so everything goes in and out as JSON holds it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import Any

from udmelding.documents.files.guard import check_file
from udmelding.documents.files.guard_kinds import KINDS
from udmelding.documents.files.text import look_in_file, text_of
from udmelding.errors import RefusedError
from udmelding.rules.records import read_passage

INSPECT = f"{__name__}:inspect"
TEXT = f"{__name__}:text"
HOLDS = f"{__name__}:holds"


def inspect(
    content: bytes, *, name: str, allowed: dict[str, str], most: int, today: str, is_guarded: bool
) -> dict[str, Any]:
    """Whether the file may be kept, under which name, and what looks like CPR numbers in it.

    Args:
        content: its bytes.
        name: as its sender calls it.
        allowed: the endings that are taken, with what such a file is called.
        most: bytes that it may have.
        today: nobody is born later; an ISO date.
        is_guarded: refuse what is dangerous; else it is only looked through.

    Returns:
        ``refused`` (why, in Danish; else empty), ``name``, ``media_type``, ``hits`` (pairs of place
        and grade) and ``unread`` (places).
    """
    media_type = ""
    if is_guarded:
        try:
            safe = check_file(name, content, allowed, most=most)
        except RefusedError as error:
            return {"refused": error.message}
        name, media_type = safe.name, safe.media_type
    look = look_in_file(name, content, dt.date.fromisoformat(today))
    return {
        "refused": "",
        "name": name,
        "media_type": media_type,
        "hits": [[hit.place, hit.grade.value] for hit in look.hits],
        "unread": list(look.unread),
    }


def text(content: bytes, *, name: str, most: int) -> dict[str, Any]:
    """All text of the file that can be read, at most ``most`` characters."""
    found: list[str] = []
    for piece in text_of(name, content):
        found.append(piece.text)
        most -= len(piece.text)
        if most <= 0:
            break
    return {"text": "\n".join(found)}


def holds(content: bytes, *, name: str, passage: str) -> dict[str, Any]:
    """Whether a passage stands in the file, and whether all of the file could be read.

    A file without an ending that is known is read as a mail, for that is what is kept under none.
    """
    wanted = read_passage(passage)
    if wanted.in_bytes.search(content):
        return {"holds": True, "is_read": True}
    name = name if PurePath(name).suffix.casefold() in KINDS else "mail.eml"
    is_read, told = True, []
    for piece in text_of(name, content):
        told.append(piece.text)
        is_read = is_read and not piece.is_unread
    return {"holds": wanted.is_in("\n".join(told)), "is_read": is_read}
