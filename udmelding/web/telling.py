"""After something was done: the next page, with one sentence on what happened."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse

from udmelding.journal import access
from udmelding.journal.database import writing
from udmelding.web.visitor import Visitor, services_of


def told(request: Request, visitor: Visitor, message: str, address: str) -> RedirectResponse:
    """Go on to ``address``, where ``message`` stands once."""
    with writing(services_of(request).engine) as session:
        access.touch_session(session, visitor.session.id, visitor.now, message)
    return RedirectResponse(address, status_code=303)
