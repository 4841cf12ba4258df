"""One case: where it stands, its plan, its papers, mails and log, today or as of any day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from models import GATHERED, Role
from udmelding import clock
from udmelding.casework.inbox.lists import case_post
from udmelding.casework.mail.leaving import GoingOut, going_out, leaving_in
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.plan.explaining import explain_loaded, forecast_for, wheel_of, wheel_pdf_of
from udmelding.documents.plan.curve_svg import curve_svg
from udmelding.documents.plan.year_wheel import year_wheel_svg
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load
from udmelding.journal.case.log import log
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox_search import mails_among
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Document
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.forecast import country_text, forecast_sentences, lead_time_text
from udmelding.rules.plan.must_leave import must_leave, no_choice
from udmelding.rules.plan.plan_wording import critical_path
from udmelding.rules.recording.catalogue import ENTRIES, kind_of
from udmelding.rules.status.briefing import briefing
from udmelding.rules.status.curve import Curve, decision_curve
from udmelding.rules.status.glance import Look
from udmelding.rules.status.lights import light_of
from udmelding.rules.status.status import Status, status
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.case.doors import COUNCILS, coming, counted, curve_of, doors_of, place_of
from udmelding.web.case.municipality_rows import (
    SHOWN,
    missing_first,
    rows_of,
    tiles,
)
from udmelding.web.case.timeline import timeline
from udmelding.web.rendering import page
from udmelding.web.visitor import Reader, moment, services_of, visitor_or_none

router = APIRouter(prefix="/sager/{reference}")

MAILS, LINES = 25, 200
"""Mails on one page, each with its text; and lines of the log."""

_CORRECTABLE = frozenset(kind_of(entry) for entry in ENTRIES if any(a.slug for a in entry.asks))
"""Kinds of facts that have a form, and so can be corrected."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as one page shows it.

    Attributes:
        moment: the moment it is seen from; ``as_of`` that day as it was asked for, or empty.
    """

    case: Case
    status: Status
    moment: dt.datetime
    as_of: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve as a page shows it: for a wide screen, and with larger type for a phone."""

    curve: Curve
    wide: str
    narrow: str

    @classmethod
    def of(cls, curve: Curve | None) -> Drawn | None:
        """The two drawings; None where there is nothing to draw."""
        if curve is None:
            return None
        return cls(curve, curve_svg(curve), curve_svg(curve, is_narrow=True))


def see_case(request: Request, reference: str, pr: str = "") -> Seen:
    """The case that the address names, as of the day ``pr`` or now.

    Raises:
        NotFoundError: there is no such case, or it was not known then.
        RefusedError: the day cannot be read.
    """
    services, at = services_of(request), moment_seen(request, pr)
    with reading(services.engine) as session:
        case = load(session, reference, at)
    return Seen(case, status(case, at.date()), at, pr)


def moment_seen(request: Request, pr: str) -> dt.datetime:
    """The end of the day ``pr``, as it was asked for, or now.

    Raises:
        RefusedError: the day cannot be read.
    """
    now = moment(request)
    return clock.end_of(read_day(pr, today=now.date(), direction=Direction.PAST)) if pr else now


CaseSeen = Annotated[Seen, Depends(see_case)]


def case_page(request: Request, template: str, found: Seen, **values: Any) -> HTMLResponse:
    """A page of one case, in the case's frame."""
    visitor = visitor_or_none(request)
    query = f"?pr={quote(found.as_of)}" if found.as_of else ""
    may_act = visitor is not None and visitor.may(Role.CASEWORKER)
    return page(
        request,
        template,
        case=found.case,
        status=found.status,
        as_of=found.as_of,
        seen_on=found.moment.date(),
        looked=light_of(found.status, is_paused=found.case.is_paused),
        doors=doors_of(found.case, request.url.path, query, may_act=may_act),
        home=f"/sager/{found.case.reference}",
        place_of=place_of,
        counted=counted(found.case, found.status),
        coming=coming(found.status),
        query=query,
        **values,
    )


@router.get("")
def case_status(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """The time line, the map, who is missing; and the mails, while they go out."""
    rows = rows_of(found.case, found.status)
    return case_page(
        request,
        "case/status.html",
        found,
        going_out=_going_out(request, found),
        timeline=timeline(found.case, found.status),
        briefing=briefing(found.case, found.status),
        drawn=Drawn.of(curve_of(found.status)),
        tiles=tiles(rows),
        Look=Look,
        rows=missing_first(rows),
        total=len(rows),
    )


@router.get(COUNCILS)
def case_municipalities(
    request: Request, _: Reader, found: CaseSeen, vis: str = "alle"
) -> HTMLResponse:
    """All municipalities of the case: how each stands, how we know, when we last heard."""
    rows = rows_of(found.case, found.status)
    shown = vis if vis in SHOWN else "alle"
    return case_page(
        request,
        "case/municipalities.html",
        found,
        rows=[row for row in rows if SHOWN[shown][1](row)],
        filters=[(word, name, sum(map(keep, rows))) for word, (name, keep) in SHOWN.items()],
        shown=shown,
    )


@router.get("/udsendes")
def case_goes_out(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """How far the mails are, for the page «Status» to take in."""
    return case_page(request, "case/_going_out.html", found, going_out=_going_out(request, found))


def _going_out(request: Request, found: Seen) -> GoingOut | None:
    services = services_of(request)
    if found.as_of:
        return None
    with reading(services.engine) as session:
        header = find(session, found.case.reference)
        return going_out(services, session, header, found.case, found.moment)


@router.get("/plan")
def case_plan(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """The plan, with its explanations and what cannot slip."""
    asked = plan_input(found.case, found.moment.date())
    explained = explain_loaded(services_of(request), found.case, "", found.moment)
    plan = found.status.plan
    choices = must_leave(asked) if asked else ()
    return case_page(
        request,
        "case/plan.html",
        found,
        explanations=explained,
        critical=critical_path(plan) if plan else (),
        choices=choices,
        no_choice=no_choice(asked) if asked and not choices else "",
    )


@router.get("/aarshjul.svg")
def case_wheel(_: Reader, found: CaseSeen) -> Response:
    """The plan as a picture."""
    made = wheel_of(found.case, found.moment.date())
    if made is None:
        raise NotFoundError("plan for sagen", found.case.reference)
    # The picture styles itself; as a document of its own it needs leave to.
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(
        year_wheel_svg(made),
        media_type="image/svg+xml",
        headers={"Content-Security-Policy": policy},
    )


@router.get("/aarshjul.pdf")
def case_wheel_pdf(request: Request, _: Reader, found: CaseSeen) -> Response:
    """The same as PDF, with a table in words."""
    made = wheel_pdf_of(services_of(request), found.case, found.moment)
    if made is None:
        raise NotFoundError("plan for sagen", found.case.reference)
    name = quote(f"{found.case.reference} - Årshjul.pdf")
    return Response(
        made,
        media_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.get("/prognose")
def case_forecast(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """How many will have decided when, and for whom a reservation is needed."""
    made = forecast_for(services_of(request), found.case, found.moment)
    plan = found.status.plan
    curve = decision_curve(plan, found.status.as_of) if plan else None
    return case_page(
        request,
        "case/forecast.html",
        found,
        forecast=made,
        sentences=forecast_sentences(made)[1:] if made else (),  # the head says the verdict
        drawn=Drawn.of(curve),
        lead_time=lead_time_text,
        in_country=country_text,
    )


@router.get("/skylder")
def case_owed(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """Who owes what, the oldest first."""
    return case_page(request, "case/owed.html", found)


@router.get("/dokumenter")
def case_documents(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    return case_page(request, "case/documents.html", found)


@router.get("/mails")
def case_mails(
    request: Request, _: Reader, found: CaseSeen, side: int = 1, mail: str = ""
) -> HTMLResponse:
    """What was written to whom, and what became of it, the newest first.

    A gathered mail stands here as its parts, which share its fate: each tells of this case.
    ``mail`` is the key of one that is to be on the page.
    """
    written = [one for one in found.case.mails[::-1] if one.mail not in GATHERED]
    with reading(services_of(request).engine) as session:
        keys = {mail, *(part.key for part in outbox.parts_of(session, mail))} if mail else set()
    place = next((place for place, one in enumerate(written) if one.key in keys), None)
    side = side if place is None else place // MAILS + 1
    last = max(1, -(-len(written) // MAILS))
    side = min(max(1, side), last)
    shown = [one.key for one in written[(side - 1) * MAILS : side * MAILS]]
    services = services_of(request)
    with reading(services.engine) as session:
        mails = mails_among(session, shown)
        progress = progress_of(session, mails, found.moment)
        header = find(session, found.case.reference)
        arrived, post = case_post(session, services.settings, header.id, found.moment, MAILS)
        leaving = leaving_in(services.settings, session, header, found.moment)
    return case_page(
        request,
        "case/mails.html",
        found,
        mails=mails[::-1],
        names={
            "secretariat": "sekretariatet",
            "agency": services.settings.agency.name,
            **{party.party: party.name for party in found.case.parties},
        },
        progress=progress,
        leaving=leaving,
        arrived=arrived,
        lines=post,
        count=len(written),
        side=side,
        last=last,
    )


@router.get("/log")
def case_log(request: Request, visitor: Reader, found: CaseSeen, side: int = 1) -> HTMLResponse:
    """All that was recorded and sent, also what was corrected later, the newest first."""
    with reading(services_of(request).engine) as session:
        header, sees_none = find(session, found.case.reference), visitor.may(Role.CASEWORKER)
        lines = log(session, header, found.moment, tells_none=sees_none)[::-1]
    last = max(1, -(-len(lines) // LINES))
    side = min(max(1, side), last)
    shown = lines[(side - 1) * LINES : side * LINES]
    return case_page(
        request,
        "case/log.html",
        found,
        lines=shown,
        count=len(lines),
        side=side,
        last=last,
        correctable=_CORRECTABLE,
    )


@router.get("/dokumenter/{sha256}")
def case_document(request: Request, _: Reader, found: CaseSeen, sha256: str) -> StreamingResponse:
    """One document of the case, to be saved; never shown inside our own pages.

    Raises:
        NotFoundError: the case has no such document.
    """
    document = next((d for d in found.case.documents if d.sha256 == sha256), None)
    if document is None:
        raise NotFoundError("dokument i sagen", sha256[:12])
    return saved_document(request, document)


def saved_document(request: Request, document: Document) -> StreamingResponse:
    """The document as a file to be saved."""
    file = services_of(request).store.open_checked(document.sha256)
    name = quote(document.file_name or document.title)
    return StreamingResponse(
        file,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        background=BackgroundTask(file.close),
    )
