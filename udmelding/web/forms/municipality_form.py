"""The question set behind a personal link: saved as it is typed, resumed, shared, sent.

Without JavaScript the buttons save; with it, ``form.js`` saves on its own and shows what is wrong.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from models import Channel
from udmelding.casework.access.links import Opened
from udmelding.casework.access.links import share as share_link
from udmelding.casework.forms.answers import (
    NotAnsweredError,
    SentAnswer,
    cpr_problems,
    left_out,
    open_form,
    shown_back,
    take_in_answer,
)
from udmelding.casework.forms.drafting import (
    KeptDraft,
    clash_problems,
    keep_answer_draft,
    set_since,
    writes_now,
)
from udmelding.casework.forms.printed import copies_of
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.errors import RefusedError
from udmelding.journal.forms.answer_drafts import SavedMeanwhileError
from udmelding.journal.stamp import Stamp
from udmelding.rules.files.cpr import shown_in_part
from udmelding.rules.forms.answers import Problem, Read, Trouble
from udmelding.rules.forms.merging import marks, packed
from udmelding.rules.parties.declared import declarer
from udmelding.rules.words.date_wording import clock_time
from udmelding.web.forms.typed import Posted, read_posted, with_files
from udmelding.web.forms.view import answers_by_section, form_view
from udmelding.web.parties.municipality import Link, form_value, link_route
from udmelding.web.parties.municipality_view import own_view
from udmelding.web.rendering import page
from udmelding.web.visitor import HAS_LOOKED, ForbiddenError, moment, services_of

router = APIRouter(prefix="/k/{token}/skema", route_class=link_route())

Typed = Annotated[Posted, Depends(read_posted)]

_TOLD = {
    "samlet": "Kladden er gemt sammen med det, en kollega har skrevet imens. Se svarene igennem.",
    "gemt": "Kladden er gemt. I kan lukke siden og fortsætte med samme link.",
    "del": "Tak. Den del, I har svaret på, er sendt. Send resten, når I har den.",
}


def _who(opened: Opened) -> str:
    return opened.link.made_for or opened.party.name


def check_form_value(token: str, said: Posted) -> None:
    """Refuse a form that does not carry the link's own value.

    Raises:
        ForbiddenError: it does not.
    """
    if not hmac.compare_digest(said["form_value"].encode(), form_value(token).encode()):
        raise ForbiddenError("Siden var forældet. Åbn linket igen, og prøv en gang til.")


def _seen(request: Request, opened: Opened) -> AnswerSeen:
    now = moment(request)
    return open_form(services_of(request), opened.case.reference, opened.party.party, now)


@router.get("")
def own_form(
    request: Request,
    token: str,
    opened: Link,
    gjort: str = "",
    ret: bool = False,
    flere: str = "",
) -> HTMLResponse:
    """The questions with what was typed so far, or the receipt when they are answered.

    Until the deadline one may correct (``ret``) what was sent.
    """
    seen, today = _seen(request, opened), moment(request).date()
    if is_answered(seen) and not (ret and may_correct(seen, today)):
        return _receipt_page(request, token, opened, seen)
    return form_page(request, token, opened, seen, told=_TOLD.get(gjort, ""), add=flere)


def is_answered(seen: AnswerSeen) -> bool:
    """Whether the answer has been sent whole, and nothing new is begun or asked for."""
    is_open = seen.answer_draft is not None or bool(seen.question)
    return not is_open and bool(seen.standing) and seen.standing[-1].completeness.is_enough


def may_correct(seen: AnswerSeen, today: dt.date) -> bool:
    """Whether what was sent can be corrected on the page: until the deadline, if there is one."""
    return seen.due_on is None or today <= seen.due_on


def _receipt_page(request: Request, token: str, opened: Opened, seen: AnswerSeen) -> HTMLResponse:
    services, today = services_of(request), moment(request).date()
    answer, party = seen.standing[-1], opened.party
    return page(
        request,
        "forms/municipality_receipt.html",
        seen=seen,
        case=opened.case,
        party=party,
        home=f"/k/{token}",
        action=f"/k/{token}/skema",
        answer=answer,
        number=f"{opened.case.reference}-{party.party}-{len(seen.earlier)}",
        copies=copies_of(services, opened.case.reference, answer),
        may_correct=may_correct(seen, today),
        since=set_since(services, seen),
        view=own_view(opened, today, seen),
        sections=answers_by_section(seen, answer.content),
        earlier=[
            (one, answers_by_section(seen, one.content)) for one in reversed(seen.earlier[:-1])
        ],
        last=answers_by_section(seen, seen.last),
    )


@router.post("/kladde")
def save_as_typed(request: Request, token: str, opened: Link, said: Typed) -> JSONResponse:
    """Keep what was typed; told as JSON, with what is wrong and which questions are asked."""
    check_form_value(token, said)
    seen, today = _seen(request, opened), moment(request).date()
    try:
        kept = _keep(request, opened, seen, said, dict(said.typed))
    except SavedMeanwhileError as error:
        return JSONResponse({"text": error.message}, status_code=409)
    read = seen.read(today, said.typed)
    sent = SentAnswer(step="", party="", typed=said.typed, channel=Channel.LINK)
    found = [
        *read.of(Trouble.WRONG, Trouble.DISAGREES),
        *cpr_problems(seen, sent, Stamp(moment(request), "")),
        *clash_problems(seen, kept),
    ]
    unsaved = left_out(seen, said.typed, moment(request))
    return JSONResponse(
        {
            "text": saved_words(kept, unsaved),
            # where two have written in one field, the page goes on from before: nobody has decided
            "revision": said["revision"] if kept.clashes else kept.answer_draft.revision,
            "began": packed(_begun(said, kept)),
            "problems": {problem.path: problem.text for problem in found},
            "asked": asked_questions(seen, read),
        }
    )


def _begun(said: Posted, kept: KeptDraft) -> dict[str, str]:
    """Marks of what the page that has just been saved goes on from.

    A field that two have written in goes on from where both began: only a person decides on it.
    """
    before = said.began or {}
    return marks({p: text for p, text in said.typed.items() if p not in kept.clashes}) | {
        path: before[path] for path in kept.clashes if path in before
    }


def saved_words(kept: KeptDraft, unsaved: Sequence[Problem]) -> str:
    """That the draft is saved, when, how much of it is not, and that somebody else has written."""
    at = f"gemt kl. {clock_time(kept.answer_draft.updated_at)}"
    if kept.clashes:
        at += f". {kept.by or 'En anden'} har skrevet i samme felt; se ved feltet"
    elif kept.theirs:
        at += f". {kept.by or 'En anden'} har også skrevet; genindlæs siden for at se det"
    if not unsaved:
        return at
    count = "ét svar" if len(unsaved) == 1 else f"{len(unsaved)} svar"
    return f"{count} er ikke gemt, se ved feltet; resten er {at}"


def asked_questions(seen: AnswerSeen, read: Read) -> dict[str, bool]:
    """Which questions are to be answered, given what was typed."""
    open_ones = {path.partition(".")[0] for path in read.asked}
    return {question.id: question.id in open_ones for question in seen.asked.form.questions}


def _keep(
    request: Request, opened: Opened, seen: AnswerSeen, said: Posted, typed: dict[str, str]
) -> KeptDraft:
    revision, case = said["revision"], opened.case.reference
    kept = keep_answer_draft(
        services_of(request),
        case,
        seen,
        typed,
        base=said["base"],
        revision=int(revision) if revision.isdecimal() else 0,
        began=said.began,
        by=_who(opened),
        now=moment(request),
    )
    changed = {p.partition(".")[0] for p, text in typed.items() if seen.typed.get(p) != text}
    places = (s.title for s in seen.asked.form.sections if changed & {q.id for q in s.questions})
    written = (kept.answer_draft.revision, next(places, ""))
    request.app.state.written_in[case, opened.party.party] = written
    return kept


def _writes(request: Request, opened: Opened, seen: AnswerSeen) -> str:
    """That a colleague is writing right now, and in which section if that is known."""
    who = writes_now(seen.answer_draft, _who(opened), moment(request))
    if not who:
        return ""
    at = (opened.case.reference, opened.party.party)
    revision, section = request.app.state.written_in.get(at, (0, ""))
    where = f"i «{section}»" if section and revision == seen.revision else "i skemaet"
    return f"{who} skriver {where} lige nu."


@router.post("")
def own_form_post(request: Request, token: str, opened: Link, said: Typed) -> Response:
    """Save, add a row, or send; nothing that was typed is lost, whatever is wrong."""
    check_form_value(token, said)
    seen, now = _seen(request, opened), moment(request)
    stamp = Stamp(now, declarer(opened.party.name), bool(said[HAS_LOOKED]))
    typed, is_nobody = dict(said.typed), said["do"] == "nobody"
    kept = None
    try:
        typed = with_files(services_of(request), seen, said, stamp)
        if not is_nobody:  # sent from the first page: what was typed on this one stays as it is
            kept = _keep(request, opened, seen, said, typed)
    except RefusedError as error:
        shown = shown_back(typed, now.date())
        return form_page(request, token, opened, seen, typed=shown, wrong=error.message)
    again, shown = _seen(request, opened), shown_back(typed, now.date())
    unsaved = left_out(seen, typed, now)
    shows = partial(form_page, request, token, opened, again, unsaved=unsaved)
    if kept is not None and (kept.clashes or kept.theirs):
        typed = {p: text for p, text in ({**typed, **kept.theirs}).items() if text}
        shown = shown_back(typed, now.date())
        if kept.clashes or said["do"] != "save" or said["add"] or unsaved:
            is_sending = said["do"] in ("send", "part")
            return shows(typed=shown, add=said["add"], meanwhile=kept, is_sending=is_sending)
        return RedirectResponse(f"/k/{token}/skema?gjort=samlet", status_code=303)
    if said["add"] or said["do"] == "save":
        if unsaved:
            return shows(typed=shown, add=said["add"], problems=unsaved)
        more = (
            f"{urlencode({'flere': said['add']})}#f:{said['add']}" if said["add"] else "gjort=gemt"
        )
        return RedirectResponse(f"/k/{token}/skema?{more}", status_code=303)
    sent = SentAnswer(
        step=seen.asked.step,
        party=opened.party.party,
        typed=typed,
        channel=Channel.LINK,
        base=said["base"],
        is_partial=said["do"] == "part",
        confirmed=said["confirmed"],
        source=opened.source,
    )
    try:
        taken = take_in_answer(services_of(request), opened.case.reference, sent, stamp)
    except NotAnsweredError as error:
        return shows(
            typed=shown,
            problems=error.problems,
            is_sending=True,
            confirmed=shown_in_part(said["confirmed"], now.date()),
        )
    done = "sendt" if taken.completeness.is_enough else "del"
    return RedirectResponse(f"/k/{token}/skema?gjort={done}", status_code=303)


@router.post("/del")
def share(request: Request, token: str, opened: Link, said: Typed) -> HTMLResponse:
    """A new link to the same question set, for a colleague; shown once. It ends with this one."""
    check_form_value(token, said)
    name, seen, now = said["made_for"], _seen(request, opened), moment(request)
    services, link, wrong = services_of(request), "", ""
    try:
        if not name or len(name) > 80:
            raise RefusedError("Skriv kollegaens navn, højst 80 tegn.")
        by, looked = declarer(opened.party.name), bool(said[HAS_LOOKED])
        link = share_link(services, opened, made_for=name, by=by, now=now, has_looked=looked)
    except RefusedError as error:
        wrong = error.message
    return form_page(request, token, opened, seen, link=link, wrong=wrong, opened_part="share")


def form_page(
    request: Request,
    token: str,
    opened: Opened,
    seen: AnswerSeen,
    *,
    typed: dict[str, str] | None = None,
    problems: Sequence[Problem] = (),
    unsaved: Sequence[Problem] = (),
    is_sending: bool = False,
    confirmed: str = "",
    told: str = "",
    wrong: str = "",
    add: str = "",
    link: str = "",
    opened_part: str = "",
    cells: Sequence[str] = (),
    meanwhile: KeptDraft | None = None,
) -> HTMLResponse:
    """The page, with whatever is to be told on it."""
    today = moment(request).date()
    given = dict(seen.typed) if typed is None else typed
    read = seen.read(today, given)
    clashes = meanwhile.clashes if meanwhile else {}
    if meanwhile is not None:
        problems = (*unsaved, *clash_problems(seen, meanwhile))
    told_at_fields = tuple(problems) or (*read.of(Trouble.WRONG, Trouble.DISAGREES),)
    values: dict[str, Any] = {
        "seen": seen,
        "case": opened.case,
        "party": opened.party,
        "home": f"/k/{token}",
        "action": f"/k/{token}/skema",
        "form_value": form_value(token),
        "expires_on": opened.ends_at,
        "typed": given,
        "sections": form_view(
            seen.asked.form,
            seen.respondent,
            given,
            read,
            last=seen.last,
            problems=told_at_fields,
            add=add,
        ),
        "asked": asked_questions(seen, read),
        "problems": problems,
        "unsaved": unsaved,
        "is_sending": is_sending,
        "wrongs": {problem.path: problem.text for problem in problems},
        "unusual": bool(read.of(Trouble.UNUSUAL)),
        "doubtful": any(p.trouble is Trouble.UNUSUAL and "cpr" in p.text for p in problems),
        "confirmed": confirmed,
        "revision": seen.revision,
        "base": seen.base,
        "late": seen.due_on is not None and today > seen.due_on,
        "told": told,
        "wrong": wrong,
        "link": link,
        "opened": opened_part,
        "cells": cells,
        "meanwhile": meanwhile,
        "since": set_since(services_of(request), seen),
        "writes": "" if meanwhile else _writes(request, opened, seen),
        "began": packed(marks(given) | marks(clashes)),
    }
    code = 409 if meanwhile else 422 if problems or wrong or cells else 200
    return page(request, "forms/municipality_form.html", code=code, **values)
