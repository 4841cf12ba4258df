"""The stage of data collection: ask every municipality, remind, thank.

Reminders follow the ladder of the case's process file; each goes once for each due date.
"""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.tasks import give_dates, in_turn, invite, open_step, remind, tell_secretariat, thank
from models import Stage


@flow(name="collect", flow_run_name="{reference}: dataindsamling")
async def collect(reference: str, now: dt.datetime) -> int:
    """Open the collection, and write invitations, reminders and thanks to the outbox.

    Started by ``announcement_lifecycle`` when something of this stage is due.
    Each mail has a key, so it is written once.

    Args:
        reference: the case.
        now: the moment that the case is seen at.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    return await in_turn(
        reference,
        now,
        Stage.COLLECTION,
        open_step,
        invite,
        thank,
        give_dates,
        tell_secretariat,
        remind,
    )
