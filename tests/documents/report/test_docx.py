"""The report as Word file, opened again: what it says, how it is built, and what stays out."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from tests.documents.report.samples import (
    NOTE,
    NOW,
    READABLE_NASTY,
    SOURCE,
    chart_block,
    report,
    table,
)
from udmelding.documents.report.docx import report_docx, shipped_template
from udmelding.documents.report.docx_styles import (
    CAPTION,
    CHANGED,
    CHAPTER,
    FLAG,
    ITEM,
    SUBHEAD,
    TABLE_HEAD,
    TABLE_TOTAL,
    make_template,
)
from udmelding.documents.report.docx_styles import SOURCE as SOURCE_STYLE
from udmelding.rules.report.figure_tables import HIDDEN, NOTHING
from udmelding.rules.report.values import Paragraph, ReportValues, Run, TableBlock

NARROW = table()
WIDE = TableBlock(2, table(5, 12, head="Specialiserede tilbud"))
AFTER = Paragraph((Run("Efter den brede tabel."),))
VALUES = report((TableBlock(1, NARROW), chart_block(1, NARROW)))
AGAIN = """
import hashlib
from tests.documents.report.samples import NOW, chart_block, report, table
from udmelding.documents.report.docx import report_docx
values = report((chart_block(1, table()),))
print(hashlib.sha256(report_docx(values, NOW)).hexdigest())
"""


def opened(values: ReportValues, **more: Any) -> Document:
    return docx.Document(BytesIO(report_docx(values, NOW, **more)))


def styled(document: Document, style: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style is not None and p.style.name == style]


def told(document: Document) -> str:
    return "\n".join(p.text for p in document.paragraphs)


def rows_of(document: Document, place: int = 0) -> list[list[str]]:
    """All cells of a table, read fast: the library's own way takes minutes for large ones."""
    found = document.tables[place]._tbl.iter(qn("w:tr"))
    return [
        ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
        for row in found
    ]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sections(document: Document) -> Iterator[Any]:
    return document.element.body.iter(qn("w:sectPr"))


@pytest.fixture(scope="module")
def content() -> bytes:
    return report_docx(VALUES, NOW)


@pytest.fixture(scope="module")
def made(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


def test_the_chapters_are_headings_in_their_order(made: Document) -> None:
    assert styled(made, CHAPTER) == [chapter.title for chapter in VALUES.chapters]
    assert styled(made, SUBHEAD) == ["Vi anbefaler"]
    assert styled(made, ITEM) == ["Flere pladser"]


def test_the_front_page_says_what_whose_and_which_version(made: Document) -> None:
    assert styled(made, "Title") == [VALUES.title]
    assert {
        "Afrapportering",
        "Udkast 2",
        "14. marts 2025",
        "Fra\tKommunerne på prøve",
        "Til\tStyrelsen på prøve",
        "Sag\tCU-PRØVE-2025",
    } <= set(told(made).splitlines())


def test_each_page_says_title_version_and_that_a_demonstration_is_made_up(made: Document) -> None:
    real = opened(report(is_made_up=False, is_final=True))

    header = made.sections[0].header.paragraphs[0].text
    assert header == f"{VALUES.title} · Udkast 2 · Tallene og sagen er opdigtet til demonstration."
    assert real.sections[0].header.paragraphs[0].text == f"{VALUES.title} · Endelig version 2"
    assert "opdigtet" not in told(real)


def test_the_list_of_contents_is_words_own_field_and_links_to_each_chapter(made: Document) -> None:
    body = made.element.body
    codes = [code.text for code in body.iter(qn("w:instrText"))]
    names = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    links = list(body.iter(qn("w:hyperlink")))
    marks = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]

    assert [code.split()[0] for code in codes] == ["TOC"]
    assert marks == ["begin", "separate", "end"]
    assert [text.text for link in links for text in link.iter(qn("w:t"))] == [
        c.title for c in VALUES.chapters
    ]
    assert {link.get(qn("w:anchor")) for link in links} <= names


def test_page_numbers_are_fields(made: Document) -> None:
    footer = made.sections[0].footer._element

    assert [code.text for code in footer.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_a_table_says_what_its_values_say(made: Document) -> None:
    head, first, *others = rows_of(made)

    assert head == ["Hvem", "Borgere 0", "Borgere 1 (uger)", "Borgere 2"]
    assert first == ["Kommune 0", HIDDEN, NOTHING, "1.002"]
    assert others[-1] == ["Hele landet", "99.000", "99.000", "99.000"]
    assert len(others) == 17


def test_captions_stand_above_tables_and_below_charts_and_sources_below_tables(
    made: Document,
) -> None:
    assert styled(made, CAPTION) == [
        "Tabel 1. Borgere, fordelt på kommuner",
        "Figur 1. Borgere i målgruppen: Borgere 0",
        "Bilag 1: Svar",
    ]
    assert styled(made, SOURCE_STYLE) == [f"{SOURCE}\n{NOTE}"]


def test_the_head_comes_again_on_each_page_and_no_row_is_torn(made: Document) -> None:
    for each in made.tables:
        rows = list(each._tbl.iter(qn("w:tr")))
        assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [
            True,
            *([False] * (len(rows) - 1)),
        ]
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)


def test_head_and_total_have_styles_of_their_own(made: Document) -> None:
    ids = {style.name: style.style_id for style in made.styles}
    rows = list(made.tables[0]._tbl.iter(qn("w:tr")))

    def style_of(row: Any) -> set[str]:
        return {style.get(qn("w:val")) for style in row.iter(qn("w:pStyle"))}

    assert style_of(rows[0]) == {ids[TABLE_HEAD]}
    assert style_of(rows[-1]) == {ids[TABLE_TOTAL]}
    assert not style_of(rows[1]) & {ids[TABLE_HEAD], ids[TABLE_TOTAL]}


def test_every_style_that_is_used_is_in_the_file(made: Document) -> None:
    known = {style.style_id for style in made.styles}
    used = {
        element.get(qn("w:val"))
        for kind in ("w:pStyle", "w:rStyle", "w:tblStyle")
        for element in made.element.iter(qn(kind))
    }

    assert used <= known


def test_those_who_do_not_see_charts_and_tables_get_them_in_words(made: Document) -> None:
    (chart,) = VALUES.charts()
    (shape,) = made.inline_shapes

    assert shape._inline.docPr.get("descr") == chart.chart.alt
    assert [caption.get(qn("w:val")) for caption in made.element.iter(qn("w:tblCaption"))] == [
        "Tabel 1. Borgere, fordelt på kommuner",
        "Bilag 1: Svar",
    ]


@pytest.mark.parametrize("bars", [1, 17, 40, 98, 400])
def test_a_chart_fits_between_the_margins(bars: int) -> None:
    document = opened(report((chart_block(1, table(bars)),)))
    (shape,), section = document.inline_shapes, document.sections[0]
    across = section.page_width - section.left_margin - section.right_margin
    down = section.page_height - section.top_margin - section.bottom_margin

    assert 0 < shape.width <= across
    assert 0 < shape.height < down


def test_a_changed_number_is_marked_only_for_those_who_check_the_report() -> None:
    checked, sent = opened(VALUES, show_flags=True), opened(VALUES)
    marked = [
        run.text
        for paragraph in checked.paragraphs
        for run in paragraph.runs
        if run.style.name == CHANGED
    ]

    assert marked == ["79 (før 12)"]
    assert "Et tal er et andet nu." in styled(checked, FLAG)
    assert "Der er 79 borgere." in told(sent)
    assert "Et tal er et andet nu." not in told(sent)


def test_nobody_elses_words_are_markup_or_fields(made: Document) -> None:
    assert READABLE_NASTY in told(made).splitlines()
    assert f"Mere\t{READABLE_NASTY}" in told(made).splitlines()


def test_a_title_with_braces_is_told_as_it_is() -> None:
    document = opened(report(title="{{ 7*7 }} & {% if %}"))

    assert styled(document, "Title") == ["{{ 7*7 }} & {% if %}"]
    assert document.core_properties.title == "{{ 7*7 }} & {% if %}"


def test_the_file_is_danish_and_says_who_made_it_and_when(made: Document, content: bytes) -> None:
    known = made.core_properties

    assert (known.title, known.author, known.language) == (
        VALUES.title,
        "Sekretariatet på prøve",
        "da-DK",
    )
    assert known.created == known.modified == NOW
    assert b'w:val="da-DK"' in parts(content)["word/styles.xml"]


def test_the_file_has_no_macros_and_names_nothing_outside_itself(content: bytes) -> None:
    found = parts(content)

    assert not [name for name in found if "vba" in name.lower() or name.endswith(".bin")]
    assert not [name for name, text in found.items() if b'TargetMode="External"' in text]


def test_the_same_report_is_the_same_file_on_each_run() -> None:
    here = hashlib.sha256(report_docx(report((chart_block(1, table()),)), NOW)).hexdigest()
    there = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", AGAIN],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert there.stdout.strip() == here


def test_all_rows_of_a_large_table_are_there() -> None:
    rows = rows_of(opened(report((TableBlock(1, table(400, 8)),))))

    assert [row[0] for row in rows[1:-1]] == [f"Kommune {n}" for n in range(400)]
    assert {len(row) for row in rows} == {9}


def test_a_wide_table_lies_down_and_what_follows_stands() -> None:
    document = opened(report((TableBlock(1, NARROW), WIDE, AFTER)))

    assert [section.orientation.name for section in document.sections] == [
        "PORTRAIT",
        "LANDSCAPE",
        "PORTRAIT",
    ]
    for section, is_lying in zip(document.sections, (False, True, False), strict=True):
        assert (section.page_width > section.page_height) is is_lying


def test_a_wide_table_uses_the_whole_page_that_lies_down() -> None:
    document = opened(report((TableBlock(1, NARROW), WIDE, AFTER)))
    upright, lying = (
        sum(int(column.get(qn("w:w"))) for column in each._tbl.iter(qn("w:gridCol")))
        for each in document.tables[:2]
    )
    section = document.sections[1]
    room = section.page_width - section.left_margin - section.right_margin

    assert upright < lying
    assert room * 0.97 < lying * 635 <= room  # 635 of Word's smallest units are one twentieth point


def test_pages_that_lie_down_keep_the_header_and_only_the_front_page_has_none() -> None:
    document = opened(report((WIDE, AFTER)))
    first, *others = sections(document)

    assert first.find(qn("w:titlePg")) is not None
    assert all(section.find(qn("w:titlePg")) is None for section in others)
    assert all(section.header.is_linked_to_previous for section in document.sections[1:])
    assert not document.sections[0].header.is_linked_to_previous


def test_a_wide_table_at_the_very_end_brings_no_empty_page() -> None:
    values = report((WIDE,))
    document = opened(replace(values, chapters=values.chapters[:2]))

    assert [section.orientation.name for section in document.sections] == ["PORTRAIT", "LANDSCAPE"]


def test_a_report_that_ends_with_a_table_ends_with_a_paragraph_as_word_wants(
    made: Document,
) -> None:
    *_, last, section = made.element.body

    assert (last.tag, section.tag) == (qn("w:p"), qn("w:sectPr"))


def test_the_template_that_ships_is_the_one_that_the_program_makes() -> None:
    assert parts(shipped_template()) == parts(make_template())
