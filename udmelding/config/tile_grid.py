"""Where on the map does each municipality lie? ``config/tilegrid.csv``: one tile for each.

Columns count from the west, rows from the north. Sjælland's 17 have a grid of their own; the whole
country has one for all 98, and any area can be cut out of that.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from udmelding import paths


@dataclass(frozen=True, slots=True)
class Place:
    """One tile of a grid; both from 0."""

    column: int
    row: int


def places(codes: Collection[str]) -> Mapping[str, Place]:
    """A tile for each of those municipalities, in a grid as small as they need.

    Unknown codes are left out.
    """
    small, large = _grids()
    grid = small if set(codes) <= small.keys() else large
    found = {code: grid[code] for code in codes if code in grid}
    if not found:
        return {}
    west = min(place.column for place in found.values())
    north = min(place.row for place in found.values())
    return {c: Place(place.column - west, place.row - north) for c, place in found.items()}


@cache
def _grids() -> tuple[Mapping[str, Place], Mapping[str, Place]]:
    small: dict[str, Place] = {}
    large: dict[str, Place] = {}
    with (paths.CONFIG / "tilegrid.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["kommunekode"]
            if row["kol17"]:
                small[code] = Place(int(row["kol17"]), int(row["raekke17"]))
            large[code] = Place(int(row["kol98"]), int(row["raekke98"]))
    return small, large
