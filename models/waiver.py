"""Waivers: a party was excused from what it owed."""

from __future__ import annotations

import datetime as dt

from models.fact import CaseFact


class Waiver(CaseFact, table=True):
    """One party is excused in one step.

    Attributes:
        reason: why, in words; always given.
    """

    step: str
    party: str
    waived_on: dt.date
    reason: str
