"""The look of documents as they are set: the secretariat's file with the logo it names.

``templates/typst/base.typ`` gets it as data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from udmelding.config.look import FILE, PLEX, WHAT, LookFile, read_look
from udmelding.documents.signs import printable
from udmelding.errors import BadFileError, Flaw

_FONT_FILES = (".ttf", ".otf", ".ttc")
_MOST_LOGO = 500_000


@dataclass(frozen=True)
class Look:
    """How documents look.

    Attributes:
        file: what the secretariat chose.
        folder: where its logo and fonts lie; None for the shipped look.
    """

    file: LookFile = field(default_factory=LookFile)
    folder: Path | None = None

    @property
    def font_folders(self) -> tuple[str, ...]:
        """Where fonts of its own are looked for, besides the shipped ones."""
        return (str(self.folder),) if self.folder and self.file.font != PLEX else ()

    def as_json(self) -> dict[str, Any]:
        """For ``base.typ``."""
        return self._values

    @cached_property
    def _values(self) -> dict[str, Any]:
        return {
            "colour": self.file.colour,
            "accent": self.file.accent,
            "fonts": list(dict.fromkeys((self.file.font, PLEX, "DejaVu Sans"))),
            "logo": self._logo(),
            "logo-alt": printable(self.file.logo_text).strip() or "Logo",
            "logo-width": self.file.logo_width,
        }

    def _logo(self) -> str | list[int] | None:
        if not self.file.logo or self.folder is None:
            return None
        content = (self.folder / self.file.logo).read_bytes()
        if self.file.logo.endswith(".svg"):
            return printable(content.decode("utf-8"), longest=None)
        return list(content)


SHIPPED = Look()


def look_in(folder: Path) -> Look:
    """The look in ``folder``, or the shipped one where there is no file.

    Raises:
        BadFileError: a flaw in the file, or a logo or font that is not there or cannot be used.
    """
    file = read_look(folder)
    flaws = []
    if file.logo and (problem := _problem_of_logo(folder / file.logo)):
        flaws.append(Flaw(FILE, "logo", problem))
    if file.font != PLEX and not any(
        path.suffix.lower() in _FONT_FILES for path in folder.glob("*")
    ):
        flaws.append(Flaw(FILE, "font", f"skriften skal ligge i {folder} som .ttf eller .otf"))
    if flaws:
        raise BadFileError(WHAT, tuple(flaws))
    return Look(file, folder)


def _problem_of_logo(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return f"filen findes ikke: {path}"
    if path.stat().st_size > _MOST_LOGO:
        return "filen fylder over 500 kB; gem logoet mindre"
    try:
        is_drawing = path.suffix != ".svg" or "<svg" in path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        is_drawing = False
    return None if is_drawing else "filen er ikke en tegning (SVG)"
