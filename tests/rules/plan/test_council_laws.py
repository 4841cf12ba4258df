"""The laws of planning councils, against brute force on small random calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise, product
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.decision import Level
from udmelding.config.case.library import area_named, process_named
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.council import CouncilInput, CouncilState
from udmelding.rules.case.council_calendar import CouncilCalendar, CouncilCalendars, LevelCalendar
from udmelding.rules.plan.body_chain import papers_due
from udmelding.rules.plan.council_plan import Councils
from udmelding.rules.plan.must_leave import must_leave
from udmelding.rules.plan.plan import Plan, PlanInput, Slot
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.words.business_days import work_calendar

PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
BODIES = ("styregruppe", "k17", "kkr")
WORK_DAYS = work_calendar(PROCESS.work_days)
ASSUMED = load_assumptions()
FIRST = dt.date(2025, 1, 1)
LONG_AGO = dt.date(2024, 1, 2)
GAP = dt.timedelta(days=ASSUMED.days_between_levels)
LEVELS = (Level.COMMITTEE, Level.FINANCE_COMMITTEE, Level.COUNCIL)

# The first example of a process reads the holidays, which takes longer than Hypothesis allows.
unhurried = settings(deadline=None)

days = st.integers(0, 120).map(lambda n: FIRST + dt.timedelta(days=n))


days_before = st.none() | st.integers(0, 40)


def a_slot(day: dt.date, before: int | None) -> Slot:
    return Slot(day, None if before is None else day - dt.timedelta(days=before))


# A meeting, perhaps with a cut-off; cut-offs need not rise with their meetings. Made once: what a
# strategy is made of is looked through anew for each that is made.
slots = st.builds(a_slot, days, days_before)
meetings_of_level = [
    st.lists(slots, min_size=fewest, max_size=4, unique_by=lambda s: s.held_on) for fewest in (0, 1)
]
how_many_levels = st.integers(1, 3)


@st.composite
def calendars(draw: st.DrawFn, fewest: int = 0) -> CouncilCalendar:
    """One municipality with one to three levels, all of it known."""
    chain = LEVELS[-draw(how_many_levels) :]
    levels = []
    for level in chain:
        found = draw(meetings_of_level[fewest])
        ordered = sorted(found, key=lambda s: s.held_on)
        levels.append(LevelCalendar(level, tuple(ordered), tuple(s.held_on for s in ordered)))
    return CouncilCalendar("0360", tuple(levels), is_known=True, is_chain_assumed=False)


def council(calendar: CouncilCalendar, name: str = "Lolland") -> CouncilInput:
    return CouncilInput(party=name, name=name, calendar=calendar)


def planner(deadline: dt.date, today: dt.date = LONG_AGO) -> Councils:
    return Councils(ASSUMED, WORK_DAYS, deadline, today)


def cut_off(slot: Slot) -> dt.date:
    if slot.papers_due_on is not None:
        return slot.papers_due_on
    last = WORK_DAYS.add_business_days(slot.held_on, -ASSUMED.papers_business_days)
    return WORK_DAYS.previous_sending_day(last)  # before a quiet period, not in it


def fits(chain: Sequence[Slot]) -> bool:
    """Whether a case can go from each level's meeting to the next one's."""
    return all(
        before.held_on <= after.held_on - GAP
        and (after.papers_due_on is None or before.held_on <= after.papers_due_on)
        for before, after in pairwise(chain)
    )


def chains(calendar: CouncilCalendar) -> Iterable[tuple[dt.date, dt.date]]:
    """Of every possible chain: the last day for its papers, and the day it decides."""
    for chain in product(*(level.slots for level in calendar.levels)):
        if fits(chain):
            yield cut_off(chain[0]), chain[-1].held_on


@unhurried
@given(calendars(), days)
def test_no_chain_lets_the_report_come_later_than_the_one_found(
    calendar: CouncilCalendar, deadline: dt.date
) -> None:
    in_time = [papers for papers, decides in chains(calendar) if decides <= deadline]
    found = planner(deadline).ready_by(council(calendar))
    assert (found[0] if found else None) == max(in_time, default=None)
    if found is not None:
        assert found in [(p, decides) for p, decides in chains(calendar) if decides <= deadline]


@unhurried
@given(calendars(), days)
def test_no_chain_decides_earlier_than_the_one_found(
    calendar: CouncilCalendar, ready: dt.date
) -> None:
    reachable = [decides for papers, decides in chains(calendar) if papers >= ready]
    found = planner(FIRST).chain_from(council(calendar), ready, dt.date.min)
    assert (found[-1].held_on if found else None) == min(reachable, default=None)


def rest_of(council_: CouncilInput) -> Iterable[tuple[dt.date | None, Sequence[Slot]]]:
    """Of every possible chain through the levels that are left: its cut-off, and its meetings."""
    asks_anew = council_.after is None or council_.is_restarted
    for chain in product(*(x.slots for x in council_.calendar.levels[council_.first_level :])):
        if not fits(chain):
            continue
        if council_.first_level == 0 and asks_anew:
            yield cut_off(chain[0]), chain
        else:
            yield chain[0].papers_due_on, chain


@unhurried
@given(calendars(), days, days, days, st.integers(0, 2), st.booleans())
def test_no_chain_decides_earlier_for_a_case_that_is_under_way(
    calendar: CouncilCalendar,
    ready: dt.date,
    after: dt.date,
    not_before: dt.date,
    first_level: int,
    is_restarted: bool,
) -> None:
    """A level has put the case off, passed it on or sent it back; the next one meets after that."""
    place = 0 if is_restarted else min(first_level, len(calendar.levels) - 1)
    under_way = replace(
        council(calendar), first_level=place, after=after, is_restarted=is_restarted
    )
    start = max(ready, after)
    asks_papers = place == 0 and is_restarted
    reachable = [
        chain[-1].held_on
        for papers, chain in rest_of(under_way)
        if chain[0].held_on > after
        and chain[0].held_on >= (start if asks_papers else start + GAP)
        and (papers is None or papers >= start)
        and chain[-1].held_on >= not_before
    ]
    found = planner(FIRST).chain_from(under_way, ready, not_before)
    assert (found[-1].held_on if found else None) == min(reachable, default=None)


@unhurried
@given(calendars(), days, days)
def test_a_council_is_in_time_exactly_when_the_report_comes_by_its_last_day(
    calendar: CouncilCalendar, ready: dt.date, deadline: dt.date
) -> None:
    row = planner(deadline).lay(council(calendar), ready, ready)
    is_in_time = row.ready_by is not None and ready <= row.ready_by
    assert (row.state is CouncilState.IN_TIME) is is_in_time


def asked_of(
    bodies: dict[str, set[dt.date]],
    councils: Sequence[CouncilCalendar],
    deadline: dt.date,
    *,
    today: dt.date | None = None,
) -> PlanInput:
    return PlanInput(
        process=PROCESS,
        received_on=LONG_AGO,
        deadline=deadline,
        meetings={body: [Slot(day) for day in found] for body, found in bodies.items()},
        work_days=WORK_DAYS,
        today=today,
        councils=tuple(council(c, f"Kommune {n}") for n, c in enumerate(councils)),
        assumptions=ASSUMED,
    )


def in_time(plan: Plan) -> int:
    return sum(row.state is CouncilState.IN_TIME for row in plan.councils)


def last_days(councils: Sequence[CouncilCalendar], deadline: dt.date) -> list[dt.date]:
    """Of every council that can make the deadline at all: the last day for the report."""
    latest = [
        max((papers for papers, decides in chains(c) if decides <= deadline), default=None)
        for c in councils
    ]
    return [day for day in latest if day is not None]


meetings = st.fixed_dictionaries({body: st.sets(days, max_size=3) for body in BODIES})
several = st.lists(calendars(), min_size=1, max_size=4)


def between(first: int, last: int) -> st.SearchStrategy[dt.date]:
    return st.integers(first, last).map(lambda n: FIRST + dt.timedelta(days=n))


in_turn = st.fixed_dictionaries(
    {
        body: st.sets(between(30 * place, 30 * place + 45), min_size=1, max_size=3)
        for place, body in enumerate(BODIES)
    }
)


later_days = st.sets(between(70, 200), min_size=1, max_size=4)
up_to_forty = st.integers(0, 40)


@st.composite
def later_councils(draw: st.DrawFn) -> CouncilCalendar:
    """A municipality whose council alone decides, mostly after the bodies have met."""
    held = draw(later_days)
    slots_ = tuple(Slot(day, day - dt.timedelta(days=draw(up_to_forty))) for day in sorted(held))
    level = LevelCalendar(Level.COUNCIL, slots_, tuple(sorted(held)))
    return CouncilCalendar("0360", (level,), is_known=True, is_chain_assumed=False)


@unhurried
@given(in_turn, st.lists(later_councils(), min_size=1, max_size=4), between(120, 220))
def test_the_bodies_meet_as_late_as_every_council_that_can_make_it_allows(
    bodies: dict[str, set[dt.date]], councils: list[CouncilCalendar], deadline: dt.date
) -> None:
    plan = lay_plan(asked_of(bodies, councils, deadline))
    gap = dt.timedelta(days=PROCESS.plan.days_between_meetings)
    ends = [
        kkr
        for group, k17, kkr in product(*(sorted(bodies[b]) for b in BODIES))
        if k17 - group >= gap and kkr - k17 >= gap
    ]
    assume(ends)
    latest = [
        max((papers for papers, decides in chains(c) if decides <= deadline), default=None)
        for c in councils
    ]
    can = [day for day in latest if day is not None and day >= min(ends)]
    assume(can)
    best = max((end for end in ends if all(end <= day for day in can)), default=None)
    row = plan.step("kkr")
    assert row is not None
    assert row.planned == best
    assert in_time(plan) == len(can)


days_in_turn = [
    st.sets(between(70 + 20 * place, 150 + 20 * place), min_size=1, max_size=4)
    for place in range(len(LEVELS))
]
at_most_thirty = st.none() | st.integers(0, 30)


@st.composite
def passing_levels(draw: st.DrawFn) -> CouncilCalendar:
    """A municipality with one to three levels that meet in turn, mostly after the bodies."""
    levels = []
    for place, level in enumerate(LEVELS[-draw(how_many_levels) :]):
        held = sorted(draw(days_in_turn[place]))
        given_ = [draw(at_most_thirty) for _ in held]
        slots_ = tuple(
            Slot(day, None if n is None else day - dt.timedelta(days=n))
            for day, n in zip(held, given_, strict=True)
        )
        levels.append(LevelCalendar(level, slots_, tuple(held)))
    return CouncilCalendar("0360", tuple(levels), is_known=True, is_chain_assumed=False)


@unhurried
@given(in_turn, st.lists(passing_levels(), min_size=1, max_size=4), between(120, 220))
def test_the_bodies_meet_as_late_as_councils_with_several_levels_allow(
    bodies: dict[str, set[dt.date]], councils: list[CouncilCalendar], deadline: dt.date
) -> None:
    plan = lay_plan(asked_of(bodies, councils, deadline))
    gap = dt.timedelta(days=PROCESS.plan.days_between_meetings)
    ends = [
        kkr
        for group, k17, kkr in product(*(sorted(bodies[b]) for b in BODIES))
        if k17 - group >= gap and kkr - k17 >= gap
    ]
    assume(ends)
    can = [day for day in last_days(councils, deadline) if day >= min(ends)]
    assume(can)
    row = plan.step("kkr")
    assert row is not None
    assert row.planned == max(end for end in ends if end <= min(can))
    assert in_time(plan) == len(can)


@unhurried
@given(meetings, several, days, st.integers(0, 60))
def test_a_later_deadline_never_leaves_fewer_councils_in_time(
    bodies: dict[str, set[dt.date]],
    councils: list[CouncilCalendar],
    deadline: dt.date,
    more: int,
) -> None:
    """Worse means fewer councils in time, or a plan that no longer holds; not an earlier day.

    The bodies may well have to meet earlier: a council that can make it now is waited for.
    """
    before = lay_plan(asked_of(bodies, councils, deadline))
    after = lay_plan(asked_of(bodies, councils, deadline + dt.timedelta(days=more)))
    assert in_time(after) >= in_time(before)
    assert after.feasible or not before.feasible


@unhurried
@given(meetings, several, days, st.integers(0, 3), st.integers(0, 2), slots)
def test_one_more_meeting_never_leaves_fewer_councils_in_time(
    bodies: dict[str, set[dt.date]],
    councils: list[CouncilCalendar],
    deadline: dt.date,
    which: int,
    level: int,
    extra: Slot,
) -> None:
    """Of a known level, so that no assumed meeting is replaced; worse as in the law before."""
    before = lay_plan(asked_of(bodies, councils, deadline))
    chosen = councils[which % len(councils)]
    levels = list(chosen.levels)
    place = level % len(levels)
    known = levels[place]
    assume(extra.held_on not in known.days)
    found = sorted((*known.slots, extra), key=lambda s: s.held_on)
    levels[place] = LevelCalendar(known.level, tuple(found), tuple(s.held_on for s in found))
    wider = CouncilCalendar(chosen.municipality, tuple(levels), True, False)
    others = [wider if c is chosen else c for c in councils]
    after = lay_plan(asked_of(bodies, others, deadline))
    assert in_time(after) >= in_time(before)
    assert after.feasible or not before.feasible


@unhurried
@given(meetings, several, days, st.sampled_from(BODIES), days)
def test_one_more_meeting_of_a_body_never_leaves_fewer_councils_in_time(
    bodies: dict[str, set[dt.date]],
    councils: list[CouncilCalendar],
    deadline: dt.date,
    body: str,
    extra: dt.date,
) -> None:
    before = lay_plan(asked_of(bodies, councils, deadline))
    after = lay_plan(asked_of(bodies | {body: bodies[body] | {extra}}, councils, deadline))
    assert in_time(after) >= in_time(before)
    assert after.feasible or not before.feasible


@unhurried
@given(meetings, several, days)
def test_planning_again_or_in_another_order_changes_nothing(
    bodies: dict[str, set[dt.date]], councils: list[CouncilCalendar], deadline: dt.date
) -> None:
    asked = asked_of(bodies, councils, deadline)
    first = lay_plan(asked)
    assert lay_plan(asked) == first
    turned = lay_plan(asked_of(bodies, councils[::-1], deadline))
    assert turned.steps == first.steps
    assert turned.ready_on == first.ready_on
    assert [replace(c, party="", name="") for c in turned.councils[::-1]] == [
        replace(c, party="", name="") for c in first.councils
    ]
    assert turned.feasible is first.feasible


@unhurried
@given(st.lists(slots, max_size=6, unique_by=lambda s: s.held_on), st.randoms())
def test_the_order_in_which_meetings_come_does_not_matter(found: list[Slot], by: Random) -> None:
    shuffled = list(found)
    by.shuffle(shuffled)
    one, other = (
        CouncilCalendars({"0360": {Level.COUNCIL: given_}}, {}, ASSUMED)
        for given_ in (found, shuffled)
    )
    years = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
    assert one.of("0360", *years) == other.of("0360", *years)
    bodies = {body: [slot.held_on for slot in found] for body in BODIES}
    turned = {body: [slot.held_on for slot in shuffled] for body in BODIES}
    deadline = FIRST + dt.timedelta(days=150)
    plans = [
        lay_plan(replace(asked_of({}, [], deadline), meetings=_slots(held)))
        for held in (bodies, turned)
    ]
    assert plans[0] == plans[1]


def _slots(bodies: dict[str, list[dt.date]]) -> dict[str, list[Slot]]:
    return {body: [Slot(day) for day in held] for body, held in bodies.items()}


@unhurried
@given(meetings, several, days)
def test_each_choice_of_when_the_report_leaves_says_who_can_still_decide(
    bodies: dict[str, set[dt.date]], councils: list[CouncilCalendar], deadline: dt.date
) -> None:
    asked = asked_of(bodies, councils, deadline)
    choices = must_leave(asked)
    for choice in choices:
        last = choice.meetings[-1][1]
        can = [any(p >= last and d <= deadline for p, d in chains(c)) for c in councils]
        assert choice.councils == sum(can)
        assert choice.councils + len(choice.without) == choice.total == len(councils)
        assert choice.leaves_by == papers_due(Slot(choice.meetings[0][1]), asked)
    counts = [choice.councils for choice in choices]
    assert counts == sorted(counts, reverse=True)
    ends = [choice.meetings[-1][1] for choice in choices]
    assert ends == sorted(ends)
    leaves = [choice.leaves_by for choice in choices]
    assert leaves == sorted(leaves)
    gap = dt.timedelta(days=PROCESS.plan.days_between_meetings)
    possible = [
        kkr
        for group, k17, kkr in product(*(bodies[b] for b in BODIES))
        if k17 - group >= gap and kkr - k17 >= gap
    ]
    # No count is left out: each that some meeting of the last body allows is among the choices.
    lasts = last_days(councils, deadline)
    allowed = {sum(last >= end for last in lasts) for end in possible} - {0}
    assert allowed == {choice.councils for choice in choices}


@unhurried
@given(st.sampled_from(LEVELS), st.integers(2024, 2030))
def test_assumed_meetings_keep_out_of_summer_autumn_holiday_christmas_and_elections(
    level: Level, year: int
) -> None:
    known = CouncilCalendars({}, {}, ASSUMED).of("0360", dt.date(year, 1, 1), dt.date(year, 1, 1))
    (found,) = (c for c in known.levels if c.level is level)
    for day in found.days:
        assert day.month != 7
        assert not (day.month == 10 and day.isocalendar().week == 42)
        assert not dt.date(year, 12, 22) <= day
        is_election = (year - 2025) % 4 == 0
        assert not (is_election and dt.date(year, 11, 10) <= day <= dt.date(year, 11, 26))
    assert found.assumed == set(found.days)


def test_own_meetings_replace_assumed_ones_level_by_level_and_year_by_year() -> None:
    own = {"0360": {Level.COUNCIL: [Slot(dt.date(2025, 5, 12))]}}
    found = CouncilCalendars(own, {}, ASSUMED).of("0360", dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    committee, _, councils = found.levels
    assert [day for day in councils.days if day.year == 2025] == [dt.date(2025, 5, 12)]
    assert {day.year for day in councils.assumed} == {2026}
    assert {day.year for day in committee.assumed} == {2025, 2026}
    assert found.is_known


def test_a_delegated_decision_ends_where_the_chain_ends() -> None:
    chains_of = {"0360": (Level.COMMITTEE,), "0376": (Level.ADMINISTRATION,)}
    known = CouncilCalendars({}, chains_of, ASSUMED)
    year = dt.date(2025, 1, 1)
    ready = dt.date(2025, 4, 8)
    laid = {
        code: planner(dt.date(2025, 5, 31)).lay(council(known.of(code, year, year)), ready, ready)
        for code in chains_of
    }
    assert [m.level for m in laid["0360"].chain] == [Level.COMMITTEE]
    assert laid["0376"].planned == WORK_DAYS.add_business_days(ready, 10)
    assert laid["0376"].deciding_level is Level.ADMINISTRATION


def test_a_deciding_meeting_that_passed_without_a_word_is_told_and_the_next_planned() -> None:
    level = LevelCalendar(
        Level.COUNCIL,
        (Slot(dt.date(2025, 4, 28)), Slot(dt.date(2025, 5, 26))),
        (dt.date(2025, 4, 28), dt.date(2025, 5, 26)),
    )
    known = CouncilCalendar("0360", (level,), is_known=True, is_chain_assumed=False)
    ready = dt.date(2025, 4, 8)
    row = planner(dt.date(2025, 5, 31), dt.date(2025, 5, 2)).lay(council(known), ready, ready)
    assert row.passed_on == dt.date(2025, 4, 28)
    assert row.planned == dt.date(2025, 5, 26)
