"""How does each municipality stand in a case? One row, read by the map, the lists and its own page.

A row tells of the step that the municipalities are in: first the answer, later the decision. A day
that is still to come says what it rests on, so that a guess is never taken for knowledge.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models import PartyKind
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.config.parties import danish_sort_key, places
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilPlan
from udmelding.rules.case.facts import Decision, Party
from udmelding.rules.case.standing import Standing, is_council_step
from udmelding.rules.parties.asking import Asked, asked_in
from udmelding.rules.parties.events import Event, events_by_party
from udmelding.rules.plan.forecast import basis_of
from udmelding.rules.status.glance import KNOWN_FROM, SIGNS, Look, glance_of, step_now
from udmelding.rules.status.status import Status
from udmelding.rules.words.date_wording import near_date, short_date
from udmelding.rules.words.texts import first_upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One municipality or regional council.

    Attributes:
        party: with its membership in ``membership``, where that is not all the time.
        now: its standing in the step that the municipalities are in; None for one still to come.
        answer: its standing in the step that asks for an answer, ``council`` in the one in which
            councils decide; None where there is none.
        plan: its council's row of the plan, or None.
        decision: of its council, the latest, or None.
        look: at a glance; ``day`` the day it is about, ``words`` both in Danish.
        known: what the day rests on.
        events: what happened with it, the newest first.
        asks: what it waits for the secretariat to answer.
    """

    party: Party
    membership: str
    now: Standing | None
    answer: Standing | None
    council: Standing | None
    plan: CouncilPlan | None
    decision: Decision | None
    look: Look
    day: dt.date | None
    words: str
    known: str
    events: Sequence[Event]
    asks: tuple[Asked, ...]

    @property
    def code(self) -> str:
        return self.party.party

    @property
    def name(self) -> str:
        return self.party.name

    @property
    def sign(self) -> str:
        return SIGNS[self.look]

    @property
    def is_missing(self) -> bool:
        """Whether it owes anything now."""
        return any(row is not None and row.state.is_owed for row in (self.answer, self.council))

    @property
    def heard(self) -> Event | None:
        """What it did or was sent last."""
        return next(iter(self.events), None)


SHOWN: Mapping[str, tuple[str, Callable[[Row], bool]]] = {
    "alle": ("Alle", lambda row: True),
    "venter": ("Venter på jer", lambda row: bool(row.asks)),
    "mangler": ("Mangler noget", lambda row: row.is_missing),
    "over": ("Efter fristen", lambda row: row.look is Look.LATE),
    "besluttet": ("Har besluttet", lambda row: bool(row.council and row.council.state.is_closed)),
    "meldt": (
        "Meldt, ikke dokumenteret",
        lambda row: bool(row.decision and not row.decision.is_proven and row.look is Look.DONE),
    ),
}
"""The filters by the word in the address, with their names."""


def rows_of(case: Case, found: Status) -> tuple[Row, ...]:
    """The municipalities of a case: our own area's first, each part by its name."""
    standings: dict[str, list[Standing]] = {}
    for standing in found.standings:
        if standing.step.parties is Parties.MUNICIPALITIES:
            standings.setdefault(standing.party.party, []).append(standing)
    now = step_now(found)
    events, asks = events_by_party(case), asked_in(case)
    decisions = _decisions(case)
    rows = [
        _row(found, own, now, decisions.get(party), events.get(party, ()), asks)
        for party, own in standings.items()
    ]
    rows += [
        _coming_row(party, events.get(party.party, ()))
        for party in case.parties
        if _is_coming(party, found.as_of)
    ]
    area = case.area
    rows.sort(
        key=lambda row: (
            row.party.kind is not PartyKind.MUNICIPALITY,
            row.party.area != area,
            danish_sort_key(row.name),
        )
    )
    return tuple(rows)


def missing_first(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Those that are missing in the step of now: after the deadline first, then by their day."""
    missing = [row for row in rows if row.now is not None and row.now.state.is_owed]
    order = {Look.LATE: 0}
    return tuple(sorted(missing, key=lambda r: (order.get(r.look, 1), r.day or dt.date.max)))


def _row(
    found: Status,
    own: Sequence[Standing],
    now: str,
    decision: Decision | None,
    events: Sequence[Event],
    asks: Sequence[Asked],
) -> Row:
    party = own[0].party
    by_kind = {row.step.fulfilled_by: row for row in own}
    standing = next((row for row in own if row.step.id == now), own[-1])
    plan = found.plan.council(party.party) if found.plan else None
    seen = glance_of(found, standing)
    return Row(
        party=party,
        membership=_membership(party),
        now=standing,
        answer=by_kind.get(FulfilledBy.RESPONSE),
        council=by_kind.get(FulfilledBy.DECISION),
        plan=plan,
        decision=decision,
        look=seen.look,
        day=seen.day,
        words=seen.words(lambda day: near_date(day, found.as_of)),
        known=_how_known(standing, plan, decision, seen.look),
        events=events,
        asks=tuple(asked for asked in asks if asked.party == party.party),
    )


def _how_known(
    standing: Standing, plan: CouncilPlan | None, decision: Decision | None, look: Look
) -> str:
    if not is_council_step(standing.step) or look is Look.NOT_ASKED:
        return ""
    if look is Look.DONE:
        is_seen = decision is not None and decision.is_proven
        return "Dokumentation set" if is_seen else "Meldt, ikke dokumenteret"
    return first_upper(KNOWN_FROM.get(basis_of(plan), "")) if plan else ""


def _decisions(case: Case) -> Mapping[str, Decision]:
    """The latest decision of each municipality at the level that decides there."""
    found: dict[str, Decision] = {}
    for decision in sorted(case.decisions, key=lambda d: (d.happened_to, d.recorded_at)):
        if decision.level is case.deciding_level(decision.party):
            found[decision.party] = decision
    return found


def _is_coming(party: Party, today: dt.date) -> bool:
    return party.member_from is not None and party.member_from > today and party.is_asked


def _coming_row(party: Party, events: Sequence[Event]) -> Row:
    """A regional council that takes over later: named, and asked for nothing yet."""
    return Row(
        party=party,
        membership=_membership(party),
        now=None,
        answer=None,
        council=None,
        plan=None,
        decision=None,
        look=Look.NOT_ASKED,
        day=None,
        words="ikke spurgt endnu",
        known="",
        events=events,
        asks=(),
    )


def _membership(party: Party) -> str:
    first = f"fra {short_date(party.member_from)}" if party.member_from else ""
    last = f"til {short_date(party.member_until)}" if party.member_until else ""
    return f"{first} {last}".strip()


_ROOM = 9
"""A name up to so long has room on one line of a tile on a phone."""

_JOINT = re.compile(
    r"(?<=\w{3})(?=(?:borg|sund|havn|bæk|strup|lund|sted|holm|herred|vang|kilde|lands)$)"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One municipality on the map.

    Attributes:
        x: column from the west, ``y`` row from the north; both from 1.
        parts: its name, in pieces between which a narrow tile may break it; none is ever cut.
    """

    x: int
    y: int
    row: Row
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TileMap:
    """The tiles, in the order of their names, and how many columns they take."""

    width: int
    tiles: tuple[Tile, ...]

    @property
    def counts(self) -> Mapping[Look, int]:
        """How many there are of each look on the map: a regional council has no tile."""
        return Counter(tile.row.look for tile in self.tiles)


def tiles(rows: Sequence[Row]) -> TileMap | None:
    """The map of the municipalities; None where the grid knows none of them."""
    grid = places([row.code for row in rows if row.party.kind is PartyKind.MUNICIPALITY])
    if not grid:
        return None
    made = tuple(
        Tile(grid[row.code].column + 1, grid[row.code].row + 1, row, _parts(row.name))
        for row in rows
        if row.code in grid
    )
    return TileMap(max(tile.x for tile in made), made)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(_JOINT.split(name)) if len(name) > _ROOM else (name,)
