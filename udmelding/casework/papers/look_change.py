"""Whoever looks after it changes the look of documents: shown, tried with a sample, then used."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from udmelding.casework.files import check_cpr, kinds, look_at
from udmelding.casework.look import look_folder, look_of, own_template, template_path
from udmelding.casework.wiring import Services
from udmelding.config.look import EXAMPLE, FILE
from udmelding.documents.look import Look, look_in
from udmelding.documents.report.docx import check_template
from udmelding.documents.sample import sample_pdf
from udmelding.errors import BadFileError, OutsideError, RefusedError
from udmelding.journal.stamp import Stamp
from udmelding.private import make_folder

NO_FILES: Mapping[str, bytes] = MappingProxyType({})
_WORD = ".docx"
FILES = kinds(".png", ".jpg", ".jpeg", _WORD)
"""What is taken by a page: a drawing in SVG or a font is put in the folder by whoever owns it."""

_NOT_SET = "Logoet kan ikke tegnes. Gem det som SVG, PNG eller JPG fra et tegneprogram."


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

    folder: Path
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
        folder=folder,
        look=look_of(services),
        text=path.read_text(encoding="utf-8", errors="replace") if path.is_file() else EXAMPLE,
        is_own=path.is_file(),
        flaws=flaws_of_look(folder, now),
        has_word=word is not None,
        word_flaws=check_template(word) if word is not None else (),
    )


def change_look(
    services: Services, text: str, now: dt.datetime, files: Mapping[str, bytes] = NO_FILES
) -> None:
    """Use this text as the file from now on; an empty one goes back to the shipped look.

    Args:
        services: whose look it is.
        text: the file.
        now: when.
        files: what is put beside it, by name.

    Raises:
        BadFileError, RefusedError: it has a flaw; nothing is changed.
    """
    folder = look_folder(services)
    if not text.strip():
        (folder / FILE).unlink(missing_ok=True)
        return
    written = {**files, FILE: text.encode()}
    with tempfile.TemporaryDirectory() as temporary:
        tried = Path(temporary)
        if folder.is_dir():
            shutil.copytree(folder, tried, dirs_exist_ok=True)
        for name, content in written.items():
            (tried / name).write_bytes(content)
        try_look(tried, now)
    for name, content in written.items():
        _write(folder / name, content)


def take_in_file(services: Services, name: str, content: bytes, stamp: Stamp) -> None:
    """Use a picture as logo from now on, or a Word file as template of reports.

    Raises:
        RefusedError, FileQuestionError, OutsideError: as ``casework.files.take_in``.
        BadFileError, RefusedError: a sample cannot be set with it, or the template has a flaw;
            nothing is changed.
    """
    seen = look_at(services, name, content, FILES, stamp.now.date())
    check_cpr(services, seen, stamp)
    ending = Path(seen.name).suffix.casefold()
    if ending == _WORD:
        if flaws := check_template(content):
            raise RefusedError(" ".join(flaws))
        _write(template_path(services), content)
        return
    path = look_folder(services) / FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else EXAMPLE
    logo = f'logo = "logo{ending}"'
    text, found = re.subn(r"(?m)^\s*logo\s*=.*$", logo, text, count=1)
    change_look(
        services, text if found else f"{logo}\n{text}", stamp.now, {f"logo{ending}": content}
    )


def _write(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all."""
    make_folder(path.parent)
    waiting = path.with_name(f"{path.name}.new")
    waiting.write_bytes(content)
    waiting.replace(path)


def try_look(folder: Path, now: dt.datetime) -> bytes:
    """A sample page in the look of ``folder``.

    Raises:
        BadFileError: the file has flaws; each with its line.
        RefusedError: a sample cannot be set with it: an unknown font, a broken logo.
    """
    look = look_in(folder)
    try:
        return sample_pdf(look, now, is_strict=True)
    except OutsideError as error:
        raise RefusedError(_NOT_SET) from error


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
