"""What was sent, what waits, the button that stops all mail, and mails nobody can know of.

A mail that may or may not have gone out waits here for a person's word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import OutboxState
from udmelding.casework.mail.brakes import resume_sending, stop_sending
from udmelding.casework.mail.delivery import Counted, MailFate, deliver_waiting
from udmelding.casework.mail.fates import fates_in_words
from udmelding.casework.mail.fresh_links import resolve as settle_mail
from udmelding.casework.mail.fresh_links import resolve_all, resolved_in_words
from udmelding.casework.mail.progress import progress_of
from udmelding.errors import RefusedError
from udmelding.journal.database import Session, reading
from udmelding.journal.mail import outbox
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.journal.mail.outbox_search import SentMail, sent_mail
from udmelding.journal.mail.sending_pause import pause_at
from udmelding.rules.wake import soon_words
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.rules.words.lists import join_names
from udmelding.web.mail.sending import send_behind
from udmelding.web.rendering import page, redirect
from udmelding.web.sure import Deed, be_sure
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
    services, sender, here = services_of(request), f"web-{uuid4().hex[:12]}", "/mails/rykkere"
    with reading(services.engine) as session:
        if pause_at(session) is not None:
            refused = "Al udsendelse er stoppet. Genoptag den først."
            return redirect(request, visitor, refused, here, is_good=False)
        waiting = _waiting(session)
    if not waiting:  # pressed twice, or by two
        return redirect(request, visitor, "Der venter ingen mails: de er sendt.", here)
    deed = Deed(
        title=f"Send {_mails(len(waiting))} nu?",
        happens=(
            "De går ellers af sig selv med den næste udsendelse. En mail, der ikke længere er "
            "aktuel, eller hvis sag er sat på pause, sendes ikke.",
        ),
        names=[_line(one) for one in waiting],
        names_title="Mails",
        button=f"Send {_mails(len(waiting))}",
        back=here,
    )
    be_sure(request, visitor, deed)

    def send(counted: Counted) -> tuple[str, bool]:
        fates = deliver_waiting(services, visitor.now, sender, is_patient=False, counted=counted)
        bad = (MailFate.FAILED, MailFate.POSTPONED, MailFate.HELD)
        done = fates_in_words(fates) or "Der er ingen mails, der kan sendes nu."
        return done, not any(fates[one] for one in bad)

    return send_behind(request, visitor, here, "Rykkere", send)


def _waiting(session: Session) -> Sequence[OutboxMail]:
    """What is written and has not left."""
    return outbox.list_mails(session, states=(OutboxState.PENDING,))


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


def _line(mail: OutboxMail) -> str:
    return f"{join_names(mail.recipients)}: {mail.subject}"


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
        with reading(services.engine) as session:
            held = [one for one in outbox.held(session) if one.key in key]
        if held:
            be_sure(request, visitor, _resolving(held, is_sent=is_sent))
        count = resolve_all(services, visitor.now, was_sent=is_sent, by=who, keys=key)
    done = resolved_in_words(count, was_sent=is_sent)
    return redirect(request, visitor, done, "/mails/rykkere")


def _resolving(held: Sequence[OutboxMail], *, is_sent: bool) -> Deed:
    count = _mails(len(held))
    return Deed(
        title=f"Er {count} kommet frem?" if is_sent else f"Send {count} igen?",
        happens=(
            "De mærkes som sendt og sendes ikke igen. Er en af dem ikke nået frem, får den "
            "modtager ikke mailen."
            if is_sent
            else "De sendes igen. Er en af dem nået frem, får den modtager mailen to gange.",
        ),
        names=[_line(one) for one in held],
        names_title="Mails",
        button=f"{count} er kommet frem" if is_sent else f"Send {count} igen",
        back="/mails/rykkere",
        is_for_good=True,
    )


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
    services = services_of(request)
    with reading(services.engine) as session:
        is_stopped, waiting = pause_at(session) is not None, _waiting(session)
    if is_stopped and waiting:
        soon = soon_words(services.settings.prefect)
        deed = Deed(
            title="Genoptag udsendelsen?",
            happens=(f"{_mails(len(waiting))} venter. De, der stadig er aktuelle, sendes {soon}.",),
            names=[_line(one) for one in waiting],
            names_title="Mails, der venter",
            button=f"Genoptag, og send {_mails(len(waiting))}",
            back="/mails/rykkere",
        )
        be_sure(request, visitor, deed)
    done = resume_sending(services, visitor.now, visitor.user.name)
    return redirect(request, visitor, done, "/mails/rykkere")
