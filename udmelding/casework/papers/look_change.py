"""Whoever looks after it changes the look of documents: shown, tried with a sample, then used."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from udmelding.casework import own
from udmelding.casework.files import check_cpr, kinds, look_at
from udmelding.casework.look import look_folder, look_of, own_template
from udmelding.casework.wiring import Services
from udmelding.config.look import EXAMPLE, FILE
from udmelding.documents.look import Look
from udmelding.documents.report.docx import check_template
from udmelding.documents.sample import try_look
from udmelding.errors import BadFileError, RefusedError
from udmelding.journal.stamp import Stamp

NO_FILES: Mapping[str, bytes] = MappingProxyType({})
_WORD = ".docx"
FILES = kinds(".png", ".jpg", ".jpeg", _WORD)
"""What is taken by a page; a drawing in SVG or a font is taken in by command."""


@dataclass(frozen=True, slots=True)
class LookSeen:
    """What applies, for whoever looks after it.

    Attributes:
        look: what documents are set in.
        text: the file as it stands, or one to begin with.
        is_own: there is such a file.
        flaws: why it is not used; with the line.
        has_word: there is a Word template of the secretariat's own, with ``word_flaws``.
    """

    look: Look
    text: str
    is_own: bool
    flaws: tuple[str, ...]
    has_word: bool
    word_flaws: tuple[str, ...]


def see_look(services: Services, now: dt.datetime) -> LookSeen:
    """What applies now, and what is wrong with it."""
    folder = look_folder(services)
    path, word = folder / FILE, own_template(services)
    return LookSeen(
        look=look_of(services),
        text=path.read_text(encoding="utf-8", errors="replace") if path.is_file() else EXAMPLE,
        is_own=path.is_file(),
        flaws=flaws_of_look(folder, now),
        has_word=word is not None,
        word_flaws=check_template(word) if word is not None else (),
    )


def change_look(
    services: Services, text: str, stamp: Stamp, files: Mapping[str, bytes] = NO_FILES
) -> None:
    """Use this text as the file from now on; an empty one goes back to the shipped look.

    Args:
        services: whose look it is.
        text: the file.
        stamp: who, and when.
        files: what is put beside it, by name.

    Raises:
        RefusedError: it has a flaw; nothing is changed.
    """
    changes: dict[str, bytes | None] = {f"look/{name}": data for name, data in files.items()}
    changes[f"look/{FILE}"] = text.encode() if text.strip() else None
    own.save(services, changes, stamp)


def take_in_file(services: Services, name: str, content: bytes, stamp: Stamp) -> None:
    """Use a picture as logo from now on, or a Word file as template of reports.

    Raises:
        RefusedError, FileQuestionError, OutsideError: as ``casework.files.take_in``.
        RefusedError: a sample cannot be set with it, or the template has a flaw; nothing is
            changed.
    """
    seen = look_at(services, name, content, FILES, stamp.now.date())
    check_cpr(services, seen, stamp)
    ending = Path(seen.name).suffix.casefold()
    if ending == _WORD:
        own.save(services, {own.REPORT: content}, stamp)
        return
    path = look_folder(services) / FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else EXAMPLE
    logo = f'logo = "logo{ending}"'
    text, found = re.subn(r"(?m)^\s*logo\s*=.*$", logo, text, count=1)
    change_look(services, text if found else f"{logo}\n{text}", stamp, {f"logo{ending}": content})


def flaws_of_look(folder: Path, now: dt.datetime) -> tuple[str, ...]:
    """What is wrong with the look in ``folder``; empty where there is none."""
    if not (folder / FILE).is_file():
        return ()
    try:
        try_look(folder, now)
    except BadFileError as error:
        return tuple(str(flaw) for flaw in error.flaws)
    except RefusedError as error:
        return (error.message,)
    return ()
