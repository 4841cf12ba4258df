"""Tables of a Word file, written as whole pieces of it: cell by cell takes minutes for 98 rows.

How they look (lines, margins of cells, letters) is in the template's styles. What stands here is
what a reader needs whatever they look like: the head again on each page, no row torn apart, a table
that fits on a page not torn at all, and no sum alone on the next page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from docx.oxml.ns import nsdecls

from udmelding.documents.plain import clean_text
from udmelding.documents.report.docx_styles import TABLE, TABLE_HEAD, TABLE_TEXT, TABLE_TOTAL
from udmelding.documents.report.page_layout import FIRST_HEAD, TableLayout, heads
from udmelding.rules.report.figure_tables import FigureTable, RowLevel, cell_text
from udmelding.rules.report.values import GridBlock

_SHORT = 30
"""A table with fewer rows than this stays on one page."""
_AT_THE_END = 4
"""So many of the last rows of a longer one stay together, with the line that follows."""
_SMALL = '<w:rPr><w:sz w:val="14"/></w:rPr>'


def figures_xml(
    table: FigureTable, caption: str, layout: TableLayout, ids: dict[str, str], width: int
) -> str:
    """A table of figures.

    Args:
        table: what it shows.
        caption: what it is called, for those who hear it.
        layout: how wide its columns are.
        ids: Word's own ids of the template's styles, by their names.
        width: the room between the margins, in twentieths of a point.
    """
    head = (FIRST_HEAD, *heads(table))
    rows = [
        (row.title, *(cell_text(c, k) for c, k in zip(row.cells, table.columns, strict=True)))
        for row in table.rows
    ]
    styles = [TABLE_TEXT if row.level is RowLevel.PARTY else TABLE_TOTAL for row in table.rows]
    writer = _Writer(layout, ids, width, is_words=False)
    return "".join(writer.table(caption, head, rows, styles))


def words_xml(block: GridBlock, layout: TableLayout, ids: dict[str, str], width: int) -> str:
    """A table of words; the arguments are those of ``figures_xml``."""
    writer = _Writer(layout, ids, width, is_words=True)
    return "".join(
        writer.table(block.title, block.head, block.rows, [TABLE_TEXT] * len(block.rows))
    )


class _Writer:
    """Writes one table."""

    def __init__(
        self, layout: TableLayout, ids: dict[str, str], width: int, *, is_words: bool
    ) -> None:
        self._widths = [width * share // 1000 for share in layout.shares]
        self._ids, self._is_words = ids, is_words
        self._size = _SMALL if layout.is_small else ""

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        styles: Sequence[str],
    ) -> Iterator[str]:
        told = escape(clean_text(caption))
        yield f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="{self._ids[TABLE]}"/>'
        yield f'<w:tblW w:w="{sum(self._widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        yield '<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        yield 'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        yield f'<w:tblCaption w:val="{told}"/></w:tblPr><w:tblGrid>'
        yield from (f'<w:gridCol w:w="{width}"/>' for width in self._widths)
        yield "</w:tblGrid>"
        yield from self._row(head, TABLE_HEAD, "<w:tblHeader/>", keeps=True)
        last = len(rows) - 1
        for place, (texts, style) in enumerate(zip(rows, styles, strict=True)):
            keeps = place == 0 or len(rows) < _SHORT or place > last - _AT_THE_END
            is_followed = place < last or not self._is_words  # by a row, or by the source
            yield from self._row(texts, style, "", keeps=keeps and is_followed)
        yield "</w:tbl>"

    def _row(self, texts: Sequence[str], style: str, more: str, *, keeps: bool) -> Iterator[str]:
        yield f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>"
        kept = "<w:keepNext/>" if keeps else ""
        for place, (text, width) in enumerate(zip(texts, self._widths, strict=True)):
            side = "left" if self._is_words or place == 0 else "right"
            told = escape(clean_text(text), quote=False)
            yield (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
                f'<w:pStyle w:val="{self._ids[style]}"/>{kept}<w:jc w:val="{side}"/></w:pPr>'
                f'<w:r>{self._size}<w:t xml:space="preserve">{told}'
                "</w:t></w:r></w:p></w:tc>"
            )
        yield "</w:tr>"
