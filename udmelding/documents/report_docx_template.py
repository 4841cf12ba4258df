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
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from udmelding.documents.report.docx_styles import (
    CONTENTS,
    CONTENTS_HEAD,
    FACT,
    FLAG,
    SUBTITLE,
    TITLE,
    set_styles,
)
from udmelding.documents.zip_files import normalised

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
    return normalised(stream.getvalue())


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
    document.add_paragraph("Til\t{{ receiver }}", style=FACT)
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
