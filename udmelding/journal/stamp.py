"""Who records, when, and what that person answers for: it goes with every fact."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who records, and when it counts as known.

    Attributes:
        has_looked: the person says that what may look like a CPR number is none.
        even_so: why it is recorded in spite of what speaks against it; empty where nobody said.
    """

    now: dt.datetime
    by: str
    has_looked: bool = False
    even_so: str = ""
