"""What are the styles of a Word report called, and how do they look in the template that ships?

The names are what a secretariat finds in Word's list of styles, and what the program asks a
template for. How they look is only the beginning: whoever restyles the template changes it there.
The template itself, ``templates/report/rapport.docx``, is made anew by this module. The template
that ships was made by this and may be restyled in Word: fonts, colours, margins, headers and
footers are the template's own. What is filled in stands in double braces; the chapters come where
``{{ chapters }}`` stands, and take the template's styles by their names.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from udmelding.documents.archives import normalise_archive

CHAPTER, SUBHEAD, PLAIN, ITEM = "Heading 1", "Heading 2", "Normal", "List Bullet"
TITLE, SUBTITLE = "Title", "Subtitle"
CAPTION, SOURCE, CHANGED, FLAG = "Caption", "Kilde", "Ændret tal", "Se på igen"
TABLE, TABLE_TEXT, TABLE_HEAD, TABLE_TOTAL = "Rapporttabel", "Tabeltekst", "Tabelhoved", "Tabelsum"
FACT, CONTENTS_HEAD, CONTENTS = "Forsidefakta", "TOC Heading", "toc 1"

STYLES = (
    TITLE,
    SUBTITLE,
    CHAPTER,
    SUBHEAD,
    PLAIN,
    ITEM,
    CAPTION,
    TABLE,
    TABLE_TEXT,
    TABLE_HEAD,
    TABLE_TOTAL,
    SOURCE,
    CHANGED,
    FLAG,
)
"""The styles that a template must have."""

INK, _GREY, _WARNING = RGBColor(0x0B, 0x3D, 0x5C), RGBColor(0x57, 0x57, 0x57), RGBColor(140, 26, 26)
_FONT = "Calibri"
_AFTER_HYPHENS = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"'
_HEAD_LINE = 'w:val="single" w:sz="8" w:space="0" w:color="0B3D5C"'
_TABLE_LOOK = (
    f"<w:tblPr {nsdecls('w')}><w:tblBorders><w:top {_LINE}/><w:bottom {_LINE}/>"
    f'<w:insideH {_LINE}/></w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
    '<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)
_HEAD_LOOK = (
    f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:tcPr><w:tcBorders>'
    f'<w:bottom {_HEAD_LINE}/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
)


def set_styles(document: Document) -> None:
    """Makes all styles of the template that ships."""
    for found in document.styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), "da-DK")
        found.set(qn("w:eastAsia"), "da-DK")
    normal: Any = document.styles[PLAIN]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.1
    _heading(document, TITLE, 28, before=130, after=6)
    _heading(document, SUBTITLE, 15, before=0, after=18)
    _heading(document, CHAPTER, 17, before=20, after=6)
    _heading(document, SUBHEAD, 12.5, before=12, after=4)
    _heading(document, CONTENTS_HEAD, 17, before=0, after=10)
    _title_bar(document)
    _small(document, CAPTION, 9.5, INK, is_bold=True, before=10, after=3).keep_with_next = True
    _small(document, TABLE_TEXT, 8.5, before=1.5, after=1.5)
    _small(document, TABLE_HEAD, 8.5, is_bold=True, before=1.5, after=1.5)
    _small(document, TABLE_TOTAL, 8.5, is_bold=True, before=1.5, after=1.5)
    _small(document, SOURCE, 8, _GREY, before=3, after=10)
    _small(document, FLAG, 9, _WARNING, before=2, after=4).keep_with_next = True
    facts = _small(document, FACT, 10.5, before=0, after=3)
    facts.left_indent, facts.first_line_indent = Cm(4), Cm(-4)
    facts.tab_stops.add_tab_stop(Cm(4))
    lines = _small(document, CONTENTS, 10.5, before=0, after=4)
    lines.tab_stops.add_tab_stop(Cm(16.6), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    changed: Any = document.styles.add_style(CHANGED, WD_STYLE_TYPE.CHARACTER)
    changed.font.underline, changed.font.bold = True, True
    changed.quick_style = True
    table: Any = document.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    table.base_style = document.styles["Normal Table"]
    table.element.append(parse_xml(_TABLE_LOOK))
    table.element.append(parse_xml(_HEAD_LOOK))


def _heading(document: Document, name: str, size: float, *, before: float, after: float) -> None:
    style: Any = document.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), INK
    style.font.italic = False
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    fonts = style.element.rPr.rFonts
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for spacing in list(style.element.rPr.findall(qn("w:spacing"))):
        style.element.rPr.remove(spacing)
    whole = OxmlElement("w:suppressAutoHyphens")  # no heading is hyphenated
    style.element.get_or_add_pPr().insert_element_before(whole, *_AFTER_HYPHENS)


def _title_bar(document: Document) -> None:
    """A bar above the title, in place of the library's line below it."""
    title: Any = document.styles[TITLE]
    for border in list(title.element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
    bar = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="48" w:space="16" w:color="0B3D5C"/>'
        "</w:pBdr>"
    )
    before = ("w:shd", "w:tabs", "w:suppressAutoHyphens", *_AFTER_HYPHENS)
    title.element.pPr.insert_element_before(bar, *before)


def _small(
    document: Document,
    name: str,
    size: float,
    colour: RGBColor | None = None,
    *,
    is_bold: bool = False,
    before: float,
    after: float,
) -> Any:
    """A style for what is not running text; gives back how its paragraphs stand."""
    known = [style.name for style in document.styles]
    style: Any = (
        document.styles[name]
        if name in known
        else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == CONTENTS)
    )
    style.quick_style = True  # Word shows it where styles are chosen
    style.base_style = document.styles[PLAIN]
    style.font.size, style.font.bold = Pt(size), is_bold
    if colour is not None:
        style.font.color.rgb = colour
    stands = style.paragraph_format
    stands.space_before, stands.space_after, stands.line_spacing = Pt(before), Pt(after), 1.0
    return stands


_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - Word's properties have no zone
_MADE_UP = "Tallene og sagen er opdigtet til demonstration."


def make_template() -> bytes:
    """The template as the bytes of a ``.docx`` file; always the same."""
    document = docx.Document()
    set_styles(document)
    _set_settings(document)
    _set_page(document)
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
    return normalise_archive(stream.getvalue())


def _set_settings(document: Document) -> None:
    """Word as it is now, Danish numbers in fields, and long words divided in narrow columns."""
    settings: Any = document.settings.element
    hyphens = OxmlElement("w:autoHyphenation")
    settings.find(qn("w:defaultTabStop")).addnext(hyphens)
    for name, value in (("decimalSymbol", ","), ("listSeparator", ";"), ("themeFontLang", "da-DK")):
        settings.find(qn(f"w:{name}")).set(qn("w:val"), value)
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")


def _front(document: Document) -> None:
    document.add_paragraph("{{ title }}", style=TITLE)
    document.add_paragraph("{{ subtitle }}", style=SUBTITLE)
    version = document.add_paragraph()
    version.add_run("{{ version_text }}").bold = True
    document.add_paragraph("{{ dated_on }}")
    document.add_paragraph("{%p if is_made_up %}")
    document.add_paragraph(_MADE_UP, style=FLAG)
    document.add_paragraph("{%p endif %}")
    first = document.add_paragraph("Fra\t{{ senders }}", style=FACT)
    first.paragraph_format.space_before = Pt(40)
    document.add_paragraph("{%p if receiver %}")
    document.add_paragraph("Til\t{{ receiver }}", style=FACT)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("Udarbejdet af\t{{ secretariat }}", style=FACT)
    document.add_paragraph("{%p for fact in facts %}")
    document.add_paragraph("{{ fact[0] }}\t{{ fact[1] }}", style=FACT)
    document.add_paragraph("{%p endfor %}")
    _new_page(document)


def _contents(document: Document) -> None:
    document.add_paragraph("Indhold", style=CONTENTS_HEAD)
    paragraph = document.add_paragraph(style=CONTENTS)
    _field(paragraph, 'TOC \\o "1-1" \\h \\z \\u', "Højreklik, og vælg «Opdatér felt».")
    _new_page(document)


def _new_page(document: Document) -> None:
    """The paragraph itself takes no room on the next page."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run()
    run.font.size = Pt(1)
    run.add_break(WD_BREAK.PAGE)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.add_run("{{ title }} · {{ version_text }}").font.size = Pt(8)
    made_up = "{% if is_made_up %} · " + _MADE_UP + "{% endif %}"
    header.add_run(made_up).font.size = Pt(8)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run("side ").font.size = Pt(8)
    _field(footer, "PAGE", "1", size=Pt(8))
    footer.add_run(" af ").font.size = Pt(8)
    _field(footer, "NUMPAGES", "1", size=Pt(8))


def _field(paragraph: Paragraph, code: str, shown: str, size: Pt | None = None) -> None:
    """A field of Word's, as Word itself writes it: in five pieces."""
    for kind in ("begin", "", "separate", shown, "end"):
        run = paragraph.add_run(kind if kind == shown else "")
        run.font.size = size
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            run._r.append(instruction)
        elif kind != shown:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
