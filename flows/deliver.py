"""Delivery: send what waits in the outbox, each mail once; then tell webhooks."""

from __future__ import annotations

import datetime as dt

from prefect import flow, get_run_logger

from flows.tasks import read_mail, send_waiting, tell_trouble, tell_webhooks
from udmelding import clock
from udmelding.config.settings import load_settings


@flow(name="deliver", flow_run_name="levering")
async def deliver(now: dt.datetime | None = None, *, is_reading: bool = True) -> dict[str, int]:
    """Read the mailbox, send every mail that may go now, and tell webhooks what waits for them.

    Read first: an answer that has come stops the reminder that would have gone.

    Started by the daily sweep, and by ``udmelding outbox deliver``. Two that run at once share the
    work: a mail is claimed in the database before it is sent. One that is killed leaves claims that
    the next one decides on (``udmelding.journal.mail.outbox`` says how).

    Args:
        now: decides which mails may go; None is the present.
        is_reading: whether to read the mailbox; False where that was done a moment ago.

    Returns:
        How many mails met which fate.
    """
    moment = now or clock.now()
    if is_reading:
        await read_mail_quietly(moment)
    fates = await send_waiting(moment)
    try:
        await tell_trouble(moment)
    except Exception:
        get_run_logger().exception("the secretariat was not told of a trouble")
    try:
        await tell_webhooks(moment)
    except Exception:
        # The mail is sent; what other programs are told waits for the next delivery.
        get_run_logger().exception("webhooks failed")
    return fates


async def read_mail_quietly(moment: dt.datetime) -> None:
    """Read the mailbox, if there is one; what goes wrong there never keeps a mail from going."""
    if not load_settings().mailbox.host:
        return
    try:
        await read_mail(moment)
    except Exception:
        get_run_logger().exception("the mailbox was not read")
