"""Settings for administrators: take out for good what should never have been kept.

First it is shown where it stands, then it is done. The passage travels in the form, never in an
address, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from udmelding.casework import records
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.records import redactions
from udmelding.rules.records import MOST, read_mark, read_passage
from udmelding.rules.service import DocumentNamed
from udmelding.web.rendering import page
from udmelding.web.visitor import Administrator, services_of

router = APIRouter(prefix="/indstillinger/fjern")

Text = Annotated[str, Form()]
MOST_SHOWN = 30
"""Places that are shown with the words around them; all are counted."""


@router.get("")
def ask(request: Request, _: Administrator) -> HTMLResponse:
    return _page(request)


@router.post("")
def look_or_do(
    request: Request,
    visitor: Administrator,
    text: Text = "",
    reason: Text = "",
    files: Annotated[Sequence[str], Form()] = (),
    do: Text = "",
) -> HTMLResponse:
    """Show where the passage stands; once a person has seen that and says so, take it out."""
    services, values = services_of(request), {"text": text, "reason": reason}
    text = text.replace("\r\n", "\n").strip()
    try:
        passage = read_passage(text)
    except RefusedError as error:
        return _page(request, values=values, flaws={"text": error.message})
    try:
        mark = read_mark(reason, visitor.now.date(), passage)
    except RefusedError as error:
        return _page(request, values=values, flaws={"reason": error.message})
    if do != "fjern":
        found = records.look_for(services, text)
        return _page(request, values=values, found=found, mark=mark.text)
    done = records.redact_passage(services, text, files, reason, visitor.stamp)
    return _page(request, said=records.sentences(done))


@router.get("/fil/{sha256}")
def ask_for_file(request: Request, _: Administrator, sha256: str) -> HTMLResponse:
    """One stored file, and why it goes."""
    return _page(request, file=records.file_named(services_of(request), sha256))


@router.post("/fil/{sha256}")
def remove_file(
    request: Request, visitor: Administrator, sha256: str, reason: Text = ""
) -> HTMLResponse:
    """Delete the file for good."""
    services = services_of(request)
    file = records.file_named(services, sha256)
    try:
        read_mark(reason, visitor.now.date(), None)
    except RefusedError as error:
        wrong = {"reason": error.message}
        return _page(request, file=file, values={"reason": reason}, flaws=wrong)
    done = records.redact_file(services, sha256, reason, visitor.stamp)
    return _page(request, said=records.sentences(done))


def _page(
    request: Request,
    *,
    values: Mapping[str, str] | None = None,
    flaws: Mapping[str, str] | None = None,
    found: records.Found | None = None,
    file: DocumentNamed | None = None,
    said: Sequence[str] = (),
    mark: str = "",
) -> HTMLResponse:
    with reading(services_of(request).engine) as session:
        lines = redactions(session)
    return page(
        request,
        "records/redact.html",
        code=422 if flaws else 200,
        values={"text": "", "reason": "", **(values or {})},
        flaws=flaws or {},
        found=found,
        file=file,
        said=said,
        mark=mark,
        summary=records.summary(found) if found else (),
        place_name=records.place_name,
        lines=lines,
        most=MOST,
        most_shown=MOST_SHOWN,
        out_of_reach=records.OUT_OF_REACH,
    )
