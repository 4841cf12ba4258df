"""How long must a mail wait so that no server gets more than it takes?

Mail servers refuse or delay a sender that writes too much at once. The pace is counted over a
sliding minute, over all mails and over those to one domain, whoever sent them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WINDOW = dt.timedelta(minutes=1)
NO_WAIT = dt.timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The most mails in any minute; 0 is no limit."""

    per_minute: int = 0
    per_domain: int = 0

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit."""
        return bool(self.per_minute or self.per_domain)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A mail that was handed over, and the domains of its receivers."""

    at: dt.datetime
    domains: frozenset[str]


def domains_of(addresses: Iterable[str]) -> frozenset[str]:
    """The domains of mail addresses, in lower case."""
    return frozenset(address.rpartition("@")[2].casefold() for address in addresses)


def wait(
    pace: Pace, handed: Sequence[HandedOver], domains: frozenset[str], now: dt.datetime
) -> dt.timedelta:
    """How long the next mail, to ``domains``, has to wait at ``now``; never longer than a minute.

    Args:
        pace: the limits.
        handed: the mails of the last minute, in any order; older ones mean nothing. Ones from the
            future (the clock was set back) count as from now.
        domains: where the mail goes.
        now: the moment.
    """
    recent = sorted(min(mail.at, now) for mail in handed if now - mail.at < WINDOW)
    waits = [_wait(recent, pace.per_minute, now)]
    if pace.per_domain:
        for domain in domains:
            to_it = sorted(
                min(mail.at, now)
                for mail in handed
                if domain in mail.domains and now - mail.at < WINDOW
            )
            waits.append(_wait(to_it, pace.per_domain, now))
    return max(waits)


def _wait(recent: Sequence[dt.datetime], most: int, now: dt.datetime) -> dt.timedelta:
    if not most or len(recent) < most:
        return NO_WAIT
    return recent[len(recent) - most] + WINDOW - now
