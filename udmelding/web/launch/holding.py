"""A case that is held: what waits, the button that holds it, and the one that lets it go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.launch.holding import go_on, hold_case
from udmelding.casework.launch.launching import doubts_of, needs_reason
from udmelding.casework.mail.coming import coming_in, grouped
from udmelding.casework.mail.delivery import Counted
from udmelding.casework.mail.leaving import leaving_in, send_invitations_now
from udmelding.casework.mail.trial import MailNotTriedError, refusal_of
from udmelding.errors import ConfirmationNeededError, DoubtfulError, RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.launch.letting_go import let_go
from udmelding.web.mail.sending import send_behind
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Reader, services_of

router = APIRouter(prefix="/sager/{reference}")

Text = Annotated[str, Form(max_length=500)]


@router.get("/pause")
def held(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """What goes out when the case goes on, when and to whom; and whether it is held."""
    return _page(request, found)


@router.post("/pause")
def hold(request: Request, visitor: Caseworker, found: CaseSeen, reason: Text = "") -> Response:
    """Let no mail of the case leave."""
    reference = found.case.reference
    try:
        done = hold_case(services_of(request), reference, reason, visitor.stamp)
    except ConfirmationNeededError:
        raise
    except RefusedError as error:
        return _page(request, found, wrong=error.message, reason=reason)
    return redirect(request, visitor, done, f"/sager/{reference}/pause")


@router.post("/mails/send-nu")
def send_now(request: Request, visitor: Caseworker, found: CaseSeen) -> Response:
    """Let the invitations that wait for those of other cases go.

    Raises:
        OutsideError: the mail server or the database cannot be reached.
    """
    reference, sender = found.case.reference, f"web-{uuid4().hex[:12]}"
    services, here = services_of(request), f"/sager/{reference}/mails"

    def send(counted: Counted) -> tuple[str, bool]:
        try:
            return send_invitations_now(services, reference, visitor.now, sender, counted)
        except RefusedError as error:
            return error.message, False

    return send_behind(request, visitor, here, "sagens mails", send)


@router.post("/mails/send")
def send_what_waits(request: Request, visitor: Caseworker, found: CaseSeen) -> Response:
    """Write and send what is due in the case: where that was broken off, it goes on."""
    return let_go(request, visitor, (found.case.reference,), "Mailene er taget op igen.")


@router.post("/genoptag")
def resume(request: Request, visitor: Caseworker, found: CaseSeen, even_so: Text = "") -> Response:
    """Let the case go on, or start a draft, and send what is due."""
    services, reference = services_of(request), found.case.reference
    try:
        done = go_on(services, reference, replace(visitor.stamp, even_so=even_so.strip()))
    except DoubtfulError:
        return _page(request, found, is_unsaid=True)
    except MailNotTriedError as error:
        return _page(request, found, code=error.http_status)
    return let_go(request, visitor, (reference,), done)


def _page(
    request: Request,
    found: Seen,
    *,
    wrong: str = "",
    reason: str = "",
    is_unsaid: bool = False,
    code: int = 200,
) -> HTMLResponse:
    """The page; ``is_unsaid``: a draft was started without a reason that is needed here."""
    services, case = services_of(request), found.case
    with reading(services.engine) as session:
        header = find(session, case.reference)
        mails = coming_in(services, session, header, case, found.moment)
        refusal = refusal_of(session, services.settings) if case.is_draft else ""
        leaving = leaving_in(services.settings, session, header, found.moment)
    return case_page(
        request,
        "launch/holding.html",
        found,
        code=422 if wrong or is_unsaid else code,
        groups=(groups := grouped(mails)),
        now_count=sum(
            len(one.mails) - len(one.without_address)
            for one in groups
            if one.on <= found.moment.date() and not one.awaits_release
        ),
        leaving=leaving,
        overtaken=[mail for mail in mails if mail.overtaken],
        pause=case.pauses[-1] if case.is_paused else None,
        refusal=refusal,
        doubts=doubts_of(services.settings) if case.is_draft else (),
        needs_reason=needs_reason(services.settings),
        is_unsaid=is_unsaid,
        wrong=wrong,
        reason=reason,
    )
