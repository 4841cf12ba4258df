"""The report as PDF: its chapters as blocks, set by ``templates/typst/report.typ``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby

from udmelding.documents.blocks import (
    Block,
    Grid,
    Heading,
    Items,
    Json,
    Levels,
    Lying,
    Pairs,
    Picture,
    Run,
    Runs,
    Text,
    blocks_as_json,
)
from udmelding.documents.chart_svg import bar_chart_svg
from udmelding.documents.look import SHIPPED, Look
from udmelding.documents.pdf import set_pdf
from udmelding.documents.report.page_layout import (
    FIRST_HEAD,
    figures_layout,
    in_brackets,
    stretches,
    words_layout,
)
from udmelding.documents.signs import printable
from udmelding.rules.report import values as said
from udmelding.rules.report.figure_tables import FigureColumn, FigureTable, RowLevel, cell_text
from udmelding.rules.report.values import ReportValues
from udmelding.rules.words.date_wording import long_date

_MADE_UP = "Tallene og sagen er opdigtet til demonstration."


def report_pdf(
    values: ReportValues,
    made_at: dt.datetime,
    *,
    show_flags: bool = False,
    look: Look = SHIPPED,
) -> bytes:
    """The report as PDF; the same bytes for the same values and moment.

    Args:
        values: what it says.
        made_at: when it is made; stands in the file.
        show_flags: mark what should be looked at again, for the secretariat's own reading.
        look: the secretariat's own.

    Raises:
        RefusedError: its tables are beyond reason.
        OutsideError: it could not be set within the limits of memory and time.
    """
    return set_pdf("report", _as_json(values, show_flags=show_flags), made_at, look)


def report_blocks(values: ReportValues, *, show_flags: bool = False) -> Iterator[list[Block]]:
    """The blocks of each chapter, in order."""
    for chapter in values.chapters:
        yield [
            block
            for stretch in stretches(chapter)
            for block in _stretch(
                [Heading(chapter.title)] if stretch.has_title else [],
                list(_blocks(stretch.blocks, show_flags=show_flags)),
                is_wide=stretch.is_wide,
            )
        ]


def _as_json(values: ReportValues, *, show_flags: bool) -> Json:
    about = (
        ("Fra", values.senders),
        *([("Til", values.receiver)] if values.receiver else []),
        ("Udarbejdet af", values.secretariat),
        *values.facts,
    )
    (front,) = blocks_as_json([Pairs(about, indent=42)])
    levels = Levels()
    ending = "" if values.is_final else " – ikke endelig"
    return {
        "title": values.title,
        "author": values.secretariat,
        "subtitle": printable(values.subtitle, longest=40),
        "version": values.version_text,
        "version_line": f"{values.version_text}{ending}",
        "day": long_date(values.dated_on),
        "made_up": _MADE_UP if values.is_made_up else "",
        "about": front,
        "contents": "Indhold",
        "chapters": [
            blocks_as_json(one, levels) for one in report_blocks(values, show_flags=show_flags)
        ],
    }


def _stretch(title: list[Block], blocks: list[Block], *, is_wide: bool) -> list[Block]:
    return [Lying([*title, *blocks])] if is_wide else [*title, *blocks]


def _blocks(blocks: Sequence[said.Block], *, show_flags: bool) -> Iterator[Block]:
    """Paragraphs that are items of a list and follow each other are one list."""
    for is_list, together in groupby(blocks, _is_item):
        if is_list and not show_flags:
            yield Items([_runs(one) for one in together if isinstance(one, said.Paragraph)])
            continue
        for block in together:
            yield from _one(block, show_flags=show_flags)


def _is_item(block: said.Block) -> bool:
    return isinstance(block, said.Paragraph) and block.is_item


def _one(block: said.Block, *, show_flags: bool) -> Iterator[Block]:
    match block:
        case said.Paragraph():
            if show_flags:
                yield from (Text([flag], keeps_next=True, is_flag=True) for flag in block.flags)
            if block.is_subhead:
                yield Heading(block.text, 2)
            else:
                runs = _runs(block, show_changes=show_flags)
                yield Items([runs]) if block.is_item else Text(runs)
        case said.TableBlock():
            yield _figures(block.number, block.table)
        case said.ChartBlock():
            chart = block.chart
            drawing = bar_chart_svg(chart, is_inline=False, key=f"{block.number}-")
            yield Picture(drawing, block.number, chart.caption, chart.alt)
        case said.GridBlock():
            shares = words_layout(block.head, block.rows).shares
            yield Grid(
                head=block.head, rows=block.rows, shares=shares, caption=block.title, is_words=True
            )


def _runs(paragraph: said.Paragraph, *, show_changes: bool = False) -> Runs:
    return [_run(run, show_changes=show_changes) for run in paragraph.runs]


def _run(run: said.Run, *, show_changes: bool) -> Run:
    if run.is_changed and show_changes:
        return Run(f"{run.text} (før {run.was})", "changed")
    style = "strong" if run.is_bold else "em" if run.is_italic else ""
    return Run(run.text, style)


def _figures(number: int, table: FigureTable) -> Grid:
    layout = figures_layout(table)
    return Grid(
        head=[FIRST_HEAD, *map(_head, table.columns)],
        rows=[[row.title, *map(cell_text, row.cells, table.columns)] for row in table.rows],
        shares=layout.shares,
        caption=table.caption,
        number=number,
        numbers_from=1,
        totals=frozenset(n for n, row in enumerate(table.rows) if row.level is not RowLevel.PARTY),
        note=(table.source, *table.notes),
        is_small=layout.is_small,
        is_lying=layout.is_wide,
    )


def _head(column: FigureColumn) -> Runs:
    more = in_brackets(column)
    return [column.title, Run(more, "quiet")] if more else [column.title]
