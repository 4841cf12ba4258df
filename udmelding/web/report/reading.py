"""The page of somebody who reads a draft: the text by chapter, a field for remarks at each.

The link is the whole key: it opens one draft of one case and nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.access.links import reader_link_in_words
from udmelding.casework.report.comment_rounds import comment, finish_reading
from udmelding.errors import RefusedError
from udmelding.journal.case.header import headers
from udmelding.journal.case.load import load
from udmelding.journal.database import reading, writing
from udmelding.journal.report.reader_links import ReaderLink, change_reader_links, find_reader_link
from udmelding.journal.report.report import (
    KeptComment,
    KeptReply,
    KeptRound,
    KeptVersion,
    comments_of,
    replies_of,
    rounds_of,
    versions_of,
)
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import ends_at, is_over
from udmelding.rules.case.case import Case
from udmelding.web.limits import Limit
from udmelding.web.parties.municipality import LinkGoneError, link_route
from udmelding.web.rendering import page
from udmelding.web.visitor import ForbiddenError, moment, services_of

router = APIRouter(prefix="/b/{token}", route_class=link_route())

_LIMIT = Limit(most=30, window=dt.timedelta(minutes=10))
_PURPOSE = b"udmelding: form value of a reader's link, 1"
Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader's link leads to; ``source`` says which link it is, in words."""

    link: ReaderLink
    source: str
    case: Case
    kept: KeptRound
    version: KeptVersion
    own: tuple[KeptComment, ...]
    replies: Mapping[str, KeptReply]

    @property
    def reader(self) -> Mapping[str, str]:
        """Who reads: name, mail address and group."""
        found = (one for one in self.kept.readers if one["email"] == self.link.reader)
        return next(found, {"name": "", "email": self.link.reader, "group": ""})

    @property
    def is_open(self) -> bool:
        """Whether remarks can still be sent; after the last day they can, until it is closed."""
        return not self.kept.is_closed and not self.case.is_closed


def draft_behind(request: Request, token: str) -> Draft:
    """What the link of the address leads to.

    Raises:
        LinkGoneError: it does not work.
        TooManyError: too many unknown links were tried from that address.
    """
    services, now = services_of(request), moment(request)
    with reading(services.engine) as session:
        link = find_reader_link(session, token)
        found = _found(session, link, now) if link is not None and link.works(now) else None
    if found is None:
        _LIMIT.spend(request.client.host if request.client else "", now)
        raise LinkGoneError("Linket virker ikke.")
    is_opening = request.method != "HEAD"
    if is_opening and (
        found.link.used_at is None or now - found.link.used_at > dt.timedelta(minutes=1)
    ):
        with writing(services.engine) as session:
            at = (found.link.announcement_id, found.link.round_number, found.link.reader)
            change_reader_links(session, *at, used_at=now)
    return found


draft_behind.__dict__["allowed"] = "link"

Behind = Annotated[Draft, Depends(draft_behind)]


def _found(session: Any, link: ReaderLink, now: dt.datetime) -> Draft | None:
    header = next((h for h in headers(session) if h.id == link.announcement_id), None)
    if header is None:
        return None
    rounds = {one.number: one for one in rounds_of(session, header.id)}
    kept = rounds.get(link.round_number)
    versions = {one.number: one for one in versions_of(session, header.id)}
    if kept is None or kept.version not in versions:
        return None
    own = tuple(
        one
        for one in comments_of(session, header.id)
        if (one.round_number, one.reader) == (kept.number, link.reader)
    )
    case = load(session, header.reference, now)
    if is_over(ends_at(case, link.expires_at), now):
        return None
    replies, source = replies_of(session, header.id), reader_link_in_words(session, link)
    return Draft(link, source, case, kept, versions[kept.version], own, replies)


def _form_value(token: str) -> str:
    return hmac.new(token.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def _check(token: str, given: str) -> None:
    if not hmac.compare_digest(given.encode(), _form_value(token).encode()):
        raise ForbiddenError("Siden var forældet. Åbn linket igen, og prøv en gang til.")


@router.get("")
def read_draft(request: Request, token: str, behind: Behind, gjort: str = "") -> HTMLResponse:
    return _page(request, token, behind, told=_TOLD.get(gjort, ""))


_TOLD = {
    "sendt": "Tak. Bemærkningen er sendt. Du kan skrive flere, indtil runden lukkes.",
    "slut": "Tak. Vi har noteret, at du ikke har flere bemærkninger, og minder dig ikke om det.",
}


def _page(
    request: Request,
    token: str,
    behind: Draft,
    *,
    told: str = "",
    wrong: str = "",
    chapter: str = "",
    text: str = "",
) -> HTMLResponse:
    with services_of(request).store.open_checked(behind.version.values_sha256) as file:
        content = json.load(file)
    return page(
        request,
        "report/draft.html",
        code=422 if wrong else 200,
        behind=behind,
        case=behind.case,
        chapters=[(one["id"], one["title"], _pieces(one["lines"])) for one in content["chapters"]],
        home=f"/b/{token}",
        form_value=_form_value(token),
        told=told,
        wrong=wrong,
        chapter=chapter,
        text=text,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of the draft, or with ``rows`` a table; the first may be its head."""

    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    has_head: bool = False


def _pieces(lines: Sequence[str]) -> list[Piece]:
    """Lines of a version put together again: rows that follow each other are one table."""
    found: list[Piece] = []
    for line in lines:
        cells = tuple(line.split(" | "))
        if line.startswith("Tabel: ") and len(cells) > 1:
            title = cells[0].removeprefix("Tabel: ")
            found.append(Piece(title, (("Hvem", *cells[1:]),), has_head=True))
        elif len(cells) > 1 and found:
            found[-1] = replace(found[-1], rows=(*found[-1].rows, cells))
        elif not line.startswith("Figur: "):
            found.append(Piece(line))
    return found


@router.post("")
def send_remark(
    request: Request,
    token: str,
    behind: Behind,
    form_value: Text = "",
    chapter: Text = "",
    text: Text = "",
    do: Text = "",
    no_cpr: Text = "",
) -> Response:
    """Take a remark in, or note that there is none (more)."""
    _check(token, form_value)
    services, now = services_of(request), moment(request)
    reader = behind.reader
    if do == "finish":
        at = (behind.link.announcement_id, behind.kept.number, behind.link.reader)
        finish_reading(services, *at, now)
        return RedirectResponse(f"/b/{token}?gjort=slut", status_code=303)
    try:
        comment(
            services,
            behind.case.reference,
            behind.kept.number,
            chapter=chapter[:200],
            text=text,
            author=reader["name"],
            speaks_for=reader["group"],
            reader=behind.link.reader,
            source=behind.source,
            stamp=Stamp(now, f"{reader['name']} via personligt link", bool(no_cpr)),
        )
    except RefusedError as error:
        said = {"wrong": error.message, "chapter": chapter, "text": text}
        return _page(request, token, behind, **said)
    there = f"#{quote(chapter)}" if chapter else ""
    return RedirectResponse(f"/b/{token}?gjort=sendt{there}", status_code=303)


@router.get("/udkast.pdf")
def draft_as_pdf(request: Request, behind: Behind) -> Response:
    with services_of(request).store.open_checked(behind.version.pdf_sha256) as file:
        content = file.read()
    name = f"{behind.case.reference}-udkast-{behind.version.number}.pdf"
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
