"""The stage of receipt: the case is registered, and the secretariat is told the plan.

Registering is a person's act (``udmelding launch``). The machine answers with the plan, whether the
deadline holds, and which addresses are missing.
"""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.tasks import ASKING, in_turn, tell_secretariat
from models import Stage


@flow(name="receive", flow_run_name="{reference}: modtagelse")
async def receive(reference: str, now: dt.datetime) -> int:
    """Tell the secretariat what the new case's plan looks like.

    Started by ``announcement_lifecycle`` when something of this stage is due.
    One mail to the secretariat, under its key.

    Args:
        reference: the case.
        now: the moment that the case is seen at.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    return await in_turn(reference, now, Stage.RECEIPT, tell_secretariat, *ASKING)
