"""«Mails»: what came in. A person says what each reply means; words only suggest."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import IncomingState, Level, Meaning, Outcome, Role
from udmelding.casework.access.substitutes import mails_as_substitute
from udmelding.casework.inbox.attachments import told_of
from udmelding.casework.inbox.linked_minutes import links_of, read_linked, read_pasted
from udmelding.casework.inbox.lists import names_of, post_page
from udmelding.casework.inbox.meaning import Reading, handle, move, take_back
from udmelding.casework.inbox.places import (
    file_as_machine,
    let_wait,
    open_mail,
    place_named,
    take_out,
)
from udmelding.errors import DoubtfulError, NotFoundError, RefusedError
from udmelding.journal.database import reading
from udmelding.journal.inbox import incoming
from udmelding.journal.inbox.incoming import InboxMail
from udmelding.journal.inbox.shelves import Shelf
from udmelding.rules.case.glossary import label
from udmelding.rules.files.cpr_wording import CONFIRM
from udmelding.rules.inbox.mail_files import FileState, state_of
from udmelding.rules.inbox.post_wording import day_of, meaning_of, sealed_sentence
from udmelding.rules.words.date_wording import short_date
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/mails/post")

FILE = "fil-"
"""Before the place of a locked file in the name of its field."""

MAILS = 50
"""Mails on one page."""

SHELVES = (
    (Shelf.WAITING, "Venter"),
    (Shelf.HANDLED, "Behandlet"),
    (Shelf.REPORTS, "Leveringsrapporter"),
    (Shelf.AWAY, "Fravær og autosvar"),
)

_ANSWERING = (Meaning.ANSWER, Meaning.PARTIAL_ANSWER, Meaning.NO_CITIZENS)
_OTHER = (
    Meaning.ANNOUNCED_DAY,
    Meaning.EXTENSION_WANTED,
    Meaning.QUESTION,
    Meaning.NEW_CONTACT,
    Meaning.NOTHING,
)
LEVELS = tuple(
    (level.value, label(level))
    for level in (Level.COUNCIL, Level.FINANCE_COMMITTEE, Level.COMMITTEE)
)
OUTCOMES = tuple((outcome.value, label(outcome)) for outcome in Outcome)

Words = Annotated[str, Form()]
Files = Annotated[list[str], Form(alias="file")]


@router.get("")
def index(request: Request, visitor: Reader, vis: str = "", side: int = 1) -> HTMLResponse:
    """The mails of one shelf; those that wait unless another is asked for."""
    services = services_of(request)
    shelf = next((known for known, _ in SHELVES if known.value == vis), Shelf.WAITING)
    with reading(services.engine) as session:
        found = post_page(session, services.settings, shelf, visitor.now, side, MAILS)
        mails = [line.mail for line in found.lines] if shelf is Shelf.WAITING else []
        mine = mails_as_substitute(session, visitor.user.id, mails, visitor.now)
    return page(
        request,
        "inbox/post.html",
        found=found,
        shelf=shelf,
        shelves=SHELVES,
        may_read=bool(services.settings.mailbox.host) and visitor.may(Role.CASEWORKER),
        as_substitute=mine,
    )


@router.get("/{mail_key}")
def one(request: Request, visitor: Reader, mail_key: str) -> HTMLResponse:
    """One mail: who, where, its words and files, and what it seems to mean."""
    return mail_page(request, visitor, mail_key, {})


@router.post("/{mail_key}/betyder")
def say(
    request: Request,
    visitor: Caseworker,
    mail_key: str,
    meaning: Words = "",
    on: Words = "",
    due_on: Words = "",
    outcome: Words = "",
    level: Words = "",
    item_number: Words = "",
    evidence: Words = "",
    even_so: Words = "",
    note: Words = "",
    seen: Words = "",
    file: Files = [],  # noqa: B006 - FastAPI copies it
    no_cpr: Words = "",
) -> Response:
    """Record what the mail means; twice pressed records once."""
    typed = {"meaning": meaning, "on": on, "due_on": due_on, "outcome": outcome, "level": level}
    typed |= {"note": note, "files": " ".join(file), "no_cpr": no_cpr}
    typed |= {"item_number": item_number, "evidence": evidence[:2000], "even_so": even_so}
    services = services_of(request)
    with reading(services.engine) as session:
        mail = incoming.get(session, mail_key)
    if _is_done(mail, visitor, meaning):
        return redirect(request, visitor, "Det er registreret.", "/mails/post")
    try:
        if meaning not in {known.value for known in Meaning}:
            raise RefusedError("Vælg, hvad mailen betyder.")
        if mail.state is IncomingState.WAITING and seen != _place(mail):
            raise RefusedError(
                "En anden har lagt mailen et andet sted hen, mens du så på den. "
                "Se efter, om det passer, og gem igen."
            )
        said = Reading(
            meaning=Meaning(meaning),
            on=on,
            due_on=due_on,
            outcome=outcome,
            level=level,
            item_number=item_number,
            evidence=evidence[:2000],
            note=note[:2000],
            files=file,
        )
        done = handle(services, mail_key, said, replace(visitor.stamp, even_so=even_so.strip()))
    except DoubtfulError as error:
        wrong = f"{error.message} Er det rigtigt alligevel, så skriv hvorfor nederst."
        return mail_page(request, visitor, mail_key, typed, wrong, is_doubted=True)
    except RefusedError as error:
        return mail_page(request, visitor, mail_key, typed, error.message)
    if said.meaning is Meaning.NEW_CONTACT and mail.party in names_of(services.settings):
        return redirect(request, visitor, done, f"/kontakter/{mail.party}#kontakter")
    return redirect(request, visitor, done, "/mails/post")


@router.post("/{mail_key}/hent")
def fetch_minutes(
    request: Request, visitor: Caseworker, mail_key: str, link: Annotated[int, Form()] = -1
) -> Response:
    """Fetch and read the minutes behind a link of the mail; pressed twice it is read anew."""
    try:
        done = read_linked(services_of(request), mail_key, link, visitor.stamp)
    except NotFoundError:
        raise
    except RefusedError as error:
        return mail_page(request, visitor, mail_key, {}, error.message)
    return redirect(request, visitor, done, f"/mails/post/{mail_key}")


@router.post("/{mail_key}/tekst")
def paste_minutes(
    request: Request, visitor: Caseworker, mail_key: str, text: Words = ""
) -> Response:
    """Read minutes that a person has pasted."""
    try:
        done = read_pasted(services_of(request), mail_key, text[:MOST_PASTED], visitor.stamp)
    except NotFoundError:
        raise
    except RefusedError as error:
        return mail_page(request, visitor, mail_key, {"text": text}, error.message)
    return redirect(request, visitor, done, f"/mails/post/{mail_key}")


MOST_PASTED = 50_000
"""Characters of minutes that are pasted."""


@router.post("/{mail_key}/fortryd")
def undo(request: Request, visitor: Caseworker, mail_key: str, reason: Words = "") -> Response:
    """Take back what was said of the mail; it waits again."""
    services, why = services_of(request), reason.strip()[:200]
    try:
        done = take_back(services, mail_key, why, visitor.now, visitor.user.name)
    except RefusedError as error:
        return mail_page(request, visitor, mail_key, {}, error.message)
    return redirect(request, visitor, done, f"/mails/post/{mail_key}")


@router.post("/{mail_key}/flyt")
def lay(
    request: Request,
    visitor: Caseworker,
    mail_key: str,
    place: Words = "",
    reference: Words = "",
    who: Words = "",
) -> Response:
    """Lay the mail to a case and party: one that was suggested, or one named in words."""
    services = services_of(request)
    try:
        parts = place.split(" ")
        named = (parts[0], parts[1], parts[2]) if len(parts) == _PARTS else None
        where = named or place_named(services, reference, who, visitor.now)
        done = move(services, mail_key, *where, visitor.now)
    except RefusedError as error:
        typed = {"reference": reference, "who": who}
        return mail_page(request, visitor, mail_key, typed, error.message)
    return redirect(request, visitor, done, f"/mails/post/{mail_key}")


_PARTS = 3


@router.post("/{mail_key}/ingen-sag")
def no_case(request: Request, visitor: Caseworker, mail_key: str) -> Response:
    """The mail concerns no case."""
    services, said = services_of(request), Reading(meaning=Meaning.NOTHING)
    with reading(services.engine) as session:
        mail = incoming.get(session, mail_key)
    if not _is_done(mail, visitor, Meaning.NOTHING.value):
        try:
            take_out(services, mail_key, visitor.now)
            handle(services, mail_key, said, visitor.stamp)
        except RefusedError as error:
            return mail_page(request, visitor, mail_key, {}, error.message)
    done = "Mailen er lagt til side. Den vedrører ingen sag."
    return redirect(request, visitor, done, "/mails/post")


@router.post("/{mail_key}/svar")
def is_reply(request: Request, visitor: Caseworker, mail_key: str) -> Response:
    """What seemed to be written by a machine is a person's reply."""
    try:
        let_wait(services_of(request), mail_key, visitor.now)
    except RefusedError as error:
        return mail_page(request, visitor, mail_key, {}, error.message)
    return redirect(request, visitor, "Mailen venter nu som et svar.", f"/mails/post/{mail_key}")


@router.post("/{mail_key}/automatisk")
def is_machines(request: Request, visitor: Caseworker, mail_key: str) -> Response:
    """What waits as a reply was written by a machine."""
    try:
        done = file_as_machine(services_of(request), mail_key, visitor.stamp)
    except RefusedError as error:
        return mail_page(request, visitor, mail_key, {}, error.message)
    return redirect(request, visitor, done, "/mails/post")


def _place(mail: InboxMail) -> str:
    return f"{mail.reference} {mail.step} {mail.party}"


def _is_done(mail: InboxMail, visitor: Visitor, meaning: str) -> bool:
    """Whether the very same was said by the very same person: the button was pressed twice."""
    is_handled = mail.state is IncomingState.HANDLED and mail.meaning is not None
    return is_handled and (mail.handled_by, str(mail.meaning)) == (visitor.user.name, meaning)


_CONFLICT, _UNPROCESSABLE = 409, 422


def mail_page(
    request: Request,
    visitor: Visitor,
    key: str,
    typed: dict[str, str],
    wrong: str = "",
    *,
    is_doubted: bool = False,
) -> HTMLResponse:
    services = services_of(request)
    found = open_mail(services, key, visitor.now)
    mail = found.line.mail
    locked = [(n, f) for n, f in enumerate(mail.attachments) if state_of(f) is FileState.LOCKED]
    undecided = {f"{FILE}{number}": "" for number, _ in locked}
    is_gone = mail.state is not IncomingState.WAITING
    meanings = _OTHER[2:]
    if mail.reference:
        meanings = (*((Meaning.DECISION,) if found.is_decision else _ANSWERING), *_OTHER)
    return page(
        request,
        "inbox/mail.html",
        code=(_CONFLICT if is_gone else _UNPROCESSABLE) if wrong else 200,
        found=found,
        line=found.line,
        mail=mail,
        cpr=told_of(mail),
        locked=locked,
        confirm=CONFIRM,
        sealed=sealed_sentence(mail.suggestion),
        seen=_place(mail),
        typed=_filled(mail, meanings) | undecided | typed,
        wrong=wrong,
        is_doubted=is_doubted,
        meanings=meanings,
        links=links_of(mail) if found.is_decision else (),
        levels=LEVELS,
        outcomes=OUTCOMES,
        cases=[(reference, f"{reference} – {title}") for reference, title in found.cases],
        parties=sorted(set(names_of(services.settings).values())),
        may_act=visitor.may(Role.CASEWORKER),
    )


def _filled(mail: InboxMail, meanings: tuple[Meaning, ...]) -> dict[str, str]:
    """The form as the mail's words suggest it."""
    suggestion = mail.suggestion
    meaning, day = meaning_of(suggestion), day_of(suggestion)
    has_day = meaning in (Meaning.DECISION, Meaning.ANNOUNCED_DAY)
    return {
        "meaning": meaning.value if meaning in meanings else "",
        "on": short_date(day) if day and has_day else "",
        "due_on": "",
        "outcome": suggestion.get("outcome", ""),
        "level": suggestion.get("level", "") or Level.COUNCIL.value,
        "item_number": suggestion.get("item_number", ""),
        "evidence": suggestion.get("link", ""),
        "text": "",
        "even_so": "",
        "note": "",
        "files": "",
        "no_cpr": "",
        "reference": mail.reference,
        "who": "",
    }
