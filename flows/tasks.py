"""The tasks that the flows share: coarse, one for a batch, with retries where the outside may fail.

A task run costs some 60 ms and a row in Prefect's own database, so none is made per municipality;
what became of each mail is in our outbox.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import uuid
from collections.abc import Callable
from typing import TypedDict

from prefect import State, get_run_logger, task

from models import Stage
from udmelding.casework.due.perform import perform_stage, settle, stages_due
from udmelding.casework.due.waiting import attention, waiting_cases
from udmelding.casework.inbox.mailbox import read_mailbox
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.report.comment_mails import remind_readers
from udmelding.casework.services import open_services
from udmelding.casework.webhooks.webhooks import deliver_webhooks
from udmelding.errors import OutsideError

RETRIES = 3
PAUSES: list[float] = [2, 10, 60]


def worth_retrying(_task: object, _run: object, state: State[object]) -> bool:
    """Retry only what a later try can mend: a locked database, not a wrong setting."""
    return isinstance(state.data, OutsideError) and state.data.is_temporary


class _Retrying(TypedDict):
    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: Callable[..., bool]


RETRYING: _Retrying = {
    "retries": RETRIES,
    "retry_delay_seconds": PAUSES,
    "retry_condition_fn": worth_retrying,
}
"""How every task here is retried."""


@task(name="find what is due", **RETRYING)
async def find_due_stages(reference: str, now: dt.datetime) -> tuple[Stage, ...]:
    """The stages of one case in which something is due at ``now``."""
    with open_services() as services:
        return stages_due(services, reference, now)


@task(
    name="do what is due",
    task_run_name="{stage}",
    **RETRYING,
)
async def perform(reference: str, stage: Stage, now: dt.datetime) -> int:
    """Do what is due in one stage of one case; one transaction, safe to run again."""
    logger = get_run_logger()
    with open_services() as services:
        done = perform_stage(services, reference, stage, now)
    for key in (*done.opened, *done.written, *done.lifted):
        logger.info("done: %s", key)
    for key, reason in done.withheld:
        logger.info("withheld: %s (%s)", key, reason)
    return done.count


@task(name="remind readers of drafts", **RETRYING)
async def remind_of_drafts(now: dt.datetime) -> int:
    """Write the reminders to readers who have not remarked; returns how many were written."""
    with open_services() as services:
        return remind_readers(services, now)


@task(name="put the case away", **RETRYING)
async def put_away(reference: str, now: dt.datetime) -> tuple[str, ...]:
    """Take the case off the wake index until its next day; returns what a person should look at."""
    with open_services() as services:
        settle(services, reference, now)
        return attention(services, reference, now)


@task(name="find cases with something due", **RETRYING)
async def find_waiting_cases(now: dt.datetime) -> tuple[str, ...]:
    """References of the cases in which something is due at ``now``."""
    with open_services() as services:
        return waiting_cases(services, now)


@task(name="send waiting mails", **RETRYING)
async def send_waiting(now: dt.datetime) -> dict[str, int]:
    """Send what waits in the outbox; returns how many mails met which fate."""
    owner = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"

    def send() -> dict[str, int]:
        with open_services() as services:
            return {fate.value: n for fate, n in deliver_waiting(services, now, owner).items()}

    # A slow mail server must not hold up the event loop that Prefect's heartbeat lives in.
    return await asyncio.to_thread(send)


@task(name="read the mailbox")
async def read_mail(now: dt.datetime) -> dict[str, int]:
    """Take in what has come to the mailbox; returns how many new mails of each kind there were.

    Not retried: the next delivery reads again in some minutes.
    """

    def read() -> dict[str, int]:
        with open_services() as services:
            return {kind.value: n for kind, n in read_mailbox(services, now).items()}

    return await asyncio.to_thread(read)


@task(name="tell webhooks", **RETRYING)
async def tell_webhooks(now: dt.datetime) -> dict[str, int]:
    """Tell other programs what waits to be told; returns how many events met which fate."""

    def tell() -> dict[str, int]:
        with open_services() as services:
            return {fate.value: n for fate, n in deliver_webhooks(services, now).items()}

    return await asyncio.to_thread(tell)  # a receiver may keep us waiting, as a mail server may
