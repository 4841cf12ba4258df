"""A letter to the agency: as Word, to be signed, changed or sent as it is, and as PDF.

The PDF is tagged PDF/A, from one HTML page.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length, Pt
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from udmelding import paths
from udmelding.documents.docx import (
    Properties,
    add_heading,
    add_list,
    add_table,
    add_text,
    clean,
    document_bytes,
    new_document,
)
from udmelding.documents.pdf import font_faces, html_to_pdf
from udmelding.rules.papers.letters import Grid, Items, Letter, Part, Text
from udmelding.rules.words.date_wording import long_date

_UPRIGHT, _LYING = 16.6, 25.2
_MOST_UPRIGHT = 4
_SHARES = {6: (15, 14, 17, 15, 20, 19)}
"""Of a table's width in hundredths, by how many columns it has; else all are alike."""


def letter_docx(letter: Letter, made_at: dt.datetime) -> bytes:
    """The letter as the bytes of a ``.docx`` file; the same for the same values and moment.

    Args:
        letter: what it says.
        made_at: when it was written, for the file's properties.
    """
    document = new_document()
    width = _UPRIGHT
    if is_wide(letter):
        _turn(document)
        width = _LYING
    _head(document, letter)
    for part in letter.parts:
        _add(document, part, width)
    if letter.receiver:
        document.add_paragraph()
        add_text(document, "Med venlig hilsen", keeps_next=True)
        add_text(document, letter.sender)
    known = Properties(
        title=letter.title, subject=letter.reference, author=letter.sender, made_at=made_at
    )
    return document_bytes(document, known)


def is_wide(letter: Letter) -> bool:
    """Whether its tables need the paper to lie."""
    return any(isinstance(p, Grid) and len(p.head) > _MOST_UPRIGHT for p in letter.parts)


def _turn(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)


def _head(document: Document, letter: Letter) -> None:
    if letter.receiver:
        add_text(document, letter.receiver)
    day = document.add_paragraph(long_date(letter.dated_on))
    day.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add_heading(document, letter.title, level=1)
    for name, text in letter.about:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(clean(text))
    document.add_paragraph()


def _add(document: Document, part: Part, width: float) -> None:
    match part:
        case Text() if part.is_heading:
            add_heading(document, part.text)
        case Text():
            add_text(document, part.text)
        case Items():
            add_list(document, part.texts)
        case Grid():
            add_table(document, part.head, part.rows, _widths(len(part.head), width))


def _widths(count: int, width: float) -> list[Length]:
    shares = _SHARES.get(count, (100 // count,) * count)
    return [Cm(width * share / 100) for share in shares]


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
