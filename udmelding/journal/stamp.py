"""Who records, when, and what that person answers for: it goes with every fact."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from udmelding.clock import COPENHAGEN


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who records, and when it counts as known.

    Attributes:
        now: in Danish time, whatever time zone it is given in, for its day is reckoned with.
        has_looked: the person says that what may look like a CPR number is none.
        even_so: why it is recorded in spite of what speaks against it; empty where nobody said.
    """

    now: dt.datetime
    by: str
    has_looked: bool = False
    even_so: str = ""

    def __post_init__(self) -> None:
        """At half past eleven in the evening by UTC it is the next day in Denmark."""
        if self.now.tzinfo is None:
            return
        danish = dt.datetime.fromtimestamp(self.now.timestamp(), COPENHAGEN)
        if danish.utcoffset() != self.now.utcoffset():
            object.__setattr__(self, "now", danish)
