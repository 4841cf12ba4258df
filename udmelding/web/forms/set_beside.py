"""Beside the page on which a question set is written: its preview, and questions of other sets."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.forms.question_sets import form_at, known_sets
from udmelding.casework.forms.set_drafts import keep_draft
from udmelding.casework.forms.workbooks import MEDIA_TYPE, sample_workbook
from udmelding.config.forms.questions import Respondent
from udmelding.errors import NotFoundError
from udmelding.journal.database import reading
from udmelding.rules.forms.draft_flaws import draft_flaws
from udmelding.rules.forms.editing import section_named, with_fetched
from udmelding.rules.forms.question_words import RESPONDENT_WORDS, answer_line, question_numbers
from udmelding.web.case.pages import CaseSeen
from udmelding.web.forms.set_desk import (
    LIBRARY,
    Desk,
    case_desk,
    first_of,
    led_to,
    own_desk,
    seen_in,
    sent_fields,
    used,
)
from udmelding.web.forms.set_fields import Fields
from udmelding.web.forms.set_view import respondent_view
from udmelding.web.visitor import Caseworker, Visitor, moment, services_of

router = APIRouter()
cases = APIRouter(prefix="/sager/{reference}/skema/ret")
ours = APIRouter(prefix=LIBRARY + "/{name}")

Text = Annotated[str, Form()]


@cases.get("/vis")
def case_preview(request: Request, _: Caseworker, found: CaseSeen, som: str = "") -> HTMLResponse:
    """The whole set as a respondent sees it."""
    return _preview(request, case_desk(request, found), som)


@ours.get("/vis")
def own_preview(request: Request, _: Caseworker, name: str, som: str = "") -> HTMLResponse:
    """The whole set as a respondent sees it."""
    return _preview(request, own_desk(request, name), som)


def _preview(request: Request, desk: Desk, som: str) -> HTMLResponse:
    form = desk.draft.form
    asked = [one for one in Respondent if form.sections_for(one)]
    chosen = next((one for one in asked if one == som), Respondent.MUNICIPALITY)
    return desk.page(
        request,
        "forms/set_preview.html",
        shown=respondent_view(form, chosen, moment(request).date()),
        respondents=[(one.value, RESPONDENT_WORDS[one]) for one in asked],
        chosen=chosen.value,
    )


@cases.get("/skema.xlsx")
def case_workbook(request: Request, _: Caseworker, found: CaseSeen, som: str = "") -> Response:
    """The set as a workbook, of nobody."""
    return _workbook(request, case_desk(request, found), som)


@ours.get("/skema.xlsx")
def own_workbook(request: Request, _: Caseworker, name: str, som: str = "") -> Response:
    """The set as a workbook, of nobody."""
    return _workbook(request, own_desk(request, name), som)


def _workbook(request: Request, desk: Desk, som: str) -> Response:
    if draft_flaws(desk.draft.form):
        return RedirectResponse(f"{desk.home}?fejl=ja#fejl", status_code=303)
    chosen = next((one for one in Respondent if one == som), Respondent.MUNICIPALITY)
    title = desk.case.case.title if desk.case else desk.draft.form.title
    made = sample_workbook(services_of(request), desk.draft.form, chosen, title, moment(request))
    name = quote(made.name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(made.content, media_type=MEDIA_TYPE, headers=headers)


@cases.get("/brug")
def ask_before_used(request: Request, _: Caseworker, found: CaseSeen) -> Response:
    """What becomes of the answers there are; asked before the draft is used."""
    desk = case_desk(request, found)
    if draft_flaws(desk.draft.form):
        return RedirectResponse(f"{desk.home}?fejl=ja", status_code=303)
    return desk.page(request, "forms/set_confirm.html")


@cases.post("/brug")
def use_confirmed(
    request: Request, visitor: Caseworker, found: CaseSeen, seen: Text = ""
) -> Response:
    """Use the draft, now that a person has read what becomes of the answers.

    Raises:
        RefusedError: as ``casework.forms.set_drafts.use_in_case``.
    """
    desk = case_desk(request, found)
    return used(request, visitor, desk, seen_in({"seen": [seen]}), is_confirmed=True)


@cases.get("/hent")
def case_fetching(
    request: Request, _: Caseworker, found: CaseSeen, afsnit: str = "", fra: str = ""
) -> HTMLResponse:
    """Questions of other sets, to be taken over one by one."""
    return _fetching(request, case_desk(request, found), afsnit, fra)


@ours.get("/hent")
def own_fetching(
    request: Request, _: Caseworker, name: str, afsnit: str = "", fra: str = ""
) -> HTMLResponse:
    """Questions of other sets, to be taken over one by one."""
    return _fetching(request, own_desk(request, name), afsnit, fra)


def _fetching(request: Request, desk: Desk, afsnit: str, fra: str) -> HTMLResponse:
    services = services_of(request)
    with reading(services.engine) as session:
        known = known_sets(session)
    section = section_named(desk.draft.form, afsnit)
    if section is None:
        raise NotFoundError("afsnit", afsnit[:60])
    form = form_at(services, fra) if fra else None
    numbers = question_numbers(form) if form else {}
    return desk.page(
        request,
        "forms/set_fetch.html",
        section=section,
        known=known,
        place=fra,
        other=form,
        lines=[
            (question, numbers[question.id], answer_line(question))
            for question in (form.questions if form else ())
        ],
    )


@cases.post("/hent")
async def fetch_into_case(request: Request, visitor: Caseworker, found: CaseSeen) -> Response:
    """Take the chosen questions over."""
    return _fetch(request, visitor, case_desk(request, found), await sent_fields(request))


@ours.post("/hent")
async def fetch_into_own(request: Request, visitor: Caseworker, name: str) -> Response:
    """Take the chosen questions over."""
    return _fetch(request, visitor, own_desk(request, name), await sent_fields(request))


def _fetch(request: Request, visitor: Visitor, desk: Desk, fields: Fields) -> Response:
    services, section = services_of(request), first_of(fields, "afsnit")
    other = form_at(services, first_of(fields, "fra"))
    chosen = [one for one in other.questions if one.id in fields.get("question", ())]
    form = desk.draft.form
    for question in chosen:
        form, _ = with_fetched(form, section, question, desk.draft.taken)
    keep_draft(services, desk.draft, form, seen_in(fields), visitor.stamp)
    count = "1 spørgsmål" if len(chosen) == 1 else f"{len(chosen)} spørgsmål"
    query = {"fortryd": "ja"} if chosen else {}
    return led_to(request, visitor, desk, f"liste:{section}", f"{count} er hentet.", query=query)


router.include_router(cases)
router.include_router(ours)
