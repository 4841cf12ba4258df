"""The laws of the planner, against brute force on small random calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from udmelding.config.case.library import area_named, process_named
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.plan.plan import Plan, PlanInput, Slot
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.words.business_days import work_calendar

PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
BODIES = ("styregruppe", "k17", "kkr")
WORK_DAYS = work_calendar(PROCESS.work_days)
FIRST = dt.date(2025, 1, 1)
GAP = dt.timedelta(days=3)
ASSUMED = load_assumptions()
RECEIVED = dt.date(2024, 12, 2)

days = st.integers(0, 250).map(lambda n: FIRST + dt.timedelta(days=n))
calendars = st.fixed_dictionaries({body: st.sets(days, max_size=4) for body in BODIES})


def planned(received: dt.date, deadline: dt.date, calendar: Mapping[str, set[dt.date]]) -> Plan:
    meetings = {body: [Slot(day) for day in found] for body, found in calendar.items()}
    return lay_plan(
        PlanInput(
            process=PROCESS,
            received_on=received,
            deadline=deadline,
            meetings=meetings,
            work_days=WORK_DAYS,
            assumptions=ASSUMED,
        )
    )


def council_chains() -> list[tuple[dt.date, dt.date]]:
    """Of every way through the assumed levels: the last day for the papers, and the decision."""
    found = CouncilCalendars({}, {}, ASSUMED).of("", FIRST, dt.date(2027, 12, 31))
    ways = product(*(level.days for level in found.levels))
    return [
        (
            WORK_DAYS.previous_sending_day(
                WORK_DAYS.add_business_days(way[0], -ASSUMED.papers_business_days)
            ),
            way[-1],
        )
        for way in ways
        if all(a < b and (b - a).days < 60 for a, b in pairwise(way))
    ]


COUNCIL_CHAINS = council_chains()


def first_decision(ready: dt.date) -> dt.date:
    """When a council that meets as is assumed decides, if the last body has met on ``ready``."""
    return min(decides for papers, decides in COUNCIL_CHAINS if papers >= ready)


def chains(
    received: dt.date, calendar: Mapping[str, set[dt.date]]
) -> list[tuple[dt.date, dt.date, dt.date]]:
    """Every chain of meetings that keeps the distances and whose papers can be in time."""

    def is_usable(day: dt.date) -> bool:
        papers = WORK_DAYS.add_business_days(day, -PROCESS.plan.papers_business_days)
        return papers >= received

    usable = [[day for day in calendar[body] if is_usable(day)] for body in BODIES]
    return [(a, b, c) for a, b, c in product(*usable) if b - a >= GAP and c - b >= GAP]


@given(calendars, days)
def test_the_plan_is_the_latest_chain_that_reaches_the_deadline(
    calendar: dict[str, set[dt.date]], deadline: dt.date
) -> None:
    plan = planned(RECEIVED, deadline, calendar)
    every = chains(RECEIVED, calendar)
    reaching = [chain for chain in every if first_decision(chain[2]) <= deadline]
    assert plan.feasible is bool(reaching)
    if reaching:
        latest = tuple(max(chain[i] for chain in reaching) for i in range(3))
        rows = {step.id: step for step in plan.steps}
        assert tuple(rows[body].planned for body in BODIES) == latest


@given(calendars, days)
def test_where_no_chain_reaches_the_nearest_one_is_shown(
    calendar: dict[str, set[dt.date]], deadline: dt.date
) -> None:
    plan = planned(RECEIVED, deadline, calendar)
    every = chains(RECEIVED, calendar)
    if plan.feasible:
        assert plan.misses_by == 0
    elif every:
        nearest = first_decision(min(chain[2] for chain in every))
        assert plan.misses_by == (nearest - deadline).days
    else:
        assert plan.misses_by is None


@given(calendars, days, st.integers(0, 90), st.sampled_from(BODIES), days)
def test_a_later_deadline_or_one_more_meeting_never_breaks_a_plan(
    calendar: dict[str, set[dt.date]], deadline: dt.date, more: int, body: str, extra: dt.date
) -> None:
    if not planned(RECEIVED, deadline, calendar).feasible:
        return
    assert planned(RECEIVED, deadline + dt.timedelta(days=more), calendar).feasible
    assert planned(RECEIVED, deadline, calendar | {body: calendar[body] | {extra}}).feasible


@given(calendars, days, days)
def test_a_feasible_plan_keeps_its_own_bounds_and_order(
    calendar: dict[str, set[dt.date]], received: dt.date, deadline: dt.date
) -> None:
    if deadline <= received:
        return
    plan = planned(received, deadline, calendar)
    if not plan.feasible:
        return
    dates = [step.planned for step in plan.steps]
    assert all(day is not None for day in dates)
    for step in plan.steps:
        assert step.earliest is not None
        assert step.planned is not None
        assert step.latest is not None
        assert step.earliest <= step.planned <= step.latest
    order = [day for day in dates if day is not None]
    assert order == sorted(order)
    assert order[-1] <= deadline


@given(calendars, days)
def test_planning_again_changes_nothing(
    calendar: dict[str, set[dt.date]], deadline: dt.date
) -> None:
    first = planned(RECEIVED, deadline, calendar)
    assert planned(RECEIVED, deadline, calendar) == first
