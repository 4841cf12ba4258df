"""«Rapport»: paragraphs with figures as fields, what to look at again, versions, comparisons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Change
from udmelding.casework.report.seen import ReportSeen, report_seen
from udmelding.casework.report.writing import (
    DRAFT_PARTS,
    VERSION_PARTS,
    NewVersion,
    Wording,
    draft_pdf,
    make_version,
    move_block,
    must_decide_again,
    remove_block,
    write_block,
)
from udmelding.casework.wiring import Services
from udmelding.casework.work import Made, as_content
from udmelding.documents.chart_svg import bar_chart_svg
from udmelding.errors import DoubtfulError, NotFoundError, RefusedError
from udmelding.journal.database import reading
from udmelding.rules.report.as_json import changes
from udmelding.rules.report.figure_tables import cell_text
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of
from udmelding.web.work import behind

router = APIRouter(prefix="/sager/{reference}/rapport")

Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]


def _report(request: Request, found: Seen) -> ReportSeen:
    services = services_of(request)
    with reading(services.engine) as session:
        return report_seen(session, services.settings, found.case, found.moment)


@router.get("")
def case_report(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """The chapters, the paragraphs in them, and the versions that were made."""
    return _chapters(request, found)


def _chapters(
    request: Request, found: Seen, wrong: str = "", doubted: NewVersion | None = None
) -> HTMLResponse:
    report = _report(request, found)
    code = 422 if wrong else 200
    again = must_decide_again(found.case)
    return case_page(
        request,
        "report/report.html",
        found,
        code=code,
        report=report,
        wrong=wrong,
        doubted=doubted,
        again=again,
    )


@router.get("/som-den-er")
def as_it_is(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """The whole report as it would be now, with tables and charts."""
    report = _report(request, found)
    values = report.values(report.next_number, is_final=False, dated_on=found.moment.date())
    charts = [block.chart for block in values.charts()]
    drawn = {chart.id: bar_chart_svg(chart, is_inline=True) for chart in charts}
    shown: dict[str, Any] = {"values": values, "drawn": drawn, "cell_text": cell_text}
    return case_page(request, "report/whole.html", found, **shown)


@router.get("/som-den-er.pdf")
def as_it_is_pdf(request: Request, visitor: Caseworker, found: CaseSeen) -> Response:
    """The same as PDF, with what should be looked at again."""
    services, reference, at = services_of(request), found.case.reference, found.moment
    plan = Plan(
        kind=f"rapport-kladde/{reference}/{found.as_of}",
        title="Rapporten dannes",
        ready="Kladden til rapporten er klar.",
        failed="Rapporten blev ikke dannet",
        parts=DRAFT_PARTS,
        back=f"/sager/{reference}/rapport",
        back_name="rapporten",
        again=f"{request.url.path}?{request.url.query}",
    )
    result = Result(
        said=plan.ready, file_name=f"{reference}-kladde.pdf", media_type="application/pdf"
    )

    def make(tell: Tell) -> Made:
        return Made(result=result, content=as_content(draft_pdf(services, reference, at, tell)))

    return behind(request, visitor, plan, make)


@router.get("/afsnit")
def write(
    request: Request, _: Caseworker, found: CaseSeen, kapitel: str = "", afsnit: str = ""
) -> HTMLResponse:
    """Write a paragraph, or change one."""
    report = _report(request, found)
    block = next(
        (b.written for c in report.chapters for b in c.blocks if b.written.block == afsnit), None
    )
    if afsnit and block is None:
        raise NotFoundError("afsnit", afsnit)
    said = {
        "chapter": block.chapter if block else kapitel,
        "text": block.text if block else "",
        "block": block.block if block else "",
        "base": block.key if block else "",
        "based_on": list(block.based_on) if block else [],
    }
    return _writing(request, found, report, said)


def _writing(
    request: Request, found: Seen, report: ReportSeen, said: Mapping[str, Any], wrong: str = ""
) -> HTMLResponse:
    questions = report.figures.asked.form.questions if report.figures else ()
    return case_page(
        request,
        "report/block.html",
        found,
        code=422 if wrong else 200,
        report=report,
        said=said,
        questions=questions,
        wrong=wrong,
    )


@router.post("/afsnit")
def save(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    chapter: Text = "",
    text: Text = "",
    block: Text = "",
    base: Text = "",
    based_on: Texts = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Keep what was written; nothing is lost where it is refused."""
    services, reference = services_of(request), found.case.reference
    wording = Wording(
        chapter=chapter, text=text, block=block, base=base, based_on=tuple(filter(None, based_on))
    )
    try:
        write_block(services, reference, wording, visitor.stamp)
    except RefusedError as error:
        said = {"chapter": chapter, "text": text, "block": block, "base": base}
        report = _report(request, found)
        return _writing(request, found, report, said | {"based_on": based_on}, error.message)
    there = f"/sager/{reference}/rapport#{chapter}"
    return redirect(request, visitor, "Afsnittet er gemt.", there)


@router.post("/afsnit/{block}/fjern")
def remove(request: Request, visitor: Caseworker, found: CaseSeen, block: str) -> Response:
    """Take a paragraph out."""
    services, reference = services_of(request), found.case.reference
    blocks = (one.written for chapter in _report(request, found).chapters for one in chapter.blocks)
    written = next((one for one in blocks if one.block == block), None)
    if written is None:  # pressed twice, or by two
        return _back(request, visitor, found, "Afsnittet er fjernet.")
    deed = Deed(
        title="Fjern afsnittet?",
        happens=(
            f"«{written.text[:300]}{'…' if len(written.text) > 300 else ''}»",
            "Det tages ud af rapporten. Ordene kan stadig læses under Historik.",
        ),
        button="Fjern afsnittet",
        back=f"/sager/{reference}/rapport#{written.chapter}",
    )
    be_sure(request, visitor, deed)
    remove_block(services, reference, block, visitor.stamp)
    return _back(request, visitor, found, "Afsnittet er fjernet.")


@router.post("/afsnit/{block}/flyt")
def move(
    request: Request, visitor: Caseworker, found: CaseSeen, block: str, up: Text = ""
) -> Response:
    """Move a paragraph up or down in its chapter."""
    reference = found.case.reference
    move_block(services_of(request), reference, block, visitor.stamp, is_up=bool(up))
    return _back(request, visitor, found, "Afsnittet er flyttet.")


@router.post("/version")
def new_version(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    kind: Text = "draft",
    change: Text = "substantive",
    reason: Text = "",
    even_so: Text = "",
) -> Response:
    """Make a version: a draft, or the one that all decide on."""
    wanted = NewVersion(
        is_final=kind == "final",
        change=Change.EDITORIAL if change == "editorial" else Change.SUBSTANTIVE,
        reason=reason,
    )
    services, reference = services_of(request), found.case.reference
    name, home = "Endelig version" if wanted.is_final else "Udkast", f"/sager/{reference}/rapport"
    stamp = replace(visitor.stamp, even_so=even_so.strip())
    plan = Plan(
        kind=f"rapport-version/{reference}/{kind}",
        title="Rapporten dannes",
        ready="Rapporten er dannet.",
        failed="Rapporten blev ikke dannet",
        parts=VERSION_PARTS,
        back=home,
        back_name="rapporten",
        kept="Der er ingen ny version. Er tallene blevet offentliggjort, er de det stadig.",
        records_in=reference,
    )

    def make(tell: Tell) -> Made:
        number = make_version(services, reference, wanted, stamp, tell)
        said = f"{name} {number} er dannet som Word og PDF."
        return Made(result=Result(said=said, address=home))

    try:
        return behind(request, visitor, plan, make)
    except DoubtfulError as error:
        wrong = f"{error.message} Er det rigtigt alligevel, så skriv hvorfor, og dan den igen."
        return _chapters(request, found, wrong, doubted=wanted)
    except RefusedError as error:
        return _chapters(request, found, error.message)


@router.get("/sammenlign")
def compare(
    request: Request, _: Reader, found: CaseSeen, fra: int = 0, til: int = 0
) -> HTMLResponse:
    """Two versions against each other, chapter by chapter."""
    report, services = _report(request, found), services_of(request)
    kept = {version.number: version for version in report.versions}
    if not {fra, til} <= kept.keys():
        raise NotFoundError("version af rapporten", str(til if fra in kept else fra))
    before, after = (_kept(services, kept[number].values_sha256) for number in (fra, til))
    return case_page(
        request,
        "report/changes.html",
        found,
        changes=changes(before, after),
        before=kept[fra],
        after=kept[til],
    )


def _kept(services: Services, sha256: str) -> Mapping[str, Any]:
    with services.store.open_checked(sha256) as file:
        found: Mapping[str, Any] = json.load(file)
    return found


def _back(request: Request, visitor: Visitor, found: Seen, message: str) -> Response:
    return redirect(request, visitor, message, f"/sager/{found.case.reference}/rapport")
