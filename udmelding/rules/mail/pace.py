"""May a mail go, and when? Its pace, its receiver, the hours of an office.

Mail servers refuse or delay a sender that writes too much at once. The pace is counted over a
sliding minute, over all mails and over those to one domain, whoever sent them. A system that tries
things out with real data writes to allowed receivers only. Reminders go out in the office hours of
a process, in Danish wall clock time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from udmelding import clock
from udmelding.config.case.process import WorkDays
from udmelding.rules.words.business_days import work_calendar

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


def is_allowed(address: str, patterns: Collection[str]) -> bool:
    """Whether ``address`` is one of ``patterns``, or everybody may be written to.

    Args:
        address: a mail address; the case of its letters means nothing.
        patterns: addresses, or ``*@kommune.example`` for all of that very domain (not of those
            below it); none at all allows everybody.
    """
    if not patterns:
        return True
    wanted = address.casefold()
    anybody_there = f"*@{wanted.rpartition('@')[2]}"
    return any(pattern.casefold() in (wanted, anybody_there) for pattern in patterns)


def next_opening(
    work_days: WorkDays, now: dt.datetime, *, is_quiet_kept: bool = True
) -> dt.datetime:
    """The first moment from ``now`` on at which a mail may be sent; ``now`` where it may.

    Nobody is reminded in a quiet period, but a case that begins in one can be told of
    (``is_quiet_kept`` false). Without hours any time of a day on which mail may go out will do. The
    hours are wall clock hours, so they are right on both nights a year on which the clock jumps.
    """
    calendar, hours = work_calendar(work_days), work_days.sending_hours
    here = now.astimezone(clock.COPENHAGEN)
    start, end = (hours.start, hours.end) if hours else ("00:00", "24:00")
    if not is_quiet_kept:
        calendar = replace(calendar, quiet=())
    if calendar.may_send(here.date()):
        time = f"{here:%H:%M}"
        if start <= time < end:
            return now
        if time < start:
            return clock.at(here.date(), start)
    return clock.at(calendar.next_sending_day(here.date() + dt.timedelta(days=1)), start)
