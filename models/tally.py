"""Tallies: how many of another area's councils have approved, as its secretariat told."""

from __future__ import annotations

from models.fact import CaseFact, Dated


class Tally(CaseFact, Dated, table=True):
    """A count without names.

    Attributes:
        area: a KKR area, or ``other_areas`` for all areas but the case's own together.
        approved: councils that have approved.
        total: councils counted.
    """

    area: str
    approved: int
    total: int
