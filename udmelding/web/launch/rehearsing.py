"""A play of the whole course of a case that need never be launched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from udmelding.casework.launch.drafts import draft_name, new_name
from udmelding.casework.launch.rehearsal import REHEARSAL_PARTS, Variant, rehearse
from udmelding.casework.work import Made, as_content
from udmelding.errors import RefusedError
from udmelding.rules.access.links import without_links_in
from udmelding.rules.files.cpr_gate import CprRefusedError, pass_gate
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.kept_fields import from_address, in_address
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import FlawedFieldsError, in_all_fields, keep_files
from udmelding.web.launch.pages import fields_page, stamp_of, suggested
from udmelding.web.launch.reader import read_fields
from udmelding.web.rendering import environment, page
from udmelding.web.visitor import Caseworker, services_of
from udmelding.web.work import behind, own_made

router = APIRouter(prefix="/ny/gennemspil")

_MOST_TOLD = 300
VARIANTS = {Variant.NOBODY: "ingen svarer", Variant.EVERYBODY: "alle svarer i tide"}

Written = Annotated[dict[str, str], Depends(launch_fields.written_on_page)]
Files = Annotated[launch_fields.Files, Depends(launch_fields.files_on_page)]
Pressed = Annotated[str, Depends(launch_fields.button_on_page)]
Packed = Annotated[str, Query(alias="f")]


@router.get("")
def begin_rehearsal(
    request: Request, visitor: Caseworker, packed: Packed = "", fejl: str = ""
) -> HTMLResponse:
    """One form with all of it, empty, or as it was left with what is wrong (``fejl``)."""
    kept = from_address(packed) if packed else {}
    if not kept:
        return fields_page(request, visitor, suggested(request, visitor))
    said = in_all_fields(kept)
    flaws, wrong = dict[str, str](), fejl
    try:
        if fejl:
            read_fields(services_of(request), said, visitor.now)
    except RefusedError as error:
        flaws = dict(error.flaws) if isinstance(error, FlawedFieldsError) else {}
        wrong = error.message
    return fields_page(request, visitor, said, flaws, wrong, code=422 if wrong else 200)


@router.post("")
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
        pass_gate(said, visitor.now.date(), is_confirmed=visitor.has_looked)
    except CprRefusedError as error:  # what may not be kept travels nowhere
        return fields_page(request, visitor, said, {}, error.message, code=error.http_status)
    if refused:  # a file that was refused is not there any more
        wrong = " ".join(refused.values())
        return fields_page(request, visitor, said, refused, wrong, code=422)
    try:
        wanted, filled = read_fields(services, said, visitor.now)
    except RefusedError:
        return RedirectResponse(_form(said, fejl="1"), status_code=303)
    stamp, again = stamp_of(visitor, said), _form(filled)

    def make(tell: Tell) -> Made:
        played = rehearse(services, wanted, variant, stamp, tell)
        told = environment().get_template("launch/_rehearsal.html").render(play=played)
        kept = {"said": filled, "variant": variant.value, "again": again, "told": told}
        return Made(
            result=Result(said=plan.ready, address="/ny/gennemspil/{work}"),
            content=as_content(json.dumps(kept | {"draft": kladde}).encode()),
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
    try:
        return behind(request, visitor, plan, make)
    except RefusedError as error:  # such as a reference that no case can have
        return RedirectResponse(_form(said, fejl=error.message[:_MOST_TOLD]), status_code=303)


def _form(said: Mapping[str, str], **marks: str) -> str:
    """The address of the form with everything that was written."""
    words = {name: text for name, text in said.items() if text}
    asked = {"f": in_address(without_links_in(words)), **marks}
    return f"/ny/gennemspil?{urlencode(asked)}"


@router.get("/{work}")
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
        draft=draft_name(kept["draft"]) if kept.get("draft") else "",
        name=new_name(),
        told=Markup(kept["told"]),  # noqa: S704 - our own template wrote it, escaped
    )
