"""The stages of decisions: the area's bodies one after another, then all councils at once.

When the last body has said yes, every council is asked with the recommended wording, and reminded
until it has decided.
"""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.tasks import (
    ASKING,
    give_dates,
    in_turn,
    invite,
    open_step,
    remind,
    tell_secretariat,
    thank,
)
from models import Stage


@flow(name="decide", flow_run_name="{reference}: beslutninger")
async def decide(reference: str, now: dt.datetime) -> int:
    """Write what the bodies' and the councils' decisions call for to the outbox.

    Started by ``announcement_lifecycle`` when something of this stage is due.
    Each mail has a key, so it is written once.

    Args:
        reference: the case.
        now: the moment that the case is seen at.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    bodies = await in_turn(reference, now, Stage.DECISIONS, tell_secretariat, *ASKING)
    councils = await in_turn(
        reference,
        now,
        Stage.COUNCILS,
        open_step,
        invite,
        thank,
        give_dates,
        tell_secretariat,
        remind,
    )
    return bodies + councils
