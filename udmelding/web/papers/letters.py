"""«Breve»: letters to the outside that wait for a person to release them, or say how they went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.due.actions import reword
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.papers.letters_released import (
    OVERVIEW,
    letter_drafts,
    release,
    send_elsewhere,
)
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.mail.outbox_search import mails_among
from udmelding.rules.case.actions import LETTERS
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.due import changed_words, check_unchanged
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/breve")

Words = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed about a letter that could not be used, and why."""

    key: str
    subject: str
    text: str
    how: str
    enclosed: tuple[str, ...]
    flaw: str


@router.get("")
def letters(request: Request, visitor: Reader, found: CaseSeen) -> HTMLResponse:
    """The letters that wait, each as it would go out now; and those that were decided on."""
    return _page(request, visitor, found)


@router.post("")
def act(
    request: Request,
    visitor: Caseworker,
    found: CaseSeen,
    key: Words,
    do: Words,
    subject: Words = "",
    text: Words = "",
    shown_subject: Words = "",
    shown_text: Words = "",
    seen: Words = "",
    how: Words = "",
    enclose: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """What a person decided about one letter: release it, keep the words, or it went another way.

    Raises:
        NotFoundError: there is no such button, or the letter is another case's.
    """
    services, here = services_of(request), f"/sager/{found.case.reference}/breve"
    if not key.startswith(f"{found.case.reference}/"):
        raise NotFoundError("brev", key[:200])
    words = changed_words(subject, text, shown_subject, shown_text)
    try:
        with reading(services.engine) as session:
            check_unchanged(session, [key], seen)
        match do:
            case "release":
                fate = release(
                    services, key, visitor.stamp, words=words, enclosed=tuple(enclose or ())
                )
                return redirect(request, visitor, fate.text, here, is_good=fate.is_good)
            case "elsewhere":
                send_elsewhere(services, key, how, visitor.stamp)
                done = "Det er noteret, at brevet er sendt uden for systemet. Herfra sendes intet."
            case "keep":
                with writing(services.engine) as session:
                    reword(session, (key,), *(words or (subject, text)), visitor.stamp)
                done = "Teksten er gemt. Brevet er ikke sendt."
            case "standard":
                with writing(services.engine) as session:
                    reword(session, (key,), "", "", visitor.stamp)
                done = "Brevet følger igen den faste tekst."
            case _:
                raise NotFoundError("knap", do[:40])
    except RefusedError as error:
        typed = Typed(key, subject, text, how, tuple(enclose or ()), error.message)
        return _page(request, visitor, found, typed)
    return redirect(request, visitor, done, here)


def _page(
    request: Request, visitor: Visitor, found: Seen, typed: Typed | None = None
) -> HTMLResponse:
    services = services_of(request)
    waiting = letter_drafts(services, found.case, found.moment)
    with reading(services.engine) as session:
        keys = [mail.key for mail in found.case.mails if mail.mail in LETTERS]
        decided = mails_among(session, keys)
        progress = progress_of(session, decided, found.moment)
    return case_page(
        request,
        "papers/letters.html",
        found,
        code=200 if typed is None else 422,
        drafts=waiting,
        decided=decided,
        progress=progress,
        receivers=found.case.process.letter_receivers,
        overview=OVERVIEW,
        typed=typed,
        is_lost=typed is not None and typed.key not in {draft.due.key for draft in waiting},
        may_act=visitor.may(Role.CASEWORKER) and not found.as_of,
    )
