"""«Skriv møder ind»: a small table and a paste box; first what it changes, then saved.

What was written is kept in the store and travels by its checksum, so every page is opened by GET:
going back never asks to send a form again.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.plan.calendar_import import CalendarMovedError, taking_in
from udmelding.casework.plan.writing_in import (
    FILE,
    MORE,
    ROWS,
    Written,
    how_to_read,
    level_choices,
    organ_choices,
    read_in,
    rows_of,
    written_from,
)
from udmelding.casework.recording.consequences import carry_out, preview
from udmelding.errors import RefusedError
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.web.recording.showing import change_lines
from udmelding.web.rendering import page, redirect
from udmelding.web.upload import SentFile, again, keep
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/moeder/skriv")

Text = Annotated[str, Form(max_length=200)]
Texts = Annotated[list[str] | None, Form()]


def _written(
    organ: Text = "",
    level: Text = "council",
    year: Text = "",
    committee: Text = "",
    day: Texts = None,
    papers: Texts = None,
    note: Texts = None,
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Written:
    known = dict(level_choices())
    return Written(
        organ=organ,
        level=level if level in known else "council",
        year=year,
        committee=committee,
        rows=rows_of(day or [], papers or [], note or []),
        text=text,
    )


Filled = Annotated[Written, Depends(_written)]


@router.get("")
def form(
    request: Request, _: Caseworker, fra: str = "", raekker: int = ROWS, organ: str = ""
) -> HTMLResponse:
    """The empty form, or what was written before (``fra``: where it is kept)."""
    written = _kept(request, fra) if fra else Written(organ=organ)
    return _form(request, written, raekker)


@router.post("")
def show(request: Request, visitor: Caseworker, written: Filled, do: Text = "show") -> Response:
    """Keep what was written, and go on to what it changes, or to more rows.

    Raises:
        ConfirmationNeededError: it may hold a CPR number.
    """
    try:
        # First of all: words that may not be kept are told as such, whatever else is wrong.
        pass_gate(asdict(written), visitor.now.date(), is_confirmed=visitor.has_looked)
        if do == "show" and written.is_empty:
            raise RefusedError("Skriv mindst ét møde, eller indsæt en liste.")
        how_to_read(written, services_of(request).settings, visitor.now.date())
        sent = SentFile(FILE, written.as_bytes())
        kept = keep(services_of(request), sent, {".txt": "tekst"}, visitor.stamp)
    except RefusedError as error:
        return _form(request, written, ROWS, error)
    if do == "more":
        asked = urlencode({"fra": kept.sha256, "raekker": len(written.rows) + MORE})
        return RedirectResponse(f"/moeder/skriv?{asked}#moeder", status_code=303)
    return RedirectResponse(f"/moeder/skriv/se?fra={kept.sha256}", status_code=303)


@router.get("/se")
def see(request: Request, visitor: Caseworker, fra: str = "") -> HTMLResponse:
    """What the meetings that were written change; the form where nothing was.

    Raises:
        NotFoundError: nothing is kept there.
    """
    return _preview(request, visitor, fra) if fra else _form(request, Written(), ROWS)


@router.post("/gem")
def save(
    request: Request,
    visitor: Caseworker,
    fra: Text = "",
    seen: Text = "",
    moved: Texts = None,
) -> Response:
    """Take in the meetings that were shown; plans and due dates follow.

    Raises:
        NotFoundError: nothing is kept there.
    """
    services, stamp = services_of(request), visitor.stamp
    written = _kept(request, fra)
    how = how_to_read(written, services.settings, visitor.now.date())
    try:
        file = read_in(written, how)
        shown = preview(services, taking_in(file, how, stamp), stamp).result
        known = {move.key for move in shown.moves}
        chosen = how.with_moved(frozenset(moved or ()) & known)
        done = carry_out(services, taking_in(file, chosen, stamp, seen), stamp)
    except CalendarMovedError as error:
        return _preview(request, visitor, fra, wrong=error.message)
    result, plans = done.result, len(done.changes)
    followed = f"Planen er ændret i {plans} {'sag' if plans == 1 else 'sager'}"
    message = (
        f"Møderne er gemt. Nye: {result.new}. Ændrede: {result.changed}. Kendte i forvejen: "
        f"{result.known}. {followed if plans else 'Ingen planer er ændret'}."
    )
    return redirect(request, visitor, message, "/moeder")


def _kept(request: Request, sha256: str) -> Written:
    return written_from(again(services_of(request), FILE, sha256).content)


def _preview(request: Request, visitor: Visitor, sha256: str, *, wrong: str = "") -> HTMLResponse:
    services, stamp = services_of(request), visitor.stamp
    written = _kept(request, sha256)
    try:
        how = how_to_read(written, services.settings, visitor.now.date())
        found = preview(services, taking_in(read_in(written, how), how, stamp), stamp)
    except RefusedError as error:  # such as a meeting that is to be moved, and is not on record
        return _form(request, written, ROWS, error)
    return page(
        request,
        "plan/written.html",
        code=409 if wrong else 200,
        sha256=sha256,
        written=written,
        done=found.result,
        changes=[(change, change_lines(change)) for change in found.changes],
        wrong=wrong,
    )


def _form(
    request: Request, written: Written, count: int, error: RefusedError | None = None
) -> HTMLResponse:
    empty = [("", "", "")] * max(ROWS - len(written.rows), min(count, 60) - len(written.rows), 1)
    settings = services_of(request).settings
    return page(
        request,
        "plan/write.html",
        code=error.http_status if error else 200,
        written=written,
        rows=[*written.rows, *empty],
        is_table=bool(written.rows or written.organ or count > ROWS),
        groups=organ_choices(settings.area, settings.texts_folder),
        levels=level_choices(),
        wrong=error.message if error else "",
    )
