"""Question sets as PDF, behind a personal link and in the secretariat: forms and receipts.

Behind a link there is only what is its own party's; the party is never taken from the address.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from udmelding.casework.forms.printed import FormFile, printed_form, receipt_for
from udmelding.web.case.pages import CaseSeen
from udmelding.web.parties.municipality import Link, link_route
from udmelding.web.visitor import Caseworker, moment, services_of

router = APIRouter()
own = APIRouter(prefix="/k/{token}/skema", route_class=link_route())
cases = APIRouter(prefix="/sager/{reference}/skema")


def _download(file: FormFile) -> Response:
    return Response(
        file.content,
        media_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"},
    )


@own.get("/papir.pdf")
def own_paper(request: Request, opened: Link) -> Response:
    """The party's questions, with room to write."""
    services, now = services_of(request), moment(request)
    return _download(printed_form(services, opened.case.reference, now, opened.party.party))


@own.get("/kvittering.pdf")
def own_receipt(request: Request, opened: Link) -> Response:
    """What the party has answered; also when the case is closed.

    Raises:
        RefusedError: it has not answered.
    """
    services, now = services_of(request), moment(request)
    return _download(receipt_for(services, opened.case.reference, opened.party.party, now))


@cases.get("/papir.pdf")
def paper(request: Request, _: Caseworker, found: CaseSeen) -> Response:
    """The questions to any municipality, with room to write."""
    return _download(printed_form(services_of(request), found.case.reference, found.moment))


@cases.get("/svar/{party}/papir.pdf")
def paper_of(request: Request, _: Caseworker, found: CaseSeen, party: str) -> Response:
    """The questions to one respondent, with its name and deadline."""
    services, reference = services_of(request), found.case.reference
    return _download(printed_form(services, reference, found.moment, party))


@cases.get("/svar/{party}/kvittering.pdf")
def receipt(request: Request, _: Caseworker, found: CaseSeen, party: str) -> Response:
    """What one respondent has answered.

    Raises:
        RefusedError: it has not answered.
    """
    services, reference = services_of(request), found.case.reference
    return _download(receipt_for(services, reference, party, found.moment))


router.include_router(own)
router.include_router(cases)
