"""What administrators do with webhooks: add, test, switch off and on, give a new secret, remove.

Everything done here is logged with who and when, never with a secret.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import DeliveryState
from udmelding.casework.webhooks.webhooks import send_now
from udmelding.casework.wiring import Services
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.announcing import GROUPS, announce_test
from udmelding.journal.webhooks import deliveries as webhook_deliveries
from udmelding.journal.webhooks import webhooks
from udmelding.journal.webhooks.deliveries import Delivery
from udmelding.journal.webhooks.webhooks import Hook
from udmelding.outside.webhook_client import check_address
from udmelding.rules.recording.catalogue import ENTRY_OF
from udmelding.rules.words.date_wording import clock_time, short_date

SHOWN = 50
"""How many deliveries of a webhook can be looked at."""

MOST_NAME, MOST_URL = 100, 2000

EVENTS: Mapping[str, str] = {
    "case": "ny sag",
    **{group: ENTRY_OF[group].noun for group in GROUPS if group in ENTRY_OF},
    "mail": "mail med problemer",
}
"""Each group of events in Danish, in the order to show them."""

_WORDS = {
    "case.launched": "ny sag oprettet",
    "mail.failed": "mail afvist",
    "mail.held": "mail tilbageholdt til afklaring",
    "mail.stopped": "mailserveren tager ikke imod mails",
    "webhook.test": "testhændelse",
}
_DONE = {"recorded": "registreret", "corrected": "rettet", "withdrawn": "taget tilbage"}


@dataclass(frozen=True, slots=True)
class HookSeen:
    """A webhook and the last that was sent to it."""

    hook: Hook
    last: Delivery | None


def kind_in_words(kind: str) -> str:
    """A kind of event in Danish, such as ``beslutning registreret``."""
    if kind in _WORDS:
        return _WORDS[kind]
    group, _, done = kind.partition(".")
    return f"{EVENTS.get(group, group)} {_DONE.get(done, done)}"


def all_webhooks(services: Services) -> tuple[HookSeen, ...]:
    """All webhooks with the newest event of each that was tried, or else the newest."""
    with reading(services.engine) as session:
        seen = []
        for hook in webhooks.all_hooks(session):
            newest = webhook_deliveries.deliveries(session, hook.id, SHOWN)
            tried = [delivery for delivery in newest if delivery.attempts]
            seen.append(HookSeen(hook, next(iter(tried or newest), None)))
        return tuple(seen)


def one_webhook(services: Services, hook_id: int) -> tuple[Hook, list[Delivery]]:
    """A webhook and its newest deliveries.

    Raises:
        NotFoundError: there is no such webhook.
    """
    with reading(services.engine) as session:
        return webhooks.get_hook(session, hook_id), webhook_deliveries.deliveries(
            session, hook_id, SHOWN
        )


def flaws_of(services: Services, name: str, url: str, events: Sequence[str]) -> dict[str, str]:
    """What is wrong with a webhook to be: a sentence for each field that is."""
    flaws = {}
    if not name.strip():
        flaws["name"] = "Skriv, hvem der får besked."
    elif len(name.strip()) > MOST_NAME:
        flaws["name"] = f"Skriv højst {MOST_NAME} tegn."
    if len(url) > MOST_URL:
        flaws["url"] = f"Adressen må højst være {MOST_URL} tegn."
    else:
        try:
            check_address(url.strip(), may_be_private=services.settings.web.webhooks_to_private)
        except RefusedError as error:
            flaws["url"] = error.message
    wrong = [event for event in events if not _is_known(event)]
    if wrong:
        flaws["events"] = f"«{wrong[0]}» er ingen hændelse. Kendte: {', '.join(GROUPS)}."
    return flaws


def _is_known(event: str) -> bool:
    group, _, done = event.partition(".")
    return event in _WORDS or (group in GROUPS and (not done or done in _DONE))


def add_webhook(
    services: Services,
    *,
    name: str,
    url: str,
    events: Sequence[str],
    by: str,
    now: dt.datetime,
    has_looked: bool = False,
) -> Hook:
    """Add a webhook; its secret is to be shown once.

    Raises:
        RefusedError: the name, the address or an event is wrong; says what.
    """
    flaws = flaws_of(services, name, url, events)
    if flaws:
        raise RefusedError(" ".join(flaws.values()))
    with writing(services.engine) as session:
        hook = webhooks.add_hook(
            session,
            name=name.strip(),
            url=url.strip(),
            events=events,
            by=by,
            now=now,
            has_looked=has_looked,
        )
    _tell(now, by, "added webhook %s (%s)", hook.id, hook.name)
    return hook


def send_test(services: Services, hook_id: int, *, by: str, now: dt.datetime) -> Delivery:
    """Send a test event at once; returns how it was taken.

    Raises:
        NotFoundError: there is no such webhook.
        RefusedError: it is switched off.
    """
    with writing(services.engine) as session:
        if not webhooks.get_hook(session, hook_id).is_active:
            raise RefusedError("Webhooken er slået fra. Slå den til, før du sender en test.")
        made = announce_test(session, hook_id, by, now)
    return send_now(services, made, now)


def switch_on(services: Services, hook_id: int, *, by: str, now: dt.datetime) -> Delivery:
    """Switch a webhook on and send it a test event; returns how that was taken.

    Raises:
        NotFoundError: there is no such webhook.
    """
    with writing(services.engine) as session:
        webhooks.change_hook(session, hook_id, is_active=True)
    _tell(now, by, "switched webhook %s on", hook_id)
    return send_test(services, hook_id, by=by, now=now)


def switch_off(services: Services, hook_id: int, *, by: str, now: dt.datetime) -> None:
    """Switch a webhook off: it is told nothing, and what waits goes on waiting.

    Raises:
        NotFoundError: there is no such webhook.
    """
    with writing(services.engine) as session:
        webhooks.change_hook(session, hook_id, is_active=False)
    _tell(now, by, "switched webhook %s off", hook_id)


def renew_secret(services: Services, hook_id: int, *, by: str, now: dt.datetime) -> str:
    """Give a webhook a new secret, which holds at once; returns it, to be shown once.

    Raises:
        NotFoundError: there is no such webhook.
    """
    secret = webhooks.fresh_secret()
    with writing(services.engine) as session:
        webhooks.change_hook(session, hook_id, secret=secret)
    _tell(now, by, "gave webhook %s a new secret", hook_id)
    return secret


def remove_webhook(services: Services, hook_id: int, *, by: str, now: dt.datetime) -> str:
    """Remove a webhook and what waits for it; returns its name.

    Raises:
        NotFoundError: there is no such webhook.
    """
    with writing(services.engine) as session:
        hook = webhooks.get_hook(session, hook_id)
        webhooks.remove_hook(session, hook_id)
    _tell(now, by, "removed webhook %s (%s)", hook_id, hook.name)
    return hook.name


def try_again(services: Services, hook_id: int, delivery_id: int, now: dt.datetime) -> Delivery:
    """Try an event again at once; returns how it was taken.

    Raises:
        NotFoundError: the webhook has no such event that can be tried again.
        RefusedError: the webhook is switched off.
    """
    with writing(services.engine) as session:
        if not webhooks.get_hook(session, hook_id).is_active:
            raise RefusedError("Webhooken er slået fra. Slå den til, før du prøver igen.")
        webhook_deliveries.try_again(session, hook_id, delivery_id, now)
    return send_now(services, delivery_id, now)


def how_it_went(delivery: Delivery) -> str:
    """One sentence on how an event was taken."""
    if delivery.state is DeliveryState.DELIVERED:
        return f"Modtageren har taget imod ({delivery.status})."
    again = ""
    if delivery.state is DeliveryState.PENDING:
        when = delivery.not_before
        again = f" Den prøves igen {short_date(when.date())} kl. {clock_time(when)}."
    return f"{delivery.outcome or 'Den er ved at blive sendt.'}{again}"


def _tell(now: dt.datetime, by: str, what: str, *about: object) -> None:
    _log.warning(f"%s %s: {what}", now.isoformat(timespec="seconds"), by, *about)


_log = logging.getLogger(__name__)
