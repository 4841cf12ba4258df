"""Question sets as Excel, behind a personal link and in the secretariat: out, and in again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

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
from udmelding.casework.wiring import Services
from udmelding.casework.work import Made, as_content
from udmelding.errors import ConfirmationNeededError, RefusedError, UdmeldingError
from udmelding.journal.stamp import Stamp
from udmelding.rules.files.cpr_wording import CONFIRM
from udmelding.rules.parties.declared import declarer
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.case.pages import CaseSeen, case_page
from udmelding.web.forms.municipality_form import check_form_value, form_page
from udmelding.web.forms.typed import Posted, read_posted
from udmelding.web.kept_fields import Kept
from udmelding.web.parties.municipality import Link, link_route
from udmelding.web.upload import SentFile, sent_files
from udmelding.web.visitor import HAS_LOOKED, Caseworker, moment, services_of
from udmelding.web.work import behind, own_made

router = APIRouter()
own = APIRouter(prefix="/k/{token}/skema/excel", route_class=link_route())

Typed = Annotated[Posted, Depends(read_posted)]
_MOST_FILES = 120


async def _files(request: Request) -> list[SentFile]:
    """The workbooks that were sent."""
    return await sent_files(await request.form(max_files=_MOST_FILES), "file")


Files = Annotated[list[SentFile], Depends(_files)]


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
        came = Incoming(
            name=files[0].name,
            content=files[0].content,
            party=party.party,
            is_partial=bool(said["is_partial"]),
            source=opened.source,
        )
        stamp = Stamp(now, declarer(party.name), bool(said[HAS_LOOKED]))
        _, taken = take_in_workbook(services, reference, came, stamp)
    except NotTakenInError as error:
        cells = error.lines
    except RefusedError as error:
        wrong = error.message
    else:
        done = "sendt" if taken.completeness.is_enough else "del"
        return RedirectResponse(f"/k/{token}/skema?gjort={done}", status_code=303)
    return form_page(request, token, opened, seen, wrong=wrong, cells=cells, opened_part="workbook")


@router.get("/sager/{reference}/skema/excel.zip")
def all_workbooks(request: Request, visitor: Caseworker, found: CaseSeen) -> Response:
    """The workbooks of all respondents in one zip."""
    services, reference, at = services_of(request), found.case.reference, found.moment
    plan = Plan(
        kind=f"skemaer/{reference}/{found.as_of}",
        title="Excel-skemaerne dannes",
        ready="Excel-skemaerne er klar.",
        failed="Excel-skemaerne blev ikke dannet",
        parts={"Et skema til hver kommune": 1},
        noun="kommuner",
        back=f"/sager/{reference}/skema",
        back_name="spørgeskemaet",
        again=f"{request.url.path}?{request.url.query}",
    )
    result = Result(
        said=plan.ready,
        file_name=f"{reference} - Spørgeskemaer.zip",
        media_type="application/zip",
    )

    def make(tell: Tell) -> Made:
        return Made(result=result, content=as_content(workbooks_zip(services, reference, at, tell)))

    return behind(request, visitor, plan, make)


@router.get("/sager/{reference}/skema/svar/{party}/excel")
def one_workbook(request: Request, _: Caseworker, found: CaseSeen, party: str) -> Response:
    return _download(workbook_for(services_of(request), found.case.reference, party, found.moment))


@router.post("/sager/{reference}/skema/excel")
def workbooks_back(
    request: Request, visitor: Caseworker, found: CaseSeen, files: Files, said: Typed
) -> Response:
    """Take several workbooks in; each as a whole or not at all, and each is told of."""
    if not files:
        raise RefusedError("Vælg de udfyldte Excel-filer.")
    services, reference, stamp = services_of(request), found.case.reference, visitor.stamp
    is_partial, home = said["is_partial"], f"/sager/{reference}/skema"
    came = hashlib.sha256(b"".join(file.content for file in files)).hexdigest()[:16]
    plan = Plan(
        kind=f"skemaer-ind/{reference}/{came}/{stamp.has_looked}",
        title="Svarene tages ind",
        ready="Excel-skemaerne er set igennem.",
        failed="Ikke alle Excel-skemaer blev set igennem",
        parts={"Hvert skema læses og tages ind": 1},
        noun="skemaer",
        kept="De skemaer, der er taget ind, er gemt. Send dem bare igen: intet tages ind to gange.",
        back=home,
        back_name="spørgeskemaet",
        records_in=reference,
    )

    def take(tell: Tell) -> Made:
        told = []
        for count, file in enumerate(files):
            tell(0, count, len(files))
            one = Incoming(name=file.name, content=file.content, is_partial=bool(is_partial))
            told.append(asdict(_one(services, reference, one, stamp)))
        content = json.dumps({"told": told, "is_partial": is_partial}).encode()
        return Made(
            result=Result(said=plan.ready, address=f"{home}/excel/{{work}}"),
            content=as_content(content),
        )

    return behind(request, visitor, plan, take)


@router.get("/sager/{reference}/skema/excel/{work}")
def workbooks_told(
    request: Request, visitor: Caseworker, found: CaseSeen, work: str
) -> HTMLResponse:
    """What became of each workbook that was sent.

    Raises:
        NotFoundError: as ``web.work.own_made``.
    """
    with own_made(request, visitor, work) as made:
        kept = json.load(made)
    told = [_Told(**one) for one in kept["told"]]
    asked = tuple(("file", one.name) for one in told if one.is_asked)
    return case_page(
        request,
        "forms/workbooks.html",
        found,
        told=told,
        kept=Kept(
            f"/sager/{found.case.reference}/skema/excel",
            (("is_partial", kept["is_partial"]),),
            asked,
        ),
        confirm=CONFIRM,
        box=HAS_LOOKED,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of one workbook.

    Attributes:
        done: whose was taken in; empty where nothing was.
        lines: why not.
        is_asked: somebody has to look into it, and can then send it again.
    """

    name: str
    done: str = ""
    lines: tuple[str, ...] = ()
    is_asked: bool = False


def _one(services: Services, reference: str, came: Incoming, stamp: Stamp) -> _Told:
    """Whose workbook was taken in, or why none of it was; one hinders none of the others."""
    try:
        who, taken = take_in_workbook(services, reference, came, stamp)
    except NotTakenInError as error:
        return _Told(came.name, lines=error.lines)
    except UdmeldingError as error:
        is_asked = isinstance(error, ConfirmationNeededError)
        return _Told(came.name, lines=(error.message,), is_asked=is_asked)
    if not taken.is_new:
        return _Told(came.name, f"{who}: det samme svar var taget ind før.")
    more = " Der står også et andet svar: vælg, hvilket der gælder." if taken.beside else ""
    return _Told(came.name, f"{who}: svaret er taget ind.{more}")


router.include_router(own)
