"""What was sent, what waits, the button that stops all mail, and mails nobody can know of.

A mail that may or may not have gone out waits here for a person's word.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.mail.brakes import resume_sending, stop_sending
from udmelding.casework.mail.delivery import Counted, MailFate, deliver_waiting
from udmelding.casework.mail.fates import fates_in_words
from udmelding.casework.mail.fresh_links import resolve as settle_mail
from udmelding.casework.mail.fresh_links import resolve_all, resolved_in_words
from udmelding.casework.mail.progress import progress_of
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.mail.outbox_search import SentMail, sent_mail
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.mail.sending import send_behind
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Reader, services_of

router = APIRouter(prefix="/mails")

MAILS = 50
"""Mails on one page."""

_RECENT = dt.timedelta(days=14)


@router.get("/sendt")
def index(
    request: Request, visitor: Reader, fra: str = "", til: str = "", q: str = "", side: int = 1
) -> HTMLResponse:
    """What was sent, when, to whom, by whom, and what it said."""
    today, flaw = visitor.now.date(), ""
    asked = SentMail(first=today - _RECENT, last=today, words=q.strip()[:100])
    try:
        asked = SentMail(
            first=read_day(fra, today=today, direction=Direction.PAST) if fra else asked.first,
            last=read_day(til, today=today, direction=Direction.PAST) if til else asked.last,
            words=asked.words,
        )
    except RefusedError as error:
        flaw = error.message
    with reading(services_of(request).engine) as session:
        count, mails = sent_mail(session, asked, MAILS, max(1, side))
        progress = progress_of(session, mails, visitor.now)
    return page(
        request,
        "mail/sent.html",
        mails=mails,
        progress=progress,
        count=count,
        asked=asked,
        fra=fra,
        til=til,
        flaw=flaw,
        side=max(1, side),
        last=max(1, -(-count // MAILS)),
    )


@router.post("/rykkere/send-ventende")
def deliver(request: Request, visitor: Caseworker) -> Response:
    """Send everything that is written and waits.

    Raises:
        OutsideError: the mail server or the database cannot be reached.
    """
    services, sender = services_of(request), f"web-{uuid4().hex[:12]}"
    with reading(services.engine) as session:
        if pause_at(session) is not None:
            refused = "Al udsendelse er stoppet. Genoptag den først."
            return redirect(request, visitor, refused, "/mails/rykkere", is_good=False)

    def send(counted: Counted) -> tuple[str, bool]:
        fates = deliver_waiting(services, visitor.now, sender, is_patient=False, counted=counted)
        bad = (MailFate.FAILED, MailFate.POSTPONED, MailFate.HELD)
        done = fates_in_words(fates) or "Der er ingen mails, der kan sendes nu."
        return done, not any(fates[one] for one in bad)

    return send_behind(request, visitor, "/mails/rykkere", "Rykkere", send)


@router.post("/rykkere/afgoer")
def resolve(
    request: Request,
    visitor: Caseworker,
    key: Annotated[list[str], Form()],
    do: Annotated[str, Form()],
) -> Response:
    """Say what became of mails that nobody can know of: they arrived, or are to be sent again.

    One key decides on a mail that is held or was refused, several on all held ones that were shown.

    Raises:
        RefusedError: the one mail is neither held nor refused.
    """
    is_sent, services, who = do == "naaede-frem", services_of(request), visitor.user.login
    if len(key) == 1:
        settle_mail(services, key[0], visitor.now, was_sent=is_sent, by=who)
        count = 1
    else:
        count = resolve_all(services, visitor.now, was_sent=is_sent, by=who, keys=key)
    done = resolved_in_words(count, was_sent=is_sent)
    return redirect(request, visitor, done, "/mails/rykkere")


@router.post("/rykkere/stop")
def stop(request: Request, visitor: Caseworker, reason: Annotated[str, Form()] = "") -> Response:
    """Stop all sending, also of what is being sent right now."""
    try:
        who = visitor.user.name
        done = stop_sending(
            services_of(request), reason, visitor.now, who, has_looked=visitor.has_looked
        )
    except RefusedError as error:
        return redirect(request, visitor, error.message, "/mails/rykkere", is_good=False)
    return redirect(request, visitor, done, "/mails/rykkere")


@router.post("/rykkere/genoptag")
def resume(request: Request, visitor: Caseworker) -> Response:
    """Let mails go out again."""
    done = resume_sending(services_of(request), visitor.now, visitor.user.name)
    return redirect(request, visitor, done, "/mails/rykkere")
