"""How many councils will have decided on each coming day? From what is planned, agreed and said.

For each council the best that is known: its decision; the day it named itself; the meeting that an
extension allows; its own meeting calendar; what it took in earlier cases; else the stated
assumptions. Every expected day says which. A forecast is no promise and changes no fact. Its
sentences stand at the end.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.party import PartyKind
from udmelding.config.case.process import FulfilledBy
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import Basis, CouncilInput, CouncilPlan, CouncilState
from udmelding.rules.case.country import approved_elsewhere, count_elsewhere
from udmelding.rules.case.standing import Standing, State, is_council_step, of_councils, standings
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.lead_times import LeadTime, LeadTimes, expected_after
from udmelding.rules.plan.plan import Plan
from udmelding.rules.plan.planning import councils_of, lay_plan
from udmelding.rules.words.date_wording import long_date
from udmelding.rules.words.lists import join_names


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
        country: of all municipalities that take part; None in a case of one area.
    """

    day: dt.date
    region: int
    country: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The forecast of a case, seen on one day.

    Attributes:
        ready_on: when the report reaches the councils.
        councils: one row for each council that the secretariat asks.
        counts: one for each day on which the number changes, today and the deadline, in order.
        total: councils asked; ``country_total`` those of the whole country, or None.
        reservation_for: the councils that are expected after the deadline.
    """

    reference: str
    as_of: dt.date
    deadline: dt.date
    ready_on: dt.date | None
    councils: tuple[CouncilForecast, ...]
    counts: tuple[Count, ...]
    total: int
    country_total: int | None
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
    inputs = {council.party: council for council in asked.councils}
    found = tuple(
        _council(row, inputs[row.party], rows[row.party], plan, today, learned)
        for row in plan.councils
    )
    others = _others(case, plan, today, learned)
    is_national = any(not p.is_asked and p.kind is PartyKind.MUNICIPALITY for p in case.parties)
    return Forecast(
        reference=case.reference,
        as_of=today,
        deadline=plan.deadline,
        ready_on=plan.ready_on,
        councils=found,
        counts=tuple(_counts(found, others, plan.deadline, today, is_national=is_national)),
        total=len(found),
        country_total=len(found) + others.total if is_national else None,
        reservation_for=tuple(row for row in found if row.is_late),
    )


def _council(
    row: CouncilPlan,
    council: CouncilInput,
    standing: Standing,
    plan: Plan,
    today: dt.date,
    learned: LeadTimes,
) -> CouncilForecast:
    lead_time = learned.of(FulfilledBy.DECISION, row.party)
    day, basis = _expected(row, council, standing.opened_on or plan.ready_on, lead_time, today)
    if standing.state is State.WAIVED:
        day, basis = None, Basis.WAIVED
    is_closed = basis in (Basis.DECIDED, Basis.WAIVED)
    is_late = not is_closed and (day is None or day > plan.deadline)
    return CouncilForecast(
        party=row.party,
        name=row.name,
        expected_on=day,
        basis=basis,
        is_late=is_late,
        lead_time=lead_time,
    )


def _expected(
    row: CouncilPlan,
    council: CouncilInput,
    asked_on: dt.date | None,
    lead_time: LeadTime | None,
    today: dt.date,
) -> tuple[dt.date | None, Basis]:
    if row.state is CouncilState.DECIDED:
        return row.planned, Basis.DECIDED
    if council.announced_on is not None:
        return council.announced_on, Basis.ANNOUNCED
    if council.agreed_until is not None and (row.planned or today) < council.agreed_until:
        return _agreed(row, council, council.agreed_until, today), Basis.AGREED
    if row.planned is not None and not row.is_assumed:
        return row.planned, Basis.CALENDAR
    if asked_on is not None and lead_time is not None:
        day = expected_after(asked_on, lead_time)
        if day >= today:
            return day, Basis.LEARNED
    return row.planned, Basis.ASSUMED if row.planned else Basis.UNKNOWN


def _agreed(row: CouncilPlan, council: CouncilInput, until: dt.date, today: dt.date) -> dt.date:
    """The last meeting that the extension allows; the extended date itself where none is known."""
    level = council.calendar.levels[-1]
    place = bisect_right(level.days, until)
    last = level.days[place - 1] if place else None
    earliest = max(today, row.planned or today)
    is_meeting = last is not None and last not in level.assumed and last >= earliest
    return last if is_meeting and last is not None else until


@dataclass(frozen=True, slots=True)
class _Others:
    """The councils that other areas' secretariats ask.

    Attributes:
        total: how many they are; ``known``: how many are known to have decided by today.
        coming: the days on which the others are expected to, in order.
    """

    total: int = 0
    known: int = 0
    coming: tuple[dt.date, ...] = ()


def _others(case: Case, plan: Plan, today: dt.date, learned: LeadTimes) -> _Others:
    """Their own bodies' meetings are not known here, so they are taken to begin when ours do.

    What other secretariats have told comes first; a forecast is only made for the rest.
    """
    parties = [p for p in case.parties if p.kind is PartyKind.MUNICIPALITY and not p.is_asked]
    asked, calendars = plan_input(case, today), case.council_calendars
    councils = councils_of(asked) if asked else None
    has_step = any(is_council_step(step) for step in case.process.steps)
    if not parties or councils is None or calendars is None or not has_step:
        return _Others(len(parties))
    approved = approved_elsewhere(case) & {party.party for party in parties}
    last = dt.date(max(plan.deadline, today).year + 2, 12, 31)
    days: list[dt.date] = []
    for party in parties:
        if party.party in approved:
            continue
        calendar = calendars.of(party.party, case.received_on, last)
        council = CouncilInput(party=party.party, name=party.name, calendar=calendar)
        row = councils.lay(council, plan.ready_on, None)
        lead_time = learned.of(FulfilledBy.DECISION, party.party)
        day, _ = _expected(row, council, plan.ready_on, lead_time, today)
        if day is not None:
            days.append(day)
    known = count_elsewhere(case)
    # Counts do not say who decided, so the earliest expected are taken to be among them.
    coming = sorted(days)[max(0, known - len(approved)) :]
    return _Others(len(parties), known, tuple(day for day in coming if day >= today))


def _counts(
    rows: Sequence[CouncilForecast],
    others: _Others,
    deadline: dt.date,
    today: dt.date,
    *,
    is_national: bool,
) -> Iterable[Count]:
    own = sorted(row.expected_on for row in rows if row.expected_on is not None)
    # A decision whose day is not told is known all the same.
    undated = sum(row.basis is Basis.DECIDED and row.expected_on is None for row in rows)
    days = sorted({today, deadline, *(d for d in own if d > today), *others.coming})
    for day in days:
        if day < today:
            continue
        region = undated + bisect_right(own, day)
        elsewhere = others.known + bisect_right(others.coming, day)
        yield Count(day, region, region + elsewhere if is_national else None)


def forecast_sentences(found: Forecast) -> Sequence[str]:
    """How many will have decided by the deadline, for whom a reservation is needed, and why."""
    at_deadline = found.on(found.deadline)
    sentences: list[str] = []
    if at_deadline is not None and found.deadline >= found.as_of:
        count = f"{at_deadline.region} af {found.total} kommuner"
        if found.country_total is not None:
            count += f" ({at_deadline.country} af {found.country_total} i hele landet)"
        sentences.append(
            f"Ved fristen {long_date(found.deadline)} ventes {count} at have besluttet."
        )
    late = found.reservation_for
    if not late:
        sentences.append("Der ventes ikke at skulle tages forbehold.")
    else:
        names = (
            join_names([_late(row) for row in late]) if len(late) < 8 else f"{len(late)} kommuner"
        )
        sentences.append(f"Der ventes forbehold for {names}.")
    unsure = [row for row in found.councils if row.basis in (Basis.ASSUMED, Basis.LEARNED)]
    if unsure:
        sentences.append(
            f"For {len(unsure)} af kommunerne er mødekalenderen ikke kendt; deres dag er et skøn."
        )
    return sentences


def _late(row: CouncilForecast) -> str:
    if row.expected_on is None:
        return f"{row.name} (dag ukendt)"
    return f"{row.name} ({row.expected_on.day}/{row.expected_on.month})"


def lead_time_text(lead_time: LeadTime | None) -> str:
    """A lead time as a table shows it: median, the middle half, and what it rests on."""
    if lead_time is None:
        return ""
    whose = "" if lead_time.is_own else ", alle kommuner"
    return (
        f"{lead_time.median} dage ({lead_time.low}-{lead_time.high}; "
        f"{lead_time.count} tilfælde{whose})"
    )
