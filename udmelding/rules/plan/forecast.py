"""How many councils will have decided on each coming day? From what is planned, agreed and said.

For each council the best that is known: its decision; the day it named itself; the meeting that an
extension allows; its own meeting calendar; else the stated assumptions. Every expected day says
which, and is a day on which the council can meet: what it took in earlier cases is shown beside it
as a range and dates nothing. Of other areas' councils only what has been told is counted. A
forecast is no promise and changes no fact. Its sentences stand at the end.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.obligation import DateSource
from models.party import PartyKind
from udmelding.config.case.process import FulfilledBy
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import Basis, CouncilPlan, CouncilState
from udmelding.rules.case.country import count_elsewhere
from udmelding.rules.case.standing import Standing, State, of_councils, standings
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.lead_times import LeadTime, LeadTimes
from udmelding.rules.plan.plan import Plan
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.plan.verdict import Verdict, verdict_on
from udmelding.rules.words.lists import join_names

_MANY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilForecast:
    """When one council is expected to have decided.

    Attributes:
        expected_on: None where nothing is known.
        is_late: expected after the deadline, or not at all.
        lead_time: what it took in earlier cases, beside whatever the day rests on.
    """

    party: str
    name: str
    expected_on: dt.date | None
    basis: Basis
    is_late: bool
    lead_time: LeadTime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many councils will have decided by the end of a day.

    Attributes:
        region: of those that the secretariat asks.
        country: they and those of other areas that are told of today; None in a case of one area.
    """

    day: dt.date
    region: int
    country: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The forecast of a case, seen on one day.

    Attributes:
        ready_on: when the report reaches the councils.
        verdict: on the deadline, from the same plan.
        councils: one row for each council that the secretariat asks.
        counts: one for each day on which the number changes, today and the deadline, in order.
        total: councils asked; ``country_total`` those of the whole country, or None.
        country_untold: how many of other areas' councils nobody has told of; None as above.
        reservation_for: the councils that are expected after the deadline.
    """

    reference: str
    as_of: dt.date
    deadline: dt.date
    ready_on: dt.date | None
    verdict: Verdict
    councils: tuple[CouncilForecast, ...]
    counts: tuple[Count, ...]
    total: int
    country_total: int | None
    country_untold: int | None
    reservation_for: tuple[CouncilForecast, ...]

    def on(self, day: dt.date) -> Count | None:
        """The count at the end of ``day``; None before the first day that is foreseen."""
        days = [count.day for count in self.counts]
        place = bisect_right(days, day)
        return self.counts[place - 1] if place else None


def forecast(case: Case, today: dt.date, learned: LeadTimes) -> Forecast | None:
    """The forecast of ``case``; None without a deadline or without councils.

    Args:
        case: loaded with the municipalities' calendars.
        today: what is expected lies on or after it.
        learned: lead times of earlier cases.
    """
    asked = plan_input(case, today)
    if asked is None or not asked.councils:
        return None
    plan = lay_plan(asked)
    rows = {row.party.party: row for row in of_councils(standings(case, today))}
    found = tuple(_council(row, rows[row.party], plan, learned) for row in plan.councils)
    others = sum(not p.is_asked and p.kind is PartyKind.MUNICIPALITY for p in case.parties)
    elsewhere = count_elsewhere(case) if others else None
    return Forecast(
        reference=case.reference,
        as_of=today,
        deadline=plan.deadline,
        ready_on=plan.ready_on,
        verdict=verdict_on(plan),
        councils=found,
        counts=tuple(_counts(found, elsewhere, plan.deadline, today)),
        total=len(found),
        country_total=None if elsewhere is None else len(found) + others,
        country_untold=None if elsewhere is None else max(0, others - elsewhere),
        reservation_for=tuple(row for row in found if row.is_late),
    )


def _council(
    row: CouncilPlan, standing: Standing, plan: Plan, learned: LeadTimes
) -> CouncilForecast:
    lead_time = learned.of(FulfilledBy.DECISION, row.party)
    is_waived = standing.state is State.WAIVED
    return CouncilForecast(
        party=row.party,
        name=row.name,
        expected_on=None if is_waived else row.planned,
        basis=Basis.WAIVED if is_waived else basis_of(row),
        is_late=row in plan.late_councils,
        lead_time=lead_time,
    )


_BASIS: Mapping[DateSource, Basis] = {
    DateSource.ANNOUNCED: Basis.ANNOUNCED,
    DateSource.AGREED: Basis.AGREED,
    DateSource.ASSUMED: Basis.ASSUMED,
}


def basis_of(row: CouncilPlan) -> Basis:
    """What the planned day of a council rests on."""
    if row.state is CouncilState.DECIDED:
        return Basis.DECIDED
    return Basis.UNKNOWN if row.planned is None else _BASIS.get(row.origin, Basis.CALENDAR)


def _counts(
    rows: Sequence[CouncilForecast], elsewhere: int | None, deadline: dt.date, today: dt.date
) -> Iterable[Count]:
    own = sorted(row.expected_on for row in rows if row.expected_on is not None)
    # A decision whose day is not told is known all the same.
    undated = sum(row.basis is Basis.DECIDED and row.expected_on is None for row in rows)
    for day in sorted({today, deadline, *own}):
        if day >= today:
            region = undated + bisect_right(own, day)
            yield Count(day, region, None if elsewhere is None else region + elsewhere)


def forecast_sentences(found: Forecast) -> Sequence[str]:
    """The verdict on the deadline, then who decides after it and what is not known."""
    sentences = [found.verdict.sentence]
    if late := found.reservation_for:
        names = join_names([_late(row) for row in late]) if len(late) < _MANY else ""
        names = names or f"{len(late)} kommuner"
        sentences.append(f"Efter fristen ventes {names}.")
    if found.country_untold:
        others = (found.country_total or 0) - found.total
        told = others - found.country_untold
        sentences.append(
            f"Uden for området er der meldt om {told} af {others} kommuner; for "
            f"{found.country_untold} er det ikke oplyst."
        )
    unsure = [row for row in found.councils if row.basis is Basis.ASSUMED]
    if unsure:
        sentences.append(
            f"For {len(unsure)} af kommunerne er mødekalenderen ikke kendt; deres dag er et skøn."
        )
    return sentences


def _late(row: CouncilForecast) -> str:
    if row.expected_on is None:
        return f"{row.name} (dag ukendt)"
    return f"{row.name} ({row.expected_on.day}/{row.expected_on.month})"


def country_text(found: Forecast, count: Count) -> str:
    """The country's count as a table shows it: what is known, and of how many nothing is told."""
    if count.country is None:
        return ""
    untold = f" ({found.country_untold} ikke oplyst)" if found.country_untold else ""
    return f"{count.country} af {found.country_total}{untold}"


def usual_range(lead_time: LeadTime | None) -> str:
    """What it took in earlier cases, as a remark: ``tidligere sager: 13-30 dage``; empty: none."""
    return f"tidligere sager: {lead_time.low}-{lead_time.high} dage" if lead_time else ""


def lead_time_text(lead_time: LeadTime | None) -> str:
    """A lead time as a table shows it: median, the middle half, and what it rests on."""
    if lead_time is None:
        return ""
    whose = "" if lead_time.is_own else ", alle kommuner"
    return (
        f"{lead_time.median} dage ({lead_time.low}-{lead_time.high}; "
        f"{lead_time.count} tilfælde{whose})"
    )
