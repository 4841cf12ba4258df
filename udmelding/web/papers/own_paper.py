"""A municipality's draft paper behind its personal link: what it takes to its council's agenda."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from udmelding.casework.papers.papers import council_file, council_papers_of, paper_ending
from udmelding.errors import NotFoundError
from udmelding.web.case.pages import saved_document
from udmelding.web.papers.meeting_papers import attached
from udmelding.web.parties.municipality import Link, link_route
from udmelding.web.parties.municipality_view import readable
from udmelding.web.visitor import moment, services_of

router = APIRouter(prefix="/k/{token}", route_class=link_route())


@router.get("/filer/{sha256}")
def own_document(request: Request, opened: Link, sha256: str) -> StreamingResponse:
    """A document that every municipality of the case may read, to be saved.

    Raises:
        NotFoundError: it is none of those.
    """
    found = next((one for _, one in readable(opened.case) if one.sha256 == sha256), None)
    if found is None:
        raise NotFoundError("fil i sagen", sha256[:12])
    return saved_document(request, found)


@router.get("/sagsfremstilling.docx")
@router.get("/sagsfremstilling.pdf")
def own_council_paper(request: Request, opened: Link) -> Response:
    """The municipality's own paper as Word or PDF.

    Raises:
        NotFoundError: there is no final report to decide on yet, or the party is no municipality.
        RefusedError: no council decides in the case, or the text of the wording is flawed.
        OutsideError: the PDF could not be set.
    """
    services, ending = services_of(request), paper_ending(request.url.path)
    if not opened.case.latest_version:
        raise NotFoundError("endelig rapport i sagen", opened.case.reference)
    paper = council_papers_of(services, opened.case).of(opened.party.party)
    return attached(council_file(services, paper, ending, moment(request)), ending)
