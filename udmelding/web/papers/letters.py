"""«Breve»: letters to the outside that wait for a person to release them, or say how they went."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import Role
from udmelding.casework.due.actions import SentNow, reword
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.papers.letters_released import (
    OVERVIEW,
    letter_draft,
    letter_drafts,
    release,
    send_elsewhere,
)
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.mail.outbox_search import mails_among
from udmelding.rules.case.actions import LETTERS
from udmelding.rules.case.glossary import label
from udmelding.rules.words.lists import join_names
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.due import changed_words, check_unchanged
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, asked_before, be_sure
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
            if not asked_before(request):  # then what was read says it, words and all
                check_unchanged(session, [key], seen)
        match do:
            case "release":
                fate = _release(request, visitor, found, key, words, tuple(enclose or ()))
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


def _release(
    request: Request,
    visitor: Visitor,
    found: Seen,
    key: str,
    words: tuple[str, str] | None,
    enclosed: tuple[str, ...],
) -> SentNow:
    """Send it, once it is read what leaves; its words are kept first, so that they are asked of."""
    services = services_of(request)
    if words is not None and not asked_before(request):
        with writing(services.engine) as session:
            reword(session, (key,), *words, visitor.stamp)
    deed = _leaving(request, visitor, found, key, enclosed)
    be_sure(request, visitor, deed, only=("key", "do", "enclose"))
    return release(services, key, visitor.stamp, enclosed=enclosed)


def _leaving(
    request: Request, visitor: Visitor, found: Seen, key: str, enclosed: tuple[str, ...]
) -> Deed:
    """The letter as it leaves: to whom, with what, in which words."""
    draft = letter_draft(services_of(request), key, visitor.now)
    mail = draft.outbox_mail
    to = [*mail.recipients, *mail.copies]
    files = [one.file_name for one in draft.enclosures if one.name in enclosed]
    first, _, _ = mail.text.strip().partition("\n")
    return Deed(
        title=f"Send brevet til {draft.due.name}?",
        happens=(
            f"{label(draft.due.mail).capitalize()}: «{mail.subject}»",
            f"Det begynder «{first}» og er på {len(mail.text.split())} ord, som du lige har læst.",
            f"Vedlagt: {join_names(files)}." if files else "Der er ikke vedlagt noget.",
            "Når brevet er sendt, kan det ikke hentes tilbage.",
        ),
        names=to,
        names_title="Modtagere",
        button=f"Send brevet til {len(to)}",
        back=f"/sager/{found.case.reference}/breve",
        is_for_good=True,
        also=hashlib.sha256(mail.text.encode()).hexdigest(),
    )


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
