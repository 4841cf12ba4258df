"""The pages as a process: ``serve --only-web``, ``python -m udmelding.cli.service.pages [DAY]``."""

from __future__ import annotations

import datetime as dt
import logging
import sys

from udmelding import clock, private
from udmelding.casework.demo.pages import demo_clock, without_mail
from udmelding.casework.inbox.locked import tidy_quietly
from udmelding.casework.wiring import open_services
from udmelding.config.settings import Settings, load_settings
from udmelding.errors import UdmeldingError
from udmelding.outside.prefect_api import PrefectApi
from udmelding.web.service.app import create_app
from udmelding.web.service.triggering import FlowTrigger

_GRACE_SECONDS = 5


def run(settings: Settings, day: dt.date | None) -> None:
    """Serve the pages until told to stop.

    Args:
        settings: where to listen, and which Prefect server runs what the pages start.
        day: the day of a demonstration; None is the present.

    Raises:
        RefusedError: a setting is wrong.
        OutsideError: the database cannot be reached.
    """
    import uvicorn

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with open_services(without_mail(settings) if day else settings) as services:
        tidy_quietly(services)
        trigger = _trigger(settings, is_demo=day is not None)
        now = demo_clock(services, day) if day else clock.now
        uvicorn.run(
            create_app(services, now, trigger=trigger, demo_day=day),
            host=settings.web.host,
            port=settings.web.port,
            log_level="warning",
            access_log=False,  # addresses of personal links must not stand in a log
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )


def _trigger(settings: Settings, *, is_demo: bool) -> FlowTrigger | None:
    prefect = settings.prefect
    if not prefect.api_url:
        return None
    return FlowTrigger(
        PrefectApi(prefect.api_url, prefect.auth.get_secret_value()), tells_now=is_demo
    )


def main() -> None:
    """Serve with what the environment says; an error becomes its message."""
    private.keep_to_owner()
    try:
        day = dt.date.fromisoformat(sys.argv[1]) if len(sys.argv) > 1 else None
        run(load_settings(), day)
    except UdmeldingError as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
