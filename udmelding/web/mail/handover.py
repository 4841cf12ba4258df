"""A contact leaves: who comes instead, what is handed over, one button."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.fates import fates_in_words
from udmelding.casework.mail.handover import HandedOver, Wish, hand_over, plan_of
from udmelding.casework.parties.book import name_of
from udmelding.errors import ConfirmationNeededError, NotFoundError, OutsideError, RefusedError
from udmelding.journal.database import reading
from udmelding.journal.parties import standing_contacts
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.web.kept_fields import from_address, in_address
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/kontakter/{code}/overdrag")

Text = Annotated[str, Form(max_length=300)]


@router.get("")
def begin(
    request: Request, visitor: Caseworker, code: str, fra: str = "", til: str = ""
) -> HTMLResponse:
    """Who leaves, and who comes; a mail that told of it fills both in."""
    return _page(request, code, {"leaving": fra, "name": "", "email": til})


@router.post("/se")
def preview(
    request: Request,
    visitor: Caseworker,
    code: str,
    leaving: Text = "",
    name: Text = "",
    email: Text = "",
) -> Response:
    """Go on to what handing over does; nothing is done yet.

    Raises:
        ConfirmationNeededError: what was written may hold a CPR number.
    """
    said = {"leaving": leaving, "name": name, "email": email}
    try:
        pass_gate(said, visitor.now.date(), is_confirmed=visitor.has_looked)
        plan_of(services_of(request), Wish(party=code, **said), visitor.now)
    except (NotFoundError, ConfirmationNeededError):
        raise
    except RefusedError as error:
        return _page(request, code, said, flaw=error.message)
    address = f"/kontakter/{code}/overdrag/se?hvem={in_address(said)}"
    return RedirectResponse(address, status_code=303)


@router.get("/se")
def see(request: Request, visitor: Caseworker, code: str, hvem: str = "") -> HTMLResponse:
    """What handing over does now; the form where nobody was named."""
    typed = from_address(hvem)
    said = {field: typed.get(field, "")[:300] for field in ("leaving", "name", "email")}
    if not hvem:
        return _page(request, code, said)
    try:
        plan = plan_of(services_of(request), Wish(party=code, **said), visitor.now)
    except NotFoundError:
        raise
    except RefusedError as error:
        return _page(request, code, said, flaw=error.message)
    return _page(request, code, said, plan=plan)


@router.post("")
def do(
    request: Request,
    visitor: Caseworker,
    code: str,
    leaving: Text = "",
    name: Text = "",
    email: Text = "",
    seen: Text = "",
) -> Response:
    """Hand over what was shown, and send the new contact its mail."""
    said = {"leaving": leaving, "name": name, "email": email}
    try:
        done = hand_over(services_of(request), Wish(party=code, **said), visitor.stamp, seen)
    except (NotFoundError, ConfirmationNeededError):
        raise
    except RefusedError as error:
        return _page(request, code, said, flaw=error.message)
    told = f"{done.plan.wish.name} har overtaget fra {done.plan.leaving_name}."
    message = " ".join(filter(None, (told, _moved(done), _sent(request, visitor, done))))
    return redirect(request, visitor, message, f"/kontakter/{code}#kontakter")


def _moved(done: HandedOver) -> str:
    """How many mails that had not left go to the new contact."""
    count = len(done.plan.mails) + len(done.plan.stuck)
    if not count:
        return ""
    mails = "mail" if count == 1 else "mails"
    return f"{count} {mails}, der ikke var sendt, går til {done.plan.wish.email}."


def _sent(request: Request, visitor: Visitor, done: HandedOver) -> str:
    """Send the one mail, and tell what became of it."""
    if not done.mail:
        return "Der var ikke noget åbent at skrive om."
    sender = f"web-{uuid4().hex[:12]}"
    try:
        fates = deliver_waiting(
            services_of(request), visitor.now, sender, only={done.mail}, is_patient=False
        )
    except OutsideError as error:
        return f"Mailen om det åbne kunne ikke sendes nu: {error.message} Den prøves igen."
    return fates_in_words(fates) or "Mailen om det åbne sendes ved næste udsendelse."


def _page(request: Request, code: str, said: dict[str, str], **values: Any) -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        standing = standing_contacts(session).get(code, {})
    contacts = {contact.email: contact for contact in standing.values()}
    return page(
        request,
        "mail/handover.html",
        code=422 if values.get("flaw") else 200,
        party=code,
        name=name_of(services.settings, code),
        contacts=contacts,
        said=said,
        **({"flaw": "", "plan": None} | values),
    )
