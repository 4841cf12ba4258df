"""A letter to the agency: as Word, to be signed, changed or sent as it is, and as PDF."""

from __future__ import annotations

import datetime as dt

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length, Pt

from udmelding.documents import blocks
from udmelding.documents.blocks import blocks_as_json
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
from udmelding.documents.look import SHIPPED, Look
from udmelding.documents.pdf import set_pdf
from udmelding.documents.signs import printable
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


def letter_pdf(letter: Letter, made_at: dt.datetime, look: Look = SHIPPED) -> bytes:
    """The letter as PDF; the same bytes for the same values and moment.

    Args:
        letter: what it says.
        made_at: when it was made; stands in the file.
        look: the secretariat's own.

    Raises:
        OutsideError: it could not be set within the limits of memory and time.
    """
    receiver = [blocks.Text([letter.receiver])] if letter.receiver else []
    signature = [blocks.Signature(("Med venlig hilsen", letter.sender))] if receiver else []
    parts = [_block(part) for part in letter.parts]
    values = {
        "title": letter.title,
        "author": letter.sender,
        "reference": printable(letter.reference),
        "is_wide": is_wide(letter),
        "before": blocks_as_json([*receiver, blocks.Right(long_date(letter.dated_on))]),
        "blocks": blocks_as_json([blocks.Pairs(letter.about), *parts, *signature]),
    }
    return set_pdf("paper", values, made_at, look)


def _block(part: Part) -> blocks.Block:
    match part:
        case Text() if part.is_heading:
            return blocks.Heading(part.text)
        case Text():
            return blocks.Text([part.text])
        case Items():
            return blocks.Items([[text] for text in part.texts])
        case Grid():
            count = len(part.head)
            return blocks.Grid(
                head=part.head,
                rows=part.rows,
                shares=_SHARES.get(count, (1,) * count),
                is_words=True,
            )
