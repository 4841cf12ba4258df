"""What is written on a step of a new case is kept, undone, or thrown away.

Each button saves what stands in the fields, whether or not it can be used, does its thing and leads
to a page; so going back never asks to send anything twice, and nothing that was written is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from udmelding.casework.forms.library import begin_own_set
from udmelding.casework.launch.drafts import (
    GoneDraftError,
    LaunchDraft,
    keep_launch,
    throw_away,
    undo_launch,
)
from udmelding.casework.launch.letter import letter_proposals, strange_words
from udmelding.casework.launch.receivers import take_in_addresses
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.stamp import Stamp
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.launch.naming import short_name_of
from udmelding.rules.launch.steps import Asks, LaunchStep
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import STEPS, in_all_fields, keep_files, step_with
from udmelding.web.launch.pages import (
    Draft,
    fields_page,
    gone,
    receivers_of,
    suggested,
    to,
    unusable_addresses,
)
from udmelding.web.launch.reader import flaws_of, form_of
from udmelding.web.rendering import redirect
from udmelding.web.visitor import HAS_LOOKED, Caseworker, Visitor, services_of

router = APIRouter(prefix="/ny/{launch}")

Written = Annotated[dict[str, str], Depends(launch_fields.written_on_page)]
Files = Annotated[launch_fields.Files, Depends(launch_fields.files_on_page)]
Pressed = Annotated[str, Depends(launch_fields.button_on_page)]
Text = Annotated[str, Form(max_length=20)]
Values = Mapping[str, str]


@dataclass(slots=True)
class _Press:
    """A button that was pressed on a step, and what comes of it.

    Attributes:
        here: the step; None where all fields came at once.
        button: what it is called.
        before: what the draft said.
        new: what it is to say besides.
        refused: files that were refused, and why.
        flaws: what is wrong with the fields of the step.
        opened: name of the question set that is to be written now.
        stays: there is something to look at on the step before one goes on.
    """

    here: LaunchStep | None
    button: str
    before: Values
    new: dict[str, str]
    refused: Values
    flaws: Values = field(default_factory=dict)
    opened: str = ""
    stays: bool = False

    @property
    def said(self) -> dict[str, str]:
        """What all fields say."""
        return {**self.before, **self.new}

    @property
    def goes_on(self) -> bool:
        """Whether it leads to the next step."""
        is_held = self.flaws or self.refused or self.stays
        return self.here is not None and self.button == "videre" and not is_held


@router.post("/gem")
def keep(
    request: Request,
    visitor: Caseworker,
    draft: Draft,
    written: Written,
    files: Files,
    pressed: Pressed,
    step: Text = "",
    seen: Text = "",
) -> Response:
    """Save what was written on a step, or on all, and go on to the next one or to what is wrong."""
    services = services_of(request)
    before = in_all_fields(draft.said) if draft.edition else suggested(request, visitor)
    sent, refused = keep_files(services, written, files, visitor.stamp)
    new = ({} if draft.edition else before) | sent
    if visitor.has_looked:
        new[HAS_LOOKED] = "1"
    here = LaunchStep(step) if step in {*LaunchStep} else None
    press = _Press(here, pressed, before, new, refused)
    try:
        _work_out(request, visitor, press)
        kept = keep_launch(services, draft.name, press.new, _number(seen), visitor.stamp)
    except GoneDraftError as error:
        return redirect(request, visitor, error.message, _after(error.draft), is_good=False)
    except CprRefusedError as error:  # what may not be kept may stand in no address either
        place = here or LaunchStep.LETTER
        code, said = error.http_status, before | sent
        return fields_page(
            request, visitor, said, {}, error.message, code=code, step=place, draft=draft
        )
    if kept.clashes:
        return to(draft.name, here or step_with(kept.clashes), f"?mit={kept.aside}")
    return _led_on(request, visitor, draft, press)


def _work_out(request: Request, visitor: Visitor, press: _Press) -> None:
    """Do what the step does with its fields, and find what is wrong with them.

    Raises:
        CprRefusedError, CprQuestionError: an address or a title holds what may not be kept.
    """
    services = services_of(request)
    press.stays = press.button in ("laes", "adresser")
    if press.here is LaunchStep.LETTER:
        read = _proposals(services, press, visitor)
        press.new |= read
        press.stays |= bool(read)
    elif press.here is LaunchStep.QUESTIONS:
        press.opened = _opened_set(services, press.said, press.button, visitor.stamp)
        if press.opened:
            press.new |= {"asks": Asks.SET.value, "question_set": f"own:{press.opened}"}
        press.stays |= _is_strange(services, press, visitor)
    elif press.here is LaunchStep.DATES:
        press.new |= _addresses(request, visitor, press.said)
    if press.here is None:
        press.new["reached"] = LaunchStep.PLAN.value
        return
    names, said = STEPS.get(press.here, ()), press.said
    every = flaws_of(services, said, visitor.now)
    unusable = unusable_addresses(said) if press.here is LaunchStep.DATES else {}
    press.flaws = {name: flaw for name, flaw in every.items() if name in names} | unusable
    if press.goes_on:
        order, far = [*LaunchStep], LaunchStep(said.get("reached") or LaunchStep.LETTER)
        press.new["reached"] = max(press.here.after, far, key=order.index).value


def _led_on(request: Request, visitor: Visitor, draft: LaunchDraft, press: _Press) -> Response:
    """Where the button leads, now that all is saved."""
    refused = press.refused
    if press.button == "laes" and not press.said["letter_sha256"] and not refused:
        refused = {"letter": "Vælg brevet som fil først."}
    if refused:  # a file that was refused is not there any more, and is told of at its field
        name, told = next(iter(refused.items()))
        query = urlencode({"fejl": told[:300], "felt": name})
        return to(draft.name, step_with([name]), f"?{query}")
    if press.button == "kladde":
        return redirect(request, visitor, "Kladden er gemt. Intet er sendt.", "/")
    if press.opened:
        there = f"/indstillinger/spoergeskemaer/{press.opened}"
        return RedirectResponse(there, status_code=303)
    if press.here is None:
        return to(draft.name, LaunchStep.PLAN)
    if press.flaws and press.button != "laes":
        return to(draft.name, press.here, "?fejl=1")
    return to(draft.name, press.here.after if press.goes_on else press.here)


@router.post("/fortryd")
def undo(
    request: Request, visitor: Caseworker, draft: Draft, step: Text = "", seen: Text = ""
) -> Response:
    """Let the draft say what it said before it was last saved, or fetch it back."""
    try:
        undo_launch(services_of(request), draft.name, _number(seen), visitor.stamp)
    except RefusedError as error:
        return redirect(request, visitor, error.message, _after(draft), is_good=False)
    told = "Kladden er hentet tilbage." if draft.is_thrown_away else "Det er fortrudt."
    there = f"/ny/{draft.name}/{step}" if step in {*LaunchStep} else _after(draft)
    return redirect(request, visitor, told, there)


@router.post("/kasser")
def discard(request: Request, visitor: Caseworker, draft: Draft, seen: Text = "") -> Response:
    """Throw the draft away."""
    try:
        throw_away(services_of(request), draft.name, _number(seen), visitor.stamp)
    except RefusedError as error:
        return redirect(request, visitor, error.message, _after(draft), is_good=False)
    return RedirectResponse(f"/ny/{draft.name}/kasseret", status_code=303)


def _after(draft: LaunchDraft) -> str:
    """Where one goes on with a draft, or sees what became of it."""
    found = gone(draft)
    return found.headers["location"] if found else f"/ny/{draft.name}/videre"


def _number(seen: str) -> int:
    return int(seen) if seen.isascii() and seen.isdecimal() else 0


def _proposals(services: Services, press: _Press, visitor: Visitor) -> dict[str, str]:
    """What the letter fills of the fields that are empty, with where each was read.

    A letter is read when it comes, and when somebody asks.

    Returns:
        Empty where there is nothing to look through.
    """
    said, is_asked = press.said, press.button == "laes"
    sha256 = said["letter_sha256"]
    if not sha256 or (sha256 == press.before["letter_sha256"] and not is_asked):
        return {}
    found = letter_proposals(services, sha256, visitor.now.date())
    filled = {name: one.value for name, one in found.items() if not said[name]}
    is_vain = not found and (is_asked or not said["title"])
    if not filled and not is_vain:
        return {}
    if (title := filled.get("title") or said["title"]) and not said["short_name"]:
        filled["short_name"] = short_name_of(title)
    places = {f"found-{name}": f"{one.value}\n{one.quote}" for name, one in found.items()}
    return {**filled, **places, "letter_unread": "" if found else sha256}


def _opened_set(services: Services, said: Values, pressed: str, stamp: Stamp) -> str:
    """Name of the question set of one's own that is to be written now; empty for none."""
    place = said["question_set"]
    is_own = place.startswith("own:")
    if said["asks"] == Asks.NEW and pressed == "videre":
        return begin_own_set(services, said["short_name"] or said["title"], "", stamp)
    if pressed != "ret":
        return ""
    name = place.removeprefix("own:")
    return name if is_own else begin_own_set(services, said["short_name"], place, stamp)


def _is_strange(services: Services, press: _Press, visitor: Visitor) -> bool:
    """Whether a set that was chosen just now speaks of something else than the letter."""
    said, names = press.said, ("question_set", "asks")
    if all(said[name] == press.before[name] for name in names):
        return False  # whoever goes on with it has read that
    form, day = form_of(services, said), visitor.now.date()
    return bool(strange_words(services, said["letter_sha256"], form, day))


def _addresses(request: Request, visitor: Visitor, said: Values) -> dict[str, str]:
    """Keep the addresses that can be used; their fields are empty then, the others stay."""
    services = services_of(request)
    missing = receivers_of(request, visitor, said).missing
    typed = {
        party.party: (said.get(f"email-{party.party}", ""), said.get(f"name-{party.party}", ""))
        for party in missing
    }
    wrong = take_in_addresses(services, missing, typed, visitor.stamp)
    done = [code for code, (email, _) in typed.items() if email and code not in wrong]
    return {f"{field}-{code}": "" for code in done for field in ("email", "name")}
