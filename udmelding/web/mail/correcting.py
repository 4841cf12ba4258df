"""Correcting mails that were wrong: which round, who got it, what holds; then it is sent."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.mail.correcting import MOST_WORDS, correct, look_at_round, rounds
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.fates import fates_in_words
from udmelding.errors import ConfirmationNeededError, NotFoundError, OutsideError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/mails/ret")

Text = Annotated[str, Form()]


@router.get("")
def choose(request: Request, visitor: Caseworker, found: CaseSeen, runde: str = "") -> HTMLResponse:
    """The rounds of mails that went out; of a chosen one, exactly who got it."""
    return _page(request, visitor, found, runde)


@router.post("")
def send(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    runde: Text = "",
    wrong: Text = "",
    right: Text = "",
    seen: Text = "",
) -> Response:
    """Write the correction to those that were shown, and send it."""
    services, reference = services_of(request), found.case.reference
    try:
        keys = correct(services, reference, runde, wrong, right, visitor.stamp, seen)
    except (NotFoundError, ConfirmationNeededError):
        raise
    except RefusedError as error:
        said = {"wrong": wrong, "right": right}
        return _page(request, visitor, found, runde, said=said, flaw=error.message)
    done = f"Rettelsen er skrevet til {len(keys)}." if len(keys) > 1 else "Rettelsen er skrevet."
    return redirect(
        request,
        visitor,
        f"{done} {_sent(request, visitor, found, keys)}",
        f"/sager/{reference}/mails",
    )


def _sent(request: Request, visitor: Visitor, found: Seen, keys: tuple[str, ...]) -> str:
    """Send them, and tell what became of them."""
    if found.case.is_paused:
        return "Den sendes, når sagen tages op igen."
    sender = f"web-{uuid4().hex[:12]}"
    try:
        fates = deliver_waiting(
            services_of(request), visitor.now, sender, only=frozenset(keys), is_patient=False
        )
    except OutsideError as error:
        return f"Den kunne ikke sendes nu: {error.message} Den prøves igen."
    return fates_in_words(fates) or "Den sendes ved næste udsendelse."


def _page(
    request: Request,
    visitor: Visitor,
    found: Seen,
    asked: str,
    *,
    said: dict[str, str] | None = None,
    flaw: str = "",
) -> HTMLResponse:
    with reading(services_of(request).engine) as session:
        header = find(session, found.case.reference)
        choices = rounds(session, header, visitor.now)
        chosen = look_at_round(session, header, found.case, asked, visitor.now) if asked else None
    return case_page(
        request,
        "mail/correcting.html",
        found,
        code=422 if flaw else 200,
        choices=choices,
        chosen=chosen,
        said=said or {"wrong": "", "right": ""},
        flaw=flaw,
        most=MOST_WORDS,
    )
