"""The report as PDF, opened again: what it says, how it is tagged, and which pages lie down."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from tests.documents.report.samples import (
    NOTE,
    NOW,
    READABLE_NASTY,
    SOURCE,
    chart_block,
    report,
    table,
)
from tests.documents.test_pdf import (
    elements_of,
    fonts_inside,
    is_for_archive,
    problems_of,
    scopes_of,
    tags_of,
    text_of,
)
from udmelding.documents.report.pdf import report_pdf
from udmelding.rules.report.figure_tables import HIDDEN, NOTHING
from udmelding.rules.report.values import Paragraph, ReportValues, Run, TableBlock

NARROW = table()
WIDE = table(5, 12, head="Specialiserede tilbud")
VALUES = report((TableBlock(1, NARROW), chart_block(1, NARROW)))
AGAIN = """
import hashlib
from tests.documents.report.samples import NOW, report
from udmelding.documents.report.pdf import report_pdf
print(hashlib.sha256(report_pdf(report(), NOW)).hexdigest())
"""


def pages_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(p.get_textpage().get_text_bounded().split()) for p in document]


def lying(content: bytes) -> list[bool]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_width() > page.get_height() for page in document]


@pytest.fixture(scope="module")
def made() -> bytes:
    return report_pdf(VALUES, NOW)


def test_the_front_page_says_what_whose_and_which_version(made: bytes) -> None:
    front = pages_of(made)[0]

    for told in (VALUES.title, "Afrapportering", "Udkast 2 – ikke endelig", "14. marts 2025"):
        assert told in front
    assert "Fra Kommunerne på prøve" in front
    assert "Til Styrelsen på prøve" in front


def test_the_contents_say_on_which_page_each_chapter_begins(made: bytes) -> None:
    pages = pages_of(made)

    for chapter in VALUES.chapters:
        (number,) = [n for n, page in enumerate(pages, 1) if n > 2 and chapter.title in page][:1]
        assert any(
            line.startswith(chapter.title) and line.rstrip().endswith(str(number))
            for line in text_of(made).splitlines()
        )


def test_each_page_but_the_front_says_the_version_and_its_number(made: bytes) -> None:
    _, *others = pages_of(made)

    for number, page in enumerate(others, start=2):
        assert "Udkast 2" in page
        assert f"side {number} af {len(others) + 1}" in page


def test_each_page_of_a_demonstration_says_that_its_numbers_are_made_up(made: bytes) -> None:
    real = report_pdf(report(is_made_up=False), NOW)

    assert all("opdigtet" in page for page in pages_of(made))
    assert "opdigtet" not in text_of(real)


def test_a_final_version_is_no_draft() -> None:
    told = text_of(report_pdf(report(is_final=True), NOW))

    assert "Endelig version 2" in told
    assert "Udkast" not in told


def test_tables_and_charts_have_captions_and_tables_their_source(made: bytes) -> None:
    told = text_of(made)

    for text in (
        "Tabel 1. Borgere, fordelt på kommuner",
        "Figur 1. Borgere i målgruppen: Borgere 0",
        SOURCE,
        NOTE,
    ):
        assert text in told


def test_a_hidden_cell_and_a_missing_answer_stand_as_signs_in_the_table(made: bytes) -> None:
    assert f"Kommune 0 {HIDDEN} {NOTHING}" in " ".join(text_of(made).split())


def test_those_who_do_not_see_the_chart_get_it_in_words(made: bytes) -> None:
    (chart,) = VALUES.charts()

    assert ("Figure", chart.chart.alt) in list(tags_of(made))


def test_the_file_is_tagged_in_danish_with_its_fonts_inside(made: bytes) -> None:
    kinds = [kind for kind, _, _ in elements_of(made)]

    assert {"Title", "TOC", "TOCI", "H1", "H2", "P", "L", "LI", "Caption", "Figure"} <= set(kinds)
    assert kinds.count("H1") == 1 + len(VALUES.chapters)  # the contents have a heading too
    assert kinds.count("Table") == kinds.count("THead") == kinds.count("TBody") == 2
    assert is_for_archive(made)
    assert all(fonts_inside(made))


def test_every_table_has_heads_for_its_columns_and_for_its_rows(made: bytes) -> None:
    rows = len(NARROW.rows)

    assert scopes_of(made)[: 4 + rows] == ["Column"] * 4 + ["Row"] * rows


def test_nobody_elses_words_are_markup_or_fields(made: bytes) -> None:
    assert READABLE_NASTY in text_of(made)


def test_two_checkers_find_nothing_that_is_wrong(tmp_path: Path, made: bytes) -> None:
    assert problems_of(made, tmp_path) == []


def test_a_changed_number_is_marked_only_for_those_who_check_the_report() -> None:
    checked = text_of(report_pdf(VALUES, NOW, show_flags=True))
    sent = text_of(report_pdf(VALUES, NOW))

    assert "79 (før 12)" in checked
    assert "Et tal er et andet nu." in checked
    assert "79 borgere" in sent
    assert "før 12" not in sent
    assert "Et tal er et andet nu." not in sent


def test_a_wide_table_lies_down_and_what_follows_stands() -> None:
    text = Paragraph((Run("Efter den brede tabel."),))
    content = report_pdf(report((TableBlock(1, WIDE), text)), NOW)
    pages = pages_of(content)

    assert [n for n, is_lying in enumerate(lying(content)) if is_lying] == [
        n for n, page in enumerate(pages) if "Tabel 1." in page
    ]
    assert not lying(content)[next(n for n, p in enumerate(pages) if "Efter den" in p)]


def test_a_wide_table_of_many_pages_lies_down_on_all_of_them() -> None:
    long = table(98, 12, head="Specialiserede tilbud")
    content = report_pdf(report((TableBlock(1, long),)), NOW)
    pages = pages_of(content)
    on = [n for n, page in enumerate(pages) if "Kommune 9" in page or "Kommune 5" in page]

    assert len(on) > 1
    assert all(lying(content)[n] for n in on)
    assert not lying(content)[next(n for n, page in enumerate(pages) if "Vi anbefaler" in page)]


def test_98_municipalities_have_the_head_on_each_page_and_the_source_below_the_total() -> None:
    pages = pages_of(report_pdf(report((TableBlock(1, table(98)),)), NOW))
    with_rows = [page for page in pages if "Kommune 4" in page or "Kommune 97" in page]
    (last,) = [page for page in pages if "Hele landet" in page]

    assert all(f"Kommune {n} " in " ".join(pages) for n in range(98))
    assert len(with_rows) > 1
    assert all("Hvem" in page for page in with_rows)
    assert "Kommune 97 " in last
    assert SOURCE in last


def test_a_table_that_fits_on_a_page_is_not_torn() -> None:
    blocks = tuple(TableBlock(n, table(17, id=f"t{n}")) for n in range(1, 5))
    pages = pages_of(report_pdf(report(blocks), NOW))

    for page, following in pairwise(pages[2:]):
        assert page.count("Tabel ") == page.count("Hele landet")
        assert not following.startswith("Kommune")


def test_the_same_report_is_the_same_file_on_each_run() -> None:
    here = hashlib.sha256(report_pdf(report(), NOW)).hexdigest()
    there = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", AGAIN],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert there.stdout.strip() == here


def test_a_report_without_charts_and_tables_is_still_a_report() -> None:
    values: ReportValues = report()

    assert "Resumé" in text_of(report_pdf(values, NOW))
