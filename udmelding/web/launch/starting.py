"""The launch's last step: the cases of the letter begin, or are kept as drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from udmelding.casework.launch.preview import launch_with_letter
from udmelding.casework.mail.trial import MailNotTriedError
from udmelding.errors import DoubtfulError
from udmelding.journal.stamp import Stamp
from udmelding.rules.words.lists import join_names
from udmelding.web.launch.fields import each_case, read_fields
from udmelding.web.launch.letting_go import let_go
from udmelding.web.launch.pages import Said, Values, go_to, shown_or_back, stamp_of
from udmelding.web.rendering import redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/ny")


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
            return go_to("plan", said, mangler="1")
        except MailNotTriedError:
            return go_to("plan", said)

    return shown_or_back(request, visitor, said, None, show)


@router.post("/start-uden-mails")
def start_silently(request: Request, visitor: Caseworker, said: Said) -> Response:
    """Launch a case that is paused: nobody is written to before somebody takes it up."""
    return shown_or_back(request, visitor, said, None, _start)


def _start(request: Request, visitor: Visitor, said: Values) -> Response:
    references = _launched(request, visitor, said, stamp_of(visitor, said), is_draft=True)
    others = f" De andre er {join_names(references[1:])}." if references[1:] else ""
    what = "Sagerne er gemt som kladder." if others else "Sagen er gemt som kladde."
    told = (
        f"{what} Ingen får mails, før du starter den. Nedenfor kan du se, hvad der så bliver "
        f"sendt, hvornår og til hvem.{others}"
    )
    return redirect(request, visitor, told, f"/sager/{references[0]}/pause")


def _start_and_send(request: Request, visitor: Visitor, said: Values, even_so: str) -> Response:
    """Launch the cases of the letter, and let their first mails go."""
    stamp = replace(stamp_of(visitor, said), even_so=even_so)
    references = _launched(request, visitor, said, stamp, is_asked=True)
    done = "Sagen er startet."
    if len(references) > 1:
        done = f"{len(references)} sager er startet: {join_names(references)}."
    return let_go(request, visitor, references, done)


def _launched(
    request: Request, visitor: Visitor, said: Values, stamp: Stamp, **how: bool
) -> tuple[str, ...]:
    """Launch every case of the letter, none before all are as they should be; their references."""
    services, cases = services_of(request), each_case(said)
    for one in cases:
        read_fields(services, one, visitor.now)
    return tuple(
        launch_with_letter(services, read_fields(services, one, visitor.now)[0], stamp, **how)
        for one in cases
    )
