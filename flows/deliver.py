"""Delivery: send what waits in the outbox, each mail once; then tell webhooks."""

from __future__ import annotations

import datetime as dt

from prefect import flow, get_run_logger

from flows.tasks import send_waiting, tell_webhooks
from udmelding import clock


@flow(name="deliver", flow_run_name="levering")
async def deliver(now: dt.datetime | None = None) -> dict[str, int]:
    """Send every mail that may go now, and after that every event that waits for a webhook.

    Started by the daily sweep, and by ``udmelding outbox deliver``. Two that run at once share the
    work: a mail is claimed in the database before it is sent. One that is killed leaves claims that
    the next one decides on (``udmelding.journal.outbox`` says how).

    Args:
        now: decides which mails may go; None is the present.

    Returns:
        How many mails met which fate.
    """
    moment = now or clock.now()
    fates = await send_waiting(moment)
    try:
        await tell_webhooks(moment)
    except Exception:
        # The mail is sent; what other programs are told waits for the next delivery.
        get_run_logger().exception("webhooks failed")
    return fates
