"""The steps of a new case: letter, questions, dates and who, then all that will happen.

It is a draft from the first thing that is written; see ``casework.launch.drafts``. Each step shows
it as it is saved, and says when it was and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import AnnouncementKind, DocumentKind, Scope, TargetGroup
from udmelding.casework.forms.question_sets import known_sets
from udmelding.casework.launch.drafts import (
    LaunchDraft,
    draft_name,
    launch_draft,
    new_name,
)
from udmelding.casework.launch.letter import strange_words
from udmelding.casework.launch.receivers import Receivers, receivers
from udmelding.config.case.library import load_areas, process_ids, process_named
from udmelding.config.forms.questions import Respondent
from udmelding.errors import RefusedError
from udmelding.journal.case.header import titles, with_documents
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading
from udmelding.journal.parties import check_address
from udmelding.journal.stamp import Stamp
from udmelding.rules.launch.steps import Asks, LaunchStep, asks_of, lacks
from udmelding.rules.recording.asking import words
from udmelding.web.launch.fields import (
    ALL_ASKED,
    SCOPES,
    SIBLING_SETS,
    STEPS,
    in_all_fields,
    sibling_titles,
)
from udmelding.web.launch.reader import earlier_questions, flaws_of, form_of
from udmelding.web.rendering import page
from udmelding.web.visitor import HAS_LOOKED, Caseworker, Visitor, moment, services_of

router = APIRouter(prefix="/ny")

Values = Mapping[str, str]

TITLES = {
    LaunchStep.LETTER: "Brevet",
    LaunchStep.QUESTIONS: "Spørgsmål",
    LaunchStep.DATES: "Datoer og modtagere",
    LaunchStep.PLAN: "Plan og mails",
}
HEADINGS = {
    LaunchStep.LETTER: "Hvad beder styrelsen om?",
    LaunchStep.QUESTIONS: "Hvad skal kommunerne svare på?",
    LaunchStep.DATES: "Hvem spørges, og hvad er sagen hos jer?",
}


def _draft(request: Request, launch: str) -> LaunchDraft:
    return launch_draft(services_of(request), draft_name(launch))


Draft = Annotated[LaunchDraft, Depends(_draft)]


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One step at the side: where it is, whether it is done, and what was chosen."""

    title: str
    address: str
    is_here: bool
    is_done: bool
    chosen: str


@router.get("")
def begin(_: Caseworker) -> RedirectResponse:
    """On to a draft of its own; nothing is kept before something is written."""
    return to(new_name(), LaunchStep.LETTER)


@router.get("/{launch}/videre")
def resume(_: Caseworker, draft: Draft) -> RedirectResponse:
    """On to where the draft is gone on with."""
    return gone(draft) or to(draft.name, draft.step)


@router.get("/{launch}/brevet")
def letter(request: Request, visitor: Caseworker, draft: Draft) -> Response:
    """Step 1: the letter, and what it proposes."""
    return gone(draft) or _step_page(request, visitor, draft, LaunchStep.LETTER)


@router.get("/{launch}/spoergsmaal")
def questions(request: Request, visitor: Caseworker, draft: Draft) -> Response:
    """Step 2: what the municipalities are asked."""
    return gone(draft) or _step_page(request, visitor, draft, LaunchStep.QUESTIONS)


@router.get("/{launch}/datoer")
def place(request: Request, visitor: Caseworker, draft: Draft) -> Response:
    """Step 3: who is with, who has no address, and what the case is called here."""
    return gone(draft) or _step_page(request, visitor, draft, LaunchStep.DATES)


@router.get("/{launch}/kasseret")
def thrown_away(request: Request, _: Caseworker, draft: Draft) -> Response:
    """The draft was thrown away, and can be fetched back."""
    if not draft.is_thrown_away:
        return gone(draft) or to(draft.name, draft.step)
    return page(request, "launch/thrown_away.html", draft=draft)


def gone(draft: LaunchDraft) -> RedirectResponse | None:
    """To what became of the draft; None where it can be gone on with."""
    if draft.cases:
        return RedirectResponse(f"/sager/{draft.cases[0]}", status_code=303)
    if draft.is_thrown_away:
        return RedirectResponse(f"/ny/{draft.name}/kasseret", status_code=303)
    return None


def to(name: str, step: LaunchStep, query: str = "") -> RedirectResponse:
    """Go on to a step of the draft."""
    return RedirectResponse(f"/ny/{name}/{step.value}{query}", status_code=303)


def suggested(request: Request, visitor: Visitor) -> dict[str, str]:
    """The fields before anything was written."""
    return in_all_fields(
        {
            "process": "central-udmelding",
            "area": services_of(request).settings.area,
            "scope": Scope.NATIONAL.value,
            "responsible": visitor.user.name,
        }
    )


def stamp_of(visitor: Visitor, said: Values) -> Stamp:
    """Who launches, and whether somebody has looked, on this step or an earlier one."""
    has_looked = visitor.has_looked or bool(said.get(HAS_LOOKED))
    return Stamp(visitor.now, visitor.user.name, has_looked)


def receivers_of(request: Request, visitor: Visitor, said: Values) -> Receivers:
    """Whom the case would ask, and who of them has no address."""
    asks_all = said["scope"] == ALL_ASKED
    scope = Scope.REGIONAL if said["scope"] == Scope.REGIONAL.value else Scope.NATIONAL
    services, area = services_of(request), said["area"]
    return receivers(services, area, scope, visitor.now, asks_all=asks_all)


def frame_of(
    request: Request, visitor: Visitor, draft: LaunchDraft, here: LaunchStep, flaws: Values
) -> dict[str, Any]:
    """What every step shows of the draft: how far it has come, when it was saved, what undoes it.

    Args:
        request: whose page it is.
        visitor: whoever looks.
        draft: as it is saved.
        here: the step that is shown.
        flaws: what is wrong with its fields, of all steps.
    """
    said, order = in_all_fields(draft.said), [*LaunchStep]
    wrong = {step for step, names in STEPS.items() if {*names} & {*flaws}}
    wrong |= {one.step for one in lacks(said) if one.name != "frist"}
    reached = said.get("reached", "")
    far = order.index(LaunchStep(reached)) if reached in {*LaunchStep} else 0
    is_done = {step: order.index(step) < far and step not in wrong for step in LaunchStep}
    shown = {step: _chosen(request, visitor, said, step) for step in LaunchStep if is_done[step]}
    before = draft.editions[1] if len(draft.editions) > 1 else None
    return {
        "draft": draft,
        "step": here,
        "number": order.index(here) + 1,
        "steps": [
            StepSeen(
                TITLES[step],
                f"/ny/{draft.name}/{step.value}",
                step is here,
                is_done[step],
                shown.get(step, ""),
            )
            for step in LaunchStep
        ],
        "saved": draft.edition,
        "can_undo": before is not None and before.is_there,
    }


def _chosen(request: Request, visitor: Visitor, said: Values, step: LaunchStep) -> str:
    """What was chosen at a step, as it stands under it."""
    if step is LaunchStep.LETTER:
        letter = f"Brev af {said['letter_dated']}" if said["letter_dated"] else "Brevet"
        due = f"frist {said['deadline']}" if said["deadline"] else "ingen frist"
        return f"{letter}, {due}"
    if step is LaunchStep.QUESTIONS:
        if asks_of(said) is Asks.FILE:
            return "Spørgsmål i en fil"
        form = form_of(services_of(request), said)
        if form is None:
            return "Ingen spørgsmål"
        asked = form.sections_for(Respondent.MUNICIPALITY)  # as the invitation counts them
        return f"{form.title}, {sum(len(one.questions) for one in asked)} spørgsmål"
    if step is LaunchStep.DATES:
        found = receivers_of(request, visitor, said)
        missing = f", {len(found.missing)} mangler adresse" if found.missing else ""
        return f"{len(found.asked)} kommuner{missing}"
    return ""


def _step_page(
    request: Request, visitor: Visitor, draft: LaunchDraft, step: LaunchStep
) -> HTMLResponse:
    """One step as it is saved, with what is wrong on it where the address says so."""
    asked, services = request.query_params, services_of(request)
    said = in_all_fields(draft.said) if draft.edition else suggested(request, visitor)
    every = flaws_of(services, said, visitor.now) if draft.edition else {}
    flaws: Values = {}
    told, field = asked.get("fejl", ""), asked.get("felt", "")
    if told:
        flaws = {name: flaw for name, flaw in every.items() if name in STEPS[step]}
        flaws |= unusable_addresses(said) if step is LaunchStep.DATES else {}
        if field in STEPS[step]:
            flaws = {field: told}
    wrong = " ".join(flaws.values()) or (told if told != "1" else "")
    aside = asked.get("mit", "")
    if aside.isascii() and aside.isdecimal() and len(aside) < 6:
        own = launch_draft(services, draft.name, int(aside)).said
        said, flaws = _beside(visitor, draft, said, {n: own[n] for n in own if n in STEPS[step]})
        wrong = " ".join(flaws.values())
    code = 422 if wrong else 200
    return fields_page(
        request, visitor, said, flaws, wrong, step=step, draft=draft, every=every, code=code
    )


def _beside(
    visitor: Visitor, draft: LaunchDraft, said: Values, own: Values
) -> tuple[dict[str, str], Values]:
    """One's own words in their fields, and beside each what somebody else has written meanwhile."""
    by = _other_than(draft, visitor)
    flaws = {
        name: f"{by} har skrevet «{said.get(name, '')}» her, mens du havde siden åben. Ret feltet "
        "til det, der skal gælde, og gem igen."
        for name, text in own.items()
        if text != said.get(name, "")
    }
    return {**said, **{name: own[name] for name in flaws}}, flaws


def _other_than(draft: LaunchDraft, visitor: Visitor) -> str:
    """Who else has written in the draft last; oneself in another window."""
    names = [one.recorded_by for one in draft.editions if one.recorded_by != visitor.user.name]
    return names[0] if names else "Du selv i et andet vindue"


def unusable_addresses(said: Values) -> dict[str, str]:
    """What is wrong with addresses that were typed and are not among the contacts yet."""
    found = {}
    for name, text in said.items():
        if name.startswith("email-") and text:
            try:
                check_address(text)
            except RefusedError as error:
                found[name] = error.message
    return found


def fields_page(
    request: Request,
    visitor: Visitor,
    said: Values,
    flaws: Values | None = None,
    wrong: str = "",
    *,
    code: int = 200,
    step: LaunchStep = LaunchStep.LETTER,
    draft: LaunchDraft | None = None,
    every: Values | None = None,
) -> HTMLResponse:
    """A step of a draft; without a draft the one form of a rehearsal, with all of it."""
    services = services_of(request)
    own = services.settings.texts_folder
    with reading(services.engine) as session:
        known, sets = titles(session, moment(request)), known_sets(session)
        asking = with_documents(session, DocumentKind.QUESTIONS, moment(request))
        earlier = load_all(session, moment(request), asking, is_chase=True) if asking else ()
    is_dates = draft is not None and step is LaunchStep.DATES
    form = None
    if draft is not None and step is LaunchStep.QUESTIONS:
        form = form_of(services, said)
    frame = frame_of(request, visitor, draft, step, every or {}) if draft else {}
    return page(
        request,
        "launch/form.html" if draft else "launch/rehearsal_form.html",
        code=code,
        said=said,
        flaws=flaws or {},
        wrong=wrong,
        heading=HEADINGS.get(step, ""),
        kinds=[("", "Den, der hører til forløbet"), *words(AnnouncementKind)],
        groups=words(TargetGroup),
        processes=[(name, process_named(name, own).title) for name in process_ids(own)],
        areas=[(area.id, area.name) for area in load_areas(own).values()],
        scopes=SCOPES,
        renewable=[("", "Nej"), *((name, f"{name}: {title}") for name, title in known)],
        earlier=[("", "Nej"), *earlier_questions(earlier)],
        siblings=[*zip(SIBLING_SETS, sibling_titles(said), strict=False)],
        sets=[("", "Vælg et skema"), *((s.place, s.title) for s in sets)],
        found={name: _found(said, name) for name in STEPS[LaunchStep.LETTER]},
        asks=asks_of(said),
        form=form,
        strange=strange_words(services, said["letter_sha256"], form, visitor.now.date()),
        receivers=receivers_of(request, visitor, said) if is_dates else None,
        **frame,
    )


def _found(said: Values, name: str) -> str:
    """The words of the letter in which a field was read, where it still says that."""
    value, _, quote = said.get(f"found-{name}", "").partition("\n")
    return quote if quote and value == said.get(name) else ""
