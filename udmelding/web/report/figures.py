"""«Tal»: the tables and charts from the answers, as they are published and as they are.

Readers see what is published, as it is now: a past day of figures beside today's would be one more
thing to compute from. Caseworkers see the raw figures of any day.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.forms.workbooks import MEDIA_TYPE
from udmelding.casework.report.figures import CaseFigures, case_figures
from udmelding.casework.report.publishing import is_over
from udmelding.documents.chart_svg import bar_chart_svg
from udmelding.documents.report.code_book import code_book_csv
from udmelding.documents.report.figure_export import figure_workbook, figures_csv
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import reading
from udmelding.rules.report.building import chart_of
from udmelding.rules.report.figure_tables import FigureTable, cell_text
from udmelding.rules.words.danish_numbers import number_text
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.visitor import Caseworker, ForbiddenError, Reader, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/tal")


def _figures(request: Request, found: Seen) -> CaseFigures | None:
    services = services_of(request)
    with reading(services.engine) as session:
        return case_figures(session, found.case, services.settings.texts_folder)


def _needed(request: Request, found: Seen) -> CaseFigures:
    figures = _figures(request, found)
    if figures is None:
        raise NotFoundError("spørgeskema i sagen", found.case.reference)
    return figures


def _tables(visitor: Visitor, figures: CaseFigures, vis: str) -> tuple[FigureTable, ...]:
    """Raw figures are for the caseworker alone."""
    if vis != "raa":
        return figures.tables
    if not visitor.may(Role.CASEWORKER):
        raise ForbiddenError("De rå tal kan kun ses af sagsbehandlere.")
    return figures.raw_tables


@router.get("")
def case_tables(
    request: Request, visitor: Reader, found: CaseSeen, vis: str = "", tabel: str = ""
) -> HTMLResponse:
    """The tables, each with a chart of one of its columns."""
    if found.as_of and not visitor.may(Role.CASEWORKER):
        raise ForbiddenError("Tal for en tidligere dag kan kun ses af sagsbehandlere.")
    figures = _figures(request, found)
    if figures is None:
        return case_page(request, "report/figures.html", found, figures=None)
    tables = _tables(visitor, figures, vis)
    return case_page(
        request,
        "report/figures.html",
        found,
        figures=figures,
        tables=tables,
        shown=[table for table in tables if tabel in ("", table.id)],
        chosen=tabel,
        is_raw=vis == "raa",
        charts={table.id: _chart(table) for table in tables},
        answered=len(figures.gathered.given),
        asked=len(figures.gathered.units),
        is_over=is_over(found.case, found.moment.date()),
        cell_text=cell_text,
        number_text=number_text,
    )


def _chart(table: FigureTable) -> str:
    """The chart that tells most of the table; empty where there is nothing to draw."""
    chart = chart_of(table)
    return bar_chart_svg(chart, is_inline=True) if any(bar.value for bar in chart.bars) else ""


@router.get("/tal.xlsx")
def tables_as_workbook(
    request: Request, visitor: Caseworker, found: CaseSeen, vis: str = ""
) -> Response:
    """The tables with codes, and the questions as a code book."""
    figures = _needed(request, found)
    tables = _published(_tables(visitor, figures, vis))
    title = f"{found.case.title} ({found.case.reference})"
    content = figure_workbook(tables, title, found.moment, form=figures.asked.form)
    return _file(content, MEDIA_TYPE, found, f"tal{'-fortroligt' if vis == 'raa' else ''}.xlsx")


@router.get("/tal.csv")
def tables_as_csv(
    request: Request, visitor: Caseworker, found: CaseSeen, vis: str = ""
) -> Response:
    """The same in one long table."""
    tables = _published(_tables(visitor, _needed(request, found), vis))
    content = figures_csv(tables).encode()
    name = f"tal{'-fortroligt' if vis == 'raa' else ''}.csv"
    return _file(content, "text/csv; charset=utf-8", found, name)


def _published(tables: tuple[FigureTable, ...]) -> tuple[FigureTable, ...]:
    if not tables:
        raise RefusedError("Tallene er ikke offentliggjort endnu. De rå tal kan hentes fortroligt.")
    return tables


@router.get("/kodebog.csv")
def questions_as_csv(request: Request, _: Reader, found: CaseSeen) -> Response:
    """The questions as a code book."""
    content = code_book_csv(_needed(request, found).asked.form).encode()
    return _file(content, "text/csv; charset=utf-8", found, "kodebog.csv")


def _file(content: bytes, media: str, found: Seen, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(f'{found.case.reference}-{name}')}"
    return Response(content, media_type=media, headers={"Content-Disposition": disposition})
