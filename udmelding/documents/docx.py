"""What do papers and letters in Word have in common? Page, styles, lists, tables, properties.

The files hold text only: no macros, no fields but the page numbers, nothing fetched from elsewhere.
The same text and moment give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.coreprops import CoreProperties
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.text.paragraph import Paragraph

from udmelding.documents.archives import archive_of, parts_of
from udmelding.documents.plain import clean_text

_INK = RGBColor(0x0B, 0x3D, 0x5C)


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What the file says of itself: ``made_at`` is the moment it was written."""

    title: str
    subject: str
    author: str
    made_at: dt.datetime


def new_document() -> Document:
    """An empty A4 document in Danish, with page numbers.

    Its text and properties are its own; it shares the other parts with all documents, so nothing
    may be added that needs a part, such as a picture.
    """
    return Document(deepcopy(_empty().element), _empty().part)


@cache
def _empty() -> Document:
    """What every document begins with; made once, for a hundred papers are written in a row."""
    document = docx.Document()
    _set_page(document)
    _set_language(document)
    # The library's own template brings a picture of another document, and parts that say nothing.
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, one in relations.items() if one.reltype.endswith(_NEEDLESS)]:
            del relations[key]
    return document


@cache
def _parts() -> Mapping[str, bytes]:
    stream = BytesIO()
    _empty().save(stream)
    return parts_of(stream.getvalue())


_NEEDLESS = ("/thumbnail", "/customXml", "/stylesWithEffects", "/webSettings")


def document_bytes(document: Document, known: Properties) -> bytes:
    """The document as the bytes of a ``.docx`` file."""
    own = {
        "word/document.xml": serialize_part_xml(document.element),
        "docProps/core.xml": _properties(known),
    }
    return archive_of({**_parts(), **own})


def add_heading(document: Document, text: str, level: int = 2) -> None:
    """A heading in Word's own style."""
    _add_styled(document, text, f"Heading{level}")


def add_text(document: Document, text: str, *, keeps_next: bool = False) -> None:
    """One paragraph; ``keeps_next``: never alone at the foot of a page."""
    document.add_paragraph(clean_text(text)).paragraph_format.keep_with_next = keeps_next or None


def add_list(document: Document, texts: Sequence[str], *, is_numbered: bool = False) -> None:
    """A list in one of Word's own list styles."""
    style = "ListNumber" if is_numbered else "ListBullet"
    for text in texts:
        _add_styled(document, text, style).paragraph_format.space_after = Pt(2)


def _add_styled(document: Document, text: str, style: str) -> Paragraph:
    """A paragraph in the style of that id; by its name python-docx reads through all styles."""
    paragraph = document.add_paragraph(clean_text(text))
    paragraph._p.style = style
    return paragraph


def add_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    *,
    numbers_from: int | None = None,
) -> None:
    """A table whose head stands on every page that it runs over.

    Args:
        document: where it is added.
        head: the heads of its columns.
        rows: the texts of its cells; a row of one text alone is a subhead over all columns, which
            goes with the row after it.
        widths: of the columns.
        numbers_from: from this column on, numbers stand to the right; None for no column.
    """
    table = document.add_table(rows=0, cols=len(head))
    table._tbl.tblStyle_val = "TableGrid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    first = len(head) if numbers_from is None else numbers_from
    written = [_row(head, widths, first, is_head=True)]
    written += [_row(texts, widths, first) for texts in rows]
    # Cell by cell through python-docx takes ten times as long.
    table._tbl.extend(parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(written)}</w:tbl>"))
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _row(
    texts: Sequence[str], widths: Sequence[Length], numbers_from: int, *, is_head: bool = False
) -> str:
    """One row, never torn apart."""
    is_alone = len(texts) == 1 < len(widths)
    spans = [Length(sum(widths))] if is_alone else widths
    span = f'<w:gridSpan w:val="{len(widths)}"/>' if is_alone else ""
    keep, bold = ("<w:keepNext/>", "<w:b/>") if is_head or is_alone else ("", "")
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width.twips}"/>{span}</w:tcPr><w:p><w:pPr>{keep}'
        f'<w:spacing w:after="40"/>{_RIGHT if place >= numbers_from else ""}</w:pPr><w:r><w:rPr>'
        f'{bold}<w:sz w:val="19"/></w:rPr>{_run_text(text)}</w:r></w:p></w:tc>'
        for place, (text, width) in enumerate(zip(texts, spans, strict=True))
    )
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


_RIGHT = '<w:jc w:val="right"/>'
_BETWEEN = {"\n": "<w:br/>", "\r": "<w:br/>", "\t": "<w:tab/>"}


def _run_text(text: str) -> str:
    pieces = re.split("([\n\r\t])", clean_text(text))
    return "".join(_BETWEEN.get(piece) or _piece(piece) for piece in pieces if piece)


def _piece(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:t{space}>{escape(text)}</w:t>"


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


def _properties(known: Properties) -> bytes:
    element = deepcopy(_empty().core_properties._element)
    own = CoreProperties(element)
    own.title, own.subject = clean_text(known.title)[:255], known.subject[:255]
    own.author = own.last_modified_by = clean_text(known.author)[:255]
    own.language, own.comments, own.keywords = "da-DK", "", ""
    own.created = own.modified = known.made_at.astimezone(dt.UTC).replace(tzinfo=None)
    return serialize_part_xml(element)


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made
