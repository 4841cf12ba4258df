"""Serves the flows: the daily sweep on its schedule, the others for whoever starts them by name.

Run with ``python -m flows.deployments`` beside a Prefect server.
"""

from __future__ import annotations

import asyncio

from prefect import aserve
from prefect.schedules import Cron, Schedule

from flows.daily import daily
from flows.deliver import deliver
from flows.lifecycle import announcement_lifecycle
from udmelding.config.settings import load_settings

TIMEZONE = "Europe/Copenhagen"


def weekdays_at(clock_time: str) -> Schedule:
    """The schedule of the daily sweep: ``HH:MM`` Danish time on weekdays.

    Holidays are the flow's own affair: it does nothing on them. Danish time is kept through both
    changes of the clock, because the schedule is in wall clock time.
    """
    hour, minute = clock_time.split(":")
    return Cron(f"{int(minute)} {int(hour)} * * 1-5", timezone=TIMEZONE)


async def serve_all() -> None:
    """Serve until stopped; needs a Prefect server (``PREFECT_API_URL``) to schedule with."""
    daily_at = load_settings().prefect.daily_at
    await aserve(
        await daily.ato_deployment("daily", schedule=weekdays_at(daily_at)),
        await announcement_lifecycle.ato_deployment("announcement-lifecycle"),
        await deliver.ato_deployment("deliver"),
        pause_on_shutdown=False,
    )


if __name__ == "__main__":
    asyncio.run(serve_all())
