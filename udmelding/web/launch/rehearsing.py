"""A play of the whole course of a case that need never be launched."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.launch.drafts import draft_name, new_name
from udmelding.casework.launch.rehearsal import Variant, rehearse
from udmelding.errors import RefusedError
from udmelding.rules.files.cpr_gate import pass_gate
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import FlawedFieldsError, in_all_fields, keep_files
from udmelding.web.launch.pages import fields_page, stamp_of, suggested
from udmelding.web.launch.reader import read_fields
from udmelding.web.rendering import page
from udmelding.web.visitor import Caseworker, services_of

router = APIRouter(prefix="/ny")

VARIANTS = {Variant.NOBODY: "ingen svarer", Variant.EVERYBODY: "alle svarer i tide"}

Written = Annotated[dict[str, str], Depends(launch_fields.written_on_page)]
Files = Annotated[launch_fields.Files, Depends(launch_fields.files_on_page)]
Pressed = Annotated[str, Depends(launch_fields.button_on_page)]


@router.get("/gennemspil")
def begin_rehearsal(request: Request, visitor: Caseworker) -> HTMLResponse:
    """One form with all of it, to play the course of a case that need never be launched."""
    return fields_page(request, visitor, suggested(request, visitor))


@router.post("/gennemspil")
def rehearsal(
    request: Request,
    visitor: Caseworker,
    written: Written,
    files: Files,
    pressed: Pressed,
    kladde: str = "",
) -> Response:
    """Play the whole course with false time, far from the real database and the mail server.

    Raises:
        ConfirmationNeededError: a text or file may hold a CPR number, and nobody has looked.
    """
    variant = Variant.EVERYBODY if pressed == Variant.EVERYBODY.value else Variant.NOBODY
    services, said = services_of(request), in_all_fields(written)
    try:
        said, refused = keep_files(services, said, files, visitor.stamp)
        if refused:
            raise FlawedFieldsError(refused, said)
        pass_gate(said, visitor.now.date(), is_confirmed=visitor.has_looked)
        wanted, filled = read_fields(services, said, visitor.now)
        played = rehearse(services, wanted, variant, stamp_of(visitor, said))
    except RefusedError as error:
        flaws = error.flaws if isinstance(error, FlawedFieldsError) else {}
        code = error.http_status
        return fields_page(request, visitor, said, flaws, error.message, code=code)
    return page(
        request,
        "launch/rehearsal.html",
        said=filled,
        play=played,
        variants=VARIANTS,
        draft=draft_name(kladde) if kladde else "",
        name=new_name(),
    )
