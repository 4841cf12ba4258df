"""A case paper as a Word file and as plain text.

In Word: headings, numbered recommendation, economy, table of councils. The plain text is copied
into whatever makes the agenda.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

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
from udmelding.rules.papers.meeting_paper import CouncilRow, DatedLine, MeetingPaper
from udmelding.rules.words.date_wording import long_date, weekday_date

_WIDTHS = (Cm(3.6), Cm(4.2), Cm(4.2), Cm(4.5))


def meeting_paper_docx(paper: MeetingPaper, author: str, made_at: dt.datetime) -> bytes:
    """The paper as the bytes of a ``.docx`` file; the same for the same values and moment.

    Args:
        paper: what it says.
        author: the secretariat's name, for the file's properties.
        made_at: when it was written, for the file's properties.
    """
    document = new_document()
    _write(document, paper)
    known = Properties(title=paper.title, subject=paper.reference, author=author, made_at=made_at)
    return document_bytes(document, known)


def _write(document: Document, paper: MeetingPaper) -> None:
    add_heading(document, paper.title, level=1)
    add_text(document, meeting_line(paper))
    add_heading(document, "Resumé")
    add_text(document, " ".join(paper.resume))
    add_heading(document, "Indstilling")
    add_text(document, "Det indstilles,", keeps_next=True)
    add_list(document, [f"{text}." for text in paper.recommendations], "List Number")
    if paper.decision:
        add_heading(document, "Beslutning")
        add_text(document, paper.decision)
    add_heading(document, "Baggrund")
    add_text(document, "Forløbet til nu:", keeps_next=True)
    add_list(document, _dated(paper.history))
    for text in paper.background:
        add_text(document, text)
    _economy(document, paper.economy)
    _section(document, "Videre forløb", _dated(paper.next_steps), NOTHING_PLANNED)
    _section(document, "Bilag", paper.enclosures, NOTHING_ENCLOSED)
    if paper.councils:
        add_heading(document, "Oversigt over kommunerne")
        rows = [(row.name, row.state, row.day, row.remark) for row in paper.councils]
        add_table(document, COLUMNS, rows, _WIDTHS)
    for text in paper.notes:
        add_text(document, text)


def _economy(document: Document, texts: Sequence[str]) -> None:
    """The first sentence says where the amounts are from."""
    if texts:
        add_heading(document, "Økonomi")
        add_text(document, texts[0], keeps_next=len(texts) > 1)
        add_list(document, texts[1:])


def _section(document: Document, heading: str, texts: Sequence[str], otherwise: str) -> None:
    add_heading(document, heading)
    if texts:
        add_list(document, texts)
    else:
        add_text(document, otherwise)


def _dated(lines: Sequence[DatedLine]) -> list[str]:
    return [f"{line.when}: {line.what}." for line in lines]


COLUMNS = ("Kommune", "Beslutning", "Dag", "Grundlag")
"""The heads of the table of councils."""

NOTHING_ENCLOSED = "Der er ingen bilag på sagen."
NOTHING_PLANNED = "Der er ikke flere skridt med dato."


def meeting_line(paper: MeetingPaper) -> str:
    """Which meeting, and of which day the paper speaks."""
    day = weekday_date(paper.venue.held_on) if paper.venue.held_on else "dagen er ikke fastsat"
    return f"{paper.venue.title}, {day}. Status pr. {long_date(paper.as_of)}. {paper.reference}."


def meeting_paper_text(paper: MeetingPaper) -> str:
    """The whole paper."""
    return "\n".join(_lines(paper)).rstrip() + "\n"


def _lines(paper: MeetingPaper) -> Iterator[str]:
    yield from (paper.title, meeting_line(paper), "")
    yield from ("Resumé", " ".join(paper.resume), "")
    yield from ("Indstilling", "Det indstilles,")
    for place, text in enumerate(paper.recommendations, start=1):
        yield f"{place}. {text}."
    yield ""
    if paper.decision:
        yield from ("Beslutning", paper.decision, "")
    yield from ("Baggrund", "Forløbet til nu:", *_dated_lines(paper.history), "")
    for text in paper.background:
        yield from (text, "")
    if paper.economy:
        first, *amounts = paper.economy
        yield from ("Økonomi", first, *(f"- {text}" for text in amounts), "")
    yield from ("Videre forløb", *(_dated_lines(paper.next_steps) or [NOTHING_PLANNED]), "")
    yield from ("Bilag", *([f"- {t}" for t in paper.enclosures] or [NOTHING_ENCLOSED]), "")
    if paper.councils:
        yield from ("Oversigt over kommunerne", *map(_council, paper.councils), "")
    yield from paper.notes


def _dated_lines(lines: Sequence[DatedLine]) -> list[str]:
    return [f"- {line.when}: {line.what}." for line in lines]


def _council(row: CouncilRow) -> str:
    told = ", ".join(text for text in (row.state, row.day, row.remark) if text)
    return f"- {row.name}: {told}"
