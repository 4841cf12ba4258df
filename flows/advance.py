"""What a recording calls for: the case's lifecycle, and then the mail that it wrote."""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.deliver import deliver
from flows.lifecycle import announcement_lifecycle
from udmelding import clock


@flow(name="advance", flow_run_name="{reference}: efter registrering")
async def advance(reference: str, now: dt.datetime | None = None) -> int:
    """Do everything that is due in one case, and deliver the mail.

    Started by the pages when something was recorded. One run for both, so that the mail is written
    before it is sent, and only one process has to start.

    Args:
        reference: the case.
        now: the moment to act at; None is the present.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    moment = now or clock.now()
    done = await announcement_lifecycle(reference, moment)
    await deliver(moment, is_reading=False)
    return done
