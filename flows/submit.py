"""The stage of submission: letters to the agency are drafted, and later a reservation is lifted.

The cover letter names the councils that have not decided. When the last of them has approved, it is
recorded that the reservation is lifted, which calls for a supplementary letter. No letter leaves
from here: the secretariat is told that one waits, and a person releases it.
"""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.tasks import ASKING, in_turn, lift_reservation, tell_secretariat
from models import Stage


@flow(name="submit", flow_run_name="{reference}: fremsendelse")
async def submit(reference: str, now: dt.datetime) -> int:
    """Tell of letters that wait, and warn when the deadline nears with councils missing.

    Started by ``announcement_lifecycle`` when something of this stage is due.
    The reservation is lifted once, as a fact of its own.

    Args:
        reference: the case.
        now: the moment that the case is seen at.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    return await in_turn(
        reference,
        now,
        Stage.SUBMISSION,
        lift_reservation,
        tell_secretariat,
        *ASKING,
    )
