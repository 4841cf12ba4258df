"""«Bemærkninger»: sends a draft out, shows who has remarked, and replies to each remark."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Stance
from udmelding.casework.report.comment_rounds import (
    close_round,
    comment,
    open_round,
    read_readers,
    reply,
)
from udmelding.casework.report.seen import report_seen
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.journal.report.reader_standing import standings_by_round
from udmelding.journal.report.report import comments_of, replies_of, rounds_of
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/bemaerkninger")

Text = Annotated[str, Form()]


@router.get("")
def case_comments(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """The rounds, and each remark with its reply, by chapter."""
    return _page(request, found)


def _page(
    request: Request, found: Seen, wrong: str = "", said: dict[str, Any] | None = None
) -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        report = report_seen(session, services.settings, found.case, found.moment)
        case_id = find(session, found.case.reference).id
        rounds = rounds_of(session, case_id, found.moment)
        standings = standings_by_round(session, case_id, rounds, found.moment)
        comments = comments_of(session, case_id, found.moment)
        replies = replies_of(session, case_id, found.moment)
    titles = {chapter.plan.id: chapter.plan.title for chapter in report.chapters}
    order = {code: place for place, code in enumerate(titles)}
    return case_page(
        request,
        "report/comments.html",
        found,
        code=422 if wrong else 200,
        report=report,
        rounds=rounds[::-1],
        standings=standings,
        comments=sorted(comments, key=lambda one: (order.get(one.chapter, -1), one.recorded_at)),
        replies=replies,
        titles=titles,
        stances=tuple(Stance),
        wrong=wrong,
        said=said or {"readers": "", "due_on": "", "text": "", "version": 0},
    )


@router.post("")
def send_out(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    version: Text = "",
    due_on: Text = "",
    readers: Text = "",
    text: Text = "",
) -> Response:
    """Send a version out for remarks."""
    said = {"readers": readers, "due_on": due_on, "text": text, "version": version}
    try:
        if not due_on.strip():
            raise RefusedError("Skriv den sidste dag for bemærkninger.")
        open_round(
            services_of(request),
            found.case.reference,
            version=int(version) if version.isdecimal() else 0,
            due_on=read_day(due_on, today=visitor.now.date(), direction=Direction.COMING),
            readers=(listed := read_readers(readers)),
            text=text[:4000],
            stamp=visitor.stamp,
        )
    except RefusedError as error:
        return _page(request, found, error.message, said)
    count = len(listed)
    noun = "person" if count == 1 else "personer"
    return _back(request, visitor, found, f"Udkastet er på vej til {count} {noun}.")


@router.post("/{number}/luk")
def close(request: Request, visitor: Caseworker, found: CaseSeen, number: int) -> Response:
    close_round(services_of(request), found.case.reference, number, visitor.stamp)
    return _back(request, visitor, found, "Runden er lukket.")


@router.post("/{number}/skriv")
def written_down(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    number: int,
    chapter: Text = "",
    text: Text = "",
    author: Text = "",
) -> Response:
    """Write down a remark that came by mail or at a meeting."""
    try:
        comment(
            services_of(request),
            found.case.reference,
            number,
            chapter=chapter[:200],
            text=text,
            author=author,
            speaks_for="",
            reader="",
            stamp=visitor.stamp,
        )
    except RefusedError as error:
        return _page(request, found, error.message)
    return _back(request, visitor, found, "Bemærkningen er skrevet ned.")


@router.post("/svar")
def answer(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    key: Text = "",
    stance: Text = "",
    text: Text = "",
) -> Response:
    """Say what became of a remark."""
    try:
        chosen = next((one for one in Stance if one.value == stance), None)
        if chosen is None:
            raise RefusedError("Vælg, hvad der er gjort ved bemærkningen.")
        reply(services_of(request), found.case.reference, key, chosen, text, visitor.stamp)
    except RefusedError as error:
        return _page(request, found, error.message)
    return _back(request, visitor, found, "Svaret er gemt.")


def _back(request: Request, visitor: Visitor, found: Seen, message: str) -> Response:
    return redirect(request, visitor, message, f"/sager/{found.case.reference}/bemaerkninger")
