"""Long work: started by a button or a link, followed on a page of its own, told of where one is.

Whoever starts it waits two seconds for the result itself; what takes longer goes on behind, and
leads to ``/arbejde/…``. Only who started a work sees it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from udmelding.casework.work import Job, Made, Works, made_by, work_news
from udmelding.errors import NotFoundError
from udmelding.journal.database import reading, writing
from udmelding.journal.work import say_told, untold_works, usual_seconds, work_named
from udmelding.rules.work import Plan, Standing, WorkSeen, work_page
from udmelding.web.rendering import WORKS, page, redirect
from udmelding.web.visitor import Reader, Visitor, services_of

router = APIRouter(prefix="/arbejde")

_CHUNK = 1 << 20


def works_of(request: Request) -> Works:
    """The works of this process."""
    found: Works = request.app.state.works
    return found


def behind(request: Request, visitor: Visitor, plan: Plan, job: Job) -> Response:
    """Do a work, behind its page where it takes longer than two seconds.

    Args:
        request: the button or link that starts it.
        visitor: whose work it is.
        plan: what it is called, and what it consists of.
        job: does it, with everything that it needs; before its first word it only looks whether it
            can be done.

    Raises:
        UdmeldingError: it was refused, or failed, while the person waited.
    """
    made = works_of(request).do(services_of(request), visitor.user.id, plan, job)
    if isinstance(made, str):
        return to_work(made)
    result = made.result
    if result.address:
        return redirect(request, visitor, result.said, result.address, is_good=result.is_good)
    return _file(made)


def to_work(name: str) -> RedirectResponse:
    """Go to the page of that work."""
    return RedirectResponse(f"{WORKS}{name}", status_code=303)


def _file(made: Made) -> Response:
    content = made.content
    if content is None:
        raise NotFoundError("fil", made.result.file_name)
    return sent(content, made.result.file_name, made.result.media_type)


def sent(content: IO[bytes], name: str, media_type: str) -> StreamingResponse:
    """A file to be saved, piece by piece, closed when it has gone."""
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return StreamingResponse(
        _chunks(content),
        media_type=media_type,
        headers={"Content-Disposition": disposition, "Content-Length": str(size)},
        background=BackgroundTask(content.close),
    )


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk


def own_work(request: Request, visitor: Visitor, name: str) -> WorkSeen:
    """The visitor's work of that name.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    with reading(services_of(request).engine) as session:
        found = work_named(session, name, visitor.user.id)
    if found is None:
        raise NotFoundError(
            "arbejde", name[:40], hint="Det er slettet, eller det er en andens. Begynd det igen."
        )
    return found


def own_made(request: Request, visitor: Visitor, name: str) -> IO[bytes]:
    """What the visitor's work of that name has made; the caller closes it.

    Raises:
        NotFoundError: as ``own_work``; or it is gone.
    """
    file = made_by(services_of(request), own_work(request, visitor, name))
    if file is None:
        raise NotFoundError("fil", name[:40], hint="Den gemmes et døgn. Begynd arbejdet igen.")
    return file.open("rb")


@router.get("/nyt")
def news(request: Request, visitor: Reader) -> HTMLResponse:
    """What is over since the page was opened, for the page to take in."""
    services = services_of(request)
    with reading(services.engine) as session:
        works = untold_works(session, visitor.user.id)
    found = work_news(services, works, works_of(request).now())
    return page(request, "work/_news.html", news=found)


@router.get("/{work}")
def show(request: Request, visitor: Reader, work: str) -> Response:
    """How far the work is; once it is over, on to what came of it.

    Raises:
        NotFoundError: as ``own_work``.
    """
    services, found = services_of(request), own_work(request, visitor, work)
    now = works_of(request).now()
    with reading(services.engine) as session:
        seen = work_page(found, now, usual_seconds(session, found.plan.kind))
    is_first = not seen.standing.goes_on and not found.is_told
    is_partial = request.headers.get("hx-request") == "true"
    if is_partial and not seen.standing.goes_on:  # the page itself leads on
        return Response(headers={"HX-Redirect": f"{WORKS}{work}"})
    if is_first:
        with writing(services.engine) as session:
            say_told(session, (work,), now)
    result = found.result
    is_done = seen.standing is Standing.DONE
    if is_done and result.address and is_first:
        return redirect(request, visitor, result.said, result.address, is_good=result.is_good)
    file = made_by(services, found) if is_done and result.file_name else None
    return page(
        request,
        "work/work.html",
        work=found,
        seen=seen,
        size=file.stat().st_size if file else 0,
        is_fetched=bool(file) and is_first,
    )


@router.get("/{work}/fil")
def file(request: Request, visitor: Reader, work: str) -> Response:
    """What the work has made.

    Raises:
        NotFoundError: as ``own_work``; or the file is gone.
    """
    result = own_work(request, visitor, work).result
    if not result.file_name:
        raise NotFoundError("fil", work[:40])
    return sent(own_made(request, visitor, work), result.file_name, result.media_type)


@router.post("/{work}/stop")
def stop(request: Request, visitor: Reader, work: str) -> Response:
    """Let the work stop at the next place where it can.

    Raises:
        NotFoundError: as ``own_work``.
    """
    own_work(request, visitor, work)
    works_of(request).stop(services_of(request), visitor.user.id, work)
    return to_work(work)
