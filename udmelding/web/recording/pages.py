"""Recording: what happened in a case, for one municipality or many, and correcting it.

What may change the plan is shown before and after first. What was written stands in the address
of the page that shows it, and of the form with what is wrong, so going back never sends it again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from udmelding.errors import DoubtfulError, NotFoundError, OutsideError, RefusedError
from udmelding.rules.case.standing import is_council_step
from udmelding.rules.files.cpr_gate import CprRefusedError, pass_gate
from udmelding.rules.recording.catalogue import sentence
from udmelding.rules.recording.entry import names_of
from udmelding.rules.status.likely import (
    Likely,
    likely_next,
    progress,
    progress_from,
    progress_sentences,
)
from udmelding.web.case.pages import Seen, case_page, see_case
from udmelding.web.recording.corrections import (
    Correctable,
    correctable,
    fact_to_correct,
    parties_in,
    prefill,
)
from udmelding.web.recording.fields import FRONT_PAGE, Shape
from udmelding.web.recording.letter_beside import letter_beside
from udmelding.web.recording.reading import (
    Filled,
    FlawedFieldsError,
    Lax,
    Sent,
    from_query,
    in_query,
    keep_file,
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
from udmelding.web.recording.tasks import Task, taking_fact_back, task_of
from udmelding.web.rendering import redirect
from udmelding.web.visitor import HAS_LOOKED, Caseworker, Visitor, services_of

router = APIRouter(prefix="/sager/{reference}/registrer")

_MOST_TOLD = 300
FILE_REFUSED = "file_refused"
"""Why a file was not taken, on its way to the page that says so."""

DECIDED = "Kommuner har besluttet"
"""What the page is called on which all councils stand."""

Packed = Annotated[str, Query(alias="f")]


def _now(request: Request, reference: str) -> Seen:
    """The case as it stands; nothing is recorded in the past."""
    return see_case(request, reference)


Now = Annotated[Seen, Depends(_now)]


@router.get("")
def index(request: Request, _: Caseworker, found: Now, pr: str = "", var: str = "") -> HTMLResponse:
    """What can be recorded, what is likely to be, and what was recorded and can be corrected.

    ``var`` is how far the case had come before the recording that leads here.
    """
    names = names_of(found.case)
    recorded = [(fact, sentence(fact, names)) for fact in correctable(found.case)]
    shapes = shapes_of(found.case, _own(request))
    before = progress_from(var)
    return case_page(
        request,
        "recording/index.html",
        found,
        shapes=shapes.values(),
        likely=[
            (_form_of(one), shapes[one.slug].title if one.slug in shapes else DECIDED, one.line)
            for one in likely_next(found.case, found.status)
        ],
        decided=DECIDED if any(is_council_step(s) for s in found.case.process.steps) else "",
        changed=progress_sentences(before, found.status) if before else (),
        recorded=recorded,
        is_past=bool(pr),
    )


def _form_of(one: Likely) -> str:
    """The address of a likely thing's form, beneath this page."""
    return f"{one.slug}?{urlencode({'part': one.party})}" if one.party else one.slug


@router.get("/ret")
def correction(request: Request, _: Caseworker, found: Now, key: str = "") -> HTMLResponse:
    """The form of a fact that was recorded, as it was recorded."""
    fact, shape = fact_to_correct(found.case, key, _own(request))
    sent = Sent({**prefill(shape, fact), "corrects": key}, parties_in(fact))
    return fields_page(request, found, shape, sent, old=fact)


@router.get("/tilbage")
def taken_back(request: Request, visitor: Caseworker, found: Now, f: Packed = "") -> Response:
    """What taking a fact back would change; or its form again, where the reason is missing."""
    sent = from_query(f)
    if sent is None:
        return RedirectResponse(f"/sager/{found.case.reference}/registrer", status_code=303)
    key, reason = sent.word_in("key"), sent.word_in("reason_back")
    fact, shape = fact_to_correct(found.case, key, _own(request))
    values = {**prefill(shape, fact), "corrects": key, "reason_back": reason}
    again = Sent(values, parties_in(fact))
    flaws = {"reason_back": "Skriv, hvorfor registreringen tages tilbage."}
    try:
        if reason:
            task = taking_fact_back(services_of(request), found, fact, reason, visitor.stamp)
            return _asked(request, found, sent, task, "tilbage", None)
    except (RefusedError, OutsideError) as error:
        flaws = {"": error.message}
    return fields_page(request, found, shape, again, old=fact, flaws=flaws)


@router.post("/tilbage")
def take_back(request: Request, visitor: Caseworker, found: Now, sent: Filled) -> Response:
    """Take a fact back with a reason; shown with what it changes first."""
    key, reason = sent.word_in("key"), sent.word_in("reason_back")
    here = f"/sager/{found.case.reference}/registrer"
    request.state.recorded_in = None
    if sent.word_in("do") == "back":
        return RedirectResponse(f"{here}/ret?{urlencode({'key': key})}", status_code=303)
    pass_gate(sent.values, visitor.now.date(), is_confirmed=visitor.has_looked)
    if sent.word_in("do") == "save" and reason:
        fact, _ = fact_to_correct(found.case, key, _own(request))
        try:
            message = taking_fact_back(
                services_of(request), found, fact, reason, visitor.stamp
            ).save()
        except (RefusedError, OutsideError):
            pass  # the page that shows it says why
        else:
            request.state.recorded_in = ()
            return _told_next(request, visitor, found, message)
    return RedirectResponse(f"{here}/tilbage?{urlencode({'f': in_query(sent)})}", status_code=303)


@router.get("/{what}")
def fields(request: Request, _: Caseworker, found: Now, what: str, f: Packed = "") -> HTMLResponse:
    """A form, empty or as it was left; ``?part=`` ticks municipalities, fields can be given too."""
    shape = _shape(request, found, what)
    if (sent := from_query(f)) is not None:
        old, shape = _corrected(request, found, sent, shape)
        return fields_page(request, found, shape, sent, old=old)
    asked = request.query_params
    start = prefill(shape, found.case.particulars) if shape.kind == FRONT_PAGE else {}
    values = {
        field.name: asked.get(field.name, start.get(field.name, field.value))
        for field in shape.fields
    }
    return fields_page(request, found, shape, Sent(values, tuple(asked.getlist("part"))))


@router.get("/{what}/se")
def shown(
    request: Request, visitor: Caseworker, found: Now, what: str, f: Packed = "", mangler: str = ""
) -> Response:
    """What a form would record and change, before anything is; or the form with what is wrong.

    ``mangler``: it was to be saved, and the reason that its doubts ask for was missing.
    """
    sent, shape = from_query(f), _shape(request, found, what)
    if sent is None:
        address = f"/sager/{found.case.reference}/registrer/{shape.slug}"
        return RedirectResponse(address, status_code=303)
    if news := recorded_meanwhile(found.case, shape, sent):
        told = told_meanwhile(news, [sentence_of(found, fact) for fact in news])
        old = successor(found.case, shape, sent) if sent.word_in("corrects") else None
        return fields_page(request, found, shape, sent, old=old, flaws={"": told}, has_seen=True)
    old, shape = _corrected(request, found, sent, shape)
    try:
        if told := sent.word_in(FILE_REFUSED):
            raise FlawedFieldsError({"link" if sent.word_in("link") else "file": told})
        stamp = replace(visitor.stamp, has_looked=bool(sent.word_in(HAS_LOOKED)))
        task = task_of(services_of(request), found, shape, sent, old, stamp)
        return _asked(request, found, sent, task, shape.slug, shape, is_unsaid=bool(mangler))
    except FlawedFieldsError as error:
        flaws = dict(error.flaws)
    except (RefusedError, OutsideError) as error:
        flaws = {"": error.message}
    return fields_page(request, found, shape, _without_flaw(sent), old=old, flaws=flaws)


@router.post("/{what}")
def record(request: Request, visitor: Caseworker, found: Now, what: str, sent: Filled) -> Response:
    """Record what the form says, or go on to the page that shows what it would do.

    Raises:
        ConfirmationNeededError: a text or file may hold a CPR number, and nobody has looked.
    """
    shape, do = _shape(request, found, what), sent.word_in("do")
    services = services_of(request)
    is_new = not recorded_meanwhile(found.case, shape, sent)
    old, shape = _corrected(request, found, sent, shape) if is_new else (None, shape)
    try:
        pass_gate(sent.values, visitor.now.date(), is_confirmed=visitor.has_looked)
        sent = keep_file(services, shape, sent, visitor.stamp)
    except FlawedFieldsError as error:  # a file that was refused is not there any more
        refused = {FILE_REFUSED: next(iter(error.flaws.values()))[:_MOST_TOLD]}
        return _to(request, found, shape, replace(sent, values={**sent.values, **refused}), "/se")
    except CprRefusedError as error:  # what may not be kept may not stand in an address either
        flaws = {place.field: error.told((place,)) for place in error.places}
        return fields_page(request, found, shape, sent, old=old, flaws=flaws)
    if do in ("back", "owing", "letter"):
        return _to(request, found, shape, tick_owing(found, shape, sent))
    if is_new and (do == "save" or not shape.is_telling):
        stamp = replace(visitor.stamp, even_so=sent.word_in("even_so"))
        try:
            message = task_of(services, found, shape, sent, old, stamp).save()
        except DoubtfulError:  # what changes no plan is shown first too, where it is doubted
            return _to(request, found, shape, sent, "/se", is_unsaid="even_so" in sent.values)
        except CprRefusedError as error:
            flaws = {place.field: error.told((place,)) for place in error.places}
            return fields_page(request, found, shape, sent, old=old, flaws=flaws)
        except (RefusedError, OutsideError):
            return _to(request, found, shape, sent, "/se")
        return _told_next(request, visitor, found, message, shape, sent)
    return _to(request, found, shape, sent, "/se")


def _corrected(
    request: Request, found: Seen, sent: Sent, shape: Shape
) -> tuple[Correctable | None, Shape]:
    """The fact that a form corrects, and the form that makes such facts."""
    key = sent.word_in("corrects")
    return fact_to_correct(found.case, key, _own(request)) if key else (None, shape)


def _without_flaw(sent: Sent) -> Sent:
    return replace(sent, values={n: text for n, text in sent.values.items() if n != FILE_REFUSED})


def _to(
    request: Request,
    found: Seen,
    shape: Shape,
    sent: Sent,
    page: str = "",
    *,
    is_unsaid: bool = False,
) -> RedirectResponse:
    """Go on to a page of the form, with everything that was written in its address."""
    request.state.recorded_in = None  # no flow has anything to do
    asked = {"f": in_query(sent)} | ({"mangler": "1"} if is_unsaid else {})
    address = f"/sager/{found.case.reference}/registrer/{shape.slug}{page}?{urlencode(asked)}"
    return RedirectResponse(address, status_code=303)


def _told_next(
    request: Request,
    visitor: Visitor,
    found: Seen,
    message: str,
    shape: Shape | None = None,
    sent: Sent | None = None,
) -> RedirectResponse:
    """Say what was recorded, where the next thing is done: a letter is read before it goes."""
    here = f"/sager/{found.case.reference}"
    next_page = f"{here}/registrer?var={progress(found.status).word}"
    if shape is not None and sent is not None and shape.has_letter:
        letter = letter_beside(services_of(request), found, shape, sent)
        if letter is None or letter.paragraphs:
            next_page = f"{here}/breve"
        if letter is not None and letter.paragraphs:
            message = f"{message} Brevet er ikke sendt endnu: læs det, og frigiv det her."
    return redirect(request, visitor, message, next_page)


def _asked(
    request: Request,
    found: Seen,
    sent: Sent,
    task: Task,
    action: str,
    shape: Shape | None,
    *,
    is_unsaid: bool = False,
) -> Response:
    """Show what will be recorded, before it is; a doubt that nobody gave a reason for is a flaw."""
    told = task.preview()
    is_flaw = bool(told.doubts) and is_unsaid
    return case_page(
        request,
        "recording/confirm.html",
        found,
        code=422 if is_flaw else 200,
        action=action,
        shape=shape,
        kept=Lax(sent.values),
        parties=sent.parties,
        texts=told.texts,
        doubts=told.doubts,
        is_unsaid=is_flaw,
        changes=[(change, change_lines(change)) for change in told.changes],
    )


def _own(request: Request) -> Path:
    """The folder of what the secretariat has of its own: its areas' bodies and names."""
    return services_of(request).settings.texts_folder


def _shape(request: Request, found: Seen, what: str) -> Shape:
    shapes = shapes_of(found.case, _own(request))
    if what not in shapes:
        raise NotFoundError("side", what[:60], tuple(shapes))
    return shapes[what]
