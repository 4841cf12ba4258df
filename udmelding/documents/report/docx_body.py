"""Writes a report's chapters into a Word template, with the template's own styles.

Everything is written before the paragraph that ``{{ chapters }}`` stood in, so that a template may
go on after the chapters. Numbers that have changed say what they were, in a style of their own that
can be seen in grey print as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.shared import Cm, Emu, Twips
from docx.text.paragraph import Paragraph as WordParagraph

from udmelding.documents.plain import clean_text
from udmelding.documents.report.docx_pages import Pages, add_bookmark, bookmark
from udmelding.documents.report.docx_styles import (
    CAPTION,
    CHANGED,
    CHAPTER,
    FLAG,
    ITEM,
    PLAIN,
    SOURCE,
    SUBHEAD,
)
from udmelding.documents.report.docx_tables import figures_xml, words_xml
from udmelding.documents.report.page_layout import figures_layout, stretches, words_layout
from udmelding.rules.report.values import (
    Block,
    ChartBlock,
    GridBlock,
    Paragraph,
    ReportValues,
    Run,
    TableBlock,
)

_TALLEST = Cm(20)
"""A chart leaves room on its page for the line below it."""
_WIDEST = Cm(17)


class Body:
    """Writes chapters."""

    def __init__(
        self,
        document: Document,
        place: WordParagraph,
        pictures: Mapping[int, bytes],
        *,
        show_flags: bool,
    ) -> None:
        """A writer for one document.

        Args:
            document: the template, filled in but for the chapters.
            place: the paragraph that the chapters take the place of.
            pictures: the charts by their numbers, as PNG.
            show_flags: say why a paragraph should be looked at again, and mark changed numbers.
        """
        self._place, self._pictures, self._show_flags = place, pictures, show_flags
        self._pages = Pages(place, document.element.body)
        self._ids = {str(style.name): style.style_id for style in document.styles}

    def write(self, values: ReportValues) -> None:
        """All chapters, each on the pages that it needs."""
        for number, chapter in enumerate(values.chapters, start=1):
            for stretch in stretches(chapter):
                self._pages.turn(is_lying=stretch.is_wide)
                if stretch.has_title:
                    add_bookmark(self._add(chapter.title, CHAPTER), bookmark(number), number)
                for block in stretch.blocks:
                    self._block(block)
        self._pages.end()

    def _add(self, text: str, style: str) -> WordParagraph:
        return self._place.insert_paragraph_before(clean_text(text), style=style)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case TableBlock():
                self._table(block)
            case ChartBlock():
                self._chart(block)
            case GridBlock():
                self._grid(block)

    def _paragraph(self, block: Paragraph) -> None:
        for flag in block.flags if self._show_flags else ():
            self._add(flag, FLAG)
        paragraph = self._add("", SUBHEAD if block.is_subhead else ITEM if block.is_item else PLAIN)
        for run in block.runs:
            self._run(paragraph, run)

    def _run(self, paragraph: WordParagraph, run: Run) -> None:
        is_marked = run.is_changed and self._show_flags
        text = f"{run.text} (før {run.was})" if is_marked else run.text
        made = paragraph.add_run(clean_text(text), style=CHANGED if is_marked else None)
        made.bold, made.italic = run.is_bold or None, run.is_italic or None

    def _table(self, block: TableBlock) -> None:
        table, layout = block.table, figures_layout(block.table)
        caption = f"Tabel {block.number}. {table.caption}"
        self._add(caption, CAPTION)
        self._insert(figures_xml(table, caption, layout, self._ids, self._pages.room()))
        self._add("\n".join((table.source, *table.notes)), SOURCE)

    def _grid(self, block: GridBlock) -> None:
        self._add(block.title, CAPTION)
        layout = words_layout(block.head, block.rows)
        self._insert(words_xml(block, layout, self._ids, self._pages.room()))

    def _insert(self, xml: str) -> None:
        self._place._p.addprevious(parse_xml(xml))

    def _chart(self, block: ChartBlock) -> None:
        paragraph = self._add("", PLAIN)
        paragraph.paragraph_format.keep_with_next = True
        shape: Any = paragraph.add_run().add_picture(BytesIO(self._pictures[block.number]))
        width = min(_WIDEST, Twips(self._pages.room()))
        height = shape.height * width // shape.width
        if height > _TALLEST:
            width, height = width * _TALLEST // height, _TALLEST
        shape.width, shape.height = Emu(width), Emu(height)
        shape._inline.docPr.set("descr", clean_text(block.chart.alt))
        shape._inline.docPr.set("title", clean_text(block.chart.title))
        below = self._add(f"Figur {block.number}. {block.chart.caption}", CAPTION)
        below.paragraph_format.keep_with_next = False  # a caption above a table keeps, this ends
