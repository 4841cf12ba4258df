"""The launch's last step: the plan and every mail that will go out; then the cases begin."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework.launch.drafts import DraftMovedError, GoneDraftError, LaunchDraft
from udmelding.casework.launch.launching import doubts_of, needs_reason
from udmelding.casework.launch.letter import strange_words
from udmelding.casework.launch.preview import launch_draft_cases, preview_launch
from udmelding.casework.mail.leaving import invitations_leave
from udmelding.casework.mail.trial import MailNotTriedError, refusal_of
from udmelding.errors import DoubtfulError, NotFoundError, RefusedError
from udmelding.journal.database import reading
from udmelding.rules.files.cpr_gate import CprRefusedError
from udmelding.rules.launch.steps import LaunchStep
from udmelding.rules.plan.council_wording import council_sentences
from udmelding.rules.plan.plan_wording import critical_path
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.words.lists import join_names
from udmelding.web.launch.fields import FIELDS, FlawedFieldsError, in_all_fields, step_with
from udmelding.web.launch.letting_go import has_flows, let_go
from udmelding.web.launch.pages import Draft, frame_of, gone, receivers_of, stamp_of, to
from udmelding.web.launch.reader import read_cases
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/ny/{launch}")

_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
)
"""A mail styles itself and may do nothing else: no script, no form, nothing from elsewhere."""


@router.get("/plan")
def preview(
    request: Request, visitor: Caseworker, draft: Draft, mail: str = "", mangler: str = ""
) -> Response:
    """Step 4: the plan, and every mail that will go out; nothing is sent.

    Args:
        request: whose page it is.
        visitor: whoever looks.
        draft: what is to be started.
        mail: key of the mail that is open.
        mangler: a doubt was left unanswered.
    """
    if not draft.edition:
        return gone(draft) or to(draft.name, LaunchStep.LETTER)
    try:
        return _plan_page(request, visitor, draft, mail, is_unsaid=bool(mangler))
    except RefusedError as error:
        return _to_flaw(draft, error)


@router.get("/mail")
def mail(request: Request, visitor: Caseworker, draft: Draft, mail: str = "") -> Response:
    """One of the mails as its receiver will see it, in a tab of its own.

    Raises:
        NotFoundError: the launch would write no such mail.
    """
    if not draft.edition:
        raise NotFoundError("mail", mail[:100])
    services, said = services_of(request), in_all_fields(draft.said)
    wanted, _ = read_cases(services, said, visitor.now)[0]
    seen = preview_launch(services, wanted, stamp_of(visitor, said))
    found = next((one for one in seen.mails if one.key == mail), None)
    if found is None:
        raise NotFoundError("mail", mail[:100])
    return HTMLResponse(found.html, headers={"Content-Security-Policy": _MAIL_POLICY})


@router.post("/start")
def start(
    request: Request,
    visitor: Caseworker,
    draft: Draft,
    even_so: Annotated[str, Form(max_length=500)] = "",
    seen: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Launch the cases of the letter, write the first mails and send them, then show the case."""
    if not draft.edition:
        return gone(draft) or to(draft.name, LaunchStep.LETTER)
    services, said = services_of(request), in_all_fields(draft.said)
    stamp = replace(stamp_of(visitor, said), even_so=even_so.strip())
    try:
        cases = [wanted for wanted, _ in read_cases(services, said, visitor.now)]
        number = int(seen) if seen.isascii() and seen.isdecimal() else 0
        launch_draft_cases(services, draft.name, number, cases, stamp)
    except DoubtfulError:
        return to(draft.name, LaunchStep.PLAN, "?mangler=1")
    except (MailNotTriedError, DraftMovedError) as error:
        there = f"/ny/{draft.name}/plan"
        return redirect(request, visitor, error.message, there, is_good=False)
    except GoneDraftError as error:  # pressed twice, or by two: there is one case
        return gone(error.draft) or to(draft.name, LaunchStep.LETTER)
    except CprRefusedError as error:  # what may not be kept may stand in no address either
        return _plan_page(request, visitor, draft, wrong=error.message, even_so=even_so)
    except RefusedError as error:
        return _to_flaw(draft, error)
    references = [one.new.reference for one in cases]
    done = "Sagen er startet."
    if len(references) > 1:
        done = f"{len(references)} sager er startet: {join_names(references)}."
    return let_go(request, visitor, references, done)


def _to_flaw(draft: LaunchDraft, error: RefusedError) -> Response:
    """Go to the step where something is wrong, which then says what."""
    if isinstance(error, FlawedFieldsError):
        return to(draft.name, step_with(error.flaws), "?fejl=1")
    return to(draft.name, LaunchStep.DATES, "?" + urlencode({"fejl": error.message[:300]}))


def _plan_page(
    request: Request,
    visitor: Visitor,
    draft: LaunchDraft,
    mail: str = "",
    *,
    is_unsaid: bool = False,
    wrong: str = "",
    even_so: str = "",
) -> Response:
    """The plan and the mails.

    Args:
        request: whose page it is.
        visitor: whoever looks.
        draft: what is to be started.
        mail: key of the mail that is open; the first one where there is none of that key.
        is_unsaid: a doubt was left unanswered.
        wrong: why the answer to it cannot be kept.
        even_so: that answer.
    """
    services, said = services_of(request), in_all_fields(draft.said)
    stamp = stamp_of(visitor, said)
    (wanted, filled), *siblings = read_cases(services, said, visitor.now)
    seen = preview_launch(services, wanted, stamp)
    others = [preview_launch(services, one, stamp) for one, _ in siblings]
    sender = services.settings.secretariat
    plan = seen.plan
    rows = plan.late_councils if plan else ()
    told = council_sentences(rows, plan.deadline) if plan else ()
    with reading(services.engine) as session:
        refusal = refusal_of(session, services.settings)
    opened = next((one for one in seen.mails if one.key == mail), None)
    return page(
        request,
        "launch/preview.html",
        refusal=refusal,
        said={name: filled[name] for name in FIELDS},
        seen=seen,
        leave=invitations_leave(services.settings, seen.case.process.work_days, visitor.now)
        if has_flows(request)
        else "",
        others=others,
        opened=opened or next(iter(seen.to_parties or seen.mails), None),
        strange=strange_words(services, filled["letter_sha256"], wanted.form, visitor.now.date()),
        verdict=verdict_on(plan) if plan else None,
        late=[row for row in rows if row.planned and not row.is_assumed],
        maybe_late=[row for row in rows if row.planned and row.is_assumed],
        unknown=[row for row in rows if not row.planned],
        critical=[text for text in critical_path(plan) if text not in told] if plan else (),
        sender=f"{sender.sender_name or sender.name} <{sender.email}>",
        doubts=doubts_of(services.settings),
        needs_reason=needs_reason(services.settings),
        is_unsaid=is_unsaid,
        wrong=wrong,
        even_so=even_so,
        missing=receivers_of(request, visitor, said).missing,
        **frame_of(request, visitor, draft, LaunchStep.PLAN, {}),
        code=422 if is_unsaid or wrong else 200,
    )
