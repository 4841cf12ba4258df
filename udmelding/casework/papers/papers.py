"""Makes the papers of a case: one for each municipality, and zips for a meeting or for all.

A zip has each paper as Word, for whatever makes the agenda, and beside it as PDF, for its readers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from udmelding.casework.look import look_of
from udmelding.casework.papers.meeting_papers import Asked, agendas, paper_of
from udmelding.casework.report.figures import areas_of, final_figures
from udmelding.casework.wiring import Services
from udmelding.documents.archives import ZipWriter
from udmelding.documents.papers.council_paper import municipal_paper
from udmelding.documents.papers.council_paper_wording import council_wording
from udmelding.documents.papers.meeting_paper import body_paper
from udmelding.documents.papers.paper import Paper, paper_docx, paper_pdf, paper_pdfs
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load
from udmelding.journal.database import reading
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Party
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.files.file_names import Names, ending_of, safe_name, short
from udmelding.rules.papers.council_paper import (
    CouncilMaterial,
    CouncilPaper,
    council_paper,
    fields_of,
    municipalities_of,
)
from udmelding.rules.papers.council_paper_dates import plan_rows
from udmelding.rules.papers.meeting_paper import MeetingPaper
from udmelding.rules.papers.meeting_paper_values import EnclosedFile
from udmelding.rules.status.status import status
from udmelding.rules.work import Tell, unheard

MISSING = "Filer, der mangler.txt"
MOST_ITEM = 99


class Ending(StrEnum):
    """How a paper's file ends, which says what it is."""

    WORD = ".docx"
    PDF = ".pdf"

    @property
    def media(self) -> str:
        """What it is called where files are sent."""
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return word if self is Ending.WORD else "application/pdf"


def paper_ending(file_name: str) -> Ending:
    """What a file of that name is to be.

    Raises:
        RefusedError: neither Word nor PDF.
    """
    try:
        return Ending(ending_of(file_name))
    except ValueError:
        raise RefusedError("Filens navn skal ende på .docx eller .pdf.") from None


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file that was made, and what it is called."""

    name: str
    content: bytes


def paper_file(
    services: Services, paper: Paper, name: str, ending: Ending, now: dt.datetime
) -> PaperFile:
    """A paper or a letter as a file.

    Args:
        services: its home has the look.
        paper: what it says.
        name: of the file, without its ending.
        ending: Word or PDF.
        now: when it is made; stands in the file.

    Raises:
        BadFileError: the secretariat's own look is flawed.
        OutsideError: the PDF could not be set.
    """
    if ending is Ending.WORD:
        content = paper_docx(paper, now)
    else:
        content = paper_pdf(paper, now, look_of(services))
    return PaperFile(safe_name(name, ending), content)


@dataclass(frozen=True, slots=True)
class CouncilPapers:
    """The papers of a case's councils, made one by one when they are asked for."""

    material: CouncilMaterial
    parties: tuple[Party, ...]

    def of(self, code: str) -> CouncilPaper:
        """One municipality's paper.

        Raises:
            NotFoundError: the case has no such municipality.
        """
        found = next((party for party in self.parties if party.party == code), None)
        if found is None:
            raise NotFoundError("kommune i sagen", code)
        return council_paper(self.material, found)

    def all(self) -> Iterator[CouncilPaper]:
        """Every municipality's paper, in the order of the case."""
        for party in self.parties:
            yield council_paper(self.material, party)


def council_papers(
    services: Services, reference: str, now: dt.datetime, *, with_others: bool = False
) -> CouncilPapers:
    """The papers for the councils of a case, as known at ``now``.

    Args:
        services: database, store and templates.
        reference: the case.
        now: the moment they are written from.
        with_others: also for the municipalities that other areas' secretariats ask.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: no council decides in its process, or the text of the wording is flawed.
        OutsideError: what was kept with the report's version is damaged.
    """
    with reading(services.engine) as session:
        case = load(session, reference, now)
    return council_papers_of(services, case, with_others=with_others)


def council_papers_of(
    services: Services, case: Case, *, with_others: bool = False
) -> CouncilPapers:
    """``council_papers`` for a case that is loaded."""
    if not any(is_council_step(step) for step in case.process.steps):
        raise RefusedError(f"I processen «{case.process.title}» beslutter kommunerne ikke.")
    settings, areas = services.settings, areas_of(case, services.settings.texts_folder)
    secretariat = settings.secretariat
    found = status(case, case.as_of.date())
    parties = municipalities_of(case, with_others=with_others)
    material = CouncilMaterial(
        case=case,
        status=found,
        wording=council_wording(
            fields_of(case, areas, secretariat.name, secretariat.email), settings.texts_folder
        ),
        figures=final_figures(services, case),
        areas=areas,
        rows=plan_rows(case, found, parties),
    )
    return CouncilPapers(material, parties)


def council_file(
    services: Services, paper: CouncilPaper, ending: Ending, now: dt.datetime
) -> PaperFile:
    """One municipality's paper as a file; see ``paper_file``."""
    made = municipal_paper(paper, services.settings.secretariat.name)
    return paper_file(services, made, _council_name(paper), ending, now)


def _council_name(paper: CouncilPaper) -> str:
    return f"{paper.code} {paper.municipality} - Sagsfremstilling"


def meeting_file(
    services: Services, paper: MeetingPaper, ending: Ending, now: dt.datetime
) -> PaperFile:
    """The paper on a case for one meeting as a file; see ``paper_file``."""
    made = body_paper(paper, services.settings.secretariat.name)
    day = f"-{paper.venue.held_on}" if paper.venue.held_on else ""
    name = f"{paper.reference}-{paper.venue.body}{day}"
    return paper_file(services, made, name, ending, now)


def council_zip(
    services: Services,
    reference: str,
    now: dt.datetime,
    file: IO[bytes],
    *,
    with_others: bool = False,
    tell: Tell = unheard,
) -> int:
    """Write the papers of all councils and their enclosures to ``file``; returns how many.

    Raises:
        NotFoundError: there is no such case.
        RefusedError: as ``council_papers``.
        OutsideError: an enclosure is damaged.
    """
    papers = council_papers(services, reference, now, with_others=with_others)
    author = services.settings.secretariat.name
    enclosed: tuple[EnclosedFile, ...] = ()
    made: list[tuple[str, Paper]] = []
    for paper in papers.all():
        made.append((safe_name(_council_name(paper)), municipal_paper(paper, author)))
        enclosed = paper.enclosures
    with ZipWriter(file) as target:
        _add_papers(services, target, made, now, tell)
        _enclose(services, target, [(one.file_name, one.sha256) for one in enclosed])
    return len(papers.parties)


PAPER_PARTS = {"Sagsfremstillinger som Word og PDF": 20, "Bilag lægges ved": 1}
"""What making many papers consists of; see ``rules.work.Plan``."""

_SET_AT_ONCE = 20
"""So many PDFs are set by one process, for little more than one of them costs."""


def _add_papers(
    services: Services,
    target: ZipWriter,
    papers: Sequence[tuple[str, Paper]],
    now: dt.datetime,
    tell: Tell,
) -> None:
    """Write each paper by its name without ending, as Word and as PDF; PDFs many at once."""
    look = look_of(services)
    for begin in range(0, len(papers), _SET_AT_ONCE):
        some = papers[begin : begin + _SET_AT_ONCE]
        tell(0, begin, len(papers))
        pdfs = paper_pdfs([paper for _, paper in some], now, look)
        for count, ((name, paper), pdf) in enumerate(zip(some, pdfs, strict=True), start=begin):
            tell(0, count, len(papers))
            target.add(f"{name}{Ending.WORD}", paper_docx(paper, now))
            target.add(f"{name}{Ending.PDF}", pdf)
    tell(1)


NEXT = Asked()
"""The next planned meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingWanted:
    """Which meeting's papers are wanted.

    Attributes:
        reference: a case that is on the meeting.
        asked: the body and its meeting; empty for the next planned one.
        first_item: the number that the first case has on the agenda.
        with_others: all open cases that the meeting may have, not only this one.
    """

    reference: str
    asked: Asked = NEXT
    first_item: int = 1
    with_others: bool = False


def meeting_zip(
    services: Services,
    wanted: MeetingWanted,
    now: dt.datetime,
    file: IO[bytes],
    tell: Tell = unheard,
) -> str:
    """Write a meeting's papers with their enclosures to ``file``; returns the zip's name.

    Raises:
        NotFoundError: no such case, body or meeting.
        RefusedError: the number on the agenda cannot be one.
        OutsideError: an enclosure is damaged.
    """
    if not 1 <= wanted.first_item <= MOST_ITEM:
        raise RefusedError(f"Punktets nummer skal være fra 1 til {MOST_ITEM}.")
    first = paper_of(services, wanted.reference, now, wanted.asked)
    names, author = Names(), services.settings.secretariat.name
    enclosed: list[tuple[str, str]] = []
    made: list[tuple[str, Paper]] = []
    papers = _papers(services, first, now, with_others=wanted.with_others)
    for item, paper in enumerate(papers, start=wanted.first_item):
        point, title = f"Punkt {item:02}", short(paper.title)
        name = safe_name(f"{point} - {title} - Sagsfremstilling")
        made.append((name, body_paper(paper, author)))
        enclosed += [(names.take(f"{point} - {one.file_name}"), one.sha256) for one in paper.files]
    with ZipWriter(file) as target:
        _add_papers(services, target, made, now, tell)
        _enclose(services, target, enclosed)
    day = f" {first.venue.held_on}" if first.venue.held_on else ""
    return safe_name(f"{first.venue.title}{day} - Sagsfremstillinger", ".zip")


def _papers(
    services: Services, first: MeetingPaper, now: dt.datetime, *, with_others: bool
) -> Iterator[MeetingPaper]:
    """The case's paper, or those of all cases on the meeting, those to decide first."""
    venue, references = first.venue, [first.reference]
    if with_others:
        here = [agenda for agenda in agendas(services, now) if agenda.venue == venue]
        found = [s.reference for a in here for s in (*a.to_decide, *a.to_note)]
        references = found if first.reference in found else [*references, *found]
    for reference in references:
        is_first = reference == first.reference
        asked = Asked(venue.body, venue.held_on)
        yield first if is_first else paper_of(services, reference, now, asked)


def _enclose(services: Services, target: ZipWriter, files: list[tuple[str, str]]) -> None:
    """Write the enclosures; one whose file is not here is named instead, never left out silently.

    An imported case brings the facts of its documents, and not the files.
    """
    missing = []
    for name, sha256 in files:
        try:
            with services.store.open_checked(sha256) as content:
                target.add_file(name, content)
        except NotFoundError:
            missing.append(name)
    if missing:
        told = "Disse filer ligger ikke i systemet og skal lægges ved:"
        target.add(MISSING, "\r\n".join([told, *missing, ""]).encode("utf-8-sig"))


def with_others_too(case: Case) -> bool:
    """Whether other areas' secretariats ask some of the case's municipalities."""
    return len(municipalities_of(case, with_others=True)) > len(municipalities_of(case))
