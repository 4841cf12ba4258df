"""«Rykkere»: who is due, and what the mail will say; send it now, word it anew, hold it.

The list, the page of one person who is to be reminded (also when a form on it was flawed), and what
can be switched there. A held mail is let go again; a party's reminders are switched off and on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.due import actions as chase_actions
from udmelding.casework.due.actions import mails_to_send
from udmelding.casework.due.listing import DueReminder, Person, chase_list, person_due
from udmelding.casework.due.silence import why_quiet
from udmelding.casework.recording.recording import record_fact
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.due import paused_cases
from udmelding.journal.mail.mail_drafts import mail_draft_of
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/mails/rykkere")

PEOPLE = 25
"""People on one page."""

Words = Annotated[str, Form()]
Keys = Annotated[list[str], Form(alias="key")]
Ahead = Annotated[int, Form(alias="frem")]


@router.get("")
def index(request: Request, visitor: Reader, frem: int = 0, side: int = 1) -> HTMLResponse:
    """Everybody who is due, by person; and what stands in the way."""
    ahead = horizon(frem)
    services = services_of(request)
    with reading(services.engine) as session:
        found = chase_list(session, visitor.now, until(visitor, ahead))
        paused, quiet = paused_cases(session), why_quiet(session, visitor.now.date())
    last = max(1, -(-len(found.reachable) // PEOPLE))
    side = min(max(1, side), last)
    return page(
        request,
        "due/index.html",
        found=found,
        daily_at=services.settings.prefect.daily_at,
        people=found.reachable[(side - 1) * PEOPLE : side * PEOPLE],
        ahead=ahead,
        horizons=HORIZONS,
        side=side,
        last=last,
        paused=paused,
        why_quiet=quiet,
    )


@router.get("/person")
def person(request: Request, visitor: Reader, til: str = "", frem: int = 30) -> HTMLResponse:
    """One person: the mails as they would go out, before anything is sent."""
    return person_page(request, visitor, til, horizon(frem))


@router.post("/mail")
def act(
    request: Request,
    visitor: Caseworker,
    til: Words,
    key: Keys,
    do: Words,
    subject: Words = "",
    text: Words = "",
    shown_subject: Words = "",
    shown_text: Words = "",
    seen: Words = "",
    reason: Words = "",
    frem: Ahead = 30,
) -> Response:
    """What a person decided about one mail: send it, keep the words, back to the template, hold.

    Raises:
        NotFoundError: there is no such button.
    """
    services, ahead = services_of(request), horizon(frem)
    words = changed_words(subject, text, shown_subject, shown_text)
    try:
        with reading(services.engine) as session:
            due = person_due(session, til, visitor.now, until(visitor, ahead))
            chosen = _chosen(due, key)
            check_unchanged(session, key, seen)
        match do:
            case "send":
                fate = chase_actions.send_now(services, chosen, visitor.stamp, words)
                return redirect(request, visitor, fate.text, "/mails/rykkere", is_good=fate.is_good)
            case "gem":
                done = _keep(request, visitor, key, words or (subject, text))
            case "fast":
                done = _keep(request, visitor, key, ("", ""))
            case "hold":
                done = _hold(request, visitor, chosen, reason)
            case _:
                raise NotFoundError("knap", do[:40])
    except RefusedError as error:
        flawed = Typed(chase_actions.mail_draft_key(key), subject, text, error.message)
        return person_page(request, visitor, til, ahead, flawed)
    return redirect(request, visitor, done, person_address(til, ahead))


def changed_words(
    subject: str, text: str, shown_subject: str, shown_text: str
) -> tuple[str, str] | None:
    """The words that were changed; None where they stand as they were shown."""
    new = (subject.strip(), _plain(text))
    return None if new == (shown_subject.strip(), _plain(shown_text)) else new


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _chosen(found: Person | None, keys: Sequence[str]) -> tuple[DueReminder, ...]:
    chosen = tuple(r for r in (found.reminders if found else ()) if r.key in keys)
    if len(chosen) != len(set(keys)):
        raise RefusedError(
            "Noget er ændret, siden siden blev vist: svar er kommet, eller en mail er sendt. "
            "Herunder står, hvad der skyldes nu."
        )
    return chosen


def check_unchanged(session: Session, keys: Sequence[str], seen: str) -> None:
    """Refuse to write over the words that somebody else has kept meanwhile."""
    mail_draft = mail_draft_of(session, chase_actions.mail_draft_key(keys))
    stands = mail_draft.changed_at.isoformat() if mail_draft else ""
    if stands != seen:
        who = mail_draft.changed_by if mail_draft else "En anden"
        raise RefusedError(
            f"{who} har ændret mailen, mens du så på den. Herunder står den, som den er nu; "
            "dine egne ord står i felterne."
        )


def _keep(request: Request, visitor: Visitor, keys: list[str], words: tuple[str, str]) -> str:
    with writing(services_of(request).engine) as session:
        chase_actions.reword(session, keys, *words, visitor.stamp)
    if not words[1]:
        return "Mailen følger igen den faste tekst."
    return "Teksten er gemt og bruges, når mailen sendes. Kun denne ene gang."


def _hold(request: Request, visitor: Visitor, chosen: Sequence[DueReminder], reason: str) -> str:
    keys = [reminder.key for reminder in chosen]
    with writing(services_of(request).engine) as session:
        chase_actions.hold(session, keys, reason, visitor.stamp)
    return "Mailen er sat på hold og sendes ikke, før nogen slipper den fri."


HORIZONS = ((0, "i dag"), (7, "de næste 7 dage"), (30, "de næste 30 dage"))
"""How many days ahead can be looked, and in words."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed on a form that could not be used, and why.

    Attributes:
        key: which form: that of a mail, or (``case/step/party``) of one point's switch.
    """

    key: str
    first: str
    second: str
    flaw: str


def horizon(asked: int) -> int:
    """The days to look ahead; today alone where something else was asked for."""
    return asked if asked in dict(HORIZONS) else 0


def until(visitor: Visitor, ahead: int) -> dt.date:
    """The last day that is looked at."""
    return visitor.now.date() + dt.timedelta(days=ahead)


def person_address(email: str, ahead: int) -> str:
    """The address of a person's page."""
    return f"/mails/rykkere/person?{urlencode({'til': email, 'frem': ahead})}"


def person_page(
    request: Request, visitor: Visitor, email: str, ahead: int, typed: Typed | None = None
) -> HTMLResponse:
    """The mails that a person would get now, and what each of them reminds of."""
    services = services_of(request)
    with reading(services.engine) as session:
        found = person_due(session, email, visitor.now, until(visitor, ahead))
        mails = mails_to_send(services, session, found, visitor.now) if found is not None else ()
    return page(
        request,
        "due/person.html",
        code=200 if typed is None else 422,
        email=email,
        person=found,
        mails=mails,
        ahead=ahead,
        horizons=HORIZONS,
        typed=typed,
        may_act=visitor.may(Role.CASEWORKER),
    )


@router.post("/slip")
def release(
    request: Request, visitor: Caseworker, til: Words, key: Keys, frem: Ahead = 30
) -> Response:
    """Let held reminders go out again when they are due."""
    with writing(services_of(request).engine) as session:
        chase_actions.release(session, key, visitor.stamp)
    return redirect(
        request, visitor, "Påmindelsen er sluppet fri.", person_address(til, horizon(frem))
    )


@router.post("/slaa-fra")
def stop(
    request: Request,
    visitor: Caseworker,
    reference: Words,
    step: Words,
    party: Words,
    til: Words = "",
    reason: Words = "",
    until: Words = "",
    frem: Ahead = 30,
) -> Response:
    """Switch one party's reminders of one thing off, until a day or until further notice."""
    said: dict[str, object] = {"step": step, "party": party, "is_stopped": True}
    said["reason"] = reason.strip()
    try:
        if until.strip():
            today = visitor.now.date()
            said["until"] = read_day(until, today=today, direction=Direction.COMING)
        done = _switch(request, visitor, reference, said)
    except RefusedError as error:
        flawed = Typed(f"{reference}/{step}/{party}", until, reason, error.message)
        return person_page(request, visitor, til, horizon(frem), flawed)
    return redirect(request, visitor, done, "/mails/rykkere")


@router.post("/slaa-til")
def resume(
    request: Request, visitor: Caseworker, reference: Words, step: Words, party: Words
) -> Response:
    """Remind a party again.

    Raises:
        RefusedError: no such case, step or party.
    """
    said: dict[str, object] = {"step": step, "party": party, "is_stopped": False}
    return redirect(request, visitor, _switch(request, visitor, reference, said), "/mails/rykkere")


def _switch(request: Request, visitor: Visitor, reference: str, said: dict[str, object]) -> str:
    stamp = visitor.stamp
    return record_fact(services_of(request), reference, "chase_stop", said, stamp).text
