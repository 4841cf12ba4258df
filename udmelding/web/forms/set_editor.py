"""A question set is written: of a case, or one of the library's own.

Each button saves what stands in the open fields, does its thing and leads to the page again, so
that going back never asks to send anything twice. Both kinds of sets have the same pages; what is
different stands in ``Desk``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.case.documents import words_of_letters
from udmelding.casework.forms.set_drafts import (
    begin_case_draft,
    discard_draft,
    keep_draft,
    undo_last,
)
from udmelding.errors import RefusedError
from udmelding.rules.files.cpr_wording import check_no_cpr
from udmelding.rules.forms.draft_flaws import draft_flaws
from udmelding.rules.forms.foreign_words import foreign_words
from udmelding.web.case.pages import CaseSeen
from udmelding.web.forms.set_actions import acted
from udmelding.web.forms.set_desk import (
    LIBRARY,
    Desk,
    case_desk,
    first_of,
    led_to,
    own_desk,
    read_again,
    seen_in,
    sent_fields,
    used,
)
from udmelding.web.forms.set_fields import Fields, Written, fields_of, read_fields
from udmelding.web.forms.set_view import (
    choices_for,
    flaws_at,
    kind_now,
    preview_of,
    section_lines,
)
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter()
cases = APIRouter(prefix="/sager/{reference}/skema/ret")
ours = APIRouter(prefix=LIBRARY + "/{name}")

Text = Annotated[str, Form()]


@cases.get("")
def case_set(request: Request, visitor: Caseworker, found: CaseSeen) -> HTMLResponse:
    """What the case is to ask, as it is written."""
    return _show(request, visitor, case_desk(request, found))


@ours.get("")
def own_set(request: Request, visitor: Caseworker, name: str) -> HTMLResponse:
    """A set of the library, as it is written."""
    return _show(request, visitor, own_desk(request, name))


@cases.post("/begynd")
def begin(request: Request, visitor: Caseworker, found: CaseSeen, fra: Text = "") -> Response:
    """Begin what the case is to ask, from another set or empty; it asks nothing new by that."""
    begin_case_draft(services_of(request), found.case.reference, fra, visitor.stamp)
    desk = case_desk(request, found)
    told = "Skemaet er en kladde. Kommunerne ser det først, når du bruger det i sagen."
    return led_to(request, visitor, desk, first_place(desk), told)


def first_place(desk: Desk) -> str:
    """What is open when one comes to a set: of one that is just begun, its only question."""
    questions = desk.draft.form.questions
    return f"spoerg:{questions[0].id}" if len(questions) == 1 else ""


@cases.post("")
async def change_case_set(request: Request, visitor: Caseworker, found: CaseSeen) -> Response:
    """Save what stands in the fields, and do what the button says."""
    return _change(request, visitor, case_desk(request, found), await sent_fields(request))


@ours.post("")
async def change_own_set(request: Request, visitor: Caseworker, name: str) -> Response:
    """Save what stands in the fields, and do what the button says."""
    return _change(request, visitor, own_desk(request, name), await sent_fields(request))


def _change(request: Request, visitor: Visitor, desk: Desk, fields: Fields) -> Response:
    services, draft = services_of(request), desk.draft
    do, place, seen = first_of(fields, "do"), first_of(fields, "open"), seen_in(fields)
    try:
        check_no_cpr(
            {name: " ".join(said) for name, said in fields.items() if name != "csrf"},
            visitor.now.date(),
        )
        if do in ("fortryd", "kasser"):
            return _taken_back(request, visitor, desk, do, seen)
        written = read_fields(draft.form, place, fields, draft.taken)
        if written.flaws:
            return _show(request, visitor, desk, fields=fields, flaws=written.flaws)
        keep_draft(services, draft, written.form, seen, visitor.stamp)
    except RefusedError as error:
        return _show(
            request, visitor, desk, fields=fields, wrong=error.message, code=error.http_status
        )
    return _after(request, visitor, desk, written, _with_code_now(do, place, written.place))


def _taken_back(
    request: Request, visitor: Visitor, desk: Desk, do: str, seen: int
) -> RedirectResponse:
    """Undo the last step, or all that is not in use; what stands in the fields goes with it."""
    services, draft = services_of(request), desk.draft
    if do == "fortryd":
        undo_last(services, draft, seen, visitor.stamp)
        return led_to(request, visitor, desk, "", "Det er fortrudt.")
    discard_draft(services, draft, seen, visitor.stamp)
    if draft.used is None:
        return redirect(request, visitor, "Skemaet er kasseret.", desk.done)
    return led_to(request, visitor, desk, "", "Kladden er kasseret.", query={"fortryd": "ja"})


def _with_code_now(do: str, before: str, now: str) -> str:
    """The button's words where what was open got its code only when it was saved."""
    old, new = before.partition(":")[2], now.partition(":")[2]
    head, _, code = do.rpartition(":")
    stem, dot, column = code.partition(".")
    return f"{head}:{new}{dot}{column}" if old and new and stem == old else do


def _after(request: Request, visitor: Visitor, desk: Desk, written: Written, do: str) -> Response:
    """Do what the button says, now that the fields are saved."""
    what, _, target = do.partition(":")
    desk = read_again(request, desk)
    if what in ("vis", "hent"):
        more = "?" + urlencode({"afsnit": target}) if what == "hent" else ""
        return RedirectResponse(f"{desk.home}/{what}{more}", status_code=303)
    if what in ("brug", "excel") and draft_flaws(desk.draft.form):
        return RedirectResponse(f"{desk.home}?fejl=ja#fejl", status_code=303)
    if what == "excel":
        return led_to(request, visitor, desk, written.place, query={"klar": "excel"})
    if what == "brug":
        if desk.draft.to_confirm:
            return RedirectResponse(f"{desk.home}/brug", status_code=303)
        return used(request, visitor, desk, desk.draft.seen)
    done = acted(desk.draft.form, do, written.place, desk.draft.taken)
    keep_draft(services_of(request), desk.draft, done.form, desk.draft.seen, visitor.stamp)
    query = {"fortryd": "ja"} if done.can_undo else {}
    told = done.message or ("Gemt." if what == "gem" else "")
    return led_to(request, visitor, desk, done.place, told, query=query, do=do)


def _show(
    request: Request,
    visitor: Visitor,
    desk: Desk,
    *,
    fields: Fields | None = None,
    flaws: Mapping[str, str] | None = None,
    wrong: str = "",
    code: int = 200,
) -> HTMLResponse:
    """The page, with what was sent in its fields where it could not be saved."""
    asked, draft = request.query_params, desk.draft
    place = asked.get("aaben", "") if fields is None else first_of(fields, "open")
    found, letter = draft_flaws(draft.form), ""
    if desk.case is not None:
        letter = words_of_letters(services_of(request), desk.case.case, visitor.now.date())
    foreign = foreign_words(draft.form, letter)
    standing = fields_of(draft.form, place)
    return desk.page(
        request,
        "forms/set_editor.html",
        code=422 if flaws else code,
        place=place if standing or place.startswith("liste:") else "",
        sections=section_lines(draft.form, place, found, foreign, dict(draft.answered)),
        values=standing if fields is None else {**dict.fromkeys(standing, ()), **fields},
        seen=draft.seen if fields is None else first_of(fields, "seen"),
        choices=choices_for(draft.form, place),
        kind=kind_now(draft.form, place),
        flaws={**flaws_at(found, place), **(flaws or {})},
        all_flaws=found if asked.get("fejl") else (),
        flaw_count=len(found),
        wrong=wrong,
        foreign=foreign,
        preview=preview_of(draft.form, place, visitor.now.date()),
        can_undo=bool(asked.get("fortryd")),
        is_ready=asked.get("klar") == "excel",
        threshold=services_of(request).settings.figures.threshold,
        unsaved=fields is not None,
    )


router.include_router(cases)
router.include_router(ours)
