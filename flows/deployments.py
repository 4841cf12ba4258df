"""Serves the flows: the daily sweep and the delivery on their schedules, the others by name.

Run by ``udmelding serve``; or as ``python -m flows.deployments`` beside a Prefect server of your
own. ``--no-schedule`` serves by name only; ``--ready FILE`` makes the file once they are served.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from prefect.runner import Runner
from prefect.schedules import Cron, Schedule
from prefect.types.entrypoint import EntrypointType

from flows.advance import advance
from flows.daily import daily
from flows.deliver import deliver
from flows.lifecycle import announcement_lifecycle
from udmelding import private
from udmelding.config.settings import load_settings

TIMEZONE = "Europe/Copenhagen"
AT_ONCE = 2
"""Each flow run is a process of some 130 MB for a few seconds."""


def weekdays_at(clock_time: str) -> Schedule:
    """The schedule of the daily sweep: ``HH:MM`` Danish time on weekdays.

    Holidays are the flow's own affair: it does nothing on them. Danish time is kept through both
    changes of the clock, because the schedule is in wall clock time.
    """
    hour, minute = clock_time.split(":")
    return Cron(f"{int(minute)} {int(hour)} * * 1-5", timezone=TIMEZONE)


def every_ten_minutes() -> Schedule:
    """The schedule of the delivery: a mail that was postponed goes out without a person."""
    return Cron("*/10 * * * *", timezone=TIMEZONE)


async def serve_all(*, scheduled: bool = True, ready: Path | None = None) -> None:
    """Serve until stopped; needs a Prefect server (``PREFECT_API_URL``) to schedule with.

    Args:
        scheduled: whether the daily sweep and the delivery start by themselves.
        ready: made when all flows are served.
    """
    day = [weekdays_at(load_settings().prefect.daily_at)] if scheduled else []
    often = [every_ten_minutes()] if scheduled else []
    runner = Runner(pause_on_shutdown=False, limit=AT_ONCE)
    for served, schedules in (
        (daily, day),
        (deliver, often),
        (announcement_lifecycle, []),
        (advance, []),
    ):
        made = await served.ato_deployment(
            served.name, schedules=schedules, entrypoint_type=EntrypointType.MODULE_PATH
        )
        await runner.aadd_deployment(made)
    if ready is not None:
        ready.touch()
    await runner.start()


def main() -> None:
    """Serve with the options of the command line; the flows' processes keep its umask."""
    private.keep_to_owner()
    parser = argparse.ArgumentParser(prog="python -m flows.deployments")
    parser.add_argument("--no-schedule", dest="scheduled", action="store_false")
    parser.add_argument("--ready", type=Path)
    given = parser.parse_args()
    asyncio.run(serve_all(scheduled=given.scheduled, ready=given.ready))


if __name__ == "__main__":
    main()
