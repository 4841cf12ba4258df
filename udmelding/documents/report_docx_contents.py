"""The list of contents of a Word report, until Word has counted the pages.

Nobody but Word knows on which page a chapter begins. The template has Word's own field; here it
gets the chapters' titles, each of them a link. «Opdatér felt» in Word then gives the numbers. A
template that was saved by Word has the field in many pieces over many paragraphs: all of them are
replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from udmelding.documents.clean_text import cleaned
from udmelding.documents.report.docx_styles import CONTENTS

_CHARACTER = qn("w:fldChar")
_KIND = qn("w:fldCharType")


def bookmark(number: int) -> str:
    """What a chapter is called where a link points to it."""
    return f"_Toc{number:08}"


def list_chapters(document: Document, titles: Sequence[str]) -> None:
    """Writes the chapters' titles into the list of contents, where the template has one."""
    found = _field(document.element.body)
    if found is None or not titles:
        return
    code, paragraphs = found
    known = next((style.style_id for style in document.styles if style.name == CONTENTS), None)
    for place, title in enumerate(titles):
        before = _opening(code) if place == 0 else ""
        after = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if place == len(titles) - 1 else ""
        style = f'<w:pPr><w:pStyle w:val="{known}"/></w:pPr>' if known else ""
        text = (
            f'<w:hyperlink w:anchor="{bookmark(place + 1)}" w:history="1"><w:r>'
            f'<w:t xml:space="preserve">{escape(cleaned(title))}</w:t></w:r></w:hyperlink>'
        )
        line = f"<w:p {nsdecls('w')}>{style}{before}{text}{after}</w:p>"
        paragraphs[0].addprevious(parse_xml(line))
    for paragraph in paragraphs:
        _remove(paragraph)


def _remove(paragraph: Any) -> None:
    """Removes a paragraph of the field, but never a page break or a section that ends in it."""
    if paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is None and not any(
        mark.get(qn("w:type")) == "page" for mark in paragraph.iter(qn("w:br"))
    ):
        paragraph.getparent().remove(paragraph)
        return
    for piece in list(paragraph):
        is_break = any(mark.get(qn("w:type")) == "page" for mark in piece.iter(qn("w:br")))
        if piece.tag != qn("w:pPr") and not is_break:
            paragraph.remove(piece)


def _opening(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _field(body: Any) -> tuple[str, list[Any]] | None:
    """What the field says, and the paragraphs that it takes; None where there is none."""
    for simple in body.iter(qn("w:fldSimple")):
        code = simple.get(qn("w:instr"), "")
        if _is_contents(code):
            return code, [simple.getparent()]
    for instruction in body.iter(qn("w:instrText")):
        if _is_contents(instruction.text or ""):
            return instruction.text, _paragraphs(instruction)
    return None


def _is_contents(code: str) -> bool:
    return code.split()[:1] == ["TOC"]


def _paragraphs(instruction: Any) -> list[Any]:
    """Those from the field's first piece to its last; fields inside it have ends of their own."""
    first = next(instruction.iterancestors(qn("w:p")))
    found, depth = [], 0
    for paragraph in (first, *first.itersiblings(qn("w:p"))):
        found.append(paragraph)
        kinds = [mark.get(_KIND) for mark in paragraph.iter(_CHARACTER)]
        depth += kinds.count("begin") - kinds.count("end")
        if depth <= 0:
            return found
    return [first]
