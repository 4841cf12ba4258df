"""Correcting mails that were wrong: which round, who got it, what holds; the finished mail; send.

What was typed goes along in the address of the page that shows the finished mail. So that page is
asked for and not sent to, and whoever goes back comes to a page that can be shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.mail.correcting import (
    MOST_WORDS,
    correct,
    look_at_round,
    rounds,
    shown_correction,
)
from udmelding.casework.mail.delivery import Counted, deliver_waiting
from udmelding.casework.mail.fates import fates_in_words
from udmelding.casework.wiring import Services
from udmelding.errors import ConfirmationNeededError, NotFoundError, OutsideError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.rules.access.links import without_links_in
from udmelding.rules.files.cpr_gate import CprRefusedError, pass_gate
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.kept_fields import from_address, in_address
from udmelding.web.mail.sending import send_behind
from udmelding.web.visitor import HAS_LOOKED, Caseworker, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/mails/ret")

Text = Annotated[str, Form()]


@router.get("")
def choose(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    runde: str = "",
    seen: str = "",
    packed: Annotated[str, Query(alias="ord")] = "",
    ret: str = "",
) -> HTMLResponse:
    """The rounds that went out; of a chosen one, who got it; with words, the finished mail.

    Words with which no mail can be sent stand in their fields again, with what is wrong.
    """
    said = from_address(packed)
    if not said or ret:
        return _page(request, visitor, found, runde, said=said)
    wrong, right = said.get("wrong", ""), said.get("right", "")
    # What may not be kept never came into the address; whether somebody has looked, it says.
    stamp = replace(visitor.stamp, has_looked=bool(said.get(HAS_LOOKED)))
    services, reference = services_of(request), found.case.reference
    try:
        mails = shown_correction(services, reference, runde, wrong, right, stamp, seen)
    except NotFoundError:
        raise
    except RefusedError as error:
        return _page(request, visitor, found, runde, said=said, flaw=error.message)
    return _page(request, visitor, found, runde, said=said, mails=mails)


@router.post("/se")
def preview(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    runde: Text = "",
    wrong: Text = "",
    right: Text = "",
    seen: Text = "",
) -> Response:
    """Go on to the finished mail.

    Raises:
        CprQuestionError: the words may hold a CPR number, and nobody has looked.
    """
    said = {"wrong": wrong[: MOST_WORDS + 1], "right": right[: MOST_WORDS + 1]}
    try:
        pass_gate(said, visitor.now.date(), is_confirmed=visitor.has_looked)
    except CprRefusedError as error:  # it may not even come to stand in an address
        return _page(request, visitor, found, runde, said=said, flaw=error.message)
    if visitor.has_looked:
        said[HAS_LOOKED] = "1"
    return _to_preview(found, runde, seen, said)


def _to_preview(found: Seen, runde: str, seen: str, said: Mapping[str, str]) -> RedirectResponse:
    words = without_links_in(said)
    asked = urlencode({"runde": runde, "seen": seen, "ord": in_address(words)})
    return RedirectResponse(f"/sager/{found.case.reference}/mails/ret?{asked}", status_code=303)


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
    """Write the correction to those that were shown, and send it.

    Raises:
        CprQuestionError: the words may hold a CPR number, and nobody has looked.
    """
    services, reference = services_of(request), found.case.reference
    try:
        keys = correct(services, reference, runde, wrong, right, visitor.stamp, seen)
    except (NotFoundError, ConfirmationNeededError):
        raise
    except CprRefusedError as error:
        said = {"wrong": wrong, "right": right}
        return _page(request, visitor, found, runde, said=said, flaw=error.message)
    except RefusedError:  # the page that is gone back to says why: asked for, it is refused too
        return _to_preview(found, runde, seen, {"wrong": wrong, "right": right})
    done = f"Rettelsen er skrevet til {len(keys)}." if len(keys) > 1 else "Rettelsen er skrevet."
    here = f"/sager/{reference}/mails"

    def go(counted: Counted) -> tuple[str, bool]:
        return f"{done} {_sent(services, visitor, found, keys, counted)}", True

    return send_behind(request, visitor, here, "sagens mails", go)


def _sent(
    services: Services, visitor: Visitor, found: Seen, keys: tuple[str, ...], counted: Counted
) -> str:
    """Send them, and tell what became of them."""
    if found.case.is_paused:
        return "Den sendes, når sagen tages op igen."
    sender, only = f"web-{uuid4().hex[:12]}", frozenset(keys)
    try:
        fates = deliver_waiting(
            services, visitor.now, sender, only=only, is_patient=False, counted=counted
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
    mails: tuple[OutboxMail, ...] = (),
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
        said={"wrong": "", "right": "", **(said or {})},
        packed=in_address(said) if said else "",
        flaw=flaw,
        most=MOST_WORDS,
        mails=mails,
        box=HAS_LOOKED,
    )
