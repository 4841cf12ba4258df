"""What does the next meeting get to read about a case? The paper, written from the data.

The form is that of public agendas: resumé, indstilling, baggrund, økonomi, bilag. Every number and
date is read from the status, the plan and the forecast, so the paper says what the pages say. What
was made up for a demonstration carries a ``*``.
"""

from __future__ import annotations

from dataclasses import replace

from udmelding.rules.case.case import Case
from udmelding.rules.case.glossary import label
from udmelding.rules.meeting_paper_enclosures import enclosures
from udmelding.rules.meeting_paper_recommendations import economy, recommendations
from udmelding.rules.papers.meeting_paper_councils import council_rows
from udmelding.rules.papers.meeting_paper_lines import history, next_steps
from udmelding.rules.papers.meeting_paper_values import MADE_UP, Known, first_upper
from udmelding.rules.papers.meeting_paper_values import CouncilRow as CouncilRow
from udmelding.rules.papers.meeting_paper_values import DatedLine as DatedLine
from udmelding.rules.papers.meeting_paper_values import EnclosedFile as EnclosedFile
from udmelding.rules.papers.meeting_paper_values import MeetingPaper as MeetingPaper
from udmelding.rules.papers.meeting_paper_values import Venue as Venue
from udmelding.rules.papers.meeting_paper_wording import background, resume
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.report.circulated import Circulated
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date


def meeting_paper(
    case: Case,
    status: Status,
    forecast: Forecast | None,
    venue: Venue,
    figures: Circulated | None = None,
) -> MeetingPaper:
    """The paper on ``case`` for the meeting ``venue``.

    Args:
        case: as it was known on the status's day, which is the day the paper is written.
        status: of ``case``.
        forecast: of ``case``; None where it has no deadline or no councils.
        venue: the body and its meeting.
        figures: those of the newest version of the report; None where it has none.
    """
    known = Known(case=case, status=status, forecast=forecast, venue=venue)
    listed, files = enclosures(case)
    made = MeetingPaper(
        reference=case.reference,
        title=paper_title(case),
        venue=venue,
        as_of=status.as_of,
        is_for_decision=known.is_for_decision,
        resume=resume(known),
        recommendations=recommendations(known),
        decision=_decision(known),
        history=history(known),
        background=background(known),
        economy=economy(known, figures),
        next_steps=next_steps(known),
        enclosures=listed,
        councils=council_rows(known),
        files=files,
    )
    return _with_notes(made, case)


def paper_title(case: Case) -> str:
    """``Fornyet behandling: Borgere med …``; the kind only where the title does not say it."""
    kind = first_upper(label(case.particulars.kind))
    if case.title.casefold().startswith(kind.casefold()):
        return case.title
    return f"{kind}: {case.title}"


def _decision(known: Known) -> str:
    found = known.decided_here
    if found is None:
        return ""
    star = MADE_UP if found.is_made_up else ""
    return f"{known.venue.title} {long_date(found.happened_to)}{star}: {label(found.outcome)}."


def _with_notes(made: MeetingPaper, case: Case) -> MeetingPaper:
    is_marked = any(MADE_UP in text for text in made.texts())
    if not is_marked and not case.is_made_up:
        return made
    return replace(made, notes=("* Opdigtet til demonstration, eller talt op af opdigtede tal.",))
