"""For administrators: the programs that are told when something is recorded.

``events`` says what they are told, for the API's OpenAPI document; ``docs/webhooks.md`` says it in
prose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from models import DeliveryState
from udmelding.casework.webhooks import setup as webhook_setup
from udmelding.casework.webhooks.setup import EVENTS, SHOWN, how_it_went, kind_in_words
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.webhooks.deliveries import Delivery
from udmelding.journal.webhooks.webhooks import Hook
from udmelding.rules.case.glossary import label
from udmelding.web.rendering import page, redirect
from udmelding.web.sure import Deed, be_sure
from udmelding.web.visitor import Administrator, services_of

HERE = "/indstillinger/webhooks"

router = APIRouter(prefix=HERE)

Text = Annotated[str, Form(max_length=4000)]

_SIGNS = {
    DeliveryState.PENDING: ("○", "state-open"),
    DeliveryState.CLAIMED: ("○", "state-open"),
    DeliveryState.DELIVERED: ("✓", "state-fulfilled"),
    DeliveryState.GIVEN_UP: ("✕", "state-overdue"),
}


@router.get("")
def webhooks(request: Request, visitor: Administrator) -> HTMLResponse:
    """All webhooks, and a form for one more."""
    return _list(request, {"name": "", "url": ""}, ())


@router.post("")
def add(
    request: Request,
    visitor: Administrator,
    name: Text = "",
    url: Text = "",
    events: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """Add a webhook; this answer is the only one that ever shows its secret."""
    services, wanted = services_of(request), tuple(events or ())
    flaws = webhook_setup.flaws_of(services, name, url, wanted)
    if flaws:
        return _list(request, {"name": name, "url": url}, wanted, flaws=flaws, code=422)
    hook = webhook_setup.add_webhook(
        services, name=name, url=url, events=wanted, by=visitor.user.login, now=visitor.now
    )
    return _list(request, {"name": "", "url": ""}, (), made=hook)


@router.get("/{hook_id}")
def webhook(request: Request, visitor: Administrator, hook_id: int, sendt: int = 0) -> HTMLResponse:
    """One webhook, the last that was sent to it, and how the event ``sendt`` went."""
    return _one(request, hook_id, tried=sendt)


@router.post("/{hook_id}/test")
def test(request: Request, visitor: Administrator, hook_id: int) -> Response:
    """Send a test event now."""
    services = services_of(request)
    try:
        sent = webhook_setup.send_test(services, hook_id, by=visitor.user.login, now=visitor.now)
    except RefusedError as error:
        return _refused(request, hook_id, error)
    return _tried(hook_id, sent)


@router.post("/{hook_id}/til")
def switch_on(request: Request, visitor: Administrator, hook_id: int) -> Response:
    """Switch it on, with a test event to see that somebody answers."""
    services = services_of(request)
    sent = webhook_setup.switch_on(services, hook_id, by=visitor.user.login, now=visitor.now)
    where = f"{HERE}/{hook_id}?sendt={sent.id}"
    return redirect(request, visitor, "Webhooken er slået til.", where)


@router.post("/{hook_id}/fra")
def switch_off(request: Request, visitor: Administrator, hook_id: int) -> Response:
    """Switch it off; what waits goes on waiting."""
    services = services_of(request)
    webhook_setup.switch_off(services, hook_id, by=visitor.user.login, now=visitor.now)
    return redirect(request, visitor, "Webhooken er slået fra.", f"{HERE}/{hook_id}")


@router.post("/{hook_id}/hemmelighed")
def renew_secret(request: Request, visitor: Administrator, hook_id: int) -> HTMLResponse:
    """Give it a new secret; this answer is the only one that ever shows it."""
    services = services_of(request)
    hook, _ = webhook_setup.one_webhook(services, hook_id)
    deed = Deed(
        title=f"Giv webhooken «{hook.name}» en ny hemmelighed?",
        happens=(
            "Den gamle gælder ikke mere fra nu af, heller ikke for beskeder, der prøves igen. "
            "Modtageren afviser beskederne, til den nye er sat ind dér.",
            "Den nye vises én gang.",
        ),
        button="Giv en ny hemmelighed",
        back=f"{HERE}/{hook_id}",
        is_for_good=True,
    )
    be_sure(request, visitor, deed)
    secret = webhook_setup.renew_secret(services, hook_id, by=visitor.user.login, now=visitor.now)
    return _one(request, hook_id, secret=secret)


@router.post("/{hook_id}/slet")
def remove(request: Request, visitor: Administrator, hook_id: int) -> Response:
    """Remove it, and what waits for it."""
    services = services_of(request)
    try:
        hook, sent = webhook_setup.one_webhook(services, hook_id)
    except NotFoundError:  # pressed twice, or by two
        return redirect(request, visitor, "Webhooken er slettet i forvejen.", HERE)
    waits = sum(one.state is DeliveryState.PENDING for one in sent)
    happens = [
        f"{hook.url} får ikke besked mere.",
        "Skal den kun holde pause, så gå tilbage, og vælg «Slå fra».",
    ]
    if waits:
        noun = "1 besked" if waits == 1 else f"{waits} beskeder"
        happens.insert(1, f"{noun}, der venter, sendes ikke.")
    deed = Deed(
        title=f"Slet webhooken «{hook.name}»?",
        happens=happens,
        button="Slet webhooken",
        back=f"{HERE}/{hook_id}",
        is_for_good=True,
    )
    be_sure(request, visitor, deed)
    name = webhook_setup.remove_webhook(services, hook_id, by=visitor.user.login, now=visitor.now)
    return redirect(request, visitor, f"Webhooken «{name}» er slettet.", HERE)


@router.post("/{hook_id}/igen")
def try_again(
    request: Request, visitor: Administrator, hook_id: int, delivery: Annotated[int, Form()] = 0
) -> Response:
    """Try one event again now."""
    try:
        sent = webhook_setup.try_again(services_of(request), hook_id, delivery, visitor.now)
    except RefusedError as error:
        return _refused(request, hook_id, error)
    return _tried(hook_id, sent)


def _tried(hook_id: int, sent: Delivery) -> Response:
    return RedirectResponse(f"{HERE}/{hook_id}?sendt={sent.id}", status_code=303)


def _refused(request: Request, hook_id: int, error: RefusedError) -> HTMLResponse:
    return _one(request, hook_id, wrong=error.message, code=error.http_status)


def _list(
    request: Request,
    values: Mapping[str, str],
    ticked: Sequence[str],
    *,
    flaws: Mapping[str, str] | None = None,
    made: Hook | None = None,
    code: int = 200,
) -> HTMLResponse:
    return page(
        request,
        "webhooks/list.html",
        code=code,
        seen=webhook_setup.all_webhooks(services_of(request)),
        state_of=_state_of,
        words=kind_in_words,
        events=EVENTS,
        values=values,
        ticked=ticked,
        flaws=flaws or {},
        made=made,
    )


def _one(
    request: Request,
    hook_id: int,
    *,
    tried: int = 0,
    secret: str = "",
    wrong: str = "",
    code: int = 200,
) -> HTMLResponse:
    hook, sent = webhook_setup.one_webhook(services_of(request), hook_id)
    return page(
        request,
        "webhooks/one.html",
        code=code,
        hook=hook,
        sent=sent,
        tried=next((one for one in sent if one.id == tried), None),
        how=how_it_went,
        most=SHOWN,
        state_of=_state_of,
        words=kind_in_words,
        events=[EVENTS.get(event) or kind_in_words(event) for event in hook.events],
        can_try=(DeliveryState.PENDING, DeliveryState.GIVEN_UP),
        secret=secret,
        wrong=wrong,
    )


def _state_of(delivery: Delivery, *, is_on: bool) -> tuple[str, str, str]:
    """The sign, its class and the words for how far a delivery has come."""
    sign, looks = _SIGNS[delivery.state]
    words = label(delivery.state)
    if delivery.state is DeliveryState.PENDING:
        if not is_on:
            words = "venter, til webhooken slås til"
        elif delivery.attempts:
            words = "venter på næste forsøg"
    return sign, looks, words


class Event(BaseModel):
    """One event, as the body of the call."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(description="The same at every try, and to every webhook.")]
    kind: Annotated[
        str,
        Field(
            description=(
                "`<kind of fact>.recorded`, `.corrected` or `.withdrawn`; `case.launched`; "
                "`mail.failed`, `mail.held`, `mail.stopped`; `webhook.test`."
            ),
            examples=["decision.recorded"],
        ),
    ]
    case: Annotated[str | None, Field(description="The case's reference; null for none.")]
    at: Annotated[dt.datetime, Field(description="When it happened, with its offset from UTC.")]
    by: Annotated[str, Field(description="Who did it.")]
    party: Annotated[str | None, Field(description="The party that it is about, if it is.")]
    step: Annotated[str | None, Field(description="The step that it is about, if it is.")]
    key: Annotated[str | None, Field(description="The key of the fact, case or mail.")]
    replaces: Annotated[str | None, Field(description="The key of the fact that was corrected.")]
    values: Annotated[
        dict[str, Any],
        Field(
            description=(
                "Of a fact: its line in `/cases/{reference}/log`, and its own `fields`. Of a case: "
                "its front page. Of a mail: its state, without text and addresses."
            )
        ),
    ]


events = APIRouter()


@events.post("event", summary="Something was recorded", status_code=204)
def event(
    body: Event,
    webhook_id: Annotated[str, Header(description="The event's id.")],
    webhook_timestamp: Annotated[int, Header(description="The moment of this try, Unix time.")],
    webhook_signature: Annotated[
        str, Header(description="`v1,` and a base64 HMAC-SHA256 over `id.timestamp.body`.")
    ],
) -> None:
    """Sent to each webhook; signed as Standard Webhooks says.

    Any 2xx answer means that it was taken. 410 switches the webhook off; 429 and 503 are tried
    again after `Retry-After`; everything else is tried again with growing pauses.
    """
