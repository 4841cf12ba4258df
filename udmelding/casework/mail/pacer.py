"""Keeps a delivery to the pace that mail servers take, over all senders, and to its own time.

The moment moves with the delivery: a mail that had to wait for its turn says when it really went.
Only a delivery that really sends is paced; files are written at the moment that was given.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from typing import Protocol

from udmelding import clock
from udmelding.config.settings import Settings
from udmelding.journal.database import Session
from udmelding.journal.mail import outbox
from udmelding.rules.mail.pace import NO_WAIT, WINDOW, HandedOver, Pace, domains_of, wait

LONGEST_DELIVERY = dt.timedelta(minutes=8)
"""A delivery starts every ten minutes; what does not fit is left to the next one."""


class Timer(Protocol):
    """Tells the moment, and waits."""

    def now(self) -> dt.datetime:
        """The present moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        ...


class SteadyTimer:
    """Counts on from the moment it was given; a clock that is set in between means nothing."""

    def __init__(self, start: dt.datetime) -> None:
        """Begin at ``start``."""
        # Counted in UTC: wall clock arithmetic is an hour wrong on two nights a year.
        self._start = dt.datetime.fromtimestamp(start.timestamp(), dt.UTC)
        self._began = time.monotonic()

    def now(self) -> dt.datetime:
        """The start and the time since."""
        passed = dt.timedelta(seconds=time.monotonic() - self._began)
        return (self._start + passed).astimezone(clock.COPENHAGEN)

    def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        time.sleep(seconds)


class FixedTimer:
    """Stands still: for what needs no pace."""

    def __init__(self, moment: dt.datetime) -> None:
        """Stay at ``moment``."""
        self._moment = moment

    def now(self) -> dt.datetime:
        """Always the same moment."""
        return self._moment

    def sleep(self, seconds: float) -> None:
        """Come back at once."""


class Pacer:
    """One delivery's pace.

    Attributes:
        timer: tells the moment of each mail.
    """

    def __init__(self, settings: Settings, timer: Timer) -> None:
        """Pace as the settings say, from now on."""
        self.timer, self._began = timer, timer.now()
        mail = settings.mail
        pace = Pace(per_minute=mail.per_minute, per_domain=mail.per_minute_and_domain)
        self._pace = pace if settings.sends else Pace()

    @property
    def is_limited(self) -> bool:
        """Whether there is a pace to keep to."""
        return self._pace.is_limited

    def wait_for(self, session: Session, receivers: Sequence[str]) -> dt.timedelta:
        """How long a mail to ``receivers`` has to wait now, by what all senders have sent."""
        now = self.timer.now()
        sent = outbox.handed_over_since(session, now - WINDOW)
        handed = [HandedOver(at, domains_of(addresses)) for at, addresses in sent]
        return wait(self._pace, handed, domains_of(receivers), now)

    def is_over(self, more: dt.timedelta = NO_WAIT) -> bool:
        """Whether the delivery has taken its time, or would have after ``more``."""
        return self.timer.now() + more - self._began > LONGEST_DELIVERY


def timer_for(settings: Settings, now: dt.datetime) -> Timer:
    """The timer of a delivery that begins at ``now``."""
    return SteadyTimer(now) if settings.sends else FixedTimer(now)
