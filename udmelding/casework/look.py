"""The look of the secretariat's documents: a small file of its own, used when nothing is wrong.

It is ``<home>/templates/look/look.toml``; the logo and the fonts that it names lie beside it. A
look with a flaw is not used: documents are set as shipped until it is mended, and the pages tell.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from udmelding.casework.wiring import Services
from udmelding.config.look import EXAMPLE, FILE
from udmelding.documents.look import SHIPPED, Look, look_in
from udmelding.documents.report.docx import check_template
from udmelding.documents.sample import sample_pdf
from udmelding.errors import BadFileError, OutsideError, RefusedError
from udmelding.private import make_folder

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


def look_of(services: Services) -> Look:
    """The look in the home folder, or the shipped one where there is none that can be used."""
    try:
        return look_in(_folder(services))
    except BadFileError:
        return SHIPPED


def see_look(services: Services, now: dt.datetime) -> LookSeen:
    """What applies now, and what is wrong with it."""
    folder = _folder(services)
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


def change_look(services: Services, text: str, now: dt.datetime) -> None:
    """Use this text as the file from now on; an empty one goes back to the shipped look.

    Raises:
        BadFileError, RefusedError: it has a flaw; nothing is changed.
    """
    folder = _folder(services)
    if not text.strip():
        (folder / FILE).unlink(missing_ok=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        tried = Path(temporary)
        if folder.is_dir():
            shutil.copytree(folder, tried, dirs_exist_ok=True)
        (tried / FILE).write_text(text, encoding="utf-8")
        try_look(tried, now)
    make_folder(folder)
    waiting = folder / f"{FILE}.new"
    waiting.write_text(text, encoding="utf-8", newline="\n")
    waiting.replace(folder / FILE)


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


def own_template(services: Services) -> bytes | None:
    """The secretariat's own Word template for reports, or None for the shipped one."""
    path = services.settings.texts_folder / "report" / "rapport.docx"
    return path.read_bytes() if path.is_file() else None


def _folder(services: Services) -> Path:
    return services.settings.texts_folder / "look"
