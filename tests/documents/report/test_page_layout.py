"""A table with more columns than any page holds is set as several, and none of it is lost."""

from __future__ import annotations

from io import BytesIO
from itertools import chain

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.report.samples import NOW, report, table
from tests.documents.test_pdf import pages_of
from udmelding.documents.report.docx import report_docx
from udmelding.documents.report.page_layout import parts
from udmelding.documents.report.pdf import report_pdf
from udmelding.rules.report.values import TableBlock

WIDE = table(3, 26, head="Gennemsnitlig ventetid specialinstitution")


@given(st.integers(1, 60), st.sampled_from(["Ja", "Antal", "Specialiserede tilbud", "x" * 40]))
def test_every_column_stands_once_and_in_order_beside_all_names(count: int, head: str) -> None:
    whole = table(4, count, head=head)
    found = parts(whole)

    assert tuple(chain.from_iterable(part.columns for part in found)) == whole.columns
    for row, split in zip(
        whole.rows, zip(*(part.rows for part in found), strict=True), strict=True
    ):
        assert all(one.title == row.title for one in split)
        assert tuple(chain.from_iterable(one.cells for one in split)) == row.cells


@pytest.mark.parametrize("count", [1, 3, 9, 12, 14])
def test_a_table_that_a_page_can_hold_is_left_whole(count: int) -> None:
    whole = table(4, count, head="Specialiserede tilbud")

    assert parts(whole) == (whole,)


def test_the_parts_say_which_they_are_in_pdf_and_in_word() -> None:
    values = report((TableBlock(1, WIDE),))
    paper = "".join(pages_of(report_pdf(values, NOW)))
    word = [p.text for p in docx.Document(BytesIO(report_docx(values, NOW))).paragraphs]

    for part in ("(del 1 af 2)", "(del 2 af 2)"):
        assert f"Tabel 1. Borgere, fordelt på kommuner {part}" in paper
        assert any(text.endswith(part) for text in word)
