"""A secretariat's own look of documents, in ``<home>/templates/look/look.toml``.

Flaws are told with their lines. The file is data and is never run. Beside it lie the logo and the
fonts that it names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from udmelding.config import marked
from udmelding.config.flaw_wording import COLOUR_PATTERN, LINE_PATTERN, PICTURE_PATTERN

FILE = "look.toml"
WHAT = "Udseendet af dokumenter"
PLEX = "IBM Plex Sans"
_READABLE = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text of ordinary size."""

Line = Annotated[str, Field(pattern=LINE_PATTERN)]
Colour = Annotated[str, Field(pattern=COLOUR_PATTERN)]
FileName = Annotated[str, Field(pattern=PICTURE_PATTERN)]


EXAMPLE = """\
# Det, I ikke skriver, er som det medfølgende.
# Overskrifter og streger; skal kunne læses på hvidt:
colour = "#0b3d5c"
# Bemærkninger i en kladde:
accent = "#8c1a1a"
# En anden skrift lægges i mappen som .ttf eller .otf:
font = "IBM Plex Sans"
# Navnet på en fil i mappen: .svg, .png eller .jpg:
logo = ""
# Logoet med ord, til dem, der får siden læst op:
logo_text = ""
# Logoets bredde i millimeter:
logo_width = 32
"""
"""A file to begin with; it says what is so without it."""


class LookFile(BaseModel):
    """What such a file may say; whatever it leaves out is as shipped.

    Attributes:
        colour: of headings, lines and the bar of the front page, as ``#0b3d5c``; dark enough to be
            read on white.
        accent: of marks for whoever reads a draft.
        font: a family; another than the shipped one lies in the folder as ``.ttf`` or ``.otf``.
        logo: a file in the same folder; empty draws a bar of the colour.
        logo_text: the logo in words, for those who do not see it.
        logo_width: in millimetres.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    colour: Colour = "#0b3d5c"
    accent: Colour = "#8c1a1a"
    font: Line = PLEX
    logo: FileName = ""
    logo_text: Line = ""
    logo_width: float = Field(default=32, ge=10, le=80)

    @field_validator("colour", "accent")
    @classmethod
    def _is_read_on_white(cls, value: str) -> str:
        found = _contrast_on_white(value)
        if found < _READABLE:
            told = f"{found:.1f}".replace(".", ",")
            raise ValueError(
                f"er for lys til at blive læst på hvidt papir (kontrast {told}; mindst 4,5)"
            )
        return value


def _contrast_on_white(colour: str) -> float:
    """From 1 to 21, as WCAG 2.2 defines relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def read_look(folder: Path) -> LookFile:
    """The file in ``folder``, or the shipped look where there is none.

    Raises:
        BadFileError: it is not as it should be; each flaw with its line.
    """
    path = folder / FILE
    if not path.is_file():
        return LookFile()
    read = marked.read_toml(path, WHAT)
    return marked.validate(LookFile, read.data, read.lines, WHAT)
