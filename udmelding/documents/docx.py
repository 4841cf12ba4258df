"""What do papers and letters in Word have in common? Page, styles, lists, tables, properties.

The files hold text only: no macros, no fields but the page numbers, nothing fetched from elsewhere.
The same text and moment give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from udmelding.documents.archives import normalise_archive

_INK = RGBColor(0x0B, 0x3D, 0x5C)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What the file says of itself: ``made_at`` is the moment it was written."""

    title: str
    subject: str
    author: str
    made_at: dt.datetime


def new_document() -> Document:
    """An empty A4 document in Danish, with page numbers."""
    document = docx.Document()
    _set_page(document)
    _set_language(document)
    return document


def document_bytes(document: Document, known: Properties) -> bytes:
    """The document as the bytes of a ``.docx`` file."""
    _set_properties(document, known)
    stream = BytesIO()
    document.save(stream)
    return normalise_archive(stream.getvalue())


def add_heading(document: Document, text: str, level: int = 2) -> None:
    """A heading in Word's own style."""
    document.add_heading(clean(text), level=level)


def add_text(document: Document, text: str, *, keeps_next: bool = False) -> None:
    """One paragraph; ``keeps_next``: never alone at the foot of a page."""
    document.add_paragraph(clean(text)).paragraph_format.keep_with_next = keeps_next or None


def add_list(document: Document, texts: Sequence[str], style: str = "List Bullet") -> None:
    """A list in one of Word's own list styles."""
    for text in texts:
        document.add_paragraph(clean(text), style=style).paragraph_format.space_after = Pt(2)


def add_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    *,
    numbers_from: int = 0,
) -> None:
    """A table whose head stands on every page that it runs over.

    Args:
        document: where it is added.
        head: the heads of its columns.
        rows: the texts of its cells; a row of one text alone is a subhead over all columns, which
            goes with the row after it.
        widths: of the columns.
        numbers_from: from this column on, numbers stand to the right; 0 for none.
    """
    table = document.add_table(rows=0, cols=len(head), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _add_row(table, head, widths, numbers_from, is_head=True)
    for texts in rows:
        _add_row(table, texts, widths, numbers_from)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _add_row(
    table: Table,
    texts: Sequence[str],
    widths: Sequence[Length],
    numbers_from: int,
    *,
    is_head: bool = False,
) -> None:
    """One row, never torn apart; growing a table through python-docx reads all of it each time."""
    row = table._tbl.add_tr()
    properties = row.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if is_head:
        properties.append(_element("w:tblHeader"))
    is_alone = len(texts) == 1 < len(widths)
    spans = [Length(sum(widths))] if is_alone else widths
    for place, (text, width) in enumerate(zip(texts, spans, strict=True)):
        cell = row.add_tc()
        cell.width = width
        if is_alone:
            cell.grid_span = len(widths)
        paragraph = Paragraph(cell.p_lst[0], table)
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(clean(text))
        run.font.size = Pt(9.5)
        if is_head or is_alone:
            run.bold = paragraph.paragraph_format.keep_with_next = True
        if numbers_from and place >= numbers_from:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def clean(text: str) -> str:
    """Without the signs that a Word file cannot hold."""
    return _FORBIDDEN.sub("", text)


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


def _set_properties(document: Document, known: Properties) -> None:
    own = document.core_properties
    own.title, own.subject = clean(known.title)[:255], known.subject[:255]
    own.author = own.last_modified_by = clean(known.author)[:255]
    own.language, own.comments, own.keywords = "da-DK", "", ""
    own.created = own.modified = known.made_at.astimezone(dt.UTC).replace(tzinfo=None)
    # The library's own template brings a picture of another document.
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made
