"""«Spørgeskemaer»: the sets that come along and the secretariat's own, and those as text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.forms.library import (
    begin_own_set,
    library,
    own_draft,
    save_own_text,
    take_into_use,
    take_out_of_use,
)
from udmelding.casework.forms.question_sets import known_sets
from udmelding.config.forms.library import form_ids, form_named, form_text
from udmelding.errors import RefusedError
from udmelding.journal.database import reading
from udmelding.rules.files.cpr_wording import check_no_cpr
from udmelding.rules.forms.text_keys import TEXT_KEYS
from udmelding.web.forms.set_desk import LIBRARY, led_to, own_desk, seen_in
from udmelding.web.forms.set_editor import first_place
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, services_of

router = APIRouter(prefix=LIBRARY)

Text = Annotated[str, Form()]


@router.get("")
def sets(request: Request, _: Caseworker) -> HTMLResponse:
    """Every set, and a new one."""
    return _list(request)


def _list(request: Request, title: str = "", fra: str = "", wrong: str = "") -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        known = known_sets(session)
    found = library(services)
    return page(
        request,
        "forms/set_library.html",
        code=422 if wrong else 200,
        shipped=[(one, form_named(one)) for one in form_ids()],
        ours=[one for one in found if one.is_used or one.is_drafted],
        retired=[one for one in found if not (one.is_used or one.is_drafted)],
        known=[("", "Et tomt skema"), *(one.choice for one in known)],
        title=title,
        chosen=fra,
        wrong=wrong,
    )


@router.post("")
def begin(request: Request, visitor: Caseworker, title: Text = "", fra: Text = "") -> Response:
    """Begin a set of one's own."""
    try:
        check_no_cpr({"navnet": title}, visitor.now.date())
        name = begin_own_set(services_of(request), title, fra, visitor.stamp)
    except RefusedError as error:
        return _list(request, title, fra, error.message)
    desk = own_desk(request, name)
    told = "Skemaet er en kladde. Når det gemmes som skema, kan sager begynde fra det."
    return led_to(request, visitor, desk, first_place(desk), told)


@router.post("/{name}/ud")
def retire(request: Request, visitor: Caseworker, name: str) -> Response:
    """Take a set out of use; it stays on the page, and can be taken into use again."""
    own_draft(services_of(request), name)  # that there is one
    take_out_of_use(services_of(request), name, visitor.stamp)
    told = "Skemaet er taget ud af brug. Sager, der spørger efter det, er ikke ændret."
    return redirect(request, visitor, told, LIBRARY)


@router.post("/{name}/ind")
def restore(request: Request, visitor: Caseworker, name: str) -> Response:
    """Take a set into use again, as it was."""
    take_into_use(services_of(request), name, visitor.stamp)
    return redirect(request, visitor, "Skemaet kan bruges igen.", LIBRARY)


@router.get("/{name}/tekst")
def as_text(request: Request, _: Caseworker, name: str) -> HTMLResponse:
    """A set of one's own as text."""
    draft = own_draft(services_of(request), name)
    return _as_text(request, name, form_text(draft.form), str(draft.seen))


@router.post("/{name}/tekst")
def save_text(
    request: Request, visitor: Caseworker, name: str, text: Text = "", seen: Text = ""
) -> Response:
    """Use the text as the set from now on, in place of the draft too."""
    try:
        check_no_cpr({"teksten": text}, visitor.now.date())
        number = seen_in({"seen": [seen]})
        save_own_text(services_of(request), name, text, number, visitor.stamp)
    except RefusedError as error:
        return _as_text(request, name, text, seen, error.message, error.http_status)
    return redirect(request, visitor, "Skemaet er gemt og kan bruges i sager.", LIBRARY)


def _as_text(
    request: Request, name: str, text: str, seen: str, wrong: str = "", code: int = 200
) -> HTMLResponse:
    return page(
        request,
        "forms/set_text.html",
        code=code,
        home=f"{LIBRARY}/{name}",
        text=text,
        seen=seen,
        wrong=wrong,
        keys=TEXT_KEYS,
    )
