"""The pages of a Word report: which lie down, and the list of contents.

A Word file says what its pages are like at the end of each section, and the last section of all at
the end of the file. The chapters belong to one section of the template; where a page turns, the
part before it gets a copy of that section's properties, upright or lying down. The list of contents
stands for itself until Word has counted the pages. Nobody but Word knows on which page a chapter
begins. The template has Word's own field; here it gets the chapters' titles, each of them a link.
«Opdatér felt» in Word then gives the numbers. A template that was saved by Word has the field in
many pieces over many paragraphs: all of them are replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from html import escape
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from udmelding.documents.plain import clean_text
from udmelding.documents.report.docx_styles import CONTENTS

_SECTION = qn("w:sectPr")
_ONLY_FIRST = ("w:headerReference", "w:footerReference", "w:titlePg", "w:pgNumType")
"""What only the first of the sections says: the others take its headers and go on counting."""


class Pages:
    """The section that the chapters stand in."""

    def __init__(self, place: Paragraph, body: Any) -> None:
        """The section at a place.

        Args:
            place: the paragraph that all is written before.
            body: the body of the file.
        """
        self._place, self._body = place, body
        self._section = self._found()
        self._is_lying, self._is_cut = False, False

    def turn(self, *, is_lying: bool) -> None:
        """What comes from here on stands on such pages."""
        if is_lying == self._is_lying:
            return
        self._cut()
        self._is_lying = is_lying

    def end(self) -> None:
        """The chapters end here, and the template goes on with upright pages, if it does."""
        if self._is_lying and self._is_last():
            self._lay(self._section)
        else:
            self.turn(is_lying=False)
        before = self._place._p.getprevious()
        ends_with_table = before is not None and before.tag == qn("w:tbl") and self._is_last()
        if ends_with_table or _section_of(self._place._p) is not None:
            self._empty()  # Word wants a paragraph after a table, and one for the section
        else:
            self._body.remove(self._place._p)

    def room(self) -> int:
        """How wide a table can be, in twentieths of a point."""
        section = deepcopy(self._section)
        if self._is_lying:
            self._lay(section)
        size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
        if size is None or margins is None:
            return 9_400
        taken = sum(int(margins.get(qn(f"w:{side}"), "0")) for side in ("left", "right"))
        return int(size.get(qn("w:w"))) - taken

    def _found(self) -> Any:
        """The properties of the section: in the first paragraph that ends one, or in the body."""
        for element in (self._place._p, *self._place._p.itersiblings()):
            section = element if element.tag == _SECTION else _section_of(element)
            if section is not None:
                return section
        return self._body.get_or_add_sectPr()

    def _cut(self) -> None:
        """Ends a section with the paragraph before the place."""
        section = deepcopy(self._section)
        if self._is_lying:
            self._lay(section)
        before = self._place._p.getprevious()
        if before is None or before.tag != qn("w:p") or _section_of(before) is not None:
            before = self._place.insert_paragraph_before()._p
        before.get_or_add_pPr().append(section)
        if not self._is_cut:
            _drop(self._section, (*_ONLY_FIRST, "w:type"))
        self._is_cut = True

    def _empty(self) -> None:
        for piece in list(self._place._p):
            if piece.tag != qn("w:pPr"):
                self._place._p.remove(piece)

    def _is_last(self) -> bool:
        following = self._place._p.getnext()
        return following is None or following.tag == _SECTION

    def _lay(self, section: Any) -> None:
        size = section.find(qn("w:pgSz"))
        if size is None:
            return
        sides = sorted((int(size.get(qn("w:w"))), int(size.get(qn("w:h")))))
        size.set(qn("w:w"), str(sides[1]))
        size.set(qn("w:h"), str(sides[0]))
        size.set(qn("w:orient"), "landscape")


def _section_of(element: Any) -> Any:
    """The section that a paragraph ends, if it does."""
    return element.find(f"{qn('w:pPr')}/{_SECTION}") if element.tag == qn("w:p") else None


def _drop(section: Any, names: tuple[str, ...]) -> None:
    for name in names:
        for found in section.findall(qn(name)):
            section.remove(found)


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Makes a paragraph one that others can point to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    properties = paragraph._p.pPr
    if properties is None:
        paragraph._p.insert(0, start)
    else:
        properties.addnext(start)
    paragraph._p.append(end)


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
            f'<w:t xml:space="preserve">{escape(clean_text(title))}</w:t></w:r></w:hyperlink>'
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
