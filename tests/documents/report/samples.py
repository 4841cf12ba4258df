"""Reports for the tests of documents, built by code: names, numbers and texts are all made up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from udmelding import clock
from udmelding.rules.report.figure_tables import (
    FigureCell,
    FigureColumn,
    FigureRow,
    FigureTable,
    RowLevel,
    bar_chart,
)
from udmelding.rules.report.values import (
    Block,
    Chapter,
    ChapterKind,
    ChartBlock,
    GridBlock,
    Paragraph,
    ReportValues,
    Run,
    TableBlock,
)

DAY = dt.date(2025, 3, 14)
NOW = clock.at(DAY)
NASTY = 'R&D <5 borgere & "citat" {{ 7*7 }} {% if %} \N{GRINNING FACE}\x0b\ud800'
READABLE_NASTY = 'R&D <5 borgere & "citat" {{ 7*7 }} {% if %} \N{GRINNING FACE}'
SOURCE = "Kilde: kommunernes svar, opgjort 14. marts 2025."
NOTE = "• Tal fra 1 til 4 vises ikke."
CHANGED = Paragraph(
    (Run("Der er "), Run("79", figure="borgere", was="12"), Run(" borgere.", is_bold=True)),
    key="resume-1",
    flags=("Et tal er et andet nu.",),
)


def table(rows: int = 17, columns: int = 3, *, head: str = "Borgere", id: str = "t") -> FigureTable:
    """A table with a total; the first row's first number is hidden, its second unanswered."""
    heads = tuple(
        FigureColumn(figure=f"f{n}", title=f"{head} {n}", unit="uger" if n == 1 else "")
        for n in range(columns)
    )
    made = [
        FigureRow(
            f"{n}",
            f"Kommune {n}",
            RowLevel.PARTY,
            tuple(FigureCell(Decimal(1000 + n * 7 + c)) for c in range(columns)),
        )
        for n in range(rows)
    ]
    first = (FigureCell(None, is_hidden=True), FigureCell(None), *made[0].cells[2:])[:columns]
    made[0] = FigureRow("0", "Kommune 0", RowLevel.PARTY, first)
    total = tuple(FigureCell(Decimal(99_000)) for _ in heads)
    return FigureTable(
        id=id,
        title="Borgere i målgruppen",
        caption="Borgere, fordelt på kommuner",
        source=SOURCE,
        columns=heads,
        rows=(*made, FigureRow("country", "Hele landet", RowLevel.COUNTRY, total)),
        notes=(NOTE,),
        is_public=True,
    )


def chart_block(number: int, made: FigureTable) -> ChartBlock:
    """The first column as bars."""
    return ChartBlock(number, bar_chart(made, made.columns[0], (RowLevel.PARTY,)))


def report(
    blocks: tuple[Block, ...] = (),
    *,
    title: str = "En målgruppe på prøve",
    is_final: bool = False,
    is_made_up: bool = True,
) -> ReportValues:
    """A report whose second chapter has these blocks."""
    grid = GridBlock("Bilag 1: Svar", ("Hvem", "Svar"), (("Kommune 0", "Besvaret"),))
    chapters = (
        Chapter("resume", ChapterKind.SUMMARY, "Resumé", (CHANGED, Paragraph((Run(NASTY),)))),
        Chapter("tal", ChapterKind.FINDINGS, "Tal & fund", blocks),
        Chapter(
            "anbefalinger",
            ChapterKind.RECOMMENDATIONS,
            "Anbefalinger",
            (
                Paragraph((Run("Vi anbefaler"),), is_subhead=True),
                Paragraph((Run("Flere pladser", is_italic=True),), is_item=True),
            ),
        ),
        Chapter("bilag", ChapterKind.ANNEX, "Bilag", (grid,)),
    )
    return ReportValues(
        reference="CU-PRØVE-2025",
        title=title,
        subtitle="Afrapportering",
        report="Afrapportering",
        version=2,
        is_final=is_final,
        dated_on=DAY,
        senders="Kommunerne på prøve",
        secretariat="Sekretariatet på prøve",
        receiver="Styrelsen på prøve",
        facts=(("Sag", "CU-PRØVE-2025"), ("Mere", NASTY)),
        chapters=chapters,
        is_made_up=is_made_up,
    )


def big_report(rows: int = 98, columns: int = 8, charts: int = 12) -> ReportValues:
    """A report of a national case: a table and a chart for each of its subjects."""
    blocks: list[Block] = []
    for number in range(1, charts + 1):
        made = table(rows, columns, id=f"t{number}")
        blocks += (TableBlock(number, made), chart_block(number, made))
    return report(tuple(blocks))
