"""Runs flows from the command line: sets Prefect up inside our own folder, then imports it.

Prefect reads its settings from the environment when it is imported, and costs more than a second,
so both happen here, inside the command that runs a flow. Nothing of it is written outside
``UDMELDING_HOME``, and nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import typer

from udmelding import private

Result = TypeVar("Result")

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "true",
}
"""How Prefect behaves wherever we start it: it says what is wrong, and tells nobody else."""

# The small server that Prefect starts for one command writes its events to the same SQLite file as
# its runs. The two collide, each collision is answered 503, and the client then waits two seconds:
# measured, a daily sweep took 9 s with these services and 1 s without. Runs, states of flows and
# artifacts are kept; a Prefect server of your own (``prefect.api_url``) keeps everything.
_FOR_ONE_COMMAND = {
    f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false"
    for service in ("EVENT_PERSISTER", "TASK_RUN_RECORDER", "TRIGGERS", "SCHEDULER", "LATE_RUNS")
} | {
    # The first start makes Prefect's own database; slow disks need the time.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def prepare(home: Path, api_url: str | None, auth: str = "") -> None:
    """Point Prefect at ``home`` (its database, settings and logs) unless the user has."""
    folder = home / "prefect"
    private.make_folder(folder)
    os.environ.setdefault("PREFECT_HOME", str(folder))
    os.environ.setdefault("PREFECT_PROFILES_PATH", str(folder / "profiles.toml"))
    chosen = QUIET | ({"PREFECT_API_URL": api_url} if api_url else _FOR_ONE_COMMAND)
    chosen |= {"PREFECT_API_AUTH_STRING": auth} if auth else {}
    for name, value in chosen.items():
        os.environ.setdefault(name, value)


def run(make: Callable[[], Awaitable[Result]], *, quiet: bool = False) -> Result:
    """Run a coroutine that runs flows.

    Args:
        make: imports the flow and calls it; called after Prefect was set up.
        quiet: say nothing about waiting.
    """
    from udmelding.cli.supervisor_lock import running
    from udmelding.config.settings import load_settings

    settings = load_settings()
    service = running(settings.home)
    if service is not None:  # two servers must not share Prefect's database
        prepare(settings.home, service.api_url, service.auth)
    else:
        auth = settings.prefect.auth.get_secret_value()
        prepare(settings.home, settings.prefect.api_url, auth)
    if not quiet and service is None and sys.stderr.isatty():
        typer.echo("Starter Prefect (første gang tager det op mod et halvt minut) …", err=True)

    async def awaited() -> Result:
        return await make()

    return asyncio.run(awaited())


def run_lifecycle(reference: str, now: dt.datetime) -> int:
    """Run the lifecycle of one case; returns how many things were done."""

    async def make() -> int:
        from flows.lifecycle import announcement_lifecycle

        return await announcement_lifecycle(reference, now)

    return run(make)


def run_daily(now: dt.datetime) -> Any:
    """Run the daily sweep; returns ``flows.daily.Day``."""

    async def make() -> Any:
        from flows.daily import daily

        return await daily(now)

    return run(make)


def run_deliver(now: dt.datetime) -> dict[str, int]:
    """Run a delivery; returns how many mails met which fate."""

    async def make() -> dict[str, int]:
        from flows.deliver import deliver

        return await deliver(now)

    return run(make)
