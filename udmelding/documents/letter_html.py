"""A letter to the agency as tagged PDF/A, from one HTML page."""

from __future__ import annotations

import datetime as dt
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from udmelding import paths
from udmelding.documents.papers.letter import is_wide
from udmelding.documents.pdf import font_faces, html_to_pdf
from udmelding.rules.papers.letters import Letter
from udmelding.rules.words.date_wording import long_date


def letter_pdf(letter: Letter, made_at: dt.datetime) -> bytes:
    """The letter as PDF; the same bytes for the same values and moment.

    Args:
        letter: what it says.
        made_at: when it was made; stands in the file.

    Raises:
        OutsideError: PDF cannot be made on this machine.
    """
    return html_to_pdf(letter_html(letter), made_at=made_at)


def letter_html(letter: Letter) -> str:
    """The letter as a page."""
    template = _environment().get_template("letter.html")
    return template.render(letter=letter, is_wide=is_wide(letter), fonts=font_faces())


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(paths.TEMPLATES / "paper"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["long_date"] = long_date
    return made
