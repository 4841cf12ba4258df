"""A council's paper, in the form of municipal agendas, as a Word file and as plain text.

The plain text is copied into whatever makes the municipality's agenda.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docx.document import Document
from docx.shared import Cm

from udmelding.documents.docx import (
    Properties,
    add_heading,
    add_list,
    add_table,
    add_text,
    document_bytes,
    new_document,
)
from udmelding.rules.papers.council_paper import CouncilPaper
from udmelding.rules.papers.council_paper_values import LevelLine
from udmelding.rules.words.date_wording import long_date

_LEVELS = (Cm(4.2), Cm(3.2), Cm(5.2), Cm(4.0))
_WHOLE = 16.6
_FIRST = 7.6


def council_paper_docx(paper: CouncilPaper, author: str, made_at: dt.datetime) -> bytes:
    """The paper as the bytes of a ``.docx`` file; the same for the same values and moment.

    Args:
        paper: what it says.
        author: the secretariat's name, for the file's properties.
        made_at: when it was written, for the file's properties.
    """
    document = new_document()
    _write(document, paper)
    known = Properties(
        title=f"{paper.title} – {paper.municipality} Kommune",
        subject=paper.reference,
        author=author,
        made_at=made_at,
    )
    return document_bytes(document, known)


def _write(document: Document, paper: CouncilPaper) -> None:
    add_heading(document, paper.title, level=1)
    add_text(document, about_line(paper))
    add_heading(document, "Resumé")
    _texts(document, paper.wording.resume)
    add_heading(document, "Indstilling")
    add_text(document, paper.lead, keeps_next=True)
    add_list(document, [f"{text}." for text in paper.wording.recommendations], "List Number")
    add_heading(document, "Sagsfremstilling")
    _texts(document, (*paper.wording.background, *paper.report))
    if paper.treated:
        add_text(document, TREATED, keeps_next=True)
        add_list(document, [f"{line}." for line in paper.treated])
    if paper.figures:
        _figures(document, paper)
    for heading, texts in paper.sections:
        add_heading(document, heading)
        _texts(document, texts)
    add_heading(document, "Beslutning")
    rows = [(line.level, line.day, line.basis, line.decision) for line in paper.levels]
    add_table(document, LEVEL_COLUMNS, rows, _LEVELS)
    if paper.enclosures:
        add_heading(document, "Bilag")
        add_list(document, [one.file_name for one in paper.enclosures])
    _texts(document, paper.notes)


def _texts(document: Document, texts: tuple[str, ...]) -> None:
    for text in texts:
        add_text(document, text)


def _figures(document: Document, paper: CouncilPaper) -> None:
    """One table, the municipality beside its area; each table of the report has a subhead."""
    add_heading(document, FIGURES)
    rows: list[tuple[str, ...]] = []
    for group in paper.figures:
        rows.append((group.title,))
        rows += [(line.title, *line.texts) for line in group.lines]
    count = len(paper.figure_heads)
    widths = (Cm(_FIRST), *[Cm((_WHOLE - _FIRST) / count)] * count)
    add_table(document, ("Tal", *paper.figure_heads), rows, widths, numbers_from=1)
    _texts(document, paper.figure_notes)


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
        yield from _figure_lines(paper)
    for heading, texts in paper.sections:
        yield from (heading, *_apart(texts))
    yield from ("Beslutning", *map(_level, paper.levels), "")
    if paper.enclosures:
        yield from ("Bilag", *(f"- {one.file_name}" for one in paper.enclosures), "")
    yield from paper.notes


def _apart(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        yield from (text, "")


def _figure_lines(paper: CouncilPaper) -> Iterator[str]:
    yield f"{FIGURES} ({' / '.join(paper.figure_heads)})"
    for group in paper.figures:
        yield group.title
        yield from (f"- {line.title}: {' / '.join(line.texts)}" for line in group.lines)
    yield from (*paper.figure_notes, "")


def _level(line: LevelLine) -> str:
    told = ", ".join(text for text in (line.day, line.basis, line.decision) if text)
    return f"- {line.level}: {told}"
