"""Asks a person to look, where what was written may hold what may not be kept.

Nothing is saved yet: the form goes on, with a box that says that somebody has looked; a file is to
be chosen again, see ``kept_fields``. One page for every form there is, so that none can forget to
ask.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from udmelding.errors import ConfirmationNeededError
from udmelding.web.kept_fields import kept_from
from udmelding.web.rendering import page
from udmelding.web.visitor import HAS_LOOKED


async def question_page(
    request: Request, error: ConfirmationNeededError, layout: str = "base.html"
) -> HTMLResponse:
    """The page that asks.

    Args:
        request: whose form could not be saved yet.
        error: what to look for.
        layout: the template around it: a municipality's page looks otherwise.
    """
    kept = await kept_from(request)
    await (await request.form()).close()  # the files that came with it are let go of at once
    return page(
        request,
        "files/question.html",
        code=error.http_status,
        layout=layout,
        kept=kept,
        reason=error.message,
        confirm=error.confirm,
        box=HAS_LOOKED,
    )
