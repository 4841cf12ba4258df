"""How often may one address try? A window of attempts, kept in this process's memory.

Enough for one machine: a user's own lock is in the database (``casework.access.users``). Behind a
proxy the proxy should limit too, because there every visitor has the proxy's address.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Lock

from udmelding.errors import RefusedError


class TooManyError(RefusedError):
    """Too many attempts from one address."""

    http_status = 429


@dataclass(slots=True)
class Limit:
    """At most ``most`` attempts within ``window``, for each address."""

    most: int
    window: dt.timedelta
    _tries: dict[str, deque[dt.datetime]] = field(default_factory=lambda: defaultdict(deque))
    _lock: Lock = field(default_factory=Lock)

    def spend(self, address: str, now: dt.datetime) -> None:
        """Count one attempt.

        Raises:
            TooManyError: the address has used its attempts.
        """
        with self._lock:
            tries = self._tries[address]
            while tries and now - tries[0] > self.window:
                tries.popleft()
            if len(tries) >= self.most:
                raise TooManyError("Der er prøvet for mange gange. Vent lidt, og prøv igen.")
            tries.append(now)
            if len(self._tries) > 10_000:
                self._tries.clear()
