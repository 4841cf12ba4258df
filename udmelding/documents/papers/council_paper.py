"""A council's paper as a Word file, in the form of municipal agendas."""

from __future__ import annotations

import datetime as dt

from docx.document import Document
from docx.shared import Cm

from udmelding.documents.council_paper_text import FIGURES, LEVEL_COLUMNS, TREATED, about_line
from udmelding.documents.docx import (
    Properties,
    add_heading,
    add_list,
    add_table,
    add_text,
    new_document,
    saved,
)
from udmelding.rules.papers.council_paper import CouncilPaper

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
    return saved(document, known)


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
