"""A council's paper as plain text, to be copied into whatever makes the municipality's agenda."""

from __future__ import annotations

from collections.abc import Iterator

from udmelding.rules.papers.council_paper import CouncilPaper
from udmelding.rules.papers.council_paper_values import LevelLine
from udmelding.rules.words.date_wording import long_date

LEVEL_COLUMNS = ("Led", "Dag", "Grundlag", "Beslutning")
"""The heads of the table of the municipality's levels."""

FIGURES = "Kommunens egne tal"
TREATED = "Sagen er behandlet i:"


def about_line(paper: CouncilPaper) -> str:
    """Whose paper it is, and of which day it speaks."""
    return (
        f"Forslag til sagsfremstilling for {paper.municipality} Kommune. "
        f"Status pr. {long_date(paper.as_of)}. {paper.reference}."
    )


def council_paper_text(paper: CouncilPaper) -> str:
    """The whole paper."""
    return "\n".join(_lines(paper)).rstrip() + "\n"


def _lines(paper: CouncilPaper) -> Iterator[str]:
    yield from (paper.title, about_line(paper), "")
    yield from ("Resumé", *_apart(paper.wording.resume))
    yield from ("Indstilling", paper.lead)
    for place, text in enumerate(paper.wording.recommendations, start=1):
        yield f"{place}. {text}."
    yield from ("", "Sagsfremstilling", *_apart(paper.wording.background))
    yield from (*_apart(paper.report),)
    if paper.treated:
        yield from (TREATED, *(f"- {line}" for line in paper.treated), "")
    if paper.figures:
        yield from _figures(paper)
    for heading, texts in paper.sections:
        yield from (heading, *_apart(texts))
    yield from ("Beslutning", *map(_level, paper.levels), "")
    if paper.enclosures:
        yield from ("Bilag", *(f"- {one.file_name}" for one in paper.enclosures), "")
    yield from paper.notes


def _apart(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        yield from (text, "")


def _figures(paper: CouncilPaper) -> Iterator[str]:
    yield f"{FIGURES} ({' / '.join(paper.figure_heads)})"
    for group in paper.figures:
        yield group.title
        yield from (f"- {line.title}: {' / '.join(line.texts)}" for line in group.lines)
    yield from (*paper.figure_notes, "")


def _level(line: LevelLine) -> str:
    told = ", ".join(text for text in (line.day, line.basis, line.decision) if text)
    return f"- {line.level}: {told}"
