"""What are the styles of a Word report called, and how do they look in the template that ships?

The names are what a secretariat finds in Word's list of styles, and what the program asks a
template for. How they look is only the beginning: whoever restyles the template changes it there.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

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
