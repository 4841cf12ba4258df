"""«Læs postkassen nu»: what comes in by itself every so many minutes, taken in at once.

Whoever waits for an answer, or has just set the mailbox up, need not wait for the machine.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from udmelding.casework.desk.beginning import Step
from udmelding.casework.inbox.mailbox import read_mailbox
from udmelding.casework.work import Made
from udmelding.errors import OutsideError, RefusedError
from udmelding.rules.inbox.post_wording import counted_words
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.visitor import Caseworker, services_of
from udmelding.web.work import behind

router = APIRouter(prefix="/mails/laes")

_POST = ("/mails/post", "Mails")
_STEP = (f"/kom-godt-i-gang?aaben={Step.MAIL_IN.value}#{Step.MAIL_IN.value}", "Kom godt i gang")


@router.post("")
def read_now(
    request: Request, visitor: Caseworker, til: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Read the mailbox now, and go back to the page that the button stands on.

    Two that read at once share the work: a mail is taken in once, by its content.

    Raises:
        RefusedError: no mailbox is set up.
    """
    services, (back, back_name) = services_of(request), _STEP if til == "start" else _POST
    if not services.settings.mailbox.host:
        raise RefusedError("Der er ingen postkasse at læse. It-afdelingen sætter den op.")

    def read(tell: Tell) -> Made:
        try:
            said, is_good = counted_words(read_mailbox(services, visitor.now)), True
        except OutsideError as error:  # which way it failed stands there, and in the step's row
            said, is_good = f"Postkassen blev ikke læst. {error.message}", False
        return Made(result=Result(said=said, is_good=is_good, address=back))

    plan = Plan(
        kind="postkasse",
        title="Postkassen læses",
        ready="Postkassen er læst.",
        failed="Postkassen blev ikke læst",
        parts={"Postkassen læses": 1},
        noun="mails",
        kept="Det, der er læst, er læst. Resten læses næste gang.",
        back=back,
        back_name=back_name,
        stop="",
    )
    return behind(request, visitor, plan, read)
