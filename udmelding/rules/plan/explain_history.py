"""What was a date before, and who changed it? Dates that were replaced, as facts tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFact:
    """One date as some fact gave it.

    Attributes:
        kind: ``deadline``, ``due``, ``meeting``, ``municipal_meeting`` or ``expectation``.
        step: the step, body or level that it is of.
        party: the party, for dates of one party.
        superseded_by: key of the fact that replaced it; empty while it stands.
        is_cancelled: for a meeting, whether it was called off.
    """

    kind: str
    key: str
    day: dt.date
    step: str = ""
    party: str = ""
    recorded_at: dt.datetime
    recorded_by: str
    source: str = ""
    superseded_at: dt.datetime | None = None
    superseded_by: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a date was before.

    Attributes:
        day: what it was; ``until`` the moment when it was replaced.
        changed_by: who replaced it, and ``source`` from where.
    """

    day: dt.date
    until: dt.datetime
    changed_by: str
    source: str


def earlier_dates(
    history: Sequence[DateFact],
    kind: str,
    *,
    step: str = "",
    party: str = "",
    key: str = "",
    now: dt.date | None = None,
) -> tuple[Earlier, ...]:
    """The dates that stood before, oldest first; runs of the same day are told once.

    Args:
        history: all dates of the case, replaced ones too.
        kind: which kind of date.
        step: only of that step, body or level.
        party: only of that party.
        key: only the fact with that key and those that led to it, one replacing the other.
        now: the day that holds now, for dates of which the latest holds.
    """
    if kind in ("meeting", "municipal_meeting"):
        return _replaced(history, kind, key or _standing_key(history, kind, step, party, now))
    own = [
        fact
        for fact in history
        if fact.kind == kind
        and (not step or fact.step == step)
        and (not party or fact.party == party)
    ]
    own.sort(key=lambda fact: (fact.recorded_at, fact.key))
    return tuple(
        Earlier(before.day, after.recorded_at, after.recorded_by, after.source)
        for before, after in pairwise(own)
        if before.day != after.day
    )


def called_off(
    history: Sequence[DateFact], kind: str, step: str, party: str, until: dt.date | None
) -> tuple[DateFact, ...]:
    """The meetings that were called off and lie before ``until``, in order."""
    found = (
        fact
        for fact in history
        if (fact.kind, fact.step, fact.party) == (kind, step, party)
        and fact.is_cancelled
        and fact.superseded_at is None
        and (until is None or fact.day < until)
    )
    return tuple(sorted(found, key=lambda fact: fact.day))


def _standing_key(
    history: Sequence[DateFact], kind: str, step: str, party: str, day: dt.date | None
) -> str:
    at = (kind, step, party, day)
    found = (f.key for f in history if (f.kind, f.step, f.party, f.day) == at)
    return next(found, "")


def _replaced(history: Sequence[DateFact], kind: str, key: str) -> tuple[Earlier, ...]:
    """Follow the replacements back from the fact ``key``."""
    by_successor = {f.superseded_by: f for f in history if f.kind == kind and f.superseded_by}
    by_key = {f.key: f for f in history if f.kind == kind}
    found: list[Earlier] = []
    current = by_key.get(key)
    while current is not None and (before := by_successor.get(current.key)) is not None:
        if before.day != current.day:
            at = before.superseded_at or current.recorded_at
            found.append(Earlier(before.day, at, current.recorded_by, current.source))
        current = before
    return tuple(reversed(found))
