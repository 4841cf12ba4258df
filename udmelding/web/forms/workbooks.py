"""Question sets as Excel, behind a personal link and in the secretariat: out, and in again."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from udmelding.casework.files import MOST_BYTES
from udmelding.casework.forms.answers import open_form
from udmelding.casework.forms.workbooks import (
    MEDIA_TYPE,
    Incoming,
    NotTakenInError,
    Workbook,
    take_in_workbook,
    workbook_for,
    workbooks_zip,
)
from udmelding.casework.parties.reported import reporter
from udmelding.errors import RefusedError
from udmelding.journal.stamp import Stamp
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.forms.municipality_form import check_form_value, form_page
from udmelding.web.forms.typed import Posted, posted
from udmelding.web.parties.municipality import Link, link_route
from udmelding.web.visitor import Caseworker, moment, services_of

router = APIRouter()
own = APIRouter(prefix="/k/{token}/skema/excel", route_class=link_route())

Typed = Annotated[Posted, Depends(posted)]
_MOST_FILES = 120


async def _files(request: Request) -> list[tuple[str, bytes]]:
    """Names and contents of the workbooks that were sent; one byte too many each at most."""
    form = await request.form(max_files=_MOST_FILES)
    sent = [file for file in form.getlist("file") if isinstance(file, UploadFile) and file.filename]
    return [(file.filename or "", await file.read(MOST_BYTES + 1)) for file in sent]


Files = Annotated[list[tuple[str, bytes]], Depends(_files)]


def _download(workbook: Workbook) -> Response:
    name = quote(workbook.name)
    return Response(
        workbook.content,
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@own.get("")
def own_workbook(request: Request, opened: Link) -> Response:
    """The party's own workbook, filled with what stands."""
    services, now = services_of(request), moment(request)
    return _download(workbook_for(services, opened.case.reference, opened.party.party, now))


@own.post("")
def own_workbook_back(
    request: Request, token: str, opened: Link, said: Typed, files: Files
) -> Response:
    """Take the party's workbook in, or show every cell that is wrong."""
    check_form_value(token, said)
    services, now = services_of(request), moment(request)
    reference, party = opened.case.reference, opened.party
    seen = open_form(services, reference, party.party, now)
    wrong, cells = "", tuple[str, ...]()
    try:
        if not files:
            raise RefusedError("Vælg den udfyldte Excel-fil.")
        name, content = files[0]
        is_partial = bool(said["is_partial"])
        came = Incoming(
            name=name,
            content=content,
            party=party.party,
            is_partial=is_partial,
            source=opened.source,
        )
        _, taken = take_in_workbook(services, reference, came, Stamp(now, reporter(party.name)))
    except NotTakenInError as error:
        cells = error.lines
    except RefusedError as error:
        wrong = error.message
    else:
        done = "sendt" if taken.completeness.is_enough else "del"
        return RedirectResponse(f"/k/{token}/skema?gjort={done}", status_code=303)
    return form_page(request, token, opened, seen, wrong=wrong, cells=cells, opened_part="workbook")


@router.get("/sager/{reference}/skema/excel.zip")
def all_workbooks(request: Request, _: Caseworker, found: CaseSeen) -> Response:
    """The workbooks of all respondents in one zip."""
    services, reference = services_of(request), found.case.reference
    content = workbooks_zip(services, reference, found.moment)
    name = quote(f"{reference} - Spørgeskemaer.zip")
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.get("/sager/{reference}/skema/svar/{party}/excel")
def one_workbook(request: Request, _: Caseworker, found: CaseSeen, party: str) -> Response:
    return _download(workbook_for(services_of(request), found.case.reference, party, found.moment))


@router.post("/sager/{reference}/skema/excel")
def workbooks_back(
    request: Request, visitor: Caseworker, found: CaseSeen, files: Files, said: Typed
) -> HTMLResponse:
    """Take several workbooks in; each as a whole or not at all, and each is told of."""
    if not files:
        raise RefusedError("Vælg de udfyldte Excel-filer.")
    told = [
        (name, *_one(request, visitor, found, name, content, is_partial=bool(said["is_partial"])))
        for name, content in files
    ]
    return case_page(request, "forms/workbooks.html", found, told=told)


def _one(
    request: Request,
    visitor: Caseworker,
    found: Seen,
    name: str,
    content: bytes,
    *,
    is_partial: bool,
) -> tuple[str, tuple[str, ...]]:
    """Whose workbook was taken in, or why none of it was."""
    came = Incoming(name=name, content=content, is_partial=is_partial)
    stamp = visitor.stamp
    try:
        who, taken = take_in_workbook(services_of(request), found.case.reference, came, stamp)
    except NotTakenInError as error:
        return "", error.lines
    except RefusedError as error:
        return "", (error.message,)
    if not taken.is_new:
        return f"{who}: det samme svar var taget ind før.", ()
    more = " Der står også et andet svar: vælg, hvilket der gælder." if taken.beside else ""
    return f"{who}: svaret er taget ind.{more}", ()


router.include_router(own)
