"""Tables of a Word file, written as whole pieces of it: cell by cell takes minutes for 98 rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from docx.oxml.ns import nsdecls

from udmelding.documents.report_docx_template import TABLE_HEAD, TABLE_TEXT
from udmelding.rules.figure_tables import FigureTable

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDTH = 9400
"""Of a table, in twentieths of a point: the room between the margins of A4."""


def heads(table: FigureTable) -> Iterator[str]:
    """The head of each column of figures, with its unit."""
    for column in table.columns:
        more = ", ".join(filter(None, (column.unit, "gennemsnit" if column.is_mean else "")))
        yield f"{column.title} ({more})" if more else column.title


def table_xml(
    head: Sequence[str], rows: Sequence[tuple[tuple[str, ...], bool]], *, is_words: bool
) -> Iterator[str]:
    """A table: its head on every page, no row torn apart, lines between rows only."""
    widths = _widths(len(head), is_words=is_words)
    line = 'w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"'
    yield f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/>'
    yield f"<w:tblBorders><w:top {line}/><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
    yield '<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1" w:firstColumn="1"/></w:tblPr>'
    yield "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{w}"/>' for w in widths) + "</w:tblGrid>"
    yield "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    yield from _cells(head, widths, _style_id(TABLE_HEAD), is_words=is_words)
    yield "</w:tr>"
    for texts, is_total in rows:
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        style = _style_id(TABLE_HEAD if is_total else TABLE_TEXT)
        yield from _cells(texts, widths, style, is_words=is_words)
        yield "</w:tr>"
    yield "</w:tbl>"


def _style_id(name: str) -> str:
    """Word's own id of a style of ours: python-docx takes the name without its spaces."""
    return name.replace(" ", "")


def _widths(count: int, *, is_words: bool) -> list[int]:
    first = _WIDTH // count if is_words else max(_WIDTH // 4, _WIDTH // (count + 1))
    rest = (_WIDTH - first) // max(count - 1, 1)
    return [first, *([rest] * (count - 1))]


def _cells(
    texts: Sequence[str], widths: Sequence[int], style: str, *, is_words: bool
) -> Iterator[str]:
    for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
        side = "left" if is_words or place == 0 else "right"
        yield (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
            f'<w:pStyle w:val="{style}"/><w:jc w:val="{side}"/></w:pPr>'
            f'<w:r><w:t xml:space="preserve">{escape(cleaned(text), quote=False)}</w:t></w:r>'
            "</w:p></w:tc>"
        )


def cleaned(text: str) -> str:
    """Without the signs that a Word file cannot hold."""
    return _FORBIDDEN.sub("", text)
