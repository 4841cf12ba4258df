"""Starting a new case: letter, questions, dates and who, then all that will happen and one button.

Nothing is recorded before the button. What was written travels in the address, the letter by its
checksum in the store; so each step is a page that can be gone back to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import AnnouncementKind, DocumentKind, Scope, TargetGroup
from udmelding.casework.forms.question_sets import known_sets
from udmelding.casework.launch.launching import doubts_of, needs_reason
from udmelding.casework.launch.letter import letter_proposals, strange_words
from udmelding.casework.launch.preview import preview_launch
from udmelding.casework.mail.trial import refusal_of
from udmelding.config.case.library import load_areas, process_ids, process_named
from udmelding.errors import (
    ConfirmationNeededError,
    NotFoundError,
    RefusedError,
)
from udmelding.journal.case.header import titles, with_documents
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp
from udmelding.rules.access.links import without_links_in
from udmelding.rules.files.cpr_gate import CprRefusedError, pass_gate
from udmelding.rules.launch.letter import Proposal
from udmelding.rules.plan.council_wording import council_sentences
from udmelding.rules.plan.plan_wording import critical_path
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.recording.asking import words
from udmelding.web.kept_fields import in_address
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import (
    FIELDS,
    PLAIN,
    SCOPES,
    SIBLING_SETS,
    STEPS,
    FlawedFieldsError,
    each_case,
    keep_files,
    read_fields,
    said_in_address,
    sibling_titles,
    step_with,
)
from udmelding.web.launch.questions import earlier_questions
from udmelding.web.rendering import page
from udmelding.web.visitor import HAS_LOOKED, Caseworker, Visitor, moment, services_of

router = APIRouter(prefix="/ny")

_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
)
"""A mail styles itself and may do nothing else: no script, no form, nothing from elsewhere."""

Said = Annotated[dict[str, str], Depends(launch_fields.said_on_page)]
Files = Annotated[launch_fields.Files, Depends(launch_fields.files_on_page)]
Step = Annotated[str, Form(alias="step")]
Values = Mapping[str, str]


TITLES = {
    "brevet": "Brevet",
    "spoergsmaal": "Spørgsmål",
    "datoer": "Datoer og modtagere",
    "plan": "Plan og mails",
}
"""The steps of a launch, in the order in which a letter is worked through."""
PATHS = {"brevet": "/ny", "spoergsmaal": "/ny/spoergsmaal", "datoer": "/ny/datoer"}
PATHS |= {"plan": "/ny/plan"}

Packed = Annotated[str, Query(alias="f")]


@router.get("")
def begin(
    request: Request, visitor: Caseworker, packed: Packed = "", fejl: str = "", laest: str = ""
) -> HTMLResponse:
    """Step 1: the letter, and what it proposes where it was just read."""
    return _step_page(request, visitor, "brevet", packed, is_told=bool(fejl), is_read=bool(laest))


@router.get("/spoergsmaal")
def ask(request: Request, visitor: Caseworker, packed: Packed = "", fejl: str = "") -> HTMLResponse:
    """Step 2: what the municipalities are asked."""
    return _step_page(request, visitor, "spoergsmaal", packed, is_told=bool(fejl))


@router.get("/datoer")
def place(
    request: Request, visitor: Caseworker, packed: Packed = "", fejl: str = ""
) -> HTMLResponse:
    """Step 3: the course, who is with, and what the case is called here."""
    return _step_page(request, visitor, "datoer", packed, is_told=bool(fejl))


@router.get("/plan")
def preview(
    request: Request, visitor: Caseworker, packed: Packed = "", mangler: str = ""
) -> Response:
    """Step 4: the plan, and every mail that will go out; nothing is saved."""
    said = said_in_address(packed)
    if not said:
        return RedirectResponse(PATHS["brevet"], status_code=303)
    try:
        return _preview(request, visitor, said, is_unsaid=bool(mangler))
    except RefusedError as error:
        return _to_flaw(said, error)


@router.post("/se")
def go_on(
    request: Request, visitor: Caseworker, said: Said, files: Files, step: Step = ""
) -> Response:
    """Keep what was written on a step in the address, and show the next one or what is wrong."""

    def show(request: Request, visitor: Visitor, said: Values) -> Response:
        wrong = _flaws(request, visitor, said) if step in STEPS else {}
        here = {name: flaw for name, flaw in wrong.items() if name in STEPS.get(step, ())}
        after = [*TITLES][[*TITLES].index(step) + 1] if step in STEPS else "plan"
        return go_to(step if here else after, said, fejl="1" if here else "")

    return shown_or_back(request, visitor, said, files, show)


@router.post("/laes")
def read(request: Request, visitor: Caseworker, said: Said, files: Files) -> Response:
    """Fill the fields that are empty with what the letter says."""

    def show(request: Request, visitor: Visitor, said: Values) -> Response:
        if not said["letter_sha256"]:
            raise FlawedFieldsError({"letter": "Vælg brevet som fil først."}, said)
        found = letter_proposals(services_of(request), said["letter_sha256"], visitor.now.date())
        filled = {name: one.value for name, one in found.items() if not said[name]}
        return go_to("brevet", {**said, **filled}, laest="1")

    return shown_or_back(request, visitor, said, files, show)


@router.get("/mail")
def mail(request: Request, visitor: Caseworker, packed: Packed = "", mail: str = "") -> Response:
    """One of the mails as its receiver will see it, in a tab of its own.

    Raises:
        NotFoundError: the launch would write no such mail.
    """
    services, said = services_of(request), said_in_address(packed)
    if not said:
        raise NotFoundError("mail", mail[:100])
    wanted, _ = read_fields(services, said, visitor.now)
    seen = preview_launch(services, wanted, stamp_of(visitor, said))
    found = next((one for one in seen.mails if one.key == mail), None)
    if found is None:
        raise NotFoundError("mail", mail[:100])
    return HTMLResponse(found.html, headers={"Content-Security-Policy": _MAIL_POLICY})


def shown_or_back(
    request: Request,
    visitor: Visitor,
    said: Values,
    files: launch_fields.Files | None,
    show: Callable[[Request, Visitor, Values], Response],
    *,
    is_rehearsal: bool = False,
) -> Response:
    """What ``show`` answers, or the step with what is wrong and everything that was written.

    Raises:
        ConfirmationNeededError: a text or file may hold a CPR number, and nobody has looked.
    """
    kept = said
    try:
        kept = keep_files(services_of(request), said, files, stamp_of(visitor, said))
        words = {name: text for name, text in kept.items() if name in (*PLAIN, "siblings")}
        pass_gate(words, visitor.now.date(), is_confirmed=visitor.has_looked)
        return show(request, visitor, kept | ({HAS_LOOKED: "1"} if visitor.has_looked else {}))
    except ConfirmationNeededError:
        raise  # asked about on a page of its own
    except RefusedError as error:
        if not is_rehearsal and not isinstance(error, CprRefusedError):
            return _to_flaw(kept, error)
        # What may not be kept may not stand in an address either.
        flaws = error.flaws if isinstance(error, FlawedFieldsError) else {}
        return fields_page(
            request, kept, flaws, error.message, code=error.http_status, is_rehearsal=is_rehearsal
        )


def go_to(step: str, said: Values, **marks: str) -> RedirectResponse:
    """Go on to a step, with everything that was written in its address."""
    asked = {"f": in_address(without_links_in(said)), **{k: v for k, v in marks.items() if v}}
    return RedirectResponse(f"{PATHS[step]}?{urlencode(asked)}", status_code=303)


def _to_flaw(said: Values, error: RefusedError) -> RedirectResponse:
    """Go to the step where something is wrong, which then says what."""
    flaws = error.flaws if isinstance(error, FlawedFieldsError) else {}
    file = next((name for name in ("letter", "questions") if name in flaws), "")
    if flaws and not file:
        return go_to(step_with(flaws), said, fejl="1")
    told = flaws[file] if file else error.message  # a file that was refused is not there any more
    return go_to(step_with(flaws), said, fejl=told[:300], felt=file)


def _flaws(request: Request, visitor: Visitor, said: Values) -> Values:
    """What is wrong with the fields of all steps."""
    try:
        read_fields(services_of(request), said, visitor.now)
    except FlawedFieldsError as error:
        return error.flaws
    return {}


def _step_page(
    request: Request,
    visitor: Visitor,
    step: str,
    packed: str,
    *,
    is_told: bool = False,
    is_read: bool = False,
) -> HTMLResponse:
    """One step by its address; ``is_told``: with what is wrong on it."""
    said = said_in_address(packed)
    flaws: Values = {}
    wrong = ""
    if said and is_told:
        every = _flaws(request, visitor, said)
        flaws = {name: flaw for name, flaw in every.items() if name in STEPS[step]}
        told, field = request.query_params["fejl"], request.query_params.get("felt", "")
        if field in STEPS[step]:
            flaws = {field: told}
        wrong = " ".join(flaws.values()) or (told if told != "1" else "")
    proposals = {}
    if is_read and said.get("letter_sha256"):
        day = visitor.now.date()
        proposals = letter_proposals(services_of(request), said["letter_sha256"], day)
    return fields_page(
        request,
        said or suggested(request, visitor),
        flaws,
        wrong,
        code=422 if wrong else 200,
        step=step,
        packed=packed,
        proposals=proposals,
        read_in_vain=is_read and not proposals,
    )


def _preview(
    request: Request, visitor: Visitor, said: Values, *, is_unsaid: bool = False
) -> Response:
    """The plan and the mails; ``is_unsaid``: a doubt was left unanswered."""
    services = services_of(request)
    wanted, filled = read_fields(services, said, visitor.now)
    seen = preview_launch(services, wanted, stamp_of(visitor, said))
    others = [
        preview_launch(services, read_fields(services, one, visitor.now)[0], stamp_of(visitor, one))
        for one in each_case(said)[1:]
    ]
    sender = services.settings.secretariat
    plan = seen.plan
    rows = plan.late_councils if plan else ()
    told = council_sentences(rows, plan.deadline) if plan else ()
    with reading(services.engine) as session:
        refusal = refusal_of(session, services.settings)
    return page(
        request,
        "launch/preview.html",
        step_titles=TITLES,
        step_paths=PATHS,
        packed=in_address(without_links_in(said)),
        refusal=refusal,
        said=filled,
        seen=seen,
        others=others,
        strange=strange_words(services, filled["letter_sha256"], wanted.form, visitor.now.date()),
        verdict=verdict_on(plan).sentence if plan else "",
        late=[row for row in rows if row.planned and not row.is_assumed],
        maybe_late=[row for row in rows if row.planned and row.is_assumed],
        unknown=[row for row in rows if not row.planned],
        critical=[text for text in critical_path(plan) if text not in told] if plan else (),
        sender=f"{sender.sender_name or sender.name} <{sender.email}>",
        doubts=doubts_of(services.settings),
        needs_reason=needs_reason(services.settings),
        is_unsaid=is_unsaid,
        code=422 if is_unsaid else 200,
    )


def fields_page(
    request: Request,
    said: Values,
    flaws: Values | None = None,
    wrong: str = "",
    *,
    code: int = 200,
    is_rehearsal: bool = False,
    step: str = "brevet",
    packed: str = "",
    proposals: Mapping[str, Proposal] | None = None,
    read_in_vain: bool = False,
) -> HTMLResponse:
    services = services_of(request)
    own = services.settings.texts_folder
    with reading(services.engine) as session:
        known, sets = titles(session, moment(request)), known_sets(session)
        asking = with_documents(session, DocumentKind.QUESTIONS, moment(request))
        earlier = load_all(session, moment(request), asking, is_chase=True) if asking else ()
    return page(
        request,
        "launch/form.html",
        code=code,
        said=said,
        flaws=flaws or {},
        wrong=wrong,
        is_rehearsal=is_rehearsal,
        step=step,
        step_titles=TITLES,
        step_paths=PATHS,
        packed=packed,
        elsewhere={name: text for name, text in said.items() if name not in STEPS[step]},
        proposals=proposals or {},
        read_in_vain=read_in_vain,
        kinds=[("", "Den, der hører til forløbet"), *words(AnnouncementKind)],
        groups=words(TargetGroup),
        processes=[(name, process_named(name, own).title) for name in process_ids(own)],
        areas=[(area.id, area.name) for area in load_areas(own).values()],
        scopes=SCOPES,
        renewable=[("", "Nej"), *((name, f"{name}: {title}") for name, title in known)],
        earlier=[("", "Nej"), *earlier_questions(earlier)],
        siblings=[*zip(SIBLING_SETS, sibling_titles(said), strict=False)],
        sets=[("", "Intet skema: der svares på mailen"), *((s.place, s.title) for s in sets)],
    )


def suggested(request: Request, visitor: Visitor) -> dict[str, str]:
    """The form before anything was written."""
    return dict.fromkeys(FIELDS, "") | {
        "process": "central-udmelding",
        "area": services_of(request).settings.area,
        "scope": Scope.NATIONAL.value,
        "responsible": visitor.user.name,
    }


def stamp_of(visitor: Visitor, said: Values) -> Stamp:
    """Who launches, and whether that person has looked, on this step or an earlier one."""
    has_looked = visitor.has_looked or bool(said.get(HAS_LOOKED))
    return Stamp(visitor.now, visitor.user.login, has_looked)
