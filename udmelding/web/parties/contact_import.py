"""Contacts from a file: what it changes first, then a second click."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.parties.book import area_choices
from udmelding.casework.parties.contact_import import (
    ContactsMovedError,
    contact_difference,
    take_in_contacts,
)
from udmelding.casework.parties.contact_tables import read_contacts
from udmelding.errors import BadFileError, ConfirmationNeededError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.web.rendering import page, redirect
from udmelding.web.upload import Sent, SentFile, Upload, again, keep
from udmelding.web.visitor import Caseworker, services_of

router = APIRouter(prefix="/kommuner/import")

Text = Annotated[str, Form(max_length=200)]
Pasted = Annotated[str, Form(max_length=200_000)]

KINDS = {".xlsx": "Excel", ".csv": "CSV"}


@router.get("")
def form(request: Request, _: Caseworker) -> HTMLResponse:
    """The form, and the workbooks to download."""
    return _form(request)


@router.post("")
def show(request: Request, visitor: Caseworker, sent: Sent) -> HTMLResponse:
    """What a list of contacts would change; nothing is saved."""
    try:
        return _contacts(request, keep(services_of(request), sent, KINDS, visitor.stamp))
    except RefusedError as error:
        return _form(request, error)


@router.post("/indsat")
def show_pasted(request: Request, visitor: Caseworker, pasted: Pasted = "") -> Response:
    """The same for a list that was copied from a sheet or a mail."""
    if not pasted.strip():
        return _form(request, RefusedError("Indsæt en liste."))
    file = SentFile("indsat.csv", pasted.replace("\r\n", "\n").encode())
    try:
        upload = keep(services_of(request), file, KINDS, visitor.stamp)
        return _contacts(request, upload)
    except ConfirmationNeededError:
        raise  # asked about on a page of its own
    except RefusedError as error:
        return _form(request, error, pasted=pasted)


@router.post("/gem")
def save(
    request: Request, visitor: Caseworker, name: Text = "", sha256: Text = "", seen: Text = ""
) -> Response:
    """Take in the list that was shown, all of it."""
    services = services_of(request)
    upload = again(services, name, sha256)
    try:
        contacts = read_contacts(upload.name, upload.content)
        with writing(services.engine) as session:
            stamp = visitor.stamp
            count = take_in_contacts(session, services.settings, contacts, seen, stamp)
    except ContactsMovedError as error:
        return _contacts(request, upload, wrong=error.message)
    except BadFileError as error:
        return _form(request, error)
    rest = len(contacts) - count
    done = f"Kontakter fra «{upload.name}»: {count} nye eller ændrede, {rest} uændrede."
    return redirect(request, visitor, done, "/kommuner")


def _contacts(request: Request, upload: Upload, *, wrong: str = "") -> HTMLResponse:
    """Before and after.

    Raises:
        BadFileError: the list is flawed.
    """
    services = services_of(request)
    contacts = read_contacts(upload.name, upload.content)
    with reading(services.engine) as session:
        found = contact_difference(session, services.settings, contacts)
    return page(
        request,
        "parties/import_contacts.html",
        code=409 if wrong else 200,
        upload=upload,
        found=found,
        wrong=wrong,
    )


def _form(request: Request, error: RefusedError | None = None, *, pasted: str = "") -> HTMLResponse:
    return page(
        request,
        "parties/import.html",
        code=error.http_status if error else 200,
        areas=area_choices(),
        area=services_of(request).settings.area,
        pasted=pasted,
        wrong=_summary(error) if error else "",
        flaws=error.flaws if isinstance(error, BadFileError) else (),
    )


def _summary(error: RefusedError) -> str:
    if not isinstance(error, BadFileError):
        return error.message
    count = len(error.flaws)
    many = "Der er 1 fejl i listen" if count == 1 else f"Der er {count} fejl i listen"
    return f"{many}. Intet er ændret. Ret den, og send den igen."
