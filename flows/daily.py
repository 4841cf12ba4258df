"""The daily sweep: every case with something due is taken through its lifecycle, then mail is sent.

Scheduled on weekdays at the hour that people decide (``flows.deployments``); on holidays it does
nothing, and the next business day finds what was due, because it asks for everything due that was
not done.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

from prefect import flow, get_run_logger, tags, task

from flows.deliver import deliver, read_mail_quietly
from flows.lifecycle import announcement_lifecycle
from flows.tasks import (
    RETRYING,
    find_waiting_cases,
    read_calendars,
    remind_of_drafts,
    write_weekly_page,
)
from udmelding import clock
from udmelding.casework.inbox.alarms import note_sweep
from udmelding.casework.summaries import summarise
from udmelding.casework.wiring import open_services
from udmelding.config.settings import load_settings
from udmelding.rules.words.business_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class Day:
    """What one day's sweep did.

    Attributes:
        skipped: why nothing was done at all, in Danish; empty when the sweep ran.
        failed: references of cases whose lifecycle raised; the others went on.
    """

    skipped: str = ""
    cases: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    done: int = 0
    mails: dict[str, int] | None = None


@flow(name="daily", flow_run_name="dagens gennemgang")
async def daily(now: dt.datetime | None = None) -> Day:
    """Do what is due today in all cases, and deliver the mail.

    Safe to run again, or twice at once: see ``announcement_lifecycle`` and ``deliver``.

    Args:
        now: the moment to act at; None is the present.
    """
    moment = now or clock.now()
    logger = get_run_logger()
    reason = closed_because(moment.date())
    if reason:
        logger.info("skipped: %s", reason)
        return Day(skipped=reason)
    await read_mail_quietly(moment)
    await read_calendars_quietly(moment)
    cases = await find_waiting_cases(moment)
    done, failed = 0, []
    for reference in cases:
        try:
            with tags(reference):
                done += await announcement_lifecycle(reference, moment)
        except Exception:
            # One broken case must not keep the others from their reminders; the run shows it.
            logger.exception("case %s failed", reference)
            failed.append(reference)
    done += await remind_of_drafts(moment)
    done += await write_weekly_page(moment)
    await keep_sweep(moment, failed)
    mails = await deliver(moment, is_reading=False)
    logger.info("cases summarised: %s", await summarise_cases(moment))
    return Day(cases=cases, failed=tuple(failed), done=done, mails=mails)


async def read_calendars_quietly(now: dt.datetime) -> None:
    """Read the calendars first, for plans rest on them; none of them may hold up the day's work."""
    try:
        read = await read_calendars(now)
    except Exception:
        get_run_logger().exception("the calendars could not be read")
    else:
        get_run_logger().info("calendars read from addresses: %s", read)


@task(name="note the sweep")
async def keep_sweep(now: dt.datetime, failed: list[str]) -> None:
    """Keep when the day's work was done: one that was missed is told of."""
    note_sweep(load_settings(), now, failed)


@task(name="prepare the overview", **RETRYING)
async def summarise_cases(now: dt.datetime) -> int:
    """Work out what the overview shows of each case today, so that nobody has to wait for it."""

    def work() -> int:
        with open_services() as services:
            return summarise(services, now)

    return await asyncio.to_thread(work)  # many cases take a while; Prefect's heartbeat goes on


def closed_because(day: dt.date) -> str:
    """Why no sweep is made on ``day``: weekend or public holiday; empty on other days."""
    calendar = WorkCalendar()
    if day.isoweekday() > 5:
        return "weekend"
    return calendar.is_holiday(day) or ""
