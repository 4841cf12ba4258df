"""The button that stops every mail at once, and the one that lets them go again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from udmelding.casework.sending import resume_sending, stop_sending
from udmelding.errors import RefusedError
from udmelding.web.telling import told
from udmelding.web.visitor import Caseworker, services_of

router = APIRouter(prefix="/rykkere")


@router.post("/stop")
def stop(request: Request, visitor: Caseworker, reason: Annotated[str, Form()] = "") -> Response:
    """Stop all sending, also of what is being sent right now."""
    try:
        done = stop_sending(services_of(request), reason, visitor.now, visitor.user.name)
    except RefusedError as error:
        return told(request, visitor, error.message, "/rykkere", is_good=False)
    return told(request, visitor, done, "/rykkere")


@router.post("/genoptag")
def resume(request: Request, visitor: Caseworker) -> Response:
    """Let mails go out again."""
    done = resume_sending(services_of(request), visitor.now, visitor.user.name)
    return told(request, visitor, done, "/rykkere")
