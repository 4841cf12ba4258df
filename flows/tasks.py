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
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypedDict

from prefect import State, Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE, CachePolicy

from models import Stage
from udmelding.casework.desk.weekly_mail import write_weekly_mails
from udmelding.casework.due.perform import Look, look_at, perform
from udmelding.casework.due.perform import put_away as put_case_away
from udmelding.casework.due.waiting import attention, waiting_cases
from udmelding.casework.inbox.alarms import tell_of_trouble
from udmelding.casework.inbox.mailbox import read_mailbox
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.mail.writing import MACHINE
from udmelding.casework.plan.addresses import read_addresses
from udmelding.casework.report.comment_mails import remind_readers
from udmelding.casework.webhooks.webhooks import deliver_webhooks
from udmelding.casework.wiring import open_services
from udmelding.errors import OutsideError
from udmelding.journal.stamp import Stamp
from udmelding.rules.case.actions import Job

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


class _Doing(_Retrying):
    cache_policy: CachePolicy


DOING: _Doing = {**RETRYING, "cache_policy": NO_CACHE}
"""How tasks are made that get a whole case; Prefect would make a checksum of it."""


@task(name="find what is due", **RETRYING)
async def find_what_is_due(reference: str, now: dt.datetime) -> Look:
    """The case as it is at ``now``, loaded once, and what is to be done in it."""
    with open_services() as services:
        look = look_at(services, reference, now)
    told = defaultdict(list)
    for key, why in look.withheld.items():
        told[why.value].append(key)
    for reason, keys in told.items():
        get_run_logger().info("withheld, %s: %s", reason, ", ".join(sorted(keys)))
    return look


@task(name=Job.OPEN.value, **DOING)
async def open_step(look: Look, stage: Stage) -> int:
    """Ask the parties of the step whose turn has come: an obligation with a due date for each."""
    return perform_and_tell(look, stage, Job.OPEN)


@task(name=Job.INVITE.value, **DOING)
async def invite(look: Look, stage: Stage) -> int:
    """Write to those who were asked, and to councils that have to decide again."""
    return perform_and_tell(look, stage, Job.INVITE)


@task(name=Job.REMIND.value, **DOING)
async def remind(look: Look, stage: Stage) -> int:
    """Write to those who owe what their ladder has come to; never to those who are at work."""
    return perform_and_tell(look, stage, Job.REMIND)


@task(name=Job.THANK.value, **DOING)
async def thank(look: Look, stage: Stage) -> int:
    """Thank those who answered, or tell them why the answer comes back."""
    return perform_and_tell(look, stage, Job.THANK)


@task(name=Job.GIVE_DATES.value, **DOING)
async def give_dates(look: Look, stage: Stage) -> int:
    """Tell those whose date has moved, or who were granted more time."""
    return perform_and_tell(look, stage, Job.GIVE_DATES)


@task(name=Job.TELL_SECRETARIAT.value, **DOING)
async def tell_secretariat(look: Look, stage: Stage) -> int:
    """Tell the secretariat what it must know, each topic once."""
    return perform_and_tell(look, stage, Job.TELL_SECRETARIAT)


@task(name=Job.LIFT.value, **DOING)
async def lift_reservation(look: Look, stage: Stage) -> int:
    """Record that the last council of the reservation has approved."""
    return perform_and_tell(look, stage, Job.LIFT)


def perform_and_tell(look: Look, stage: Stage, job: Job) -> int:
    """Do it in one transaction, safe to run again; the run shows the keys of what it did."""
    logger = get_run_logger()
    with open_services() as services:
        done = perform(services, look, stage, job)
    if done.count:
        logger.info("done: %s", ", ".join(done.keys))
    for key, reason in done.withheld.items():
        logger.info("withheld, %s: %s", reason.value, key)
    return done.count


ASKING = (open_step, invite, thank, give_dates, remind)
"""What is done wherever a process asks parties for something; as a rule in few stages only."""

_at_hand: ContextVar[Look | None] = ContextVar("at_hand", default=None)
"""The look that the lifecycle has taken; a stage's flow that is run alone takes its own."""


@contextmanager
def looking(look: Look) -> Iterator[None]:
    """The flows that are run within share this look."""
    token = _at_hand.set(look)
    try:
        yield
    finally:
        _at_hand.reset(token)


async def in_turn(
    reference: str, now: dt.datetime, stage: Stage, *tasks: Task[[Look, Stage], Any]
) -> int:
    """Run the tasks of a stage, in this order, each only when something is due for it.

    Args:
        reference: the case.
        now: the moment that the case is seen at.
        stage: whose work it is.
        tasks: those of the jobs that the stage's flow does, named as the jobs are.

    Returns:
        How many things were done.
    """
    look = _at_hand.get()
    if look is None or (look.case.reference, look.stamp.now) != (reference, now):
        look = await find_what_is_due(reference, now)
    count = 0
    for run in tasks:
        if look.wants(stage, Job(run.name)):
            count += await run(look, stage)
    return count


@task(name="remind readers of drafts", **RETRYING)
async def remind_of_drafts(now: dt.datetime) -> int:
    """Write the reminders to readers who have not remarked; returns how many were written."""
    with open_services() as services:
        return remind_readers(services, now)


@task(name="write the weekly mails", **RETRYING)
async def write_weekly_page(now: dt.datetime) -> int:
    """Write the director's page to those who want it; returns how many mails were written."""
    with open_services() as services:
        return write_weekly_mails(services, now)


@task(name="put the case away", **DOING)
async def put_away(look: Look) -> tuple[str, ...]:
    """Take the case off the wake index until its next day; returns what a person should look at."""
    with open_services() as services:
        put_case_away(services, look)
        return attention(services, look.case.reference, look.stamp.now)


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


@task(name="tell of trouble")
async def tell_trouble(now: dt.datetime) -> int:
    """Write to the secretariat of what nobody sees, once for each trouble; returns how many."""

    def tell() -> int:
        with open_services() as services:
            return len(tell_of_trouble(services, now))

    return await asyncio.to_thread(tell)


@task(name="read calendars from addresses", **RETRYING)
async def read_calendars(now: dt.datetime) -> int:
    """Read each calendar's address that was not read today; returns how many were read."""

    def read() -> int:
        with open_services() as services:
            return read_addresses(services, Stamp(now, MACHINE))

    return await asyncio.to_thread(read)


@task(name="tell webhooks", **RETRYING)
async def tell_webhooks(now: dt.datetime) -> dict[str, int]:
    """Tell other programs what waits to be told; returns how many events met which fate."""

    def tell() -> dict[str, int]:
        with open_services() as services:
            return {fate.value: n for fate, n in deliver_webhooks(services, now).items()}

    return await asyncio.to_thread(tell)  # a receiver may keep us waiting, as a mail server may
