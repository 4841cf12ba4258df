"""No date that we set ourselves lies on a day off, or in a time in which nobody works or meets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, Scope
from models.decision import Level
from models.obligation import DateSource
from models.party import PartyKind
from udmelding.config.case.library import area_named, load_areas, process_named
from udmelding.config.case.process import Parties
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.case import Case
from udmelding.rules.case.council_calendar import CouncilCalendars, closed_by
from udmelding.rules.case.facts import Deadline, Meeting, Particulars, Party
from udmelding.rules.case.slots import Slot
from udmelding.rules.due.due import opening_due_on
from udmelding.rules.plan.case_plan import plan_input
from udmelding.rules.plan.must_leave import must_leave
from udmelding.rules.plan.plan import Plan, PlanInput
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.words.business_days import work_calendar

CU = process_named("central-udmelding")
WORK_DAYS = work_calendar(CU.work_days)
ASSUMED = load_assumptions()
AREAS = sorted(load_areas())
COUNCILS = ("0360", "0253")

firsts = st.dates(dt.date(2020, 1, 1), dt.date(2036, 12, 31))
lengths = st.integers(30, 700)
later = st.none() | st.integers(0, 700)
some_meetings = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 600)), max_size=6)
some_days = st.lists(st.integers(0, 600), max_size=6, unique=True)


def is_open(day: dt.date) -> bool:
    return WORK_DAYS.may_send(day)


def can_meet(day: dt.date) -> bool:
    return is_open(day) and closed_by(ASSUMED.closed, day) is None


@st.composite
def any_case(draw: st.DrawFn) -> tuple[Case, dt.date]:
    """A case of any area and year, with or without calendars, and the day of the plan."""
    area = area_named(draw(st.sampled_from(AREAS)))
    first = draw(firsts)
    deadline = first + dt.timedelta(days=draw(lengths))
    process = CU.for_area(area)
    bodies = [step.id for step in process.steps if step.parties is Parties.BODY]
    now = dt.datetime.combine(first, dt.time(9), dt.UTC)
    met = {(bodies[i % len(bodies)], first + dt.timedelta(days=n)) for i, n in draw(some_meetings)}
    own = [first + dt.timedelta(days=n) for n in draw(some_days)]
    case = Case(
        reference="CU-1",
        process=process,
        area=area.id,
        scope=Scope.REGIONAL,
        received_on=first,
        as_of=now,
        particulars=Particulars(
            key="p", recorded_at=now, title="Sag", kind=AnnouncementKind.RENEWED
        ),
        deadlines=(Deadline(key="d", recorded_at=now, due_on=deadline, origin=DateSource.LETTER),),
        parties=(
            *(Party(key=c, recorded_at=now, party=c, name=c, kind=PartyKind.MUNICIPALITY)
              for c in COUNCILS),
            *(Party(key=b, recorded_at=now, party=b, name=b, kind=PartyKind.BODY) for b in bodies),
        ),
        meetings=tuple(
            Meeting(key=f"{b}/{on}", recorded_at=now, area=area.id, body=b, held_on=on)
            for b, on in sorted(met)
        ),
        council_calendars=CouncilCalendars(
            {"0360": {Level.COUNCIL: [Slot(on) for on in own]}}, {}, ASSUMED
        ),
    )  # fmt: skip
    passed = draw(later)
    return case, first + dt.timedelta(days=0 if passed is None else passed)


def laid(case: Case, today: dt.date) -> tuple[Plan, PlanInput]:
    asked = plan_input(case, today)
    assert asked is not None
    return lay_plan(asked), asked


def is_forced(day: dt.date, asked: PlanInput) -> bool:
    """Whether there is no open day left before ``day``, so that it may lie in a quiet period."""
    assert asked.today is not None
    return WORK_DAYS.is_business_day(day) and WORK_DAYS.previous_sending_day(day) < asked.today


@settings(deadline=None, max_examples=200)
@given(any_case())
def test_no_date_of_a_plan_lies_on_a_day_off_or_in_a_closed_time(
    drawn: tuple[Case, dt.date],
) -> None:
    case, today = drawn
    plan, asked = laid(case, today)
    known = {m.held_on for m in case.meetings}
    before: dt.date | None = None
    for row in plan.steps:
        step = case.process.step(row.id)
        assert step is not None
        if step.parties is Parties.BODY:
            assert row.planned is None or row.planned in known or can_meet(row.planned)
            assert row.latest is None or row.latest in known or can_meet(row.latest)
            assert (
                row.next_meeting is None
                or row.next_meeting in known
                or (can_meet(row.next_meeting))
            )
            papers = row.papers_due_on
            assert papers is None or is_open(papers) or is_forced(papers, asked)
        elif step.wanted_business_days:
            assert row.planned is not None
            assert row.latest is not None
            assert WORK_DAYS.is_business_day(row.planned)
            start = max(before or today, today)
            no_time = row.planned == WORK_DAYS.next_business_day(start)
            assert is_open(row.planned) or no_time or is_forced(row.planned, asked)
            assert (
                is_open(row.latest)
                or is_forced(row.latest, asked)
                or (
                    row.latest == case.received_on  # no time at all is left for the work
                )
            )
        elif row.id == "submission" and row.planned is not None:
            assert WORK_DAYS.is_business_day(row.planned)
            if plan.feasible:
                assert row.latest is not None
                assert WORK_DAYS.is_business_day(row.latest) or row.latest == case.received_on
                ready = max(council.planned or today for council in plan.councils)
                no_room = WORK_DAYS.previous_sending_day(plan.deadline) < max(ready, today)
                assert is_open(row.planned) or no_room
        before = row.planned


@settings(deadline=None, max_examples=200)
@given(any_case())
def test_no_council_is_asked_for_a_day_on_which_it_cannot_meet(
    drawn: tuple[Case, dt.date],
) -> None:
    case, today = drawn
    plan, _ = laid(case, today)
    assert case.council_calendars is not None
    known = {slot.held_on for slot in case.council_calendars.known["0360"][Level.COUNCIL]}
    for row in plan.councils:
        for meeting in row.chain:
            assert can_meet(meeting.held_on) or meeting.held_on in known
    for step in case.process.steps:
        if step.parties is not Parties.MUNICIPALITIES:
            continue
        for party in COUNCILS:
            day = opening_due_on(case, step, party, plan, today)
            row = plan.council(party)
            if day is None:
                continue
            assert day >= today
            if step.id == "councils" and row is not None and row.chain:
                assert day == row.chain[-1].held_on
            else:
                assert is_open(day)


@settings(deadline=None, max_examples=100)
@given(any_case())
def test_the_report_never_has_to_leave_on_a_day_off(drawn: tuple[Case, dt.date]) -> None:
    case, today = drawn
    _, asked = laid(case, today)
    for choice in must_leave(asked):
        assert is_open(choice.leaves_by) or is_forced(choice.leaves_by, asked)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(AREAS), firsts, lengths)
def test_a_plan_without_a_case_decides_on_a_day_on_which_councils_meet(
    area: str, first: dt.date, length: int
) -> None:
    """Christmas Day and the middle of July were such days once."""
    process = CU.for_area(area_named(area))
    asked = PlanInput(
        process=process,
        received_on=first,
        deadline=first + dt.timedelta(days=length),
        meetings={
            step.id: (Slot(first + dt.timedelta(days=14 * n)),)
            for n, step in enumerate(process.steps, start=1)
            if step.parties is Parties.BODY
        },
        work_days=WORK_DAYS,
        assumptions=ASSUMED,
    )
    for given_ in (asked, replace(asked, meetings={})):
        row = lay_plan(given_).step("councils")
        assert row is not None
        assert row.planned is None or can_meet(row.planned)
        assert row.latest is None or can_meet(row.latest) or is_open(row.latest)


@given(st.sampled_from([level for level in Level if level in ASSUMED.meetings]), firsts)
def test_no_assumed_municipal_meeting_falls_on_a_day_off(level: Level, first: dt.date) -> None:
    found = CouncilCalendars({}, {}, ASSUMED).of("0360", first, first)
    (days,) = (one.days for one in found.levels if one.level is level)
    assert len(days) >= 9
    for day in days:
        assert WORK_DAYS.is_business_day(day)
        assert closed_by(ASSUMED.closed, day) is None


def test_a_committee_that_would_meet_on_5_june_meets_the_day_after() -> None:
    found = CouncilCalendars({}, {}, ASSUMED).of("0360", dt.date(2029, 1, 1), dt.date(2029, 1, 1))
    (days,) = (one.days for one in found.levels if one.level is Level.COMMITTEE)
    assert [day for day in days if day.month == 6] == [dt.date(2029, 6, 6)]
