"""The form of one contact on a municipality's page: what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi import Request
from fastapi.responses import HTMLResponse

from models import ContactRole
from udmelding.casework.mail.progress import progress_of
from udmelding.casework.parties.book import name_of, owed_by
from udmelding.casework.parties.contact_tables import MOST_NAME
from udmelding.casework.parties.page import meeting_plan, party_page
from udmelding.config.case.library import area_named
from udmelding.config.parties import load_municipalities, region_on
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.journal.parties import (
    ContactChangedError,
    ContactValue,
    RecordedContact,
    check_address,
)
from udmelding.web.parties.municipality_view import decision_words
from udmelding.web.rendering import page
from udmelding.web.visitor import Visitor, services_of

_OK, _CONFLICT, _UNPROCESSABLE = 200, 409, 422


class FlawedContactError(RefusedError):
    """A field cannot be used.

    Attributes:
        flaws: for each field what is wrong with it.
    """

    def __init__(self, flaws: Mapping[str, str]) -> None:
        """Keep what is wrong."""
        super().__init__("Se ved felterne, hvad der er galt.")
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed about one role, and why it was not kept.

    Attributes:
        is_moved: somebody else has changed the contact meanwhile.
        standing: what that somebody put in its place; None where nothing stands.
    """

    role: ContactRole
    name: str
    email: str
    wrong: str = ""
    flaws: Mapping[str, str] = field(default_factory=dict)
    is_moved: bool = False
    standing: RecordedContact | None = None

    def with_refusal(self, error: RefusedError) -> Typed:
        """The same with the reason why it was refused."""
        if isinstance(error, ContactChangedError):
            return replace(self, wrong=error.message, is_moved=True, standing=error.standing)
        flaws = error.flaws if isinstance(error, FlawedContactError) else {}
        return replace(self, wrong=error.message, flaws=flaws)


def check_contact(party: str, typed: Typed) -> ContactValue:
    """The contact that was typed.

    Raises:
        FlawedContactError: name or address cannot be used.
    """
    flaws, name, email = {}, " ".join(typed.name.split()), typed.email
    if not name or len(name) > MOST_NAME or not name.isprintable():
        flaws["name"] = f"Skriv et navn eller en funktion, højst {MOST_NAME} tegn."
    try:
        email = check_address(typed.email)
    except RefusedError as error:
        flaws["email"] = error.message if typed.email.strip() else "Skriv mailadressen."
    if flaws:
        raise FlawedContactError(flaws)
    return ContactValue(party=party, role=typed.role, name=name, email=email)


def contact_page(
    request: Request,
    visitor: Visitor,
    code: str,
    *,
    side: int = 1,
    typed: Typed | None = None,
    wrong: str = "",
) -> HTMLResponse:
    """The page of one municipality, or of another party that has contacts.

    Raises:
        NotFoundError: there is no such party.
    """
    services, today = services_of(request), visitor.now.date()
    name = name_of(services.settings, code)
    owed = owed_by(services, code, name, visitor.now)
    place = next((m for m in load_municipalities() if m.code == code), None)
    with reading(services.engine) as session:
        found = party_page(services.settings, session, code, visitor.now, owed, side)
        progress = progress_of(session, found.sent.mails, visitor.now)
        plan = meeting_plan(session, code, today) if place else None
    fallback = {
        "agency": services.settings.agency.email,
        "secretariat": services.settings.secretariat.email,
    }
    return page(
        request,
        "parties/municipality.html",
        code=_code(typed, wrong),
        party=code,
        name=name,
        place=place,
        kkr=area_named(place.area, services.settings.texts_folder).kkr if place else "",
        region=region_on(place, today) if place else "",
        found=found,
        progress=progress,
        plan=plan,
        typed=typed,
        wrong=wrong,
        now=visitor.now,
        decision_words=decision_words,
        fallback=fallback.get(code, ""),
    )


def _code(typed: Typed | None, wrong: str) -> int:
    if wrong or (typed is not None and typed.is_moved):
        return _CONFLICT
    return _OK if typed is None else _UNPROCESSABLE
