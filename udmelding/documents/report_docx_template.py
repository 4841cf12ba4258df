"""Makes the Word template of reports anew: ``templates/report/rapport.docx``.

The template that ships was made by this and may be restyled in Word: fonts, colours, margins,
headers and footers are the template's own. What is filled in stands in double braces; the chapters
come where ``{{ chapters }}`` stands, and take the template's styles by their names.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from udmelding.documents.zip_files import normalised

_INK, _GREY = RGBColor(0x0B, 0x3D, 0x5C), RGBColor(0x57, 0x57, 0x57)
_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - Word's properties have no zone

CAPTION, TABLE_TEXT, TABLE_HEAD, SOURCE = "Caption", "Tabeltekst", "Tabelhoved", "Kilde"
CHANGED, FLAG = "Ændret tal", "Se på igen"
STYLES = (
    "Title",
    "Subtitle",
    "Heading 1",
    "Heading 2",
    "Normal",
    "List Bullet",
    CAPTION,
    TABLE_TEXT,
    TABLE_HEAD,
    SOURCE,
    CHANGED,
    FLAG,
)
"""The styles that a template must have."""


def make_template() -> bytes:
    """The template as the bytes of a ``.docx`` file; always the same."""
    document = docx.Document()
    _set_page(document)
    _set_styles(document)
    _front(document)
    _contents(document)
    document.add_paragraph("{{ chapters }}")
    known = document.core_properties
    known.title, known.author, known.comments = "Rapport", "udmelding", ""
    known.created = known.modified = _MADE
    known.language = "da-DK"
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]  # the library's own template brings a picture of another document
    stream = BytesIO()
    document.save(stream)
    return normalised(stream.getvalue())


def _front(document: Document) -> None:
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ subtitle }}", style="Subtitle")
    version = document.add_paragraph()
    version.add_run("{{ version_text }}").bold = True
    document.add_paragraph("{{ dated_on }}")
    document.add_paragraph("{%p if is_made_up %}")
    document.add_paragraph("Tallene og sagen er opdigtet til demonstration.", style=FLAG)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("Fra {{ senders }} til {{ receiver }}")
    document.add_paragraph("Udarbejdet af {{ secretariat }}")
    document.add_paragraph("{%p for fact in facts %}")
    document.add_paragraph("{{ fact[0] }}: {{ fact[1] }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(document: Document) -> None:
    head = document.add_paragraph("Indhold")
    head.runs[0].bold = True
    head.runs[0].font.size, head.runs[0].font.color.rgb = Pt(16), _INK
    paragraph = document.add_paragraph()
    _field(paragraph, 'TOC \\o "1-1" \\h \\z \\u', "Højreklik, og vælg «Opdatér felt».")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.add_run("{{ title }} · {{ version_text }}").font.size = Pt(8)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run("side ").font.size = Pt(8)
    _field(footer, "PAGE", "1")
    footer.add_run(" af ").font.size = Pt(8)
    _field(footer, "NUMPAGES", "1")


def _set_styles(document: Document) -> None:
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "da-DK")
        found.set(qn("w:eastAsia"), "da-DK")
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 28), ("Subtitle", 15), ("Heading 1", 17), ("Heading 2", 12.5)):
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), _INK
        style.paragraph_format.space_before = Pt(14 if name.startswith("Heading") else 0)
        style.paragraph_format.space_after = Pt(6)
        fonts = style.element.rPr.rFonts
        for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)
    title: Any = document.styles["Title"]
    title.paragraph_format.space_before = Pt(150)
    for border in list(title.element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
    _paragraph_style(document, CAPTION, Pt(9.5), _INK, is_bold=True, after=Pt(3), keeps=True)
    _paragraph_style(document, TABLE_TEXT, Pt(8.5), None, after=Pt(1.5))
    _paragraph_style(document, TABLE_HEAD, Pt(8.5), None, is_bold=True, after=Pt(1.5))
    _paragraph_style(document, SOURCE, Pt(8), _GREY, after=Pt(10))
    _paragraph_style(document, FLAG, Pt(9), RGBColor(0x8C, 0x1A, 0x1A), after=Pt(4))
    changed: Any = document.styles.add_style(CHANGED, WD_STYLE_TYPE.CHARACTER)
    changed.font.underline, changed.font.bold = True, True


def _paragraph_style(
    document: Document,
    name: str,
    size: Pt,
    colour: RGBColor | None,
    *,
    after: Pt,
    is_bold: bool = False,
    keeps: bool = False,
) -> None:
    known = [style.name for style in document.styles]
    style: Any = (
        document.styles[name]
        if name in known
        else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold = size, is_bold
    if colour is not None:
        style.font.color.rgb = colour
    style.paragraph_format.space_after = after
    style.paragraph_format.space_before = Pt(8) if keeps else Pt(0)
    style.paragraph_format.keep_with_next = keeps


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
