"""«Hent kalenderen fra en adresse»: which addresses are read every day, and what they told.

A new address is read at once, and what it changes is seen before it is kept. What was fetched is
kept in the store meanwhile, so going back never asks to send a form again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.plan.addresses import (
    PATIENCE,
    Fetched,
    answer,
    fetched,
    how_of,
    keep_address,
    read_address,
    read_fetched,
    stop,
)
from udmelding.casework.plan.calendar_import import CalendarMovedError, HowToRead, taking_in
from udmelding.casework.plan.calendar_telling import CalendarChange, organ_names
from udmelding.casework.plan.writing_in import organ_choices
from udmelding.casework.recording.consequences import carry_out, preview
from udmelding.casework.wiring import Services
from udmelding.config.parties import load_municipalities
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.database import Session, reading
from udmelding.journal.plan.calendar_addresses import address_named, addresses, news
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.web.recording.showing import change_lines
from udmelding.web.rendering import page, redirect
from udmelding.web.upload import SentFile, again, keep
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/moeder/adresser")

Text = Annotated[str, Form(max_length=200)]
Number = Annotated[int, Form()]
HERE = "/moeder/adresser"
_FILE = "kalender.txt"


@router.get("")
def index(request: Request, visitor: Caseworker, ret: int = 0) -> HTMLResponse:
    """The addresses, what they told, and the form; ``ret`` is the address that is to be changed."""
    with reading(services_of(request).engine) as session:
        old = address_named(session, ret) if ret else None
    if ret and (old is None or old.stopped_at is not None):
        raise NotFoundError("kalenderadresse", str(ret))
    said = Fetched(
        organ=old.organ if old else "",
        url=old.url if old else "",
        committee=old.committee if old else "",
        content=b"",
    )
    return _page(request, visitor, said, instead_of=ret)


@router.post("")
def look(
    request: Request,
    visitor: Caseworker,
    organ: Text = "",
    url: Annotated[str, Form(max_length=2_000)] = "",
    committee: Text = "",
    instead_of: Number = 0,
) -> Response:
    """Fetch the calendar, and go on to what it changes.

    Raises:
        ConfirmationNeededError: it may hold a CPR number.
    """
    services = services_of(request)
    said = Fetched(organ=organ, url=url.strip(), committee=committee, content=b"")
    try:
        said_words = {"url": said.url, "committee": said.committee}
        pass_gate(said_words, visitor.now.date(), is_confirmed=visitor.has_looked)
        if not organ:
            raise RefusedError("Vælg, hvis kalender det er.")
        got = fetched(organ, url, committee, visitor.now)
        read_fetched(got, _how(services, got, visitor.now.date()))
        content = json.dumps(
            {
                "organ": got.organ,
                "url": got.url,
                "committee": got.committee,
                "instead_of": instead_of,
                "content": got.content.decode("utf-8", "replace"),
            },
            ensure_ascii=False,
        ).encode()
        kept = keep(services, SentFile(_FILE, content), {".txt": "tekst"}, visitor.stamp)
    except RefusedError as error:
        return _page(request, visitor, said, error, instead_of)
    return RedirectResponse(f"{HERE}/se?fra={kept.sha256}", status_code=303)


@router.get("/se")
def see(request: Request, visitor: Caseworker, fra: str = "") -> HTMLResponse:
    """What the calendar changes now; the addresses where nothing was fetched.

    Raises:
        NotFoundError: nothing is kept there.
    """
    return _preview(request, visitor, fra) if fra else index(request, visitor)


@router.post("/gem")
def save(request: Request, visitor: Caseworker, fra: Text = "", seen: Text = "") -> Response:
    """Take in the meetings, and read the address every day from now on.

    Raises:
        NotFoundError: nothing is kept there.
    """
    services, stamp = services_of(request), visitor.stamp
    got, instead_of = _kept(request, fra)
    how = _how(services, got, visitor.now.date())
    file = read_fetched(got, how)
    take = taking_in(file, how, stamp, seen)

    def do(session: Session) -> CalendarChange:
        done = take(session)
        keep_address(session, got, file, stamp, instead_of)
        return done

    try:
        result = carry_out(services, do, stamp).result
    except CalendarMovedError as error:
        return _preview(request, visitor, fra, wrong=error.message)
    message = (
        f"Kalenderen læses fra nu af hver arbejdsdag. Nye møder: {result.new}. Ændrede: "
        f"{result.changed}. Kendte i forvejen: {result.known}."
    )
    return redirect(request, visitor, message, HERE)


@router.post("/laes")
def read_now(request: Request, visitor: Caseworker, address: Number = 0) -> Response:
    """Read one address now.

    Raises:
        NotFoundError: it is not read.
    """
    told = read_address(services_of(request), address, visitor.stamp)
    return redirect(request, visitor, told, HERE)


@router.post("/stop")
def stop_reading(request: Request, visitor: Caseworker, address: Number = 0) -> Response:
    """Read an address no more.

    Raises:
        NotFoundError: it is not read.
    """
    stop(services_of(request), address, visitor.stamp)
    told = "Adressen læses ikke mere. Møderne bliver stående i kalenderen."
    return redirect(request, visitor, told, HERE)


@router.post("/svar")
def answer_question(
    request: Request, visitor: Caseworker, question: Number = 0, do: Text = ""
) -> Response:
    """Say whether a meeting that a calendar lost is off, or is held all the same.

    Raises:
        NotFoundError: there is no such question.
        RefusedError: somebody has answered it.
    """
    told = answer(services_of(request), question, visitor.stamp, is_off=do == "off")
    return redirect(request, visitor, told, HERE)


def _kept(request: Request, sha256: str) -> tuple[Fetched, int]:
    try:
        said = json.loads(again(services_of(request), _FILE, sha256).content)
        got = Fetched(
            organ=str(said["organ"]),
            url=str(said["url"]),
            committee=str(said["committee"]),
            content=str(said["content"]).encode(),
        )
        return got, int(said["instead_of"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotFoundError("hentet kalender", sha256[:12]) from error


def _preview(request: Request, visitor: Visitor, sha256: str, *, wrong: str = "") -> HTMLResponse:
    services, stamp = services_of(request), visitor.stamp
    got, instead_of = _kept(request, sha256)
    today = visitor.now.date()
    how = _how(services, got, today)
    file = read_fetched(got, how)
    found = preview(services, taking_in(file, how, stamp), stamp)
    return page(
        request,
        "plan/address_preview.html",
        code=409 if wrong else 200,
        sha256=sha256,
        got=got,
        whose=_names(services, [got.organ])[got.organ],
        instead_of=instead_of,
        done=found.result,
        changes=[(change, change_lines(change)) for change in found.changes],
        wrong=wrong,
    )


def _page(
    request: Request,
    visitor: Visitor,
    said: Fetched,
    error: RefusedError | None = None,
    instead_of: int = 0,
) -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        rows, told = addresses(session), news(session)
    return page(
        request,
        "plan/addresses.html",
        code=error.http_status if error else 200,
        rows=rows,
        names=_names(services, [row.organ for row in rows]),
        late={
            row.id
            for row in rows
            if row.failing_since is not None and visitor.now - row.failing_since >= PATIENCE
        },
        questions=[one for one in told if one.is_open],
        told=[one for one in told if not one.is_open],
        groups=organ_choices(services.settings.area, services.settings.texts_folder),
        said=said,
        instead_of=instead_of,
        wrong=error.message if error else "",
    )


def _names(services: Services, organs: Iterable[str]) -> dict[str, str]:
    """The names of bodies, and of municipalities, by their keys."""
    places = {place.code: place.name for place in load_municipalities()}
    names = organ_names(services.settings.texts_folder)
    return {organ: places.get(organ) or names[organ] for organ in organs}


def _how(services: Services, got: Fetched, today: dt.date) -> HowToRead:
    settings = services.settings
    return how_of(got, settings.area, settings.texts_folder, today)
