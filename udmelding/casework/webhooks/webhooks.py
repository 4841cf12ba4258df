"""Tells other programs what was recorded: one signed call for each event and webhook.

Webhooks are served side by side and apart from the mail, so one that hangs holds nobody up. A call
that fails is tried again later; ``journal.webhooks.deliveries`` says how often.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial

from models import DeliveryState
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError
from udmelding.journal.database import Session, reading, writing
from udmelding.journal.webhooks import deliveries as webhook_deliveries
from udmelding.journal.webhooks import webhooks
from udmelding.journal.webhooks.deliveries import Delivery
from udmelding.journal.webhooks.webhooks import Hook
from udmelding.outside.webhook_client import Answer, post

BUDGET = 60.0
"""Seconds after which no new try is begun; what is left waits for the next round."""

_AT_ONCE = 8
_GONE = 410
_BUSY = frozenset({429, 503})
_OFF = "Webhooken er slået fra."

_log = logging.getLogger(__name__)


class EventFate(StrEnum):
    """What became of one event on its way to one webhook in one round."""

    DELIVERED = "delivered"
    POSTPONED = "postponed"
    GIVEN_UP = "given_up"
    RECOVERED = "recovered"


FATES = {
    EventFate.DELIVERED: "modtaget",
    EventFate.POSTPONED: "udsat",
    EventFate.GIVEN_UP: "opgivet",
    EventFate.RECOVERED: "taget op igen efter en afbrydelse",
}
"""Each fate in Danish."""

Checkpoint = Callable[[str, str], None]
"""Called with an event and a place (``claimed``, ``sent``): tests kill there."""


def _pass(_event: str, _place: str) -> None:
    return None


def deliver_webhooks(
    services: Services, now: dt.datetime, checkpoint: Checkpoint = _pass
) -> Counter[EventFate]:
    """Try every event that may go at ``now``.

    Args:
        services: database and settings.
        now: decides what waits and which claims of dead senders are void.
        checkpoint: for tests that stop the sender at a given place.

    Returns:
        How many events met which fate. Safe to run twice, at once, or after being killed.
    """
    started = time.monotonic()

    def moment() -> dt.datetime:
        return now + dt.timedelta(seconds=time.monotonic() - started)

    fates: Counter[EventFate] = Counter()
    with writing(services.engine) as session:
        fates[EventFate.RECOVERED] += webhook_deliveries.release_dead_claims(session, now)
        webhook_deliveries.forget_old(session, now)
        found = webhook_deliveries.waiting(session, now)
    if found:
        until = now + dt.timedelta(seconds=BUDGET)
        serve = partial(_serve, services, moment=moment, until=until, checkpoint=checkpoint)
        with ThreadPoolExecutor(min(len(found), _AT_ONCE)) as pool:
            for met in pool.map(serve, found.values()):
                fates.update(met)
    return +fates


def send_now(services: Services, delivery_id: int, now: dt.datetime) -> Delivery:
    """Try one event at once, and return how it stands then."""
    _deliver_one(services, delivery_id, now, _pass)
    with reading(services.engine) as session:
        return webhook_deliveries.get(session, delivery_id)


def _serve(
    services: Services,
    delivery_ids: Sequence[int],
    *,
    moment: Callable[[], dt.datetime],
    until: dt.datetime,
    checkpoint: Checkpoint,
) -> Counter[EventFate]:
    """Try the events of one webhook in turn, until it is busy, silent, or the time is up."""
    fates: Counter[EventFate] = Counter()
    for delivery_id in delivery_ids:
        if moment() >= until:
            break
        try:
            fate, goes_on = _deliver_one(services, delivery_id, moment(), checkpoint)
        except OutsideError as error:
            _log.warning("webhook delivery %s: %s", delivery_id, error.message)
            break
        if fate is not None:
            fates[fate] += 1
        if not goes_on:
            break
    return fates


def _deliver_one(
    services: Services, delivery_id: int, at: dt.datetime, checkpoint: Checkpoint
) -> tuple[EventFate | None, bool]:
    """What became of the event, and whether the webhook should be tried with more."""
    with writing(services.engine) as session:
        taken = webhook_deliveries.claim(session, delivery_id, at)
    if taken is None:
        return None, True
    delivery, hook = taken
    checkpoint(delivery.event, "claimed")
    answer = post(
        hook.url,
        hook.secret,
        delivery.event,
        delivery.body,
        at,
        may_be_private=services.settings.web.webhooks_to_private,
    )
    checkpoint(delivery.event, "sent")
    with writing(services.engine) as session:
        fate = _settle(session, delivery, hook, answer, at)
    return fate, answer.status is not None and answer.status not in _BUSY


def _settle(
    session: Session, delivery: Delivery, hook: Hook, answer: Answer, at: dt.datetime
) -> EventFate:
    status, said = answer.status, answer_sentence(answer)
    if status is not None and 200 <= status < 300:
        webhook_deliveries.finish(
            session, delivery, DeliveryState.DELIVERED, at, status=status, outcome=said
        )
        return EventFate.DELIVERED
    if status != _GONE and delivery.attempts <= len(webhook_deliveries.PAUSES):
        pause = webhook_deliveries.PAUSES[delivery.attempts - 1]
        if answer.wait is not None and status in _BUSY:
            pause = min(answer.wait, webhook_deliveries.LONGEST_PAUSE)
        webhook_deliveries.postpone(session, delivery, at + pause, status=status, outcome=said)
        return EventFate.POSTPONED
    is_last = status == _GONE or webhook_deliveries.ends_streak(session, hook.id)
    said = f"{said} {_OFF}" if is_last else said
    is_ours = webhook_deliveries.finish(
        session, delivery, DeliveryState.GIVEN_UP, at, status=status, outcome=said
    )
    if is_last and is_ours:
        webhooks.change_hook(session, hook.id, is_active=False)
        _log.warning("webhook %s (%s) is switched off: status %s", hook.id, hook.name, status)
    return EventFate.GIVEN_UP


def answer_sentence(answer: Answer) -> str:
    """The answer in Danish words."""
    if answer.status is None:
        return f"Ikke modtaget: {answer.trouble.rstrip('.')}."
    if 200 <= answer.status < 300:
        return ""
    if answer.status == _GONE:
        return "Modtageren svarede, at adressen er nedlagt (410)."
    if 300 <= answer.status < 400:
        return f"Modtageren viste videre ({answer.status}), og det følges ikke."
    if answer.status in _BUSY:
        return f"Modtageren bad om at vente ({answer.status})."
    return f"Modtageren svarede {answer.status}."
