"""Recording: what happened in a case, for one municipality or many, and correcting it.

What may change the plan is shown before and after first; the confirm page carries the same values
in hidden fields. Whatever is refused comes back on the form with everything that was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.casework.plan.meetings import change_meeting, check_meeting
from udmelding.casework.recording.consequences import carry_out, preview
from udmelding.casework.recording.recording import (
    Batch,
    Said,
    preview_many,
    record_many,
    taking_back,
)
from udmelding.casework.wiring import Services
from udmelding.errors import DoubtfulError, NotFoundError, OutsideError, RefusedError
from udmelding.journal.access import access
from udmelding.journal.database import writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.plan.plan_change import PlanChange
from udmelding.rules.recording.catalogue import sentence
from udmelding.rules.recording.entry import names_of
from udmelding.rules.words.lists import join_names
from udmelding.web.case.pages import Seen, case_page, see_case
from udmelding.web.recording.corrections import (
    Correctable,
    correctable,
    fact_to_correct,
    parties_in,
    prefill,
)
from udmelding.web.recording.fields import MEETING, Shape
from udmelding.web.recording.reading import (
    Filled,
    FlawedFieldsError,
    Lax,
    Sent,
    document_of,
    facts_of,
    keep_file,
    meeting_of,
    read_fields,
)
from udmelding.web.recording.shapes import shapes_of
from udmelding.web.recording.showing import (
    change_lines,
    fields_page,
    recorded_meanwhile,
    sentence_of,
    successor,
    tick_owing,
    told_meanwhile,
)
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/registrer")

_FEW = 3


def _now(request: Request, reference: str) -> Seen:
    """The case as it stands; nothing is recorded in the past."""
    return see_case(request, reference)


Now = Annotated[Seen, Depends(_now)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a preview tells: the sentences that will be recorded, and the change of the plan.

    ``doubts`` is what speaks against it.
    """

    texts: tuple[str, ...]
    changes: tuple[PlanChange, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """Something to be recorded: shows what it would do, or does it and says so."""

    preview: Callable[[], _Told]
    save: Callable[[], str]


@router.get("")
def index(request: Request, _: Caseworker, found: Now, pr: str = "") -> HTMLResponse:
    """What can be recorded, and what was recorded and can be corrected."""
    names = names_of(found.case)
    recorded = [(fact, sentence(fact, names)) for fact in correctable(found.case)]
    return case_page(
        request,
        "recording/index.html",
        found,
        shapes=shapes_of(found.case).values(),
        recorded=recorded,
        is_past=bool(pr),
    )


@router.get("/ret")
def correction(request: Request, _: Caseworker, found: Now, key: str = "") -> HTMLResponse:
    """The form of a fact that was recorded, as it was recorded."""
    fact, shape = fact_to_correct(found.case, key)
    sent = Sent({**prefill(shape, fact), "corrects": key}, parties_in(fact))
    return fields_page(request, found, shape, sent, old=fact)


@router.post("/tilbage")
def take_back(request: Request, visitor: Caseworker, found: Now, sent: Filled) -> Response:
    """Take a fact back with a reason; shown with what it changes first."""
    key, reason = sent.word_in("key"), sent.word_in("reason_back")
    fact, shape = fact_to_correct(found.case, key)
    said = sentence_of(found, fact)
    values = {**prefill(shape, fact), "corrects": key, "reason_back": reason}
    again = Sent(values, parties_in(fact))
    if not reason:
        flaws = {"reason_back": "Skriv, hvorfor registreringen tages tilbage."}
        return fields_page(request, found, shape, again, old=fact, flaws=flaws)
    services, stamp = services_of(request), visitor.stamp
    do, only = taking_back(found.case.reference, key, reason, stamp), (found.case.reference,)

    def tell() -> _Told:
        return _Told((said,), preview(services, do, stamp, only=only).changes)

    def save() -> str:
        carry_out(services, do, stamp, only=only)
        return f"Taget tilbage: {said}"

    if sent.word_in("do") == "back":
        return fields_page(request, found, shape, again, old=fact)
    try:
        return _step(request, visitor, found, sent, _Task(tell, save), "tilbage")
    except (RefusedError, OutsideError) as error:
        flaws = {"": error.message}
        return fields_page(request, found, shape, again, old=fact, flaws=flaws)


@router.get("/{what}")
def fields(request: Request, _: Caseworker, found: Now, what: str) -> HTMLResponse:
    """An empty form; ``?part=`` ticks municipalities beforehand, and fields can be given too."""
    shape = _shape(found, what)
    asked = request.query_params
    values = {field.name: asked.get(field.name, field.value) for field in shape.fields}
    return fields_page(request, found, shape, Sent(values, tuple(asked.getlist("part"))))


@router.post("/{what}")
def record(request: Request, visitor: Caseworker, found: Now, what: str, sent: Filled) -> Response:
    """Record what the form says, or show it again with what is wrong."""
    shape, old = _shape(found, what), None
    services = services_of(request)
    is_sent = sent.word_in("do") not in ("back", "owing")
    if is_sent and (news := recorded_meanwhile(found.case, shape, sent)):
        told = told_meanwhile(news, [sentence_of(found, fact) for fact in news])
        old = successor(found.case, shape, sent) if sent.word_in("corrects") else None
        return fields_page(request, found, shape, sent, old=old, flaws={"": told}, has_seen=True)
    if sent.word_in("corrects"):
        old, shape = fact_to_correct(found.case, sent.word_in("corrects"))
    try:
        sent = keep_file(services, sent, visitor.stamp)
        if not is_sent:
            return fields_page(request, found, shape, tick_owing(found, shape, sent), old=old)
        stamp = replace(visitor.stamp, even_so=sent.word_in("even_so"))
        task = _task(services, found, shape, sent, old, stamp)
        return _step(request, visitor, found, sent, task, shape.slug, shape)
    except FlawedFieldsError as error:
        return fields_page(request, found, shape, sent, old=old, flaws=error.flaws)
    except CprRefusedError as error:
        flaws = {place.field: error.told((place,)) for place in error.places}
        return fields_page(request, found, shape, sent, old=old, flaws=flaws)
    except (RefusedError, OutsideError) as error:
        return fields_page(request, found, shape, sent, old=old, flaws={"": error.message})


def _step(
    request: Request,
    visitor: Visitor,
    found: Seen,
    sent: Sent,
    task: _Task,
    action: str,
    shape: Shape | None = None,
) -> Response:
    """Show what it does to the plan and what speaks against it, or do it and go on."""
    is_telling = shape is None or shape.is_telling
    if is_telling and sent.word_in("do") != "save":
        return _asked(request, found, sent, task, action, shape)
    try:
        message = task.save()
    except DoubtfulError:  # what else changes nothing is shown first too, where it is doubted
        return _asked(request, found, sent, task, action, shape)
    with writing(services_of(request).engine) as session:
        access.touch_session(session, visitor.session.id, visitor.now, message)
    return RedirectResponse(f"/sager/{found.case.reference}/registrer", status_code=303)


def _asked(
    request: Request, found: Seen, sent: Sent, task: _Task, action: str, shape: Shape | None
) -> Response:
    """Show what will be recorded, before it is; a doubt that nobody gave a reason for is a flaw."""
    told = task.preview()
    is_unsaid = bool(told.doubts) and sent.word_in("do") == "save" and "even_so" in sent.values
    kept = {name: text for name, text in sent.values.items() if name not in ("do", "even_so")}
    return case_page(
        request,
        "recording/confirm.html",
        found,
        code=422 if is_unsaid else 200,
        action=action,
        shape=shape,
        kept=Lax(kept),
        parties=sent.parties,
        texts=told.texts,
        doubts=told.doubts,
        is_unsaid=is_unsaid,
        changes=[(change, change_lines(change)) for change in told.changes],
    )


def _task(
    services: Services,
    found: Seen,
    shape: Shape,
    sent: Sent,
    old: Correctable | None,
    stamp: Stamp,
) -> _Task:
    """What the form asks for.

    Raises:
        RefusedError: it cannot be read.
    """
    said = read_fields(shape, sent, stamp.now.date(), old)
    if shape.kind == MEETING:
        return _meeting(services, found, said, stamp)
    batch = Batch(
        reference=found.case.reference,
        kind=shape.kind,
        facts=facts_of(shape, said, sent, old),
        document=document_of(services, found.case, said, sent),
    )

    def tell() -> _Told:
        seen_before = preview_many(services, batch, stamp)
        doubts = dict.fromkeys(doubt for said in seen_before.result for doubt in said.doubts)
        texts = tuple(map(_one_text, seen_before.result))
        return _Told(texts, seen_before.changes, tuple(doubts))

    names = {party.party: party.name for party in found.case.parties}
    who = [names[party] for party in said.get("party", ())]
    word = "Rettet" if old else "Registreret"
    return _Task(tell, lambda: _told(word, record_many(services, batch, stamp), shape, who))


def _meeting(services: Services, found: Seen, said: Mapping[str, Any], stamp: Stamp) -> _Task:
    change = meeting_of(found.case, said)
    check_meeting(change, stamp.now.date())
    do = partial(change_meeting, change=change, stamp=stamp)

    def tell() -> _Told:
        seen_before = preview(services, do, stamp)
        return _Told((seen_before.result,), seen_before.changes)

    return _Task(tell, lambda: f"Registreret: {carry_out(services, do, stamp).result}")


def _one_text(said: Said) -> str:
    return said.text if said.is_new else f"Er allerede registreret: {said.text}"


def _told(word: str, said: tuple[Said, ...], shape: Shape, names: list[str]) -> str:
    """What was recorded, for the next page."""
    new = [one.text.rstrip(".") + "." for one in said if one.is_new]
    if not new:
        return f"Det var allerede registreret, og intet er ændret: {said[0].text}"
    if len(said) <= _FEW:
        return f"{word}: {' '.join(new)}"
    known = f" Heraf {len(said) - len(new)} kendte i forvejen." if len(new) < len(said) else ""
    return f"{word}: {len(said)} {shape.plural} ({join_names(names)}).{known}"


def _shape(found: Seen, what: str) -> Shape:
    shapes = shapes_of(found.case)
    if what not in shapes:
        raise NotFoundError("side", what[:60], tuple(shapes))
    return shapes[what]
