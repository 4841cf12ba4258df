"""Serves the flows: the daily sweep and the delivery on their schedules, the others by name.

Run by ``udmelding serve``; or as ``python -m flows.deployments`` beside a Prefect server of your
own. ``--no-schedule`` serves by name only; ``--ready FILE`` makes the file once they are served.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.advance import advance
from flows.daily import daily
from flows.deliver import deliver
from flows.lifecycle import announcement_lifecycle
from udmelding import private
from udmelding.casework.wiring import Services, open_services, refreshed
from udmelding.rules.wake import crons

TIMEZONE = "Europe/Copenhagen"
AT_ONCE = 2
"""Each flow run is a process of some 130 MB for a few seconds."""


_LOOK = 5.0
"""Seconds between two questions whether people have decided other hours."""

_log = logging.getLogger(__name__)


async def serve_all(*, scheduled: bool = True, ready: Path | None = None) -> None:
    """Serve until stopped; needs a Prefect server (``PREFECT_API_URL``) to schedule with.

    Args:
        scheduled: whether the daily sweep and the delivery start by themselves.
        ready: made when all flows are served.

    Raises:
        NoInstallationError: there is none whose hours could be kept.
    """
    runner = Runner(pause_on_shutdown=False, limit=AT_ONCE)
    with open_services() as services:
        await _serve(runner, crons(services.settings.prefect) if scheduled else {})
        if ready is not None:
            ready.touch()
        following = asyncio.ensure_future(follow(runner, services)) if scheduled else None
        try:
            await runner.start()
        finally:
            if following is not None:
                following.cancel()


async def follow(runner: Runner, services: Services) -> None:
    """Serve the flows anew whenever people have decided other hours, until cancelled.

    The database is asked, not the page that was used: hours are also changed by command, and on
    another machine. Safe at any moment: a schedule of before is replaced, and its runs that have
    not begun go with it.
    """
    now = crons(services.settings.prefect)
    while True:
        await asyncio.sleep(_LOOK)
        try:
            services = await asyncio.to_thread(refreshed, services)
            wanted = crons(services.settings.prefect)
            if wanted != now:
                await _serve(runner, wanted)
                _log.warning("schedules changed from %s to %s", now, wanted)
                now = wanted
        except Exception:
            # The flows go on by the hours of before, and the next look tries again.
            _log.exception("it is not known whether the hours have changed")


async def _serve(runner: Runner, schedules: Mapping[str, str]) -> None:
    """Serve all flows; those that ``schedules`` names start by themselves.

    Danish time is kept through both changes of the clock, because cron is in wall clock time.
    """
    for served in (daily, deliver, announcement_lifecycle, advance):
        cron = schedules.get(served.name)
        made = await served.ato_deployment(
            served.name,
            schedules=[Cron(cron, timezone=TIMEZONE)] if cron else [],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        await runner.aadd_deployment(made)


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
