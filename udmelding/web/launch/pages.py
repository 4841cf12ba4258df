"""Starting a new case: a form, everything that will happen, one button; and a play of the course.

Nothing is recorded before the button. What was written travels in hidden fields, the letter by its
checksum in the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import GATHERED, AnnouncementKind, DocumentKind, OutboxState, Scope, TargetGroup
from udmelding.casework.due.perform import advance
from udmelding.casework.forms.question_sets import known_sets
from udmelding.casework.launch.launching import doubts_of
from udmelding.casework.launch.preview import launch_with_letter, preview_launch
from udmelding.casework.launch.rehearsal import Variant, rehearse
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.leaving import invitations_leave
from udmelding.casework.mail.trial import MailNotTriedError, refusal_of
from udmelding.casework.wiring import Services
from udmelding.config.case.library import load_areas, process_ids, process_named
from udmelding.errors import DoubtfulError, NotFoundError, OutsideError, RefusedError
from udmelding.journal.case.header import find, titles, with_documents
from udmelding.journal.case.load import load_all
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import mail_state
from udmelding.rules.plan.council_wording import council_sentences
from udmelding.rules.plan.plan_wording import critical_path
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.recording.asking import words
from udmelding.rules.words.date_wording import long_moment
from udmelding.web.launch import fields as launch_fields
from udmelding.web.launch.fields import FIELDS, SCOPES, FlawedFieldsError, keep_files, read_fields
from udmelding.web.launch.questions import earlier_questions
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, moment, services_of

router = APIRouter(prefix="/ny")

VARIANTS = {Variant.NOBODY: "ingen svarer", Variant.EVERYBODY: "alle svarer i tide"}

_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
)
"""A mail styles itself and may do nothing else: no script, no form, nothing from elsewhere."""

Said = Annotated[dict[str, str], Depends(launch_fields.said_on_page)]
Files = Annotated[launch_fields.Files, Depends(launch_fields.files_on_page)]
Pressed = Annotated[str, Depends(launch_fields.button_on_page)]
Values = Mapping[str, str]


@router.get("")
def begin(request: Request, visitor: Caseworker) -> HTMLResponse:
    return _fields_page(request, _suggested(request, visitor))


@router.get("/gennemspil")
def begin_rehearsal(request: Request, visitor: Caseworker) -> HTMLResponse:
    """The same form, to play the course of a case that need never be launched."""
    return _fields_page(request, _suggested(request, visitor), is_rehearsal=True)


@router.post("/ret")
def correct(request: Request, _: Caseworker, said: Said) -> HTMLResponse:
    """Back to the form with everything that was written."""
    return _fields_page(request, said)


@router.post("/se")
def preview(request: Request, visitor: Caseworker, said: Said, files: Files) -> Response:
    """Step 2: the plan, and every mail that will go out; nothing is saved."""
    return _shown_or_back(request, visitor, said, files, _preview)


@router.post("/mail")
def mail(request: Request, visitor: Caseworker, said: Said, pressed: Pressed) -> Response:
    """One of the mails as its receiver will see it, in a tab of its own.

    Raises:
        NotFoundError: the launch would write no such mail.
    """
    services = services_of(request)
    wanted, _ = read_fields(services, said, visitor.now)
    seen = preview_launch(services, wanted, _stamp(visitor))
    found = next((one for one in seen.mails if one.key == pressed), None)
    if found is None:
        raise NotFoundError("mail", pressed)
    return HTMLResponse(found.html, headers={"Content-Security-Policy": _MAIL_POLICY})


@router.post("/start")
def start(
    request: Request,
    visitor: Caseworker,
    said: Said,
    even_so: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Step 3: launch, write the first mails and send them, then show the case."""

    def show(request: Request, visitor: Visitor, said: Values) -> Response:
        try:
            return _start_and_send(request, visitor, said, even_so.strip())
        except DoubtfulError:
            return _preview(request, visitor, said, is_unsaid=True)
        except MailNotTriedError:
            return _preview(request, visitor, said)

    return _shown_or_back(request, visitor, said, None, show)


@router.post("/start-uden-mails")
def start_silently(request: Request, visitor: Caseworker, said: Said) -> Response:
    """Launch a case that is paused: nobody is written to before somebody takes it up."""
    return _shown_or_back(request, visitor, said, None, _start)


@router.post("/gennemspil")
def rehearsal(
    request: Request, visitor: Caseworker, said: Said, files: Files, pressed: Pressed
) -> Response:
    """Play the whole course with false time, far from the real database and the mail server."""
    variant = Variant.EVERYBODY if pressed == Variant.EVERYBODY.value else Variant.NOBODY

    def play(request: Request, visitor: Visitor, said: Values) -> Response:
        wanted, filled = read_fields(services_of(request), said, visitor.now)
        played = rehearse(services_of(request), wanted, variant, _stamp(visitor))
        return page(request, "launch/rehearsal.html", said=filled, play=played, variants=VARIANTS)

    return _shown_or_back(request, visitor, said, files, play, is_rehearsal=True)


def _shown_or_back(
    request: Request,
    visitor: Visitor,
    said: Values,
    files: launch_fields.Files | None,
    show: Callable[[Request, Visitor, Values], Response],
    *,
    is_rehearsal: bool = False,
) -> Response:
    """What ``show`` answers, or the form with what is wrong and everything that was written."""
    kept = said
    try:
        kept = keep_files(services_of(request), said, files, _stamp(visitor))
        return show(request, visitor, kept)
    except RefusedError as error:
        flaws = error.flaws if isinstance(error, FlawedFieldsError) else {}
        return _fields_page(
            request, kept, flaws, error.message, code=error.http_status, is_rehearsal=is_rehearsal
        )


def _preview(
    request: Request, visitor: Visitor, said: Values, *, is_unsaid: bool = False
) -> Response:
    """The plan and the mails; ``is_unsaid``: a doubt was left unanswered."""
    services = services_of(request)
    wanted, filled = read_fields(services, said, visitor.now)
    seen = preview_launch(services, wanted, _stamp(visitor))
    sender = services.settings.secretariat
    plan = seen.plan
    rows = plan.late_councils if plan else ()
    told = council_sentences(rows, plan.deadline) if plan else ()
    with reading(services.engine) as session:
        refusal = refusal_of(session, services.settings)
    return page(
        request,
        "launch/preview.html",
        refusal=refusal,
        said=filled,
        seen=seen,
        verdict=verdict_on(plan).sentence if plan else "",
        late=[row for row in rows if row.planned and not row.is_assumed],
        maybe_late=[row for row in rows if row.planned and row.is_assumed],
        unknown=[row for row in rows if not row.planned],
        critical=[text for text in critical_path(plan) if text not in told] if plan else (),
        sender=f"{sender.sender_name or sender.name} <{sender.email}>",
        doubts=doubts_of(services.settings),
        is_unsaid=is_unsaid,
        code=422 if is_unsaid else 200,
    )


def _start(request: Request, visitor: Visitor, said: Values) -> Response:
    services = services_of(request)
    wanted, _ = read_fields(services, said, visitor.now)
    reference = launch_with_letter(services, wanted, _stamp(visitor), is_draft=True)
    told = (
        "Sagen er gemt som kladde. Ingen får mails, før du starter den. Nedenfor kan du se, hvad "
        "der så bliver sendt, hvornår og til hvem."
    )
    return redirect(request, visitor, told, f"/sager/{reference}/pause")


def _start_and_send(request: Request, visitor: Visitor, said: Values, even_so: str) -> Response:
    """Launch the case, and let its first mails go."""
    services = services_of(request)
    wanted, _ = read_fields(services, said, visitor.now)
    stamp = replace(_stamp(visitor), even_so=even_so)
    reference = launch_with_letter(services, wanted, stamp, is_asked=True)
    return let_go(request, visitor, reference, "Sagen er startet.")


def let_go(request: Request, visitor: Visitor, reference: str, done: str) -> Response:
    """The flows write and send what is due, or without Prefect this request does; then the case.

    What is lost on the way, because the mail server is silent or the machine stops, the daily flow
    catches: it asks for everything that is due and not done, and sends every mail that waits.

    Args:
        request: the request.
        visitor: who let the case begin or go on.
        reference: the case.
        done: that it did, as a Danish sentence.
    """
    services, trigger = services_of(request), request.app.state.trigger
    if trigger is not None and trigger.is_there():
        told = f"{done} Mailene skrives nu og sendes i arbejdstiden på hverdage."
        if services.settings.sends:
            with reading(services.engine) as session:
                header = find(session, reference)
            at = invitations_leave(services.settings, header, visitor.now)
            told += (
                f" Invitationerne går {long_moment(at)}: starter du flere sager inden da, får hver "
                "modtager kun én mail. Under «Mails» kan du sende dem før."
            )
        request.state.recorded_in = reference  # ``triggering`` starts its flows
        return _to_case(request, visitor, reference, told)
    try:
        advance(services, reference, visitor.now)
        deliver_waiting(services, visitor.now, f"web-{uuid4().hex[:12]}", is_patient=False)
    except OutsideError as error:
        told = f"{done.removesuffix('.')}, men mailene kunne ikke sendes nu: {error.message}"
        late = f"{told} De sendes ved næste gennemgang."
        return _to_case(request, visitor, reference, late, is_good=False)
    return _to_case(request, visitor, reference, f"{done} {_sent(services, reference)}".strip())


def _sent(services: Services, reference: str) -> str:
    """What became of the mails of a case, in a few sentences; of a gathered one its part counts."""
    with reading(services.engine) as session:
        written = outbox.list_mails(session, announcement_id=find(session, reference).id)
    mails = [mail for mail in written if mail.mail not in GATHERED]
    gone = Counter(
        label(mail_state(one.state, one.transport, one.outcome))
        for one in mails
        if one.state is OutboxState.SENT
    )
    sent = gone.total()
    told = " ".join(
        f"{count} {'mail' if count == 1 else 'mails'} er {words}." for words, count in gone.items()
    )
    left = len(mails) - sent
    parts = sum(one.state is OutboxState.SENT and one.merged_into is not None for one in mails)
    if parts:
        told += f" {parts} af dem er del af en samlet mail med andre sager."
    return told if not left else f"{told} {left} er ikke sendt endnu; se under Mails."


def _to_case(
    request: Request, visitor: Visitor, reference: str, text: str, *, is_good: bool = True
) -> RedirectResponse:
    return redirect(request, visitor, text, f"/sager/{reference}", is_good=is_good)


def _fields_page(
    request: Request,
    said: Values,
    flaws: Values | None = None,
    wrong: str = "",
    *,
    code: int = 200,
    is_rehearsal: bool = False,
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
        kinds=[("", "Den, der hører til forløbet"), *words(AnnouncementKind)],
        groups=words(TargetGroup),
        processes=[(name, process_named(name, own).title) for name in process_ids(own)],
        areas=[(area.id, area.name) for area in load_areas().values()],
        scopes=SCOPES,
        renewable=[("", "Nej"), *((name, f"{name}: {title}") for name, title in known)],
        earlier=[("", "Nej"), *earlier_questions(earlier)],
        sets=[("", "Intet skema: der svares på mailen"), *((s.place, s.title) for s in sets)],
    )


def _suggested(request: Request, visitor: Visitor) -> dict[str, str]:
    """The form before anything was written."""
    return dict.fromkeys(FIELDS, "") | {
        "process": "central-udmelding",
        "area": services_of(request).settings.area,
        "scope": Scope.NATIONAL.value,
        "responsible": visitor.user.name,
    }


def _stamp(visitor: Visitor) -> Stamp:
    return Stamp(visitor.now, visitor.user.login, visitor.has_looked)
