"""«Udseende»: how documents look, a sample to fetch, and the Word template of reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.look import look_of, own_template
from udmelding.casework.papers.look_change import FILES, change_look, see_look, take_in_file
from udmelding.documents.report.docx import shipped_template
from udmelding.documents.sample import sample_pdf
from udmelding.errors import ConfirmationNeededError, RefusedError
from udmelding.rules.files.cpr_wording import check_no_cpr
from udmelding.web.rendering import page, redirect
from udmelding.web.upload import Sent
from udmelding.web.visitor import Caseworker, Visitor, services_of

HERE = "/indstillinger/udseende"

router = APIRouter(prefix=HERE)

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("")
def look(request: Request, visitor: Caseworker) -> HTMLResponse:
    """What applies, with the file to edit."""
    return _page(request, visitor)


@router.post("")
def change(request: Request, visitor: Caseworker, text: Annotated[str, Form()] = "") -> Response:
    """Use the file as it was written, if a sample can be set with it; else tell its flaws."""
    try:
        check_no_cpr({"Udseendet": text}, visitor.now.date())
        change_look(services_of(request), text.replace("\r\n", "\n"), visitor.stamp)
    except RefusedError as error:
        return _page(request, visitor, text=text, wrong=error.message, code=422)
    message = (
        "Udseendet er gemt og bruges fra nu af."
        if text.strip()
        else "Det medfølgende udseende bruges igen."
    )
    return redirect(request, visitor, message, HERE)


@router.post("/fil")
def put_file(request: Request, visitor: Caseworker, sent: Sent) -> Response:
    """Use a picture as logo, or a Word file as template, if a sample can be made with it."""
    if sent is None:
        return _page(request, visitor, wrong_file="Vælg en fil.", code=422)
    try:
        take_in_file(services_of(request), sent.name, sent.content, visitor.stamp)
    except ConfirmationNeededError:
        raise  # asked about on a page of its own
    except RefusedError as error:
        return _page(request, visitor, wrong_file=error.message, code=422)
    return redirect(request, visitor, "Filen er prøvet og bruges fra nu af.", HERE)


@router.get("/proeve.pdf")
def sample(request: Request, visitor: Caseworker) -> Response:
    """A page as documents look now."""
    content = sample_pdf(look_of(services_of(request)), visitor.now)
    return Response(content, media_type="application/pdf", headers=_as_file("udseende.pdf"))


@router.get("/rapport.docx")
def word_template(request: Request, _: Caseworker) -> Response:
    """The Word template that reports are written in, to restyle."""
    content = own_template(services_of(request)) or shipped_template()
    return Response(content, media_type=_WORD, headers=_as_file("rapport.docx"))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _page(
    request: Request,
    visitor: Visitor,
    *,
    text: str | None = None,
    wrong: str = "",
    wrong_file: str = "",
    code: int = 200,
) -> HTMLResponse:
    seen = see_look(services_of(request), visitor.now)
    return page(
        request,
        "papers/look.html",
        code=code,
        seen=seen,
        text=seen.text if text is None else text,
        wrong=wrong,
        wrong_file=wrong_file,
        endings=",".join(FILES),
    )
