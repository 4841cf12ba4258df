"""The lifecycle of one case: look at it, do what is due, put it away until next time.

A case lives for 6 to 18 months and waits in the database, not here: this flow takes seconds. It is
started when something has happened in a case and by the daily sweep. Whatever it does leaves a fact
or a mail under a key, so running it twice, at once or after a kill does nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from prefect import flow, tags

from flows.collect import collect
from flows.decide import decide
from flows.draft import draft
from flows.follow_up import follow_up
from flows.publish import publish
from flows.receive import receive
from flows.submit import submit
from flows.tasks import find_what_is_due, looking, put_away
from models import Stage
from udmelding import clock
from udmelding.casework.due.perform import turns

STAGE_FLOWS: Mapping[Stage, Callable[[str, dt.datetime], Awaitable[int]]] = {
    Stage.RECEIPT: receive,
    Stage.COLLECTION: collect,
    Stage.DRAFTING: draft,
    Stage.DECISIONS: decide,
    Stage.COUNCILS: decide,
    Stage.SUBMISSION: submit,
    Stage.FOLLOW_UP: follow_up,
}


@flow(name="announcement-lifecycle", flow_run_name="{reference}")
async def announcement_lifecycle(reference: str, now: dt.datetime | None = None) -> int:
    """Do everything that is due in one case.

    Started by ``udmelding advance``, by the daily sweep, and by whatever records a fact.

    Args:
        reference: the case.
        now: the moment that the case is seen at; None is the present. A rehearsal gives its own.

    Returns:
        How many things were done.
    """
    moment = now or clock.now()
    look = await find_what_is_due(reference, moment)
    count = 0
    with looking(look):
        for stage in turns(look):
            with tags(reference, stage.value):
                count += await STAGE_FLOWS[stage](reference, moment)
    await put_away(look)
    await publish(reference, moment)
    return count
