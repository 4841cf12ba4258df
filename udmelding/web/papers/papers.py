"""«Papirer»: what is taken to meetings, to the councils, to the agency and to the records."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.papers.letters import kind_named, letter_file, letter_from, refused_letters
from udmelding.casework.papers.meeting_papers import Asked, next_venue
from udmelding.casework.papers.papers import (
    PAPER_PARTS,
    CouncilPapers,
    MeetingWanted,
    council_file,
    council_papers_of,
    council_zip,
    meeting_zip,
    paper_ending,
    with_others_too,
)
from udmelding.casework.papers.records_package import PACKAGE_PARTS, records_package
from udmelding.casework.work import Made
from udmelding.config.case.legal_bases import load_legal_bases
from udmelding.documents.papers.council_paper import municipal_paper
from udmelding.documents.papers.paper import paper_values
from udmelding.errors import RefusedError
from udmelding.rules.case.law import kle_number
from udmelding.rules.files.file_names import safe_name
from udmelding.rules.papers.letters import TITLES, LetterKind
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.papers.meeting_papers import (
    attached,
    meeting_choices,
    meeting_key,
)
from udmelding.web.visitor import Caseworker, Reader, services_of
from udmelding.web.work import behind

router = APIRouter(prefix="/sager/{reference}/papirer")

Told = TypeVar("Told")

_ZIP = "application/zip"
_IN_MEMORY = 8 << 20


@dataclass(frozen=True, slots=True)
class _LetterSeen:
    """A letter as the page lists it; ``refused`` says why it cannot be written now."""

    kind: LetterKind
    title: str
    refused: str


@router.get("")
def case_papers(request: Request, _: Reader, found: CaseSeen, kommune: str = "") -> HTMLResponse:
    """Everything that can be fetched, and one municipality's paper to read.

    Raises:
        NotFoundError: the case has no such municipality.
    """
    papers, wrong = _council_papers(request, found)
    chosen = kommune or (papers.parties[0].party if papers and papers.parties else "")
    paper = papers.of(chosen) if papers and chosen else None
    own = services_of(request).settings.texts_folder
    venue = next_venue(found.case, found.status, own)
    return case_page(
        request,
        "papers/papers.html",
        found,
        papers=papers,
        paper=paper,
        wrong=wrong,
        shown=paper_values(municipal_paper(paper, "")) if paper else None,
        wording="\n".join(paper.wording_lines()) if paper else "",
        has_others=with_others_too(found.case),
        choices=meeting_choices(found, venue, own),
        chosen_meeting=meeting_key(venue),
        letters=_letters_seen(request, found),
        kle=kle_number(
            load_legal_bases(), found.case.particulars.target_group, found.case.received_on
        ),
    )


def _council_papers(request: Request, found: Seen) -> tuple[CouncilPapers | None, str]:
    """The councils' papers, or why there are none; all municipalities can be read."""
    try:
        papers = council_papers_of(services_of(request), found.case, with_others=True)
    except RefusedError as error:
        return None, error.message
    return papers, ""


def _letters_seen(request: Request, found: Seen) -> tuple[_LetterSeen, ...]:
    refused = refused_letters(services_of(request), found.case)
    return tuple(_LetterSeen(kind, TITLES[kind], refused.get(kind, "")) for kind in LetterKind)


@router.get("/kommune.docx")
@router.get("/kommune.pdf")
def council_paper_file(request: Request, _: Reader, found: CaseSeen, kommune: str = "") -> Response:
    """One municipality's paper as Word or PDF.

    Raises:
        NotFoundError: the case has no such municipality.
        RefusedError: no council decides in the case, or the text of the wording is flawed.
        OutsideError: the PDF could not be set.
    """
    services, ending = services_of(request), paper_ending(request.url.path)
    paper = council_papers_of(services, found.case, with_others=True).of(kommune)
    return attached(council_file(services, paper, ending, found.moment), ending)


@router.get("/kommuner.zip")
def council_papers_file(
    request: Request, visitor: Reader, found: CaseSeen, alle: str = ""
) -> Response:
    """All municipalities' papers and their enclosures; ``alle`` takes other areas' ones too.

    Raises:
        RefusedError: as for one.
    """
    services, reference, at = services_of(request), found.case.reference, found.moment
    name = safe_name(f"{reference} - Kommunerne", ".zip")

    def make(tell: Tell) -> Made:
        file, _count = _written(
            lambda file: council_zip(
                services, reference, at, file, with_others=bool(alle), tell=tell
            )
        )
        return _made(file, name)

    return behind(request, visitor, _plan(request, found, PAPER_PARTS, "kommuner"), make)


@router.get("/moede.zip")
def meeting_papers_file(
    request: Request,
    visitor: Reader,
    found: CaseSeen,
    moede: str = "",
    punkt: str = "1",
    alle: str = "",
) -> Response:
    """A meeting's papers and their enclosures; ``alle`` takes all cases that are on it.

    Raises:
        NotFoundError: no such body or meeting.
        RefusedError: the number on the agenda is none.
    """
    body, _at, written = moede.partition("@")
    wanted = MeetingWanted(
        reference=found.case.reference,
        asked=Asked(body, _day(written, found.moment.date())),
        first_item=_number(punkt),
        with_others=bool(alle),
    )
    services, at = services_of(request), found.moment

    def make(tell: Tell) -> Made:
        return _made(*_written(lambda file: meeting_zip(services, wanted, at, file, tell)))

    return behind(request, visitor, _plan(request, found, PAPER_PARTS, "sager"), make)


def _day(written: str, today: dt.date) -> dt.date | None:
    return read_day(written, today=today, direction=Direction.COMING) if written else None


def _number(text: str) -> int:
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit():
        raise RefusedError("Skriv punktets nummer på dagsordenen som et helt tal.")
    return int(plain[:9])


@router.get("/brev.docx")
@router.get("/brev.pdf")
def letter_to_agency(request: Request, _: Reader, found: CaseSeen, slags: str = "") -> Response:
    """A letter as Word or PDF.

    Raises:
        NotFoundError: there is no such letter.
        RefusedError: there is nothing to write.
        OutsideError: the PDF could not be set.
    """
    services, ending = services_of(request), paper_ending(request.url.path)
    letter = letter_from(services, found.case, kind_named(slags))
    return attached(letter_file(services, letter, ending, found.moment), ending)


@router.get("/journalpakke.zip")
def records_file(request: Request, visitor: Caseworker, found: CaseSeen, kle: str = "") -> Response:
    """All of the case for the records system; it holds confidential answers.

    Raises:
        RefusedError: ``kle`` cannot be such a number.
        OutsideError: a document is damaged.
    """
    services, reference, at = services_of(request), found.case.reference, found.moment

    def make(tell: Tell) -> Made:
        made = records_package(services, reference, at, kle=kle, tell=tell)
        return _made(made.file, made.name)

    return behind(request, visitor, _plan(request, found, PACKAGE_PARTS, "filer"), make)


def _plan(request: Request, found: Seen, parts: Mapping[str, int], noun: str) -> Plan:
    """What the making of a zip says of itself; each address makes its own."""
    is_package = parts is PACKAGE_PARTS
    what, is_or_are = ("Journalpakken", "klar") if is_package else ("Papirerne", "klare")
    path, asked = request.url.path, request.url.query
    digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return Plan(
        kind=f"{path}/{digest}",
        title=f"{what} dannes",
        ready=f"{what} er {is_or_are}.",
        failed=f"{what} blev ikke dannet",
        parts=parts,
        noun=noun,
        back=f"/sager/{found.case.reference}/papirer",
        back_name="papirerne",
        again=f"{path}?{asked}",
    )


def _made(file: IO[bytes], name: str) -> Made:
    said = f"«{name}» er klar."
    return Made(result=Result(said=said, file_name=name, media_type=_ZIP), content=file)


def _written(write: Callable[[IO[bytes]], Told]) -> tuple[IO[bytes], Told]:
    """A file with what ``write`` puts into it, and what that told; closed where it fails."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when sent
    try:
        return file, write(file)
    except BaseException:
        file.close()
        raise
