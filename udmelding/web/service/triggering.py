"""Starts the flows that a recording calls for, after the answer to it has gone.

Nothing here is needed for a fact to count: it is saved before, and the daily sweep finds whatever
no flow was started for. No address of a page is ever logged; a personal link is one.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from udmelding.casework.access.links import open_link
from udmelding.casework.due.waiting import waiting_cases
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError, UdmeldingError
from udmelding.journal.access import access
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.outside.prefect_api import FailedRun, PrefectApi
from udmelding.web.visitor import RESUME, cookie_name

LATER = "Mailene skrives og sendes ved næste daglige gennemgang, for Prefect svarer ikke lige nu."

_RECORDED = frozenset({201, 303})
_OF_PERSONS = ("/login", "/logout", "/indstillinger", RESUME)
"""Addresses where nothing of a case is recorded."""

_RECENT = dt.timedelta(days=3)
_ASKED_EVERY = 60.0

_log = logging.getLogger(__name__)


class Trigger(Protocol):
    """Starts flows elsewhere; an app without one does the work of a launch itself."""

    def is_there(self) -> bool:
        """Whether flows can be started now; answers at once."""

    def advance(self, reference: str, now: dt.datetime) -> None:
        """Start the lifecycle of a case and the delivery after it.

        Raises:
            OutsideError: it could not be started.
        """

    def deliver(self, now: dt.datetime) -> None:
        """Start a delivery.

        Raises:
            OutsideError: it could not be started.
        """

    def failed_runs(self, now: dt.datetime) -> tuple[FailedRun, ...]:
        """The latest runs that failed; none where that cannot be known."""

    def crons(self) -> Mapping[str, str]:
        """When each flow that starts by itself does so, by its name; none while that is unknown."""


class FlowTrigger:
    """Starts flows on a Prefect server."""

    def __init__(self, api: PrefectApi, *, tells_now: bool = False) -> None:
        """Remember the server.

        Args:
            api: the server.
            tells_now: whether flows are told the moment; a demonstration's clock stands still.
        """
        self._api, self._tells_now = api, tells_now
        self._failed: tuple[FailedRun, ...] = ()
        self._asked_at: float | None = None

    def is_there(self) -> bool:
        """Whether the server answers."""
        return self._api.answers()

    def advance(self, reference: str, now: dt.datetime) -> None:
        """Start the lifecycle of a case and the delivery after it."""
        self._start("advance", {"reference": reference}, now, reference)

    def deliver(self, now: dt.datetime) -> None:
        """Start a delivery."""
        self._start("deliver", {}, now, "deliver")

    def failed_runs(self, now: dt.datetime) -> tuple[FailedRun, ...]:
        """The runs that failed in the last days; asked for once a minute at most."""
        moment = time.monotonic()
        if self._asked_at is None or moment - self._asked_at > _ASKED_EVERY:
            self._asked_at = moment
            try:
                self._failed = self._api.failed_runs(now - _RECENT)
            except OutsideError as error:
                _log.warning("failed runs are not known: %s", error.message)
        return self._failed

    def crons(self) -> Mapping[str, str]:
        """When the daily run and the delivery start by themselves, as the server knows it."""
        try:
            return {name: self._api.cron(f"{name}/{name}") for name in ("daily", "deliver")}
        except OutsideError as error:
            _log.warning("schedules are not known: %s", error.message)
            return {}

    def _start(self, name: str, values: dict[str, Any], now: dt.datetime, about: str) -> None:
        told = {"now": now.isoformat()} if self._tells_now else {}
        self._api.start(f"{name}/{name}", values | told, f"web/{about}/{uuid4()}")


def follow_up(app: FastAPI, reference: str, now: dt.datetime) -> None:
    """Start what is due after something was recorded; a flow that cannot start is logged.

    Args:
        app: its database and its trigger.
        reference: the case; empty if it was no case's.
        now: the moment of the recording.
    """
    services, trigger = app.state.services, app.state.trigger
    try:
        if reference and reference in waiting_cases(services, now):
            trigger.advance(reference, now)
        elif not _is_idle(services, now):
            trigger.deliver(now)
    except UdmeldingError as error:
        _log.warning("no flow started after a recording in %s: %s", reference, error.message)


async def trigger_after(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Let a recording be followed by its flows, once it has been answered.

    A page whose address does not name the case says which ones in ``request.state.recorded_in``;
    one that only leads on to what a form would do says None.
    """
    request.state.recorded_in = ()
    app: FastAPI = request.app  # a mounted app puts itself in its place
    response = await call_next(request)
    if app.state.trigger is None or not _has_recorded(request, response):
        return response
    if await run_in_threadpool(app.state.trigger.is_there):
        response.background = BackgroundTask(_after, app, request)
    else:
        await run_in_threadpool(_tell, app, request)
    return response


def _has_recorded(request: Request, response: Response) -> bool:
    return (
        request.method == "POST"
        and response.status_code in _RECORDED
        and request.state.recorded_in is not None
        and not request.url.path.startswith(_OF_PERSONS)
    )


def _after(app: FastAPI, request: Request) -> None:
    now = app.state.now()
    for reference in _references(app, request, now):
        follow_up(app, reference, now)


def _references(app: FastAPI, request: Request, now: dt.datetime) -> tuple[str, ...]:
    """The cases that were recorded in; named by the page, the address, or the personal link.

    One empty name where it was no case's.
    """
    given = request.path_params
    if request.url.path.startswith("/k/"):
        opened = open_link(app.state.services, given.get("token", ""), now)
        return (opened.case.reference if opened else "",)
    return request.state.recorded_in or (str(given.get("reference", "")),)


def _tell(app: FastAPI, request: Request) -> None:
    """Say to the user, and in the log, that the flows will come later."""
    services, now = app.state.services, app.state.now()
    waiting = {*_references(app, request, now)} & {*waiting_cases(services, now)}
    if not waiting and _is_idle(services, now):
        return
    about = ", ".join(sorted(waiting)) or "mail"
    _log.warning("Prefect does not answer; %s waits for the daily sweep", about)
    secret = request.cookies.get(cookie_name(services), "")
    idle = dt.timedelta(minutes=services.settings.web.idle_minutes)
    with writing(services.engine) as session:
        found = access.find_session(session, secret, now, idle)
        if found is not None:
            access.touch_session(session, found.id, now, f"{found.message} {LATER}".strip())


def _is_idle(services: Services, now: dt.datetime) -> bool:
    with reading(services.engine) as session:
        return outbox.is_idle(session, now)
