"""Columns get their width from the words, and a table that is too wide turns its page."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.report.samples import chart_block, report, table
from udmelding.documents.report.page_layout import figures_layout, stretches, words_layout
from udmelding.rules.report.values import Block, Chapter, ChapterKind, Paragraph, Run, TableBlock

LONG = "Specialiserede tilbud"
NARROW, WIDE = TableBlock(1, table(5)), TableBlock(2, table(5, 12, head=LONG))
HEAD, TEXT = Paragraph((Run("Om tallene"),), is_subhead=True), Paragraph((Run("Tekst"),))


def pages(*blocks: Block) -> list[tuple[bool, bool, int]]:
    made = Chapter("tal", ChapterKind.FINDINGS, "Tal", blocks)
    return [(part.is_wide, part.has_title, len(part.blocks)) for part in stretches(made)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 25), st.text(alphabet="abm Æ•", min_size=1, max_size=60))
def test_the_columns_fill_the_table_and_none_is_empty(columns: int, head: str) -> None:
    shares = figures_layout(table(3, columns, head=head)).shares

    assert sum(shares) == 1000
    assert len(shares) == columns + 1
    assert min(shares) > 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=400), min_size=1, max_size=6))
def test_columns_of_words_fill_the_table_too(texts: list[str]) -> None:
    shares = words_layout(texts, [texts, texts]).shares

    assert sum(shares) == 1000
    assert min(shares) > 0


def test_columns_of_figures_are_equally_wide_where_they_can_be() -> None:
    _, *rest = figures_layout(table(5, 4)).shares

    assert len(set(rest)) == 1


def test_more_text_gets_more_room_but_not_all_of_it() -> None:
    short, long = words_layout(("Svar", "Hvorfor"), [("Ja", "fordi " * 60)]).shares

    assert 100 < short < long < 900


def test_a_table_of_a_few_figures_stands_upright_in_ordinary_print() -> None:
    layout = figures_layout(table(17, 6))

    assert (layout.is_wide, layout.is_small) == (False, False)


def test_a_table_of_many_figures_lies_down() -> None:
    assert figures_layout(WIDE.table).is_wide


def test_only_a_table_too_wide_for_a_lying_page_has_small_print() -> None:
    layouts = [figures_layout(table(5, columns, head=LONG)) for columns in range(1, 20)]

    assert [layout.is_wide for layout in layouts] == sorted(layout.is_wide for layout in layouts)
    assert all(layout.is_wide for layout in layouts if layout.is_small)
    assert any(layout.is_wide and not layout.is_small for layout in layouts)


def test_a_page_turns_for_a_wide_table_and_back_after_it() -> None:
    assert pages(TEXT, WIDE, chart_block(1, WIDE.table)) == [
        (False, True, 1),
        (True, False, 1),
        (False, False, 1),
    ]


def test_a_heading_goes_along_with_the_wide_table_below_it() -> None:
    assert pages(TEXT, HEAD, WIDE) == [(False, True, 1), (True, False, 2)]


def test_a_chapter_that_begins_with_a_wide_table_has_its_title_there() -> None:
    assert pages(WIDE) == [(True, True, 1)]


def test_wide_tables_after_each_other_share_their_pages() -> None:
    assert pages(NARROW, WIDE, HEAD, WIDE) == [(False, True, 1), (True, False, 3)]


def test_a_chapter_without_blocks_is_its_title() -> None:
    assert pages() == [(False, True, 0)]


def test_no_block_of_a_chapter_is_lost_where_pages_turn() -> None:
    values = report((TEXT, WIDE, HEAD, NARROW, HEAD))

    for chapter in values.chapters:
        told = [block for part in stretches(chapter) for block in part.blocks]
        assert told == list(chapter.blocks)
