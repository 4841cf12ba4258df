"""A play of the whole course of a case that need never be launched."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from udmelding.casework.launch.rehearsal import REHEARSAL_PARTS, Variant, rehearse
from udmelding.casework.work import Made, as_content
from udmelding.rules.access.links import without_links_in
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.kept_fields import in_address
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import read_fields, said_in_address
from udmelding.web.launch.pages import (
    Files,
    Packed,
    Said,
    Values,
    fields_page,
    shown_or_back,
    stamp_of,
    suggested,
)
from udmelding.web.rendering import environment, page
from udmelding.web.visitor import Caseworker, Visitor, services_of
from udmelding.web.work import behind, own_made

router = APIRouter(prefix="/ny")

VARIANTS = {Variant.NOBODY: "ingen svarer", Variant.EVERYBODY: "alle svarer i tide"}

Pressed = Annotated[str, Depends(launch_fields.button_on_page)]


@router.get("/gennemspil")
def begin_rehearsal(request: Request, visitor: Caseworker, packed: Packed = "") -> HTMLResponse:
    """One form with all of it, to play the course of a case that need never be launched."""
    said = said_in_address(packed) or suggested(request, visitor)
    return fields_page(request, said, is_rehearsal=True)


@router.post("/gennemspil")
def rehearsal(
    request: Request, visitor: Caseworker, said: Said, files: Files, pressed: Pressed
) -> Response:
    """Play the whole course with false time, far from the real database and the mail server."""
    variant = Variant.EVERYBODY if pressed == Variant.EVERYBODY.value else Variant.NOBODY

    def play(request: Request, visitor: Visitor, said: Values) -> Response:
        services, stamp = services_of(request), stamp_of(visitor, said)
        wanted, filled = read_fields(services, said, visitor.now)
        again = f"/ny/gennemspil?f={in_address(without_links_in(filled))}"

        def make(tell: Tell) -> Made:
            played = rehearse(services, wanted, variant, stamp, tell)
            told = environment().get_template("launch/_rehearsal.html").render(play=played)
            kept = {"said": filled, "variant": variant.value, "again": again, "told": told}
            return Made(
                result=Result(said=plan.ready, address="/ny/gennemspil/{work}"),
                content=as_content(json.dumps(kept).encode()),
            )

        plan = Plan(
            kind=f"gennemspil/{hashlib.sha256(again.encode()).hexdigest()[:16]}/{variant.value}",
            title="Forløbet prøves",
            ready="Forløbet er prøvet.",
            failed="Forløbet blev ikke prøvet",
            parts=REHEARSAL_PARTS,
            noun="dage",
            kept="Intet er gemt, og intet er sendt.",
            back=again,
            back_name="oplysningerne",
        )
        return behind(request, visitor, plan, make)

    return shown_or_back(request, visitor, said, files, play, is_rehearsal=True)


@router.get("/gennemspil/{work}")
def rehearsed(request: Request, visitor: Caseworker, work: str) -> HTMLResponse:
    """The course that was played, day by day.

    Raises:
        NotFoundError: as ``web.work.own_made``.
    """
    with own_made(request, visitor, work) as made:
        kept = json.load(made)
    return page(
        request,
        "launch/rehearsal.html",
        said=kept["said"],
        variant=Variant(kept["variant"]),
        variants=VARIANTS,
        again=kept["again"],
        told=Markup(kept["told"]),  # noqa: S704 - our own template wrote it, escaped
    )
