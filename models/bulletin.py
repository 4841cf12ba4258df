"""Bulletins: the one line that the secretariat writes to those who read of a case."""

from __future__ import annotations

from models.fact import CaseFact


class Bulletin(CaseFact, table=True):
    """What the secretariat wants a director to know; the latest one holds.

    Attributes:
        text: a few sentences; empty takes the line before away.
    """

    text: str
