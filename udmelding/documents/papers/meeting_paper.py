"""What does a case paper for a meeting hold? Its parts, as ``paper`` writes them.

The form is that of public agendas: a numbered recommendation, economy, a table of councils.
"""

from __future__ import annotations

from collections.abc import Sequence

from udmelding.documents.blocks import Grid, Heading, Items, Text
from udmelding.documents.papers.paper import Paper, Part
from udmelding.rules.papers.meeting_paper import DatedLine, MeetingPaper
from udmelding.rules.words.date_wording import long_date, weekday_date

_SHARES = (34, 38, 42, 52)
COLUMNS = ("Kommune", "Beslutning", "Dag", "Grundlag")
"""The heads of the table of councils."""

NOTHING_ENCLOSED = "Der er ingen bilag på sagen."
NOTHING_PLANNED = "Der er ikke flere skridt med dato."


def meeting_line(paper: MeetingPaper) -> str:
    """Which meeting, and of which day the paper speaks."""
    day = weekday_date(paper.venue.held_on) if paper.venue.held_on else "dagen er ikke fastsat"
    return f"{paper.venue.title}, {day}. Status pr. {long_date(paper.as_of)}. {paper.reference}."


def body_paper(paper: MeetingPaper, author: str) -> Paper:
    """The paper that a body gets for its meeting.

    Args:
        paper: what it says.
        author: the secretariat's name.
    """
    return Paper(title=paper.title, parts=_parts(paper), reference=paper.reference, author=author)


def _parts(paper: MeetingPaper) -> list[Part]:
    parts: list[Part] = [
        Text(meeting_line(paper)),
        Heading("Resumé"),
        Text(" ".join(paper.resume)),
        Heading("Indstilling"),
        Text("Det indstilles,", keeps_next=True),
        Items([f"{text}." for text in paper.recommendations], is_numbered=True),
    ]
    if paper.decision:
        parts += [Heading("Beslutning"), Text(paper.decision)]
    parts += [
        Heading("Baggrund"),
        Text("Forløbet til nu:", keeps_next=True),
        Items(_dated(paper.history)),
        *map(Text, paper.background),
    ]
    if paper.economy:
        first, *amounts = paper.economy  # the first sentence says where the amounts are from
        parts += [Heading("Økonomi"), Text(first, keeps_next=bool(amounts))]
        parts += [Items(amounts)] if amounts else []
    parts += [Heading("Videre forløb"), _listed(_dated(paper.next_steps), NOTHING_PLANNED)]
    parts += [Heading("Bilag"), _listed(paper.enclosures, NOTHING_ENCLOSED)]
    if paper.councils:
        rows = [(row.name, row.state, row.day, row.remark) for row in paper.councils]
        grid = Grid(head=COLUMNS, rows=rows, shares=_SHARES, is_words=True)
        parts += [Heading("Oversigt over kommunerne"), grid]
    return [*parts, *map(Text, paper.notes)]


def _listed(texts: Sequence[str], otherwise: str) -> Part:
    return Items(texts) if texts else Text(otherwise)


def _dated(lines: Sequence[DatedLine]) -> list[str]:
    return [f"{line.when}: {line.what}." for line in lines]
