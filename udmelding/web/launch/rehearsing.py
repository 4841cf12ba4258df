"""A play of the whole course of a case that need never be launched."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.launch.rehearsal import Variant, rehearse
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import read_fields
from udmelding.web.launch.pages import (
    Files,
    Said,
    Values,
    fields_page,
    shown_or_back,
    stamp_of,
    suggested,
)
from udmelding.web.rendering import page
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/ny")

VARIANTS = {Variant.NOBODY: "ingen svarer", Variant.EVERYBODY: "alle svarer i tide"}

Pressed = Annotated[str, Depends(launch_fields.button_on_page)]


@router.get("/gennemspil")
def begin_rehearsal(request: Request, visitor: Caseworker) -> HTMLResponse:
    """One form with all of it, to play the course of a case that need never be launched."""
    return fields_page(request, suggested(request, visitor), is_rehearsal=True)


@router.post("/gennemspil")
def rehearsal(
    request: Request, visitor: Caseworker, said: Said, files: Files, pressed: Pressed
) -> Response:
    """Play the whole course with false time, far from the real database and the mail server."""
    variant = Variant.EVERYBODY if pressed == Variant.EVERYBODY.value else Variant.NOBODY

    def play(request: Request, visitor: Visitor, said: Values) -> Response:
        wanted, filled = read_fields(services_of(request), said, visitor.now)
        played = rehearse(services_of(request), wanted, variant, stamp_of(visitor, said))
        return page(request, "launch/rehearsal.html", said=filled, play=played, variants=VARIANTS)

    return shown_or_back(request, visitor, said, files, play, is_rehearsal=True)
