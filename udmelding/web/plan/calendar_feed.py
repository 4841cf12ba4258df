"""The calendar feed at a secret address, and the addresses that a user makes and shuts.

A calendar program cannot sign in, so its address is the key: of 256 random bits, kept as a checksum
only, good for the feed and nothing else. A wrong one, one that was shut and one that is over get
the same answer.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.plan.calendar_feed import (
    LASTING_DAYS,
    calendar_feed,
    made_addresses,
    make_address,
    opens_feed,
    shut_address,
)
from udmelding.errors import NotFoundError
from udmelding.journal.database import reading
from udmelding.rules.words.date_wording import near_moment, short_date
from udmelding.web.rendering import page, redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Reader, moment, services_of

router = APIRouter()

_SECTION = "/moeder#kalender"


def _opened(request: Request, token: str) -> None:
    """Let in whoever shows a working token.

    Raises:
        HTTPException: 404, whatever is wrong with it.
        TooManyError: wrong ones were tried too often from there.
    """
    now = moment(request)
    if opens_feed(services_of(request), token, now):
        return
    request.app.state.feed_tries.spend(request.client.host if request.client else "", now)
    raise HTTPException(status_code=404)


_opened.__dict__["allowed"] = "token"


@router.api_route("/kalender/{token}.ics", methods=["GET", "HEAD"], dependencies=[Depends(_opened)])
def feed(request: Request, sag: str = "", fora: str = "") -> Response:
    """The calendar of all cases, or of the case ``sag``; 304 where nothing has changed.

    With ``fora`` the meetings of bodies that no case passes are in it too.

    Raises:
        NotFoundError: there is no such case.
    """
    content = calendar_feed(
        services_of(request), sag or None, moment(request), with_forums=fora == "ja"
    )
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in _known_tags(request):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="udmelding.ics"'
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _known_tags(request: Request) -> set[str]:
    """The versions that the program has already; a weak tag is as good as a strong one here."""
    written = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in written.split(",")}


@router.post("/moeder/kalender")
def make(
    request: Request,
    visitor: Reader,
    sag: Annotated[str, Form()] = "",
    fora: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Make the user's own address; this answer is the only one that ever shows it.

    Raises:
        NotFoundError: there is no such case.
    """
    address = make_address(
        services_of(request), sag, visitor.user, visitor.now, with_forums=fora == "ja"
    )
    return page(
        request,
        "plan/address.html",
        address=address,
        case=sag,
        fora=fora == "ja",
        days=LASTING_DAYS,
    )


@router.post("/moeder/kalender/luk")
def close_address(
    request: Request, visitor: Reader, token: Annotated[str, Form()] = ""
) -> Response:
    """Make one of the user's own addresses void at once.

    Raises:
        NotFoundError: the user has made no such address.
    """
    if not (token.isascii() and token.isdigit() and len(token) < 10):
        raise NotFoundError("kalenderadresse", token[:40])
    services = services_of(request)
    with reading(services.engine) as session:
        made = made_addresses(session, visitor.user)
    one = next((one for one in made if one.id == int(token)), None)
    if one is None:
        raise NotFoundError("kalenderadresse", token)
    if one.works(visitor.now):
        used = f"sidst hentet {near_moment(one.used_at, visitor.now.date())}" if one.used_at else ""
        deed = Deed(
            title="Luk adressen til din kalender?",
            happens=(
                f"Det er adressen fra {short_date(one.created_at.date())}"
                f"{', ' + used if used else ', der aldrig er hentet'}.",
                "Kalendere, der bruger den, får ikke flere ændringer. "
                "Den kan ikke åbnes igen; du kan lave en ny.",
            ),
            button="Luk adressen",
            back=_SECTION,
            is_for_good=True,
        )
        be_sure(request, visitor, deed)
        shut_address(services, one.id, visitor.user, visitor.now)
    message = "Adressen er lukket. Kalendere, der bruger den, får ikke flere ændringer."
    return redirect(request, visitor, message, _SECTION)
