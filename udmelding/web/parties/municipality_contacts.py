"""One municipality across all cases; its contacts are changed here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from models import ContactRole
from udmelding.casework.parties import declarations
from udmelding.casework.parties.book import name_of
from udmelding.casework.parties.page import proposals
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import ContactChangedError, change_contact, remove_contact
from udmelding.rules.case.glossary import label
from udmelding.web.parties.contact_fields import Typed, check_contact, contact_page
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/kontakter/{code}")

Text = Annotated[str, Form()]


@router.get("")
def one(request: Request, visitor: Reader, code: str, side: int = 1) -> HTMLResponse:
    """Contacts, what is owed, what was decided, what was sent, and when it meets."""
    return contact_page(request, visitor, code, side=side)


@router.post("/kontakt")
def change(
    request: Request,
    visitor: Caseworker,
    code: str,
    role: Text = "",
    name: Text = "",
    email: Text = "",
    seen: Text = "",
) -> Response:
    """Add a contact, or put another in its place.

    Raises:
        NotFoundError: there is no such party or role.
    """
    services = services_of(request)
    who, chosen = name_of(services.settings, code), _role(role)
    typed = Typed(chosen, name, email)
    try:
        contact = check_contact(code, typed)
        with writing(services.engine) as session:
            is_new = change_contact(session, contact, seen, visitor.stamp)
    except RefusedError as error:
        return contact_page(request, visitor, code, typed=typed.with_refusal(error))
    if not is_new:
        return _back(request, visitor, code, "Der er ikke ændret noget.")
    done = "rettet" if seen else "tilføjet"
    return _back(request, visitor, code, f"{who}: {label(chosen)} er {done}.")


@router.post("/fjern")
def remove(
    request: Request,
    visitor: Caseworker,
    code: str,
    role: Text = "",
    seen: Text = "",
    reason: Text = "",
) -> Response:
    """Let a contact hold no more.

    Raises:
        NotFoundError: there is no such party or role.
    """
    services = services_of(request)
    who, chosen = name_of(services.settings, code), _role(role)
    try:
        with writing(services.engine) as session:
            remove_contact(session, code, chosen, seen, reason.strip()[:200], visitor.stamp)
    except ContactChangedError as error:
        return contact_page(request, visitor, code, wrong=error.message)
    return _back(request, visitor, code, f"{who}: {label(chosen)} er fjernet.")


@router.post("/accepter")
def accept(
    request: Request, visitor: Caseworker, code: str, reference: Text = "", key: Text = ""
) -> Response:
    """Put a contact that the municipality proposed in force."""
    services = services_of(request)
    _check_proposed(request, visitor, code, reference, key)
    who = declarations.accept_contact(services, reference, key, visitor.stamp)
    return _back(request, visitor, code, f"Den nye kontakt for {who} er taget i brug.")


@router.post("/afvis")
def dismiss(
    request: Request, visitor: Caseworker, code: str, reference: Text = "", key: Text = ""
) -> Response:
    """Take back a contact that the municipality proposed."""
    services = services_of(request)
    _check_proposed(request, visitor, code, reference, key)
    declarations.dismiss(services, reference, key, visitor.stamp)
    return _back(request, visitor, code, "Forslaget er afvist. Det kan læses i sagens log.")


def _check_proposed(
    request: Request, visitor: Visitor, code: str, reference: str, key: str
) -> None:
    """Refuse what is no proposal of this municipality.

    Raises:
        NotFoundError: it was accepted or dismissed meanwhile, or never was.
    """
    services = services_of(request)
    name_of(services.settings, code)
    with reading(services.engine) as session:
        waiting = proposals(session, code, visitor.now)
    if (reference, key) not in {(ref, contact.key) for ref, contact in waiting}:
        raise NotFoundError("meldt kontakt", key[:80])


def _role(text: str) -> ContactRole:
    try:
        return ContactRole(text)
    except ValueError:
        raise NotFoundError("rolle", text[:40], tuple(map(label, ContactRole))) from None


def _back(request: Request, visitor: Visitor, code: str, message: str) -> Response:
    return redirect(request, visitor, message, f"/kontakter/{code}#kontakter")
