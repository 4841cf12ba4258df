"""What a person switches on «Rykkere»: a held mail free again, a party's reminders off and on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from udmelding.casework.due import actions as chase_actions
from udmelding.casework.recording.recording import record_fact
from udmelding.errors import RefusedError
from udmelding.journal.database import writing
from udmelding.journal.recording.record import Stamp
from udmelding.rules.words.danish_dates import Direction, read_day
from udmelding.web.chasing_person import Typed, horizon, person_address, person_page
from udmelding.web.telling import told
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/rykkere")

Words = Annotated[str, Form()]
Keys = Annotated[list[str], Form(alias="key")]
Ahead = Annotated[int, Form(alias="frem")]


@router.post("/slip")
def release(
    request: Request, visitor: Caseworker, til: Words, key: Keys, frem: Ahead = 30
) -> Response:
    """Let held reminders go out again when they are due."""
    with writing(services_of(request).engine) as session:
        chase_actions.release(session, key, visitor.now, visitor.user.name)
    return told(request, visitor, "Påmindelsen er sluppet fri.", person_address(til, horizon(frem)))


@router.post("/slaa-fra")
def stop(
    request: Request,
    visitor: Caseworker,
    reference: Words,
    step: Words,
    party: Words,
    til: Words = "",
    reason: Words = "",
    until: Words = "",
    frem: Ahead = 30,
) -> Response:
    """Switch one party's reminders of one thing off, until a day or until further notice."""
    said: dict[str, object] = {"step": step, "party": party, "is_stopped": True}
    said["reason"] = reason.strip()
    try:
        if until.strip():
            today = visitor.now.date()
            said["until"] = read_day(until, today=today, direction=Direction.COMING)
        done = _switch(request, visitor, reference, said)
    except RefusedError as error:
        flawed = Typed(f"{reference}/{step}/{party}", until, reason, error.message)
        return person_page(request, visitor, til, horizon(frem), flawed)
    return told(request, visitor, done, "/rykkere")


@router.post("/slaa-til")
def resume(
    request: Request, visitor: Caseworker, reference: Words, step: Words, party: Words
) -> Response:
    """Remind a party again.

    Raises:
        RefusedError: no such case, step or party.
    """
    said: dict[str, object] = {"step": step, "party": party, "is_stopped": False}
    return told(request, visitor, _switch(request, visitor, reference, said), "/rykkere")


def _switch(request: Request, visitor: Visitor, reference: str, said: dict[str, object]) -> str:
    stamp = Stamp(visitor.now, visitor.user.name)
    return record_fact(services_of(request), reference, "chase_stop", said, stamp).text
