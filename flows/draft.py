"""The stage of drafting: the answers are in, the report is being written.

The report is written by people. The machine tells the secretariat how complete the answers are, who
is missing, and when the first body's papers are due.
"""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.tasks import ASKING, in_turn, tell_secretariat
from models import Stage


@flow(name="draft", flow_run_name="{reference}: udarbejdelse")
async def draft(reference: str, now: dt.datetime) -> int:
    """Tell the secretariat that drafting can begin, and what it has to build on.

    Started by ``announcement_lifecycle`` when something of this stage is due.
    One mail to the secretariat, under its key.

    Args:
        reference: the case.
        now: the moment that the case is seen at.

    Returns:
        How many things were done; a second run finds them done and returns 0.
    """
    return await in_turn(reference, now, Stage.DRAFTING, tell_secretariat, *ASKING)
