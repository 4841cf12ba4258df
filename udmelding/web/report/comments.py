"""«Bemærkninger»: sends a draft out, shows who has remarked, and replies to each remark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Stance
from udmelding.casework.report.comment_mails import Reader as Person
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
from udmelding.rules.words.date_wording import near_moment, weekday_date
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, be_sure
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
        number = int(version) if version.isdecimal() else 0
        last = read_day(due_on, today=visitor.now.date(), direction=Direction.COMING)
        listed = read_readers(readers)
        be_sure(request, visitor, _sending(request, found, number, last, listed), typed=said)
        open_round(
            services_of(request),
            found.case.reference,
            version=number,
            due_on=last,
            readers=listed,
            text=text[:4000],
            stamp=visitor.stamp,
        )
    except RefusedError as error:
        return _page(request, found, error.message, said)
    count = len(listed)
    noun = "person" if count == 1 else "personer"
    return _back(request, visitor, found, f"Udkastet er på vej til {count} {noun}.")


def _sending(
    request: Request, found: Seen, version: int, last: dt.date, readers: Sequence[Person]
) -> Deed:
    """What sending a version out does; a round that went to the same people is told of."""
    with reading(services_of(request).engine) as session:
        rounds = rounds_of(session, find(session, found.case.reference).id, found.moment)
    happens = [
        f"Hver får en mail med et personligt link til udkast {version} og kan skrive bemærkninger "
        f"til og med {weekday_date(last)}.",
        "En mail, der er sendt, kan ikke hentes tilbage. Runden kan lukkes, så ingen rykkes.",
    ]
    emails = {reader.email for reader in readers}
    for one in rounds:
        again = emails & {reader["email"] for reader in one.readers}
        if again and not one.is_closed:
            when = near_moment(one.recorded_at, found.moment.date())
            happens.insert(
                0, f"{len(again)} af dem fik udkast {one.version} {when} i runde {one.number}."
            )
    to = f"{len(readers)} {'person' if len(readers) == 1 else 'personer'}"
    return Deed(
        title=f"Send udkast {version} til {to}?",
        happens=happens,
        names=[f"{reader.name}, {reader.email}" for reader in readers],
        names_title="Modtagere",
        button=f"Send til {len(readers)}",
        back=f"/sager/{found.case.reference}/bemaerkninger",
    )


@router.post("/{number}/luk")
def close(request: Request, visitor: Caseworker, found: CaseSeen, number: int) -> Response:
    """Close a round, once it is read who has not answered."""
    services, reference = services_of(request), found.case.reference
    with reading(services.engine) as session:
        case_id = find(session, reference).id
        rounds = [one for one in rounds_of(session, case_id, found.moment) if one.number == number]
        standings = standings_by_round(session, case_id, rounds, found.moment)
    if rounds and rounds[0].is_closed:  # pressed twice, or by two
        return _back(request, visitor, found, "Runden er lukket.")
    silent = [
        f"{one.name}, {one.email}"
        for one in standings.get(number, ())
        if not one.comments and not one.finished_at
    ]
    if rounds:
        deed = Deed(
            title=f"Luk runde {number}?",
            happens=(
                f"{len(silent)} har ikke svaret og mindes ikke mere om det."
                if silent
                else "Alle har svaret.",
                "Deres links viser stadig udkastet. En lukket runde kan ikke åbnes igen; "
                "du kan sende en ny ud.",
            ),
            names=silent,
            names_title="Har ikke svaret",
            button=f"Luk runde {number}",
            back=f"/sager/{reference}/bemaerkninger",
            is_for_good=True,
        )
        be_sure(request, visitor, deed)
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
