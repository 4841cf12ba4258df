"""Pauses: nobody is written to in a paused case."""

from __future__ import annotations

from models.fact import CaseFact


class Pause(CaseFact, table=True):
    """The case was paused, or taken up again; the latest such fact counts.

    Attributes:
        is_paused: true from here on nothing is sent; false takes the case up again.
        reason: why, in words.
    """

    is_paused: bool
    reason: str = ""
