"""A secretariat's own template: what it may change, and what is said when it cannot be used."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from tests.documents.report.samples import NOW, report, table
from udmelding.documents.report.docx import check_template, report_docx, shipped_template
from udmelding.documents.report.docx_styles import CONTENTS, TABLE_TEXT
from udmelding.errors import RefusedError
from udmelding.rules.report.values import TableBlock

VALUES = report((TableBlock(1, table()),))


def changed(change: Callable[[Document], object]) -> bytes:
    """The shipped template after somebody has worked on it."""
    document = docx.Document(BytesIO(shipped_template()))
    change(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_text(text: str) -> bytes:
    return changed(lambda document: document.paragraphs[0].insert_paragraph_before(text))


def filled(template: bytes) -> Document:
    return docx.Document(BytesIO(report_docx(VALUES, NOW, template)))


def told(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def contents_of(document: Document) -> list[str]:
    links = document.element.body.iter(qn("w:hyperlink"))
    return [text.text for link in links for text in link.iter(qn("w:t"))]


def contents_line(document: Document) -> Any:
    return next(p for p in document.paragraphs if p.style is not None and p.style.name == CONTENTS)


def place_of(document: Document) -> Any:
    return next(p for p in document.paragraphs if "chapters" in p.text)


def test_the_shipped_template_has_no_flaws() -> None:
    assert check_template(shipped_template()) == ()


def test_a_restyled_template_gives_the_report_its_look() -> None:
    def restyle(document: Document) -> None:
        document.styles[TABLE_TEXT].font.size = Pt(7)  # type: ignore[attr-defined]
        document.sections[0].left_margin = Cm(4)

    document = filled(changed(restyle))
    widths = [int(c.get(qn("w:w"))) for c in document.tables[0]._tbl.iter(qn("w:gridCol"))]
    section = document.sections[0]

    assert document.styles[TABLE_TEXT].font.size == Pt(7)  # type: ignore[attr-defined]
    room = section.page_width - Cm(4) - section.right_margin  # type: ignore[operator]
    assert sum(widths) * 635 <= room


def test_a_template_may_go_on_after_the_chapters() -> None:
    lines = told(filled(changed(lambda d: d.add_paragraph("Kontakt: {{ secretariat }}"))))

    assert lines[-1] == "Kontakt: Sekretariatet på prøve"
    assert lines.index("Bilag 1: Svar") < len(lines) - 1


def test_a_template_may_have_sections_of_its_own() -> None:
    def add_section(document: Document) -> None:
        document.add_section()
        document.add_paragraph("Bagside")

    document = filled(changed(add_section))

    assert len(document.sections) == 2
    assert told(document)[-1] == "Bagside"


def test_a_list_of_contents_that_word_has_saved_is_replaced_whole() -> None:
    def saved_by_word(document: Document) -> None:
        old = contents_line(document)
        for xml in (
            '<w:p {}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-2" '
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Gammelt'
            '</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGEREF a '
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
            "<w:p {}><w:r><w:t>Gammelt igen</w:t></w:r></w:p>",
            '<w:p {}><w:r><w:fldChar w:fldCharType="end"/></w:r>'
            '<w:r><w:br w:type="page"/></w:r></w:p>',
        ):
            old._p.addprevious(parse_xml(xml.format(nsdecls("w"))))
        old._p.getparent().remove(old._p)

    document = filled(changed(saved_by_word))
    pages = [mark for mark in document.element.body.iter(qn("w:br")) if mark.get(qn("w:type"))]

    assert "Gammelt" not in "\n".join(told(document))
    assert contents_of(document) == [chapter.title for chapter in VALUES.chapters]
    assert len(pages) == 3  # after the front page, in the list's last paragraph, and after it


def test_a_list_of_contents_in_one_piece_is_replaced_too() -> None:
    def in_one_piece(document: Document) -> None:
        old = contents_line(document)
        simple = '<w:fldSimple {} w:instr="TOC \\o"><w:r><w:t>Gammelt</w:t></w:r></w:fldSimple>'
        old.clear()._p.append(parse_xml(simple.format(nsdecls("w"))))

    document = filled(changed(in_one_piece))

    assert contents_of(document) == [chapter.title for chapter in VALUES.chapters]
    assert not [t.text for t in document.element.iter(qn("w:t")) if "Gammelt" in t.text]


def test_a_template_without_a_list_of_contents_is_fine() -> None:
    def without(document: Document) -> None:
        old = contents_line(document)
        old._p.getparent().remove(old._p)

    assert contents_of(filled(changed(without))) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ afsender }}", "«afsender»"),
        ("{{ title.hvad }}", "hvad"),
        ("{{ title", "{{ title"),
        ("{% for %}", "{% for %}"),
        ("{% if is_made_up %}", "title"),
        ("{{ 1 / 0 }}", "title"),
        ("{{ title + 1 }}", "title"),
        ("{{ facts[99] }}", "title"),
        ("{{ ''.__class__.__mro__ }}", "title"),
        ("{{ title.__class__.__base__.__subclasses__() }}", "title"),
        ("{% include 'andet' %}", "title"),
        ("{{ title|ukendt }}", "ukendt"),
    ],
)
def test_a_field_that_cannot_be_filled_is_refused_and_what_there_is_is_named(
    text: str, named: str
) -> None:
    template = with_text(text)

    with pytest.raises(RefusedError, match="Rapportskabelonen") as refused:
        report_docx(VALUES, NOW, template)

    assert named in refused.value.message
    assert "senders" in refused.value.message
    assert len(check_template(template)) == 1


def test_a_template_without_a_place_for_the_chapters_is_refused() -> None:
    template = changed(lambda document: place_of(document).clear())

    with pytest.raises(RefusedError, match="chapters"):
        report_docx(VALUES, NOW, template)
    assert check_template(template) != ()


def test_a_place_in_the_middle_of_a_sentence_is_refused() -> None:
    template = changed(lambda document: place_of(document).add_run(" med mere"))

    assert "afsnit for sig selv" in check_template(template)[0]


def test_a_template_without_a_style_is_refused_by_the_styles_name() -> None:
    def drop(document: Document) -> None:
        document.styles[TABLE_TEXT].delete()

    assert f"«{TABLE_TEXT}»" in check_template(changed(drop))[0]


def zipped(**members: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        zipped(),
        zipped(hej="verden"),
        zipped(**{"[Content_Types].xml": "<broken", "word/document.xml": ""}),
        shipped_template()[:4000],
    ],
    ids=["empty", "pdf", "empty zip", "other zip", "broken zip", "half a file"],
)
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    (flaw,) = check_template(content)

    assert flaw == "Rapportskabelonen er ikke en Word-fil (.docx)."


def test_a_template_that_takes_a_picture_from_elsewhere_is_refused() -> None:
    address = "https://example.invalid/logo.png"
    template = changed(lambda d: d.part.relate_to(address, RT.IMAGE, is_external=True))

    assert address in check_template(template)[0]


def test_a_link_that_readers_click_is_fine() -> None:
    address = "https://example.invalid/"
    template = changed(lambda d: d.part.relate_to(address, RT.HYPERLINK, is_external=True))

    assert check_template(template) == ()


def test_the_file_that_a_template_was_made_from_is_forgotten() -> None:
    def attach(document: Document) -> None:
        kind = RT.SETTINGS.replace("/settings", "/attachedTemplate")
        part: Any = document.part
        key = part._settings_part.relate_to("file:///hos-os/Skabelon.dotx", kind, is_external=True)
        xml = f'<w:attachedTemplate {nsdecls("w", "r")} r:id="{key}"/>'
        document.settings.element.insert(0, parse_xml(xml))

    content = report_docx(VALUES, NOW, changed(attach))

    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert not [n for n in archive.namelist() if b"attachedTemplate" in archive.read(n)]


def put(document: Document, place: str, inside: str) -> None:
    """Put what Word writes for somebody's work into the body or the page's header."""
    added = parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>")
    if place == "body":
        document.paragraphs[0]._p.addprevious(added)
    else:
        document.sections[0].header._element.append(added)


AUTHOR = 'w:id="9" w:author="Prøve Prøvesen" w:date="2025-01-02T03:04:00Z"'


@pytest.mark.parametrize("place", ["body", "header"])
@pytest.mark.parametrize(
    "inside",
    [
        f"<w:ins {AUTHOR}><w:r><w:t>Ny</w:t></w:r></w:ins>",
        f"<w:del {AUTHOR}><w:r><w:delText>{{{{ undertitel }}}}</w:delText></w:r></w:del>",
        f"<w:moveTo {AUTHOR}><w:r><w:t>Flyttet</w:t></w:r></w:moveTo>",
        f"<w:pPr><w:pPrChange {AUTHOR}><w:pPr/></w:pPrChange></w:pPr>",
        f"<w:r><w:rPr><w:b/><w:rPrChange {AUTHOR}><w:rPr/></w:rPrChange></w:rPr><w:t>x</w:t></w:r>",
    ],
)
def test_a_template_with_tracked_changes_is_refused_with_what_to_do(
    place: str, inside: str
) -> None:
    template = changed(lambda document: put(document, place, inside))

    (said,) = check_template(template)
    assert "Accepter alle ændringer" in said
    with pytest.raises(RefusedError, match="registrerede ændringer"):
        report_docx(VALUES, NOW, template)


def test_a_template_with_somebodys_comments_is_refused_with_what_to_do() -> None:
    def comment(document: Document) -> None:
        paragraph = document.paragraphs[0]
        document.add_comment(paragraph.runs, text="Skal vi skifte?", author="Prøve Prøvesen")

    (said,) = check_template(changed(comment))
    assert "Slet alle kommentarer" in said
