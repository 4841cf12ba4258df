"""Searching in everything: cases, parties, mails, documents, remarks, the agency's questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from udmelding.casework.desk.search import Hit, Kind, search
from udmelding.errors import RefusedError
from udmelding.rules.desk.search import Piece, excerpt, mark_found, read_words
from udmelding.web.rendering import page, paths_of
from udmelding.web.visitor import Reader, services_of

router = APIRouter()

FIRST, MORE, MOST = 20, 100, 2000
"""How many of a kind are shown at first, how many more each time, and at the very most."""

HEADINGS = {
    Kind.CASE: "Sager",
    Kind.PARTY: "Parter og kontakter",
    Kind.MAIL: "Mails",
    Kind.DOCUMENT: "Dokumenter",
    Kind.REMARK: "Bemærkninger",
    Kind.AGENCY: "Spørgsmål og svar fra styrelsen",
}


_MUNICIPALITY = re.compile(r"/kontakter/\{\w+\}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit as the page shows it; ``address`` is empty where it has no page of its own."""

    address: str
    title: tuple[Piece, ...]
    about: str
    text: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind: all are counted, the first are shown.

    Attributes:
        more: the address that shows more of them; empty when all are shown or no more can be.
    """

    kind: Kind
    heading: str
    count: int
    hits: tuple[Shown, ...]
    more: str


@router.get("/soeg")
def search_page(
    request: Request, visitor: Reader, q: str = "", vis: str = "", antal: str = ""
) -> HTMLResponse:
    """What was found, by kind; without words an explanation of how to search."""
    wrong = ""
    words: tuple[str, ...] = ()
    try:
        words = read_words(q)
    except RefusedError as error:
        wrong = error.message
    groups: list[Group] = []
    if words:
        address_of = _addresses(paths_of(request))
        found = search(services_of(request), words, visitor.now)
        groups = [
            _group(kind, hits, words, address_of, q, _number(antal) if vis == kind else FIRST)
            for kind, hits in found.items()
        ]
    return page(
        request,
        "desk/search.html",
        q=q,
        wrong=wrong,
        is_searched=bool(words),
        groups=[group for group in groups if group.count],
        empty=[group.heading for group in groups if not group.count],
        total=sum(group.count for group in groups),
    )


def _number(written: str) -> int:
    """How many to show; whatever is no number shows the first."""
    is_number = written.isascii() and written.isdigit() and len(written) <= len(str(MOST))
    return min(max(int(written), FIRST), MOST) if is_number else FIRST


def _group(
    kind: Kind,
    hits: Sequence[Hit],
    words: Sequence[str],
    address_of: Callable[[Hit], str],
    q: str,
    number: int,
) -> Group:
    shown = tuple(
        Shown(
            address_of(hit),
            mark_found(hit.title, words),
            hit.about,
            excerpt(hit.text, words) if hit.text else (),
        )
        for hit in hits[:number]
    )
    more = ""
    if number < min(len(hits), MOST):
        asked = urlencode({"q": q, "vis": kind.value, "antal": min(number + MORE, MOST)})
        more = f"/soeg?{asked}#{kind.value}"
    return Group(kind, HEADINGS[kind], len(hits), shown, more)


def _addresses(there: Collection[str]) -> Callable[[Hit], str]:
    """Where each hit leads, given which pages ``there`` are."""
    has_municipalities = any(_MUNICIPALITY.fullmatch(path) for path in there)

    def address_of(hit: Hit) -> str:
        case = f"/sager/{quote(hit.reference)}" if hit.reference else ""
        if hit.kind is Kind.PARTY and hit.key:
            return f"/kontakter/{hit.key}" if has_municipalities else ""
        if hit.kind is Kind.MAIL:
            return f"{case}/mails#{quote(hit.key)}"
        if hit.kind is Kind.DOCUMENT:
            return f"{case}/dokumenter/{hit.key}" if hit.key else f"{case}/dokumenter"
        if hit.kind in (Kind.REMARK, Kind.AGENCY):
            return f"{case}/log"
        return case

    return address_of
