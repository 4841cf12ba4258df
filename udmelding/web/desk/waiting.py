"""«Kræver dig»: what each row offers, and what is answered from there.

Every answer comes back to the list. What sends a mail has a page of its own that shows the mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from models import Outcome
from udmelding.casework.desk import answering
from udmelding.casework.desk.answering import AnsweredError
from udmelding.casework.desk.beginning import Step
from udmelding.errors import DoubtfulError, NotFoundError, RefusedError
from udmelding.rules.desk.waits import Wait, Waiting
from udmelding.rules.words.date_wording import near_date, short_date
from udmelding.web.desk.beginning import HERE
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/kraever-dig")

Text = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a row offers.

    Attributes:
        button: the likely answer in words; pressed it is recorded at once, or it leads to
            ``address`` where that is given.
        other: another way in words, at ``other_address``; empty where there is none.
    """

    button: str
    address: str = ""
    other: str = ""
    other_address: str = ""


def offer_of(one: Wait, today: dt.date) -> Offer:
    """The likely answer to what waits, and another."""
    home = f"/sager/{quote(one.reference)}"
    day = near_date(one.value, today) if one.value else ""
    match one.kind:
        case Waiting.TIME:
            part = urlencode({"part": one.party})
            form = f"{home}/registrer/forlaengelse?{part}"
            if not day:
                return Offer(button="Giv mere tid", address=form)
            asked = urlencode({"sag": one.reference, "noegle": one.key})
            wished = f"/kraever-dig/tid?{asked}"
            return Offer(
                button=f"Giv {day}", address=wished, other="Svar andet", other_address=form
            )
        case Waiting.SEEN:
            links = f"{home}/links"
            return Offer(
                button="Dokumentationen er set", other="Se den, eller afvis", other_address=links
            )
        case Waiting.CONTACT:
            links = f"{home}/links"
            return Offer(button="Tag i brug", other="Se eller afvis", other_address=links)
        case Waiting.REPLY:
            mail = f"/mails/post/{one.key}"
            if day:
                return Offer(button=f"Notér {day}", other="Læs mailen", other_address=mail)
            return Offer(button="Læs mailen", address=mail)
        case Waiting.PAPERS:
            meeting = f"{home}/moede?{urlencode({'moede': one.key})}"
            return Offer(button="De er sendt", other="Åbn papirerne", other_address=meeting)
    return _led(one, home)


def _led(one: Wait, home: str) -> Offer:
    """What is done on another page."""
    contacts = f"/kontakter/{one.party}#kontakter" if one.party else "/kontakter"
    broken = "/mails/adresser"
    due = f"/mails/rykkere/person?{urlencode({'til': one.key, 'frem': 0})}"
    offers: Mapping[Waiting, tuple[str, str]] = {
        Waiting.CHOICE: ("Vælg svar", f"{home}/skema/svar/{one.party}"),
        Waiting.SILENT: ("Registrér beslutninger", f"{home}/registrer/beslutninger"),
        Waiting.BOUNCED: ("Ret adressen", contacts if one.party else broken),
        Waiting.UNREACHED: ("Skriv adressen" if one.party else "Skriv adresserne", contacts),
        Waiting.STUCK: ("Se og afgør", "/mails/rykkere#stuck"),
        Waiting.QUESTION: (
            "Skriv svaret",
            f"{home}/registrer/svar-til-styrelsen?{urlencode({'number': one.key})}",
        ),
        Waiting.ACTION: ("Se punkterne", f"{home}#handleplan"),
        Waiting.SUBMISSION: ("Gør den klar", f"{home}/registrer/afsendelse"),
        Waiting.REMINDER: ("Læs og send", due),
        Waiting.LETTER: ("Læs og frigiv", f"{home}/breve"),
        Waiting.DRAFT: ("Fortsæt kladden", f"/ny/{one.key}/videre"),
    }
    if one.kind is Waiting.MINUTES and one.value:
        held = {"part": one.party, "on": short_date(one.value)}
        form = f"{home}/registrer/organ?"
        return Offer(
            button="Skriv beslutningen",
            address=form + urlencode(held),
            other="Sagen var ikke på",
            other_address=form + urlencode(held | {"outcome": Outcome.POSTPONED.value}),
        )
    if one.kind is Waiting.SETUP:
        asked = urlencode({"aaben": Step(one.key).value})
        return Offer(button="Gør det færdigt", address=f"{HERE}?{asked}#{one.key}")
    if (one.kind, one.key) == (Waiting.STUCK, "refused"):
        return Offer(button="Se, hvad der skal rettes", address=f"{broken}#refused")
    button, address = offers[one.kind]
    has_more = one.kind is Waiting.BOUNCED and one.party
    return Offer(
        button=button,
        address=address,
        other="Den virker igen" if has_more else "",
        other_address=broken if has_more else "",
    )


@router.get("/tid")
def time(request: Request, visitor: Caseworker, sag: str = "", noegle: str = "") -> Response:
    """A wish for more time, and the mail that tells the municipality that it has it."""
    try:
        wished = answering.time_wished(services_of(request), sag, noegle, visitor.now)
    except NotFoundError:
        raise
    except RefusedError as error:
        return redirect(request, visitor, error.message, "/#kraever-dig", is_good=False)
    return page(request, "desk/time.html", wished=wished, key=noegle)


@router.post("/tid")
def give_time(request: Request, visitor: Caseworker, sag: Text = "", noegle: Text = "") -> Response:
    """Grant the time; pressed twice it is granted once."""
    services = services_of(request)
    try:
        done = answering.give_time(services, sag, noegle, visitor.stamp)
    except NotFoundError:
        raise
    except DoubtfulError as error:
        wished = answering.time_wished(services, sag, noegle, visitor.now)
        asked = urlencode({"part": wished.wait.party, "due_on": short_date(wished.due_on)})
        told = f"{error.message} Er det rigtigt alligevel, så gem det her, og skriv hvorfor."
        form = f"/sager/{sag}/registrer/forlaengelse?{asked}"
        return redirect(request, visitor, told, form, is_good=False)
    except RefusedError as error:
        return redirect(request, visitor, error.message, "/#kraever-dig", is_good=False)
    return redirect(request, visitor, done, "/#kraever-dig")


@router.post("/svar")
def answer(
    request: Request,
    visitor: Caseworker,
    slags: Text = "",
    sag: Text = "",
    noegle: Text = "",
    vis: Text = "",
    mine: Text = "",
) -> Response:
    """Record the likely answer of a row."""
    services = services_of(request)
    return _done(
        request,
        visitor,
        _place(vis, mine),
        lambda: answering.accept(services, _kind(slags), sag, noegle, visitor.stamp),
    )


@router.post("/fortryd")
def undo(
    request: Request,
    visitor: Caseworker,
    slags: Text = "",
    sag: Text = "",
    noegle: Text = "",
) -> Response:
    """Take back what was answered today."""
    services = services_of(request)
    return _done(
        request,
        visitor,
        "/#kraever-dig",
        lambda: answering.undo(services, _kind(slags), sag, noegle, visitor.stamp),
    )


def _done(request: Request, visitor: Visitor, back: str, do: Callable[[], str]) -> Response:
    try:
        return redirect(request, visitor, do(), back)
    except AnsweredError as error:
        return redirect(request, visitor, error.message, back, is_good=False)
    except NotFoundError:
        raise
    except RefusedError as error:
        told = f"{error.message} Intet er registreret."
        return redirect(request, visitor, told, back, is_good=False)


def _kind(slags: str) -> Waiting:
    if slags not in {*Waiting}:
        raise NotFoundError("svar", slags[:40])
    return Waiting(slags)


def _place(vis: str, mine: str) -> str:
    asked = {"vis": vis, "mine": "ja" if mine else ""}
    query = urlencode({name: word for name, word in asked.items() if word})
    return f"/{'?' if query else ''}{query}#kraever-dig"
