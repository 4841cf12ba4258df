"""How long do municipalities take? Learned from earlier cases, shown as such, never as a fact.

A lead time runs from the day a party was asked to the day it met what was asked. Of each
municipality the median and the middle half are kept; with few cases behind it that says little, so
the number of cases is always shown, and below ``ENOUGH`` the whole area's figure stands in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

from models.party import PartyKind
from udmelding.config.case.process import FulfilledBy, Parties
from udmelding.rules.case.case import Case
from udmelding.rules.case.standing import State, standings

ENOUGH = 3
"""A municipality's own lead time is used from this many cases on."""

ENOUGH_POOLED = 8
"""The lead time of all municipalities together is used from this many observations on."""


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Calendar days from being asked to having met it.

    Attributes:
        count: observations behind it.
        median: half took no longer.
        low: a quarter took no longer; ``high``: three quarters did.
        is_own: the municipality's own; False: of all municipalities together.
    """

    count: int
    median: int
    low: int
    high: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """What was learned.

    Attributes:
        own: by what fulfils a step and by municipality code.
        pooled: by what fulfils a step, of all municipalities together.
    """

    own: Mapping[tuple[FulfilledBy, str], LeadTime] = field(default_factory=dict)
    pooled: Mapping[FulfilledBy, LeadTime] = field(default_factory=dict)

    def of(self, fulfilled_by: FulfilledBy, party: str) -> LeadTime | None:
        """The lead time to reckon with, or None where too little is known."""
        own = self.own.get((fulfilled_by, party))
        if own is not None and own.count >= ENOUGH:
            return own
        pooled = self.pooled.get(fulfilled_by)
        return pooled if pooled is not None and pooled.count >= ENOUGH_POOLED else None


def learn_lead_times(cases: Iterable[Case]) -> LeadTimes:
    """What ``cases`` teach; only what was met counts, and only with exact or last possible days.

    Args:
        cases: earlier cases, whole; a case without requests (an import of decisions only) teaches
            nothing.
    """
    seen: dict[tuple[FulfilledBy, str], list[int]] = defaultdict(list)
    for case in cases:
        for key, days in _observed(case):
            seen[key].append(days)
    together: dict[FulfilledBy, list[int]] = defaultdict(list)
    for (fulfilled_by, _), found in seen.items():
        together[fulfilled_by] += found
    return LeadTimes(
        own={key: _lead_time(found, is_own=True) for key, found in seen.items()},
        pooled={key: _lead_time(found, is_own=False) for key, found in together.items()},
    )


def _observed(case: Case) -> Iterable[tuple[tuple[FulfilledBy, str], int]]:
    day = case.as_of.date()
    for row in standings(case, day):
        if row.step.parties is not Parties.MUNICIPALITIES or row.state is not State.FULFILLED:
            continue
        is_municipality = row.party.kind is PartyKind.MUNICIPALITY
        if is_municipality and row.opened_on and row.met_on and row.met_on >= row.opened_on:
            key = (row.step.fulfilled_by, row.party.party)
            yield key, (row.met_on - row.opened_on).days


def _lead_time(found: list[int], *, is_own: bool) -> LeadTime:
    low, _, high = quantiles(found, n=4, method="inclusive") if len(found) > 1 else found * 3
    return LeadTime(len(found), round(median(found)), round(low), round(high), is_own)
