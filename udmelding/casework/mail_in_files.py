"""Which files that came by mail are kept? All are in the mail as it came; these can be opened."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import Any

from udmelding.casework.inbox.attachments import seen_in
from udmelding.casework.services import Services
from udmelding.rules.files.cpr import without_cpr
from udmelding.rules.inbox.incoming import IncomingFile

MOST_BYTES = 25 * 1024**2
MOST_FILES = 30

_PROGRAMS = (
    "app bat bin cmd com cpl dll exe hta iso jar js jse lnk msi msp ps1 psm1 reg scr sh sys url vb "
    "vbe vbs wsf wsh"
)
_RUNNING = frozenset(_PROGRAMS.split())
"""Endings of files that a double click runs."""

_WITH_MACROS = frozenset(["docm", "dotm", "pptm", "xlam", "xlsb", "xlsm", "xltm"])


def kept(
    services: Services, files: tuple[IncomingFile, ...], today: dt.date
) -> list[dict[str, Any]]:
    """The files as they stand in the journal, their bytes in the store.

    Args:
        services: the store.
        files: as they came.
        today: for what looks like a CPR number in them; one in a name is masked.

    Returns:
        For each ``sha256``, ``file_name``, ``media_type`` and ``size``; one that is not kept has an
        empty ``sha256`` and says why in ``refused``, in Danish. ``cpr`` and ``unread`` say what
        looking through it gave (``mail_in_cpr``).

    Raises:
        OutsideError: the disk is full; nothing of the mail is recorded then.
    """
    found: list[dict[str, Any]] = []
    for number, file in enumerate(files):
        why = "der er for mange filer i mailen" if number >= MOST_FILES else _refused(file)
        sha256 = "" if why else services.store.put(file.content).sha256
        found.append(
            {
                "sha256": sha256,
                "file_name": without_cpr(file.file_name, today),
                "media_type": file.media_type,
                "size": len(file.content),
                **({"refused": why} if why else seen_in(file, today)),
            }
        )
    return found


def _refused(file: IncomingFile) -> str:
    """Why a file is not kept, in Danish; empty where it is."""
    ending = PurePath(file.file_name).suffix.removeprefix(".").casefold()
    if not file.content:
        return "filen er tom"
    if len(file.content) > MOST_BYTES:
        return f"filen fylder mere end {MOST_BYTES // 1024**2} MB"
    if ending in _RUNNING:
        return "filen er et program"
    if ending in _WITH_MACROS:
        return "filen kan indeholde makroer; bed om den i et format uden"
    return ""
