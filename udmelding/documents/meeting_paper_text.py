"""A case paper as plain text, to be copied into whatever makes the agenda."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from udmelding.rules.papers.meeting_paper import CouncilRow, DatedLine, MeetingPaper
from udmelding.rules.words.date_wording import long_date, weekday_date

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
    yield from ("Baggrund", "Forløbet til nu:", *_dated(paper.history), "")
    for text in paper.background:
        yield from (text, "")
    if paper.economy:
        first, *amounts = paper.economy
        yield from ("Økonomi", first, *(f"- {text}" for text in amounts), "")
    yield from ("Videre forløb", *(_dated(paper.next_steps) or [NOTHING_PLANNED]), "")
    yield from ("Bilag", *([f"- {t}" for t in paper.enclosures] or [NOTHING_ENCLOSED]), "")
    if paper.councils:
        yield from ("Oversigt over kommunerne", *map(_council, paper.councils), "")
    yield from paper.notes


def _dated(lines: Sequence[DatedLine]) -> list[str]:
    return [f"- {line.when}: {line.what}." for line in lines]


def _council(row: CouncilRow) -> str:
    told = ", ".join(text for text in (row.state, row.day, row.remark) if text)
    return f"- {row.name}: {told}"
