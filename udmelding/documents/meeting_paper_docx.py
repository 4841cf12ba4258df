"""A case paper as a Word file: headings, numbered recommendation, table, Danish, page numbers.

The file holds text only: no macros, no fields but the page numbers, nothing fetched from elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from udmelding.documents.meeting_paper_text import (
    COLUMNS,
    NOTHING_ENCLOSED,
    NOTHING_PLANNED,
    meeting_line,
)
from udmelding.rules.meeting_paper import DatedLine, MeetingPaper

_INK = RGBColor(0x0B, 0x3D, 0x5C)
_WIDTHS = (Cm(3.6), Cm(4.2), Cm(4.2), Cm(4.5))


def meeting_paper_docx(paper: MeetingPaper, author: str, made_at: dt.datetime) -> bytes:
    """The paper as the bytes of a ``.docx`` file.

    Args:
        paper: what it says.
        author: the secretariat's name, for the file's properties.
        made_at: when it was written, for the file's properties.
    """
    document = docx.Document()
    _set_page(document)
    _set_language(document)
    _set_properties(document, paper, author, made_at)
    _write(document, paper)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _write(document: Document, paper: MeetingPaper) -> None:
    document.add_heading(paper.title, level=1)
    document.add_paragraph(meeting_line(paper))
    document.add_heading("Resumé", level=2)
    document.add_paragraph(" ".join(paper.resume))
    document.add_heading("Indstilling", level=2)
    document.add_paragraph("Det indstilles,").paragraph_format.keep_with_next = True
    _list(document, [f"{text}." for text in paper.recommendations], "List Number")
    if paper.decision:
        document.add_heading("Beslutning", level=2)
        document.add_paragraph(paper.decision)
    document.add_heading("Baggrund", level=2)
    document.add_paragraph("Forløbet til nu:").paragraph_format.keep_with_next = True
    _list(document, _dated(paper.history), "List Bullet")
    for text in paper.background:
        document.add_paragraph(text)
    _section(document, "Videre forløb", _dated(paper.next_steps), NOTHING_PLANNED)
    _section(document, "Bilag", paper.enclosures, NOTHING_ENCLOSED)
    if paper.councils:
        document.add_heading("Oversigt over kommunerne", level=2)
        _table(document, paper)
    for text in paper.notes:
        document.add_paragraph(text)


def _section(document: Document, heading: str, texts: Sequence[str], otherwise: str) -> None:
    document.add_heading(heading, level=2)
    if texts:
        _list(document, texts, "List Bullet")
    else:
        document.add_paragraph(otherwise)


def _list(document: Document, texts: Sequence[str], style: str) -> None:
    for text in texts:
        document.add_paragraph(text, style=style).paragraph_format.space_after = Pt(2)


def _dated(lines: Sequence[DatedLine]) -> list[str]:
    return [f"{line.when}: {line.what}." for line in lines]


def _table(document: Document, paper: MeetingPaper) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    _fill(table, 0, COLUMNS, is_head=True)
    for row in paper.councils:
        table.add_row()
        _fill(table, len(table.rows) - 1, (row.name, row.state, row.day, row.remark))
    _repeat_head(table)
    document.add_paragraph()


def _fill(table: Table, place: int, texts: Sequence[str], *, is_head: bool = False) -> None:
    for cell, text, width in zip(table.rows[place].cells, texts, _WIDTHS, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(text)
        run.font.size = Pt(9.5)
        run.bold = is_head


def _repeat_head(table: Table) -> None:
    """The head stands on every page that the table runs over, and no row is torn apart."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(_element("w:cantSplit"))
        if place == 0:
            properties.append(_element("w:tblHeader"))


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Heading 1", 18), ("Heading 2", 13)):
        style: Any = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), _INK
        style.paragraph_format.space_before = Pt(12)
        style.paragraph_format.space_after = Pt(4)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("Side ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" af ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    field = _element("w:fldSimple", **{"w:instr": name})
    run, text = _element("w:r"), _element("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _set_language(document: Document) -> None:
    """Danish for the whole document, so that spelling is checked in Danish."""
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "da-DK")
        found.set(qn("w:eastAsia"), "da-DK")


def _set_properties(
    document: Document, paper: MeetingPaper, author: str, made_at: dt.datetime
) -> None:
    known = document.core_properties
    known.title, known.author, known.last_modified_by = paper.title, author, author
    known.subject, known.language = paper.reference, "da-DK"
    known.comments = known.keywords = ""
    known.created = known.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    # The library's own template brings a picture of another document.
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made
