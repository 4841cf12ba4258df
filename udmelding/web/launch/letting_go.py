"""A case begins or goes on: what is due is written and sent, by the flows or by the request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from models import GATHERED, OutboxState
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.holding import hold_case
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.leaving import invitations_leave
from udmelding.casework.wiring import Services
from udmelding.casework.work import Job, Made
from udmelding.errors import OutsideError
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.rules.case.glossary import label
from udmelding.rules.case.mail_state import mail_state
from udmelding.rules.work import Plan, Result, StoppedError, Tell
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Clock, Visitor, services_of
from udmelding.web.work import behind


def let_go(request: Request, visitor: Visitor, references: Sequence[str], done: str) -> Response:
    """The flows write and send what is due, or without Prefect this request does; then the case.

    What is lost on the way, because the mail server is silent or the machine stops, the daily flow
    catches: it asks for everything that is due and not done, and sends every mail that waits.

    Args:
        request: the request.
        visitor: who let the cases begin or go on.
        references: the cases of one letter, most often one; the first is shown.
        done: that they did, as a Danish sentence.
    """
    reference = references[0]
    services = services_of(request)
    if has_flows(request):
        with reading(services.engine) as session:
            hours = find(session, reference).process.work_days
        leave = invitations_leave(services.settings, hours, visitor.now)
        told = f"{done} Mailene skrives nu. {leave}"
        request.state.recorded_in = tuple(references)  # ``triggering`` starts their flows
        return to_case(request, visitor, reference, told)
    job = _letting_go(services, visitor, references, done, request.app.state.now)
    return behind(request, visitor, _plan(reference), job)


def has_flows(request: Request) -> bool:
    """Whether the flows write and send what a start sets off, and not the request itself."""
    trigger = request.app.state.trigger
    return trigger is not None and bool(trigger.is_there())


def _plan(reference: str) -> Plan:
    return Plan(
        kind=f"start/{reference}",
        title="Sagens mails",
        ready="Sagens mails er sendt.",
        failed="Ikke alle sagens mails er sendt",
        parts={"Mailene skrives": 1, "Mailene sendes": 3},
        noun="mails er afleveret",
        kept="Sagen er startet. Det, der er sendt, sendes ikke igen; resten ligger under Mails.",
        back=f"/sager/{reference}",
        back_name="sagen",
        again=f"/sager/{reference}/mails/send",
        is_posted=True,
        stop="Stop, og sæt sagens mails på pause",
    )


def _letting_go(
    services: Services, visitor: Visitor, references: Sequence[str], done: str, clock: Clock
) -> Job:
    """Write and send what is due in the cases; to stop it is to hold their mails."""
    reference, now = references[0], visitor.now

    def go(tell: Tell) -> Made:
        try:
            tell(0)
            for each in references:
                advance(services, each, now)
            deliver_waiting(
                services,
                now,
                f"web-{uuid4().hex[:12]}",
                is_patient=False,
                counted=lambda count, total: tell(1, count, total),
            )
        except OutsideError as error:
            told = f"{done.removesuffix('.')}, men mailene kunne ikke sendes nu: {error.message}"
            return _at_case(reference, f"{told} De sendes ved næste gennemgang.", is_good=False)
        except StoppedError:
            stamp = replace(visitor.stamp, now=clock())  # after the case went on
            for each in references:
                hold_case(services, each, "Stoppet, mens mailene blev sendt", stamp)
            told = f"{done} Mailene er stoppet, og resten venter: {_sent(services, reference)}"
            return _at_case(f"{reference}/pause", told, is_good=False)
        return _at_case(reference, f"{done} {_sent(services, reference)}".strip())

    return go


def _at_case(place: str, said: str, *, is_good: bool = True) -> Made:
    return Made(result=Result(said=said, is_good=is_good, address=f"/sager/{place}"))


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


def to_case(
    request: Request, visitor: Visitor, reference: str, text: str, *, is_good: bool = True
) -> RedirectResponse:
    return redirect(request, visitor, text, f"/sager/{reference}", is_good=is_good)
