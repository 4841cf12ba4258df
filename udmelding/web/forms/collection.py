"""«Spørgeskema»: which questions a case asks, who has answered, and each answer by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import Channel, PartyKind
from udmelding.casework.forms.answers import (
    NotAnsweredError,
    SentAnswer,
    choose,
    left_out,
    open_form,
    send_back,
    shown_back,
    take_in_answer,
)
from udmelding.casework.forms.collection import collection
from udmelding.casework.forms.drafting import KeptDraft, clash_problems, keep_answer_draft
from udmelding.casework.forms.question_sets import (
    add_respondent,
    ask_text,
    asked_in,
    form_at,
    known_sets,
)
from udmelding.casework.forms.seen import AnswerSeen
from udmelding.casework.forms.set_drafts import case_draft, discard_draft
from udmelding.config.forms.drafts import unchecked
from udmelding.config.forms.library import form_file_text, form_text
from udmelding.errors import RefusedError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.rules.forms.answers import Problem, Trouble
from udmelding.rules.forms.merging import marks, packed
from udmelding.rules.forms.text_keys import TEXT_KEYS
from udmelding.web.case.pages import CaseSeen, Seen, case_page
from udmelding.web.forms.municipality_form import asked_questions
from udmelding.web.forms.typed import Posted, read_posted, with_files
from udmelding.web.forms.view import answer_lines, form_view
from udmelding.web.rendering import redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Caseworker, Reader, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/skema")

Typed = Annotated[Posted, Depends(read_posted)]
Text = Annotated[str, Form()]


def _back(
    request: Request, visitor: Visitor, found: Seen, message: str, more: str = ""
) -> RedirectResponse:
    return redirect(request, visitor, message, f"/sager/{found.case.reference}/skema{more}")


@router.get("")
def case_form(request: Request, _: Reader, found: CaseSeen) -> HTMLResponse:
    """Who has answered; where the case asks nothing yet, which questions it could ask."""
    with reading(services_of(request).engine) as session:
        made = collection(session, found.case, found.moment.date())
        known = known_sets(session, found.case.reference)
    return case_page(
        request,
        "forms/collection.html",
        found,
        collection=made,
        known=known,
        is_drafted=_is_drafted(request, found),
    )


def _is_drafted(request: Request, found: Seen) -> bool:
    draft = case_draft(services_of(request), found.case.reference)
    return draft is not None and draft.edition is not None


@router.get("/spoergsmaal")
def questions(request: Request, _: Caseworker, found: CaseSeen, fra: str = "") -> HTMLResponse:
    """The text of the question set, to be read and edited."""
    return _questions(request, found, _text_from(request, found, fra))


def _text_from(request: Request, found: Seen, place: str) -> str:
    """The text to begin from: the draft, the case's own set with a higher version, or another."""
    services = services_of(request)
    if place.startswith("form:"):
        return form_file_text(place.removeprefix("form:"))
    if place:
        return form_text(form_at(services, place))
    draft = case_draft(services, found.case.reference)
    if draft is None:
        return ""
    version = draft.used.version if draft.used else 0
    return form_text(unchecked(draft.form, version=max(draft.form.version, version + 1)))


def _questions(request: Request, found: Seen, text: str, wrong: str = "") -> HTMLResponse:
    with reading(services_of(request).engine) as session:
        known = known_sets(session, found.case.reference)
        asked = asked_in(session, find(session, found.case.reference))
    shown: dict[str, Any] = {"text": text, "wrong": wrong, "known": known, "asked": asked}
    shown |= {"keys": TEXT_KEYS, "is_drafted": _is_drafted(request, found)}
    code = 422 if wrong else 200
    return case_page(request, "forms/questions.html", found, code=code, **shown)


@router.post("/spoergsmaal")
def ask_questions(
    request: Request, visitor: Caseworker, found: CaseSeen, text: Text = ""
) -> Response:
    """Let the case ask the questions of the text."""
    try:
        ask_text(services_of(request), found.case.reference, text, visitor.stamp)
    except RefusedError as error:
        return _questions(request, found, text, error.message)
    draft = case_draft(services_of(request), found.case.reference)
    if draft is not None and draft.edition is not None:
        discard_draft(services_of(request), draft, draft.seen, visitor.stamp)
    return _back(request, visitor, found, "Sagen spørger nu efter dette skema.")


@router.post("/respondent")
def new_respondent(
    request: Request, visitor: Caseworker, found: CaseSeen, name: Text = "", kind: Text = ""
) -> Response:
    """Ask a provider or a region too."""
    chosen = PartyKind(kind) if kind in ("provider", "region") else PartyKind.BODY
    add_respondent(services_of(request), found.case.reference, chosen, name, visitor.stamp)
    named = " ".join(name.split())
    return _back(request, visitor, found, f"{named} er med. Lav et link på siden «Links».")


@router.get("/svar/{party}")
def one_answer(request: Request, _: Caseworker, found: CaseSeen, party: str) -> HTMLResponse:
    """One respondent's answers, side by side where there are several, and last time's."""
    return _answer(request, found, party)


def _answer(request: Request, found: Seen, party: str, wrong: str = "") -> HTMLResponse:
    seen = open_form(services_of(request), found.case.reference, party, found.moment)
    return case_page(
        request,
        "forms/answer.html",
        found,
        code=422 if wrong else 200,
        seen=seen,
        lines=_side_by_side(seen),
        wrong=wrong,
    )


def _side_by_side(seen: AnswerSeen) -> list[tuple[str, list[str], str, bool]]:
    """Question, what each answer says, what was said last time, and whether they differ."""
    columns = [dict(answer_lines(seen, answer.content)) for answer in seen.standing]
    last = dict(answer_lines(seen, seen.last))
    order = list(dict.fromkeys(label for column in (*columns, last) for label in column))
    return [
        (
            label,
            said := [column.get(label, "–") for column in columns],
            last.get(label, ""),
            len(set(said)) > 1,
        )
        for label in order
    ]


@router.post("/svar/{party}/vaelg")
def choose_answer(
    request: Request, visitor: Caseworker, found: CaseSeen, party: str, key: Text = ""
) -> Response:
    """Let one of several answers count."""
    choose(services_of(request), found.case.reference, party, key, visitor.stamp)
    done = "Svaret er valgt. De andre kan stadig læses."
    return _back(request, visitor, found, done, f"/svar/{party}")


@router.post("/svar/{party}/tilbage")
def return_answer(
    request: Request, visitor: Caseworker, found: CaseSeen, party: str, question: Text = ""
) -> Response:
    """Send an answer back with a question."""
    services = services_of(request)
    try:
        if question.strip():
            deed = _returning(request, found, party, question.strip())
            be_sure(request, visitor, deed, typed=("question",))
        send_back(services, found.case.reference, party, question, visitor.stamp)
    except RefusedError as error:
        return _answer(request, found, party, error.message)
    done = "Svaret er sendt tilbage. Der skrives til kommunen."
    return _back(request, visitor, found, done, f"/svar/{party}")


def _returning(request: Request, found: Seen, party: str, question: str) -> Deed:
    """What it does to send the answer back."""
    seen = open_form(services_of(request), found.case.reference, party, found.moment)
    name = seen.party.name
    happens = [
        f"{name} får en mail med spørgsmålet. Det står også over skemaet:",
        f"«{question}»",
        "Svaret mangler igen, til kommunen har sendt det på ny.",
    ]
    if seen.question:
        happens.insert(0, "Svaret er sendt tilbage før, og kommunen har ikke svaret endnu.")
    return Deed(
        title=f"Send svaret tilbage til {name}?",
        happens=happens,
        button=f"Send tilbage til {name}",
        back=f"/sager/{found.case.reference}/skema/svar/{party}",
    )


@router.get("/svar/{party}/indtast")
def type_answer(
    request: Request, _: Caseworker, found: CaseSeen, party: str, flere: str = ""
) -> HTMLResponse:
    """The questions, to be filled in for a respondent that has answered otherwise."""
    seen = open_form(services_of(request), found.case.reference, party, found.moment)
    return _typing(request, found, seen, dict(seen.typed), add=flere)


@router.post("/svar/{party}/indtast")
def typed_answer(
    request: Request, visitor: Caseworker, found: CaseSeen, party: str, said: Typed
) -> Response:
    """Take in what the caseworker typed, or keep it as an answer draft."""
    services, reference = services_of(request), found.case.reference
    seen = open_form(services, reference, party, found.moment)
    try:
        typed = with_files(services, seen, said, visitor.stamp)
        revision = said["revision"]
        kept = keep_answer_draft(
            services,
            reference,
            seen,
            typed,
            base=said["base"],
            revision=int(revision) if revision.isdecimal() else 0,
            began=said.began,
            by=visitor.user.name,
            now=visitor.now,
        )
    except RefusedError as error:
        shown = shown_back(said.typed, visitor.now.date())
        return _typing(request, found, seen, shown, wrong=error.message)
    typed = {path: text for path, text in (typed | dict(kept.theirs)).items() if text}
    if said["add"] or said["do"] == "save" or kept.clashes or kept.theirs:
        again = open_form(services, reference, party, found.moment)
        shown, problems = shown_back(typed, visitor.now.date()), left_out(seen, typed, visitor.now)
        if not (problems or kept.clashes or kept.theirs):
            more = f"?{urlencode({'flere': said['add']})}#f:{said['add']}" if said["add"] else ""
            return _back(
                request, visitor, found, "Kladden er gemt.", f"/svar/{party}/indtast{more}"
            )
        return _typing(
            request,
            found,
            again,
            shown,
            add=said["add"],
            problems=problems,
            unsaved=problems,
            meanwhile=kept if kept.clashes or kept.theirs else None,
        )
    sent = SentAnswer(
        step=seen.asked.step,
        party=party,
        typed=typed,
        channel=Channel.SECRETARIAT,
        base=kept.answer_draft.base,
        is_partial=said["do"] == "part",
        confirmed=said["confirmed"],
    )
    try:
        take_in_answer(services, reference, sent, visitor.stamp)
    except NotAnsweredError as error:
        again = open_form(services, reference, party, found.moment)
        shown = shown_back(typed, visitor.now.date())
        unsaved = left_out(seen, typed, visitor.now)
        return _typing(
            request,
            found,
            again,
            shown,
            problems=error.problems,
            unsaved=unsaved,
            is_sending=True,
        )
    return _back(request, visitor, found, "Svaret er taget ind.", f"/svar/{party}")


def _typing(
    request: Request,
    found: Seen,
    seen: AnswerSeen,
    typed: dict[str, str],
    *,
    problems: Sequence[Problem] = (),
    unsaved: Sequence[Problem] = (),
    is_sending: bool = False,
    wrong: str = "",
    add: str = "",
    meanwhile: KeptDraft | None = None,
) -> HTMLResponse:
    clashes = meanwhile.clashes if meanwhile else {}
    if meanwhile is not None:
        problems = (*unsaved, *clash_problems(seen, meanwhile))
    read = seen.read(found.moment.date(), typed)
    at_fields = (*problems,) or read.of(Trouble.WRONG, Trouble.DISAGREES)
    return case_page(
        request,
        "forms/typing.html",
        found,
        code=409 if meanwhile else 422 if problems or wrong else 200,
        seen=seen,
        typed=typed,
        sections=form_view(
            seen.asked.form,
            seen.respondent,
            typed,
            read,
            last=seen.last,
            problems=at_fields,
            add=add,
        ),
        asked=asked_questions(seen, read),
        problems=problems,
        unsaved=unsaved,
        is_sending=is_sending,
        wrongs={problem.path: problem.text for problem in problems},
        unusual=bool(read.of(Trouble.UNUSUAL)),
        doubtful=any(p.trouble is Trouble.UNUSUAL and "cpr" in p.text for p in problems),
        wrong=wrong,
        meanwhile=meanwhile,
        began=packed(marks(typed) | marks(clashes)),
    )
