"""After something was done: the next page, with one sentence on what happened."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse

from udmelding.journal.access import access
from udmelding.journal.database import writing
from udmelding.web.visitor import WARNING, Visitor, services_of


def told(
    request: Request, visitor: Visitor, message: str, address: str, *, is_good: bool = True
) -> RedirectResponse:
    """Go on to ``address``, where ``message`` stands once; as a warning if it is not good."""
    said = message if is_good else f"{WARNING}{message}"
    with writing(services_of(request).engine) as session:
        access.touch_session(session, visitor.session.id, visitor.now, said)
    return RedirectResponse(address, status_code=303)
