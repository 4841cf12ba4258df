"""The stage of follow-up: the agency's questions, its verdict, the action plan.

What is owed here shows in ``due``; the secretariat is told of each set of questions.
"""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.tasks import ASKING, in_turn, tell_secretariat
from models import Stage


@flow(name="follow-up", flow_run_name="{reference}: opfølgning")
async def follow_up(reference: str, now: dt.datetime) -> int:
    """Tell the secretariat what the agency has asked and by when.

    Started by ``announcement_lifecycle`` when something of this stage is due.
    One mail for each set of questions, under its key.

    Args:
        reference: the case.
        now: the moment that the case is seen at.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    return await in_turn(reference, now, Stage.FOLLOW_UP, tell_secretariat, *ASKING)
