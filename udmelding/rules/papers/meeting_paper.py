"""What does the next meeting get to read about a case? The paper, written from the data.

The form is that of public agendas: resumé, indstilling, baggrund, økonomi, bilag. Every number and
date is read from the status, the plan and the forecast, so the paper says what the pages say. What
was made up for a demonstration carries a ``*``. It asks the body to decide something, and says what
that costs. The documents that go with it are named as they are called there. Public agendas name
their enclosures «Bilag 1 - Afrapportering version 3.pdf». Only what was made to circulate goes
along: the agency's letter and questions, and the newest version of the report. An answer or a reply
that lies in the case as a document is listed by its title and stays where it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.document import DocumentKind
from udmelding.config.case.process import FulfilledBy, Parties, Step
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.case.glossary import label
from udmelding.rules.files.file_names import ending_of, safe_name, short
from udmelding.rules.papers.meeting_paper_councils import (
    council_rows,
    expected_reservation,
    municipalities,
)
from udmelding.rules.papers.meeting_paper_lines import history, next_steps
from udmelding.rules.papers.meeting_paper_values import (
    MADE_UP,
    EnclosedFile,
    PaperFacts,
    kind_word,
    mark,
    on_day,
)
from udmelding.rules.papers.meeting_paper_values import CouncilRow as CouncilRow
from udmelding.rules.papers.meeting_paper_values import DatedLine as DatedLine
from udmelding.rules.papers.meeting_paper_values import MeetingPaper as MeetingPaper
from udmelding.rules.papers.meeting_paper_values import Venue as Venue
from udmelding.rules.papers.meeting_paper_wording import background, resume
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.report.circulated import COUNTRY, Circulated, amounts
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.texts import first_upper


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
    known = PaperFacts(case=case, status=status, forecast=forecast, venue=venue)
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
    kind = first_upper(kind_word(case))
    if case.title.casefold().startswith(kind.casefold()):
        return case.title
    return f"{kind}: {case.title}"


def _decision(known: PaperFacts) -> str:
    found = known.decided_here
    if found is None:
        return ""
    star = MADE_UP if found.is_made_up else ""
    return f"{known.venue.title} {found.when}{star}: {label(found.outcome)}."


def _with_notes(made: MeetingPaper, case: Case) -> MeetingPaper:
    is_marked = any(MADE_UP in text for text in made.texts())
    if not is_marked and not case.is_made_up:
        return made
    return replace(made, notes=("* Opdigtet til demonstration, eller talt op af opdigtede tal.",))


def recommendations(known: PaperFacts) -> tuple[str, ...]:
    """What the body is asked to do; a case that it does not decide is for its information."""
    name = known.venue.name
    if not known.is_for_decision:
        return (f"at {name} tager status til efterretning",)
    return (_recommended_decision(known), *_onward(known), *_with_reservation(known))


def _recommended_decision(known: PaperFacts) -> str:
    """What is decided: each body recommends the final version to the next one in the chain."""
    name, step = known.venue.name, _next_step(known)
    version = f" (version {known.case.latest_version})" if known.case.latest_version else ""
    what = f"{known.paper}{version}"
    if step is not None and step.parties is not Parties.BODY:
        return f"at {name} anbefaler kommunerne at godkende {what}"
    if step is None or not version:
        return f"at {name} godkender {what}"
    return f"at {name} anbefaler {step.title} at godkende {what}"


def _next_step(known: PaperFacts) -> Step | None:
    """Who decides after this body."""
    steps = list(known.case.process.steps)
    ids = [step.id for step in steps]
    if known.venue.body not in ids:
        return None
    after = steps[ids.index(known.venue.body) + 1 :]
    return next((s for s in after if s.fulfilled_by is FulfilledBy.DECISION), None)


def _onward(known: PaperFacts) -> Sequence[str]:
    """Where the case goes from here."""
    step = _next_step(known)
    if step is None:
        return ()
    if step.parties is not Parties.BODY:
        return (f"at {known.paper} derefter sendes til politisk behandling i kommunerne",)
    row = known.status.plan.step(step.id) if known.status.plan else None
    day = f" {on_day(row.planned)}" if row and row.planned and not row.is_assumed else ""
    return (f"at {known.paper} derefter forelægges {step.title}{day}",)


def _with_reservation(known: PaperFacts) -> Sequence[str]:
    late = known.forecast.reservation_for if known.forecast else ()
    if not late or not expected_reservation(known):
        return ()
    who = municipalities(len(late))
    return (
        f"at det tages til efterretning, at der må påregnes forbehold for {who}, som ventes at "
        "beslutte efter fristen",
    )


def economy(known: PaperFacts, figures: Circulated | None) -> tuple[str, ...]:
    """What it costs: the amounts that the report gives for the area and the country.

    Args:
        known: the case and the meeting.
        figures: those of the newest version of the report; None where it has none.
    """
    rows = [f"KKR {known.venue.area_name} i alt", COUNTRY]
    found = amounts(figures, rows) if figures is not None else ()
    if figures is None or not found:
        return ("Der er ikke opgjort beløb i sagen.",)
    kind = "Endelig version" if figures.is_final else "Udkast"
    return (f"{kind} {figures.version} af {known.paper} oplyser:", *found)


_REPORTS = frozenset({DocumentKind.DRAFT, DocumentKind.FINAL_REPORT})
_CIRCULATING = _REPORTS | {DocumentKind.LETTER, DocumentKind.GUIDANCE, DocumentKind.QUESTIONS}
_PDF = "application/pdf"


def enclosures(case: Case) -> tuple[tuple[str, ...], tuple[EnclosedFile, ...]]:
    """The documents of a case as a paper lists them, and the files that go with the paper."""
    lines: list[str] = []
    files: list[EnclosedFile] = []
    for number, document in enumerate(_listed(case.documents), start=1):
        line = _line(document)
        if document.sha256 and document.document_kind in _CIRCULATING:
            files.append(enclosed_file(number, document))
            line = f"{line}. Fil: {files[-1].file_name}"
        lines.append(line)
    return tuple(lines), tuple(files)


def council_enclosures(case: Case) -> tuple[EnclosedFile, ...]:
    """The files that every municipality gets: the newest final report, and the agency's letter."""
    wanted = (DocumentKind.FINAL_REPORT, DocumentKind.LETTER)
    found = [d for d in _listed(case.documents) if d.document_kind in wanted and d.sha256]
    ordered = sorted(found, key=lambda d: (wanted.index(d.document_kind), d.dated_on, d.title))
    return tuple(enclosed_file(number, one) for number, one in enumerate(ordered, start=1))


def enclosed_file(number: int, document: Document) -> EnclosedFile:
    """A document as a file of a paper."""
    name = safe_name(f"Bilag {number} - {versioned_title(document)}", ending_of(document.file_name))
    return EnclosedFile(name, document.sha256)


def versioned_title(document: Document) -> str:
    """A document's title with its version, said once: ``Afrapportering version 3``."""
    title, version = short(document.title), f"version {document.version}"
    if not document.version or version in title.casefold():
        return title
    return f"{title} {version}"


def _listed(documents: Sequence[Document]) -> list[Document]:
    """The newest version of each document, by date; of the report only the newest version."""
    newest: dict[tuple[str, str], Document] = {}
    for document in sorted(documents, key=lambda d: (d.version, d.recorded_at)):
        newest[document.document_kind, document.title] = document
    report = set(map(id, _newest_report(newest.values())))
    kept = [d for d in newest.values() if not _is_report(d) or id(d) in report]
    return sorted(kept, key=_dated)


def _is_report(document: Document) -> bool:
    """Whether it is one of the report's versions, and not a draft of something else."""
    is_version = document.document_kind is DocumentKind.DRAFT and document.version > 0
    return is_version or document.document_kind is DocumentKind.FINAL_REPORT


def _newest_report(documents: Iterable[Document]) -> list[Document]:
    """The final report, or the newest draft; its PDF where it has one, never twice."""
    versions = [d for d in documents if _is_report(d)]
    finals = [d for d in versions if d.document_kind is DocumentKind.FINAL_REPORT]
    chosen = finals or versions
    last = max((d.version for d in chosen), default=0)
    newest = [d for d in chosen if d.version == last]
    return [d for d in newest if d.media_type == _PDF] or newest


def _dated(document: Document) -> tuple[dt.date, str]:
    return document.dated_on, document.title


def _line(document: Document) -> str:
    version = f", version {document.version}" if document.version else ""
    dated = f"{long_date(document.dated_on)}{mark(document.is_made_up)}"
    return f"{document.title} ({label(document.document_kind)}{version}, {dated})"
