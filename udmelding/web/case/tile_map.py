"""The map of a case: one tile for each municipality, with its state in a word and a sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import PartyKind
from udmelding.config.case.process import Parties
from udmelding.config.parties import places
from udmelding.rules.case.glossary import SYMBOLS, label
from udmelding.rules.case.standing import Standing, State
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import short_date


@dataclass(frozen=True, slots=True)
class Tile:
    """One municipality on the map.

    Attributes:
        x: left edge in tiles, ``y`` upper edge.
        short: the name as far as the tile has room.
        told: the whole in words, for those who do not see the map.
    """

    x: int
    y: int
    code: str
    name: str
    short: str
    state: State
    sign: str
    told: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """The map of one step, and its size in tiles."""

    title: str
    width: int
    height: int
    tiles: tuple[Tile, ...]


_ROOM = 9


def tiles(found: Status) -> TileMap | None:
    """The map of the municipalities' latest step that has begun; None where there is none."""
    rows = _latest_step(found)
    grid = places([row.party.party for row in rows])
    if not grid:
        return None
    made = tuple(
        Tile(
            x=grid[row.party.party].column,
            y=grid[row.party.party].row,
            code=row.party.party,
            name=row.party.name,
            short=_short(row.party.name),
            state=row.state,
            sign=SYMBOLS[row.state],
            told=_told(row),
        )
        for row in rows
        if row.party.party in grid
    )
    return TileMap(
        title=rows[0].step.title,
        width=max(tile.x for tile in made) + 1,
        height=max(tile.y for tile in made) + 1,
        tiles=made,
    )


def _latest_step(found: Status) -> Sequence[Standing]:
    steps: dict[str, list[Standing]] = {}
    for row in found.standings:
        is_theirs = row.step.parties is Parties.MUNICIPALITIES
        if is_theirs and row.party.kind is PartyKind.MUNICIPALITY:
            steps.setdefault(row.step.id, []).append(row)
    begun = [rows for rows in steps.values() if any(r.state is not State.NOT_ASKED for r in rows)]
    return (begun or list(steps.values()) or [[]])[-1]


def _short(name: str) -> str:
    return name if len(name) <= _ROOM else f"{name[: _ROOM - 1]}."


def _told(row: Standing) -> str:
    if row.state is State.FULFILLED:
        what = label(row.outcome) if row.outcome else label(row.state)
        return f"{row.party.name}: {what}{' ' + short_date(row.met_on) if row.met_on else ''}"
    due = f", frist {short_date(row.due_on)}" if row.due_on and row.state.is_owed else ""
    return f"{row.party.name}: {label(row.state)}{due}"
