"""What does a council's paper hold? Its parts, in the form of municipal agendas."""

from __future__ import annotations

from udmelding.documents.blocks import Grid, Heading, Items, Text
from udmelding.documents.papers.paper import Paper, Part
from udmelding.rules.papers.council_paper import CouncilPaper
from udmelding.rules.words.date_wording import long_date

_LEVEL_SHARES = (42, 32, 52, 40)
_FIRST, _FIGURES = 76, 90
"""Shares of the figures' names, and of all figures together."""

LEVEL_COLUMNS = ("Led", "Dag", "Grundlag", "Beslutning")
"""The heads of the table of the municipality's levels."""

TREATED = "Sagen er behandlet i:"


def about_line(paper: CouncilPaper) -> str:
    """Whose paper it is, and of which day it speaks."""
    return (
        f"Forslag til sagsfremstilling for {paper.municipality} Kommune. "
        f"Status pr. {long_date(paper.as_of)}. {paper.reference}."
    )


def municipal_paper(paper: CouncilPaper, author: str) -> Paper:
    """The paper that a municipality gets for its council.

    Args:
        paper: what it says.
        author: the secretariat's name.
    """
    return Paper(
        title=paper.title,
        parts=_parts(paper),
        reference=paper.reference,
        author=author,
        owner=f"{paper.municipality} Kommune",
    )


def _parts(paper: CouncilPaper) -> list[Part]:
    wording = paper.wording
    parts: list[Part] = [
        Text(about_line(paper)),
        *_section("Resumé", wording.resume),
        Heading("Indstilling"),
        Text(paper.lead, keeps_next=True),
        Items([f"{text}." for text in wording.recommendations], is_numbered=True),
        *_section("Sagsfremstilling", (*wording.background, *paper.report)),
    ]
    if paper.treated:
        items = Items([f"{line}." for line in paper.treated])
        parts += [Text(TREATED, keeps_next=True), items]
    if paper.figures:
        parts += [Heading("Kommunens egne tal"), _figures(paper)]
    for heading, texts in paper.sections:
        parts += _section(heading, texts)
    rows = [(line.level, line.day, line.basis, line.decision) for line in paper.levels]
    levels = Grid(head=LEVEL_COLUMNS, rows=rows, shares=_LEVEL_SHARES, is_words=True)
    parts += [Heading("Beslutning"), levels]
    if paper.enclosures:
        parts += [Heading("Bilag"), Items([one.file_name for one in paper.enclosures])]
    return [*parts, *map(Text, paper.notes)]


def _section(heading: str, texts: tuple[str, ...]) -> list[Part]:
    return [Heading(heading), *map(Text, texts)]


def _figures(paper: CouncilPaper) -> Grid:
    """One table, the municipality beside its area; each table of the report has a subhead."""
    rows: list[tuple[str, ...]] = []
    for group in paper.figures:
        rows.append((group.title,))
        rows += [(line.title, *line.texts) for line in group.lines]
    count = len(paper.figure_heads)
    return Grid(
        head=("Tal", *paper.figure_heads),
        rows=rows,
        shares=(_FIRST, *[_FIGURES // count] * count),
        numbers_from=1,
        subheads=frozenset(place for place, row in enumerate(rows) if len(row) == 1),
        note=paper.figure_notes,
    )
