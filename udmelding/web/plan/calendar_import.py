"""A calendar of bodies or municipalities from a file: what it changes first, then a second click.

The file is kept in the store when it is sent and travels by its checksum, what the form says beside
it in the address; so each page is opened by GET.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.plan.calendar_import import (
    CalendarMovedError,
    HowToRead,
    read_calendar,
    taking_in,
)
from udmelding.casework.plan.writing_in import organ_choices
from udmelding.casework.recording.consequences import carry_out, preview
from udmelding.casework.work import Made
from udmelding.config.case.library import load_areas
from udmelding.documents.plan.calendar_lists import MOVES
from udmelding.errors import BadFileError, ConfirmationNeededError, RefusedError
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.recording.showing import change_lines
from udmelding.web.rendering import page
from udmelding.web.upload import Sent, SentFile, Upload, again, keep
from udmelding.web.visitor import Caseworker, Visitor, moment, services_of
from udmelding.web.work import behind

router = APIRouter(prefix="/moeder/import")

KINDS = {
    ".yaml": "YAML",
    ".xlsx": "Excel",
    ".csv": "CSV",
    ".ics": "en kalenderfil",
    ".txt": "en liste",
}

Text = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says besides the file."""

    area: str = ""
    organ: str = ""
    committee: str = ""
    year: str = ""
    replacing: str = ""
    moves: str = ""
    today: dt.date | None = None
    own: Path | None = None

    def in_address(self, kept: Upload) -> str:
        """The same as a part of an address, with the file that is kept."""
        said = {
            "fra": kept.sha256,
            "navn": kept.name,
            "omraade": self.area,
            "organ": self.organ,
            "udvalg": self.committee,
            "aar": self.year,
            "aflys": self.replacing,
        }
        return urlencode({name: word for name, word in said.items() if word})

    @property
    def how(self) -> HowToRead:
        """The same, as the reading of the file knows it."""
        is_body = "." in self.organ
        year = self.year.strip()
        return HowToRead(
            area=self.area,
            body=self.organ if is_body else "",
            municipality=None if is_body else self.organ or None,
            committee=self.committee.strip() or None,
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            today=self.today,
            own=self.own,
            is_replacing=bool(self.replacing),
        )


def _said(
    request: Request,
    area: Text = "",
    organ: Text = "",
    committee: Text = "",
    year: Text = "",
    replacing: Text = "",
    moves: Annotated[str, Form(max_length=20_000)] = "",
) -> Said:
    today, own = moment(request).date(), services_of(request).settings.texts_folder
    return Said(area, organ, committee, year, replacing, moves.strip(), today, own)


Filled = Annotated[Said, Depends(_said)]


@router.get("")
def form(request: Request, _: Caseworker) -> HTMLResponse:
    """The empty form."""
    return _form(request, Said(area=services_of(request).settings.area))


@router.post("")
def show(request: Request, visitor: Caseworker, sent: Sent, said: Filled) -> Response:
    """Keep the file, or the moves that were written, and go on to what it would change.

    Raises:
        ConfirmationNeededError: it may hold a CPR number.
    """
    if sent is None and said.moves:
        sent = SentFile(MOVES, said.moves.encode())
    try:
        typed = {"year": said.year, "committee": said.committee}
        pass_gate(typed, visitor.now.date(), is_confirmed=visitor.has_looked)
        kept = keep(services_of(request), sent, KINDS, visitor.stamp)
    except ConfirmationNeededError:
        raise  # asked about on a page of its own
    except RefusedError as error:
        return _form(request, said, error)
    return RedirectResponse(f"/moeder/import/se?{said.in_address(kept)}", status_code=303)


@router.get("/se")
def see(
    request: Request,
    visitor: Caseworker,
    fra: str = "",
    navn: str = "",
    omraade: str = "",
    organ: str = "",
    udvalg: str = "",
    aar: str = "",
    aflys: str = "",
) -> HTMLResponse:
    """What the file would change now; the form where none was kept, or it cannot be read.

    Raises:
        NotFoundError: nothing is kept there.
    """
    today, own = visitor.now.date(), services_of(request).settings.texts_folder
    said = Said(omraade, organ, udvalg[:200], aar[:200], aflys, today=today, own=own)
    if not fra:
        return _form(request, said)
    kept = again(services_of(request), navn, fra)
    if kept.name == MOVES:
        said = replace(said, moves=kept.content.decode("utf-8", "replace"))
    try:
        return _preview(request, visitor, kept, said)
    except RefusedError as error:
        return _form(request, said, error)


@router.post("/gem")
def save(
    request: Request,
    visitor: Caseworker,
    said: Filled,
    name: Text = "",
    sha256: Text = "",
    seen: Text = "",
) -> Response:
    """Take in the meetings that were shown; plans and due dates follow.

    Raises:
        NotFoundError: the store has no such file.
        OutsideError: it cannot be read, or was altered.
    """
    services = services_of(request)
    upload = again(services, name, sha256)
    stamp = visitor.stamp
    plan = Plan(
        kind=f"moeder/{sha256}/{seen}",
        title="Kalenderen indlæses",
        ready="Kalenderen er indlæst.",
        failed="Kalenderen er ikke indlæst",
        parts={"Møderne gemmes, og hver sags plan lægges igen": 1},
        back="/moeder/import",
        back_name="kalenderen",
        stop="",  # it is one step, that is done or not
        records_in="",
    )

    def take_in(tell: Tell) -> Made:
        file = read_calendar(upload.name, upload.content, said.how)
        tell(0)
        done = carry_out(services, taking_in(file, said.how, stamp, seen), stamp)
        result, plans = done.result, len(done.changes)
        message = (
            f"«{upload.name}» er indlæst. Nye møder: {result.new}. Ændrede: {result.changed}. "
            f"Kendte i forvejen: {result.known}. "
            f"{'Planen er ændret i ' + _cases(plans) if plans else 'Ingen planer er ændret'}."
        )
        return Made(result=Result(said=message, address="/moeder"))

    try:
        return behind(request, visitor, plan, take_in)
    except CalendarMovedError as error:
        return _preview(request, visitor, upload, said, wrong=error.message)
    except RefusedError as error:
        return _form(request, said, error)


def _cases(count: int) -> str:
    return f"{count} {'sag' if count == 1 else 'sager'}"


def _preview(
    request: Request, visitor: Visitor, upload: Upload, said: Said, *, wrong: str = ""
) -> HTMLResponse:
    """Before and after.

    Raises:
        RefusedError: the file is flawed, or does not say whose meetings they are.
    """
    file = read_calendar(upload.name, upload.content, said.how)
    stamp = visitor.stamp
    found = preview(services_of(request), taking_in(file, said.how, stamp), stamp)
    return page(
        request,
        "plan/import_preview.html",
        code=409 if wrong else 200,
        upload=upload,
        said=said,
        done=found.result,
        changes=[(change, change_lines(change)) for change in found.changes],
        wrong=wrong,
    )


def _form(request: Request, said: Said, error: RefusedError | None = None) -> HTMLResponse:
    flaws: tuple[Mapping[str, str], ...] = ()
    wrong = error.message if error else ""
    if isinstance(error, BadFileError):
        flaws = tuple({"where": f.where, "key": f.key, "problem": f.problem} for f in error.flaws)
        count = "1 fejl" if len(flaws) == 1 else f"{len(flaws)} fejl"
        wrong = f"Der er {count} i filen. Intet er ændret. Ret filen, og vælg den igen."
    settings = services_of(request).settings
    return page(
        request,
        "plan/import.html",
        code=error.http_status if error else 200,
        said=said,
        wrong=wrong,
        flaws=flaws,
        kinds=",".join(KINDS),
        areas=[(area.id, area.name) for area in load_areas(settings.texts_folder).values()],
        groups=organ_choices(settings.area, settings.texts_folder),
    )
