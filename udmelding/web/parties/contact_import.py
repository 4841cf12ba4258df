"""Contacts of many at once, typed, pasted or from a file: first what they change, then saved.

What was sent is kept in the store and travels by its checksum, so each page is opened by GET.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import ContactRole
from udmelding.casework.parties.book import area_choices, places_of
from udmelding.casework.parties.contact_import import (
    ContactsMovedError,
    contact_difference,
    take_in_contacts,
)
from udmelding.casework.parties.contact_tables import (
    ContactList,
    read_contact_list,
    typed_list,
    typed_rows,
)
from udmelding.errors import BadFileError, ConfirmationNeededError, RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.parties import standing_contacts
from udmelding.web.rendering import page, redirect
from udmelding.web.upload import Sent, SentFile, Upload, again, keep
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/kontakter/import")

Text = Annotated[str, Form(max_length=200)]
Texts = Annotated[list[str] | None, Form(max_length=400)]
Pasted = Annotated[str, Form(max_length=200_000)]

KINDS = {".xlsx": "Excel", ".csv": "CSV"}
PASTED, TYPED = "indsat.csv", "skrevet.csv"
"""Under these names a list is kept that was no file."""
BEGINS = "start"
"""Where a form says so, it was filled in from «Kom godt i gang», and leads back there."""


@router.get("")
def form(
    request: Request, _: Caseworker, fra: str = "", navn: str = "", til: str = ""
) -> HTMLResponse:
    """The form; with what was typed or pasted before (``fra``: where it is kept)."""
    kept = again(services_of(request), navn, fra) if fra else None
    return _form(request, kept=kept, back=til)


@router.post("")
def show(request: Request, visitor: Caseworker, sent: Sent, til: Text = "") -> Response:
    """Keep a file of contacts, and go on to what it would change.

    Raises:
        ConfirmationNeededError: it may hold a CPR number.
    """
    return _keep(request, visitor, sent, til)


@router.post("/indsat")
def show_pasted(
    request: Request, visitor: Caseworker, pasted: Pasted = "", til: Text = ""
) -> Response:
    """The same for a list that was copied from a sheet or a mail.

    Raises:
        ConfirmationNeededError: it may hold a CPR number.
    """
    content = pasted.replace("\r\n", "\n").encode()
    if not pasted.strip():
        return _form(request, RefusedError("Indsæt en liste."), back=til, at="pasted")
    return _keep(request, visitor, SentFile(PASTED, content), til)


@router.post("/skrevet")
def show_typed(
    request: Request,
    visitor: Caseworker,
    party: Texts = None,
    name: Texts = None,
    email: Texts = None,
    til: Text = "",
) -> Response:
    """The same for what was typed at each municipality; what is known already is left out.

    Raises:
        ConfirmationNeededError: it may hold a CPR number.
    """
    said = zip(party or (), name or (), email or (), strict=False)
    known = _coordinators(request)
    rows = [one for one in said if any(one[1:]) and known.get(one[0]) != one[1:]]
    if not rows:
        told = "Skriv navn og mailadresse ved mindst én kommune."
        return _form(request, RefusedError(told), back=til, at="typed")
    return _keep(request, visitor, SentFile(TYPED, typed_list(rows)), til)


@router.get("/se")
def see(
    request: Request, _: Caseworker, fra: str = "", navn: str = "", til: str = ""
) -> HTMLResponse:
    """What the list would change now; the form where none was kept.

    Raises:
        NotFoundError: nothing is kept there.
    """
    if not fra:
        return _form(request, back=til)
    kept = again(services_of(request), navn, fra)
    try:
        return _preview(request, kept, til)
    except BadFileError as error:
        return _form(request, error, kept=kept, back=til)


@router.post("/gem")
def save(
    request: Request,
    visitor: Caseworker,
    name: Text = "",
    sha256: Text = "",
    seen: Text = "",
    til: Text = "",
) -> Response:
    """Take in what was shown of the list, all of it.

    Raises:
        BadFileError: nothing of it can be read; it was never shown.
        NotFoundError: nothing is kept there.
    """
    services = services_of(request)
    kept = again(services, name, sha256)
    found = _read(kept)
    try:
        with writing(services.engine) as session:
            stamp = visitor.stamp
            count = take_in_contacts(session, services.settings, found.contacts, seen, stamp)
    except ContactsMovedError as error:
        return _preview(request, kept, til, wrong=error.message)
    rest = len(found.contacts) - count
    done = f"Kontakterne er gemt: {count} nye eller ændrede, {rest} uændrede."
    if found.flaws:
        done += f" {len(found.flaws)} fejl i listen er ikke taget med."
    back = "/kom-godt-i-gang" if til == BEGINS else "/kontakter"
    return redirect(request, visitor, done, back)


def _keep(request: Request, visitor: Visitor, sent: SentFile | None, back: str) -> Response:
    try:
        kept = keep(services_of(request), sent, KINDS, visitor.stamp)
    except ConfirmationNeededError:
        raise  # asked about on a page of its own
    except RefusedError as error:
        lost = Upload(sent.name, sent.content, "") if sent else None
        return _form(request, error, kept=lost, back=back)
    asked = {"fra": kept.sha256, "navn": kept.name, "til": back}
    said = urlencode({key: word for key, word in asked.items() if word})
    return RedirectResponse(f"/kontakter/import/se?{said}", status_code=303)


def _read(kept: Upload) -> ContactList:
    """The list; of one that was no file, places are told without a file's name."""
    name = "" if kept.name in (PASTED, TYPED) else kept.name
    return read_contact_list(name, kept.content)


def _preview(request: Request, kept: Upload, back: str, *, wrong: str = "") -> HTMLResponse:
    """Before and after.

    Raises:
        BadFileError: nothing of it can be read.
    """
    services = services_of(request)
    said = _read(kept)
    with reading(services.engine) as session:
        found = contact_difference(session, services.settings, said.contacts)
    asked = {"fra": kept.sha256, "navn": kept.name, "til": back}
    return page(
        request,
        "parties/import_contacts.html",
        code=409 if wrong else 200,
        kept=kept,
        is_file=kept.name not in (PASTED, TYPED),
        found=found,
        flaws=said.flaws,
        back=back,
        again=urlencode({key: word for key, word in asked.items() if word}),
        wrong=wrong,
    )


def _coordinators(request: Request) -> Mapping[str, tuple[str, str]]:
    """Name and address of the coordinator of each of our municipalities, empty where none is."""
    services = services_of(request)
    with reading(services.engine) as session:
        standing = standing_contacts(session)
    found = {}
    for place in places_of(services.settings.area):
        one = standing.get(place.code, {}).get(ContactRole.COORDINATOR)
        found[place.name] = (one.name, one.email) if one else ("", "")
    return found


def _form(
    request: Request,
    error: RefusedError | None = None,
    *,
    kept: Upload | None = None,
    back: str = "",
    at: str = "",
) -> HTMLResponse:
    settings = services_of(request).settings
    area = settings.area
    typed = typed_rows(kept.content) if kept and kept.name == TYPED else {}
    known = _coordinators(request)
    at = at or {PASTED: "pasted", TYPED: "typed"}.get(kept.name if kept else "", "file")
    return page(
        request,
        "parties/import.html",
        code=error.http_status if error else 200,
        areas=area_choices(settings),
        area=area,
        pasted=kept.content.decode("utf-8", "replace") if kept and kept.name == PASTED else "",
        rows=[(party, *typed.get(party, said)) for party, said in known.items()],
        has_typed=bool(typed),
        missing=[party for party, said in known.items() if not any(said)],
        back=back,
        at=at if error else "",
        wrong=_summary(error) if error else "",
        flaws=error.flaws if isinstance(error, BadFileError) else (),
    )


def _summary(error: RefusedError) -> str:
    if not isinstance(error, BadFileError):
        return error.message
    count = len(error.flaws)
    many = "Der er 1 fejl i listen" if count == 1 else f"Der er {count} fejl i listen"
    return f"{many}. Intet er ændret. Ret den, og send den igen."
