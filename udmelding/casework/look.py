"""The look of the secretariat's documents: a small file of its own, used when nothing is wrong.

It is ``look/look.toml`` of what the secretariat has of its own; the logo and the fonts that it
names lie beside it. A look with a flaw is not used: documents are set as shipped until it is
mended, and the pages tell.
"""

from __future__ import annotations

from pathlib import Path

from udmelding.casework.wiring import Services
from udmelding.documents.look import SHIPPED, Look, look_in
from udmelding.errors import BadFileError


def look_of(services: Services) -> Look:
    """The secretariat's own look, or the shipped one where there is none that can be used."""
    try:
        return look_in(look_folder(services))
    except BadFileError:
        return SHIPPED


def own_template(services: Services) -> bytes | None:
    """The secretariat's own Word template for reports, or None for the shipped one."""
    path = services.settings.texts_folder / "report" / "rapport.docx"
    return path.read_bytes() if path.is_file() else None


def look_folder(services: Services) -> Path:
    """Where its file, its logo and its fonts are."""
    return services.settings.texts_folder / "look"
