"""Many mails that a person sends at once: behind the page of that work, where it takes long."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from udmelding.casework.mail.delivery import Counted
from udmelding.casework.work import Made
from udmelding.rules.work import Plan, Result, Tell
from udmelding.web.visitor import Visitor
from udmelding.web.work import behind

Send = Callable[[Counted], tuple[str, bool]]
"""Sends them, and gives a Danish sentence on what became of them, and whether that is good."""


def send_behind(
    request: Request, visitor: Visitor, back: str, back_name: str, send: Send
) -> Response:
    """Send mails, and show what became of them.

    Args:
        request: the button.
        visitor: who sends them.
        back: the page that it stands on, and that tells what became of them.
        back_name: what that is called.
        send: does it; what it refuses before the first mail is refused here.
    """
    plan = Plan(
        kind=f"udsendelse/{request.url.path}",
        title="Mailene sendes",
        ready="Mailene er sendt.",
        failed="Ikke alle mails er sendt",
        parts={"Mailene sendes": 1},
        noun="er afleveret",
        kept="Det, der er sendt, sendes ikke igen. Resten venter og går ved næste udsendelse.",
        back=back,
        back_name=back_name,
    )

    def work(tell: Tell) -> Made:
        said, is_good = send(lambda count, total: tell(0, count, total))
        return Made(result=Result(said=said, is_good=is_good, address=back))

    return behind(request, visitor, plan, work)
