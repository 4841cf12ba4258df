"""When bodies are assumed to meet, and when their own calendar goes before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udmelding.config.case.library import area_named, load_areas, process_named
from udmelding.config.case.process import Area, Process
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.council import CouncilInput
from udmelding.rules.case.council_calendar import CouncilCalendars, closed_by
from udmelding.rules.case.slots import Slot
from udmelding.rules.plan.body_calendar import with_assumed
from udmelding.rules.plan.must_leave import must_leave, no_choice
from udmelding.rules.plan.plan import Plan, PlanInput
from udmelding.rules.plan.plan_wording import critical_path, explain_plan
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.plan.verdict import verdict_on
from udmelding.rules.words.business_days import work_calendar

ASSUMED = load_assumptions()
AREAS = list(load_areas().values())
CU = process_named("central-udmelding")
SJAELLAND = CU.for_area(area_named("sjaelland"))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def slots(*days: str) -> tuple[Slot, ...]:
    return tuple(Slot(day(on)) for on in days)


def days_of(
    known: dict[str, tuple[Slot, ...]],
    first: int,
    last: int,
    process: Process = SJAELLAND,
    called_off: dict[str, list[dt.date]] | None = None,
) -> dict[str, list[dt.date]]:
    """The assumed days of each body."""
    found = with_assumed(process, known, ASSUMED, range(first, last + 1), called_off)
    return {body: [s.held_on for s in meetings if s.is_assumed] for body, meetings in found.items()}


def asked_for(known: dict[str, tuple[Slot, ...]], received: str, deadline: str) -> PlanInput:
    first, last = day(received), day(deadline)
    return PlanInput(
        process=SJAELLAND,
        received_on=first,
        deadline=last,
        meetings=with_assumed(SJAELLAND, known, ASSUMED, range(first.year, last.year + 2)),
        work_days=work_calendar(SJAELLAND.work_days),
        assumptions=ASSUMED,
    )


def a_plan(known: dict[str, tuple[Slot, ...]], received: str, deadline: str) -> Plan:
    asked = asked_for(known, received, deadline)
    return explain_plan(lay_plan(asked), asked)


# When they are assumed to meet.


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.id)
@given(year=st.integers(2022, 2060))
def test_no_assumed_meeting_falls_on_a_day_off_or_in_a_closed_time(area: Area, year: int) -> None:
    process = CU.for_area(area)
    work_days = work_calendar(process.work_days)
    for meetings in days_of({}, year, year, process).values():
        assert len(meetings) == 5
        for on in meetings:
            assert work_days.is_business_day(on)
            assert closed_by(ASSUMED.closed, on) is None


@given(year=st.integers(2022, 2060))
def test_assumed_meetings_keep_the_distances_that_were_seen(year: int) -> None:
    found = days_of({}, year, year)
    for group, k17, kkr in zip(*(found[b] for b in ("styregruppe", "k17", "kkr")), strict=True):
        assert 11 <= (kkr - k17).days <= 26
        assert k17.weekday() == 4
        assert (k17 - group).days >= 14


def test_over_the_winter_of_an_election_no_kkr_meets_for_three_months() -> None:
    winter = [on for on in days_of({}, 2029, 2030)["kkr"] if "2029-09" < str(on) < "2030-04"]
    assert winter == [day("2029-09-05"), day("2029-10-23"), day("2030-01-25")]


def test_in_years_without_an_election_the_kkr_meets_in_november_and_february() -> None:
    assert [on.month for on in days_of({}, 2027, 2027)["kkr"]] == [2, 4, 6, 9, 11]


# Where a calendar is known.


def test_a_known_calendar_goes_before_for_the_time_that_it_covers() -> None:
    known = {"kkr": slots("2027-02-09", "2027-04-20", "2027-06-15")}
    assumed = days_of(known, 2026, 2027)["kkr"]
    assert [(on.year, on.month) for on in assumed if on.year == 2026] == [
        (2026, 1),
        (2026, 4),
        (2026, 6),
        (2026, 9),
        (2026, 11),
    ]
    assert [on.month for on in assumed if on.year == 2027] == [9, 11]


def test_a_body_without_a_calendar_is_assumed_to_meet_before_the_known_meeting_of_the_next() -> (
    None
):
    assert day("2027-04-02") in days_of({"kkr": slots("2027-04-20")}, 2027, 2027)["k17"]


def test_a_meeting_that_was_called_off_still_belongs_to_the_known_calendar() -> None:
    known, called_off = {"kkr": slots("2027-02-09")}, {"kkr": [day("2027-04-20")]}
    assert [on.month for on in days_of(known, 2027, 2027, called_off=called_off)["kkr"]] == [
        6,
        9,
        11,
    ]


def test_just_after_the_last_known_meeting_nothing_is_assumed() -> None:
    found = days_of({"kkr": slots("2027-11-02")}, 2027, 2028)["kkr"]
    assert [on.month for on in found if on > day("2027-09-30")][:1] == [2]


def test_one_meeting_on_record_takes_the_place_of_the_assumed_one_and_leaves_the_others() -> None:
    without = days_of({}, 2027, 2027)["kkr"]
    found = days_of({"kkr": slots("2027-04-27")}, 2027, 2027)["kkr"]
    assert found == [on for on in without if on.month != 4]


def test_between_two_meetings_over_a_year_apart_meetings_are_assumed() -> None:
    found = days_of({"kkr": slots("2026-01-27", "2027-06-01")}, 2026, 2027)["kkr"]
    assert [(on.year, on.month) for on in found] == [
        (2026, 4), (2026, 6), (2026, 9), (2026, 11), (2027, 2), (2027, 4), (2027, 9), (2027, 11),
    ]  # fmt: skip


# What a plan says of it.


def test_a_case_without_any_calendar_is_planned_and_the_plan_says_that_it_is_assumed() -> None:
    plan = a_plan({}, "2026-11-03", "2027-05-31")
    assert [(row.id, str(row.planned)) for row in plan.assumed_bodies] == [
        ("styregruppe", "2027-03-19"),
        ("k17", "2027-04-02"),
        ("kkr", "2027-04-16"),
    ]
    assert verdict_on(plan).sentence == (
        "Fristen 31. maj 2027 kan nås. Mødedatoerne er et gæt for Styregruppen, K17 og KKR "
        "Sjælland."
    )
    assert plan.assumes == (
        "Mødekalenderen er ikke lagt ind for Styregruppen, K17 og KKR Sjælland på den tid. "
        "Mødedatoerne er antaget efter de dage, KKR Sjælland og KKR Hovedstaden har holdt møde i "
        "2023-2025.",
        "Læg deres kalender for 2027 ind under Møder, så snart den kendes, og senest 10. marts "
        "2027, hvor de første papirer efter planen skal være inde.",
    )
    kkr = plan.step("kkr")
    assert kkr is not None
    assert "Mødedatoen er antaget; læg organets mødekalender ind under Møder." in kkr.why
    assert "Næste møde, 21. juni 2027 (antaget), er for sent." in kkr.why
    assert all("(antaget)" in line for line in critical_path(plan))


def test_known_meetings_leave_nothing_assumed() -> None:
    known = {
        "styregruppe": slots("2027-03-12"),
        "k17": slots("2027-03-26"),
        "kkr": slots("2027-04-13"),
    }
    plan = a_plan(known, "2026-11-03", "2027-05-31")
    assert plan.assumed_bodies == ()
    assert verdict_on(plan).sentence == "Fristen 31. maj 2027 kan nås."


def test_no_later_assumed_meeting_is_counted_on_where_known_ones_reach_the_deadline() -> None:
    known = {
        "styregruppe": slots("2027-01-08"),
        "k17": slots("2027-01-22"),
        "kkr": slots("2027-02-09"),
    }
    plan = a_plan(known, "2026-10-01", "2027-05-31")
    assert plan.feasible
    assert [str(row.planned) for row in plan.steps if row.id in known] == [
        "2027-01-08",
        "2027-01-22",
        "2027-02-09",
    ]
    assert plan.assumed_bodies == ()


def test_a_deadline_in_the_winter_after_an_election_has_the_last_kkr_before_it() -> None:
    kkr = a_plan({}, "2029-05-01", "2030-02-28").step("kkr")
    assert kkr is not None
    assert (kkr.planned, kkr.next_meeting) == (day("2029-10-23"), day("2030-01-25"))


def test_no_body_is_planned_into_july() -> None:
    for month in range(1, 13):
        plan = a_plan({}, "2026-01-05", f"2027-{month:02d}-28")
        assert all(row.planned and row.planned.month != 7 for row in plan.assumed_bodies)


def test_the_day_on_which_the_report_must_leave_says_which_meetings_it_guesses() -> None:
    calendar = CouncilCalendars({}, {}, ASSUMED).of("0360", day("2026-01-01"), day("2028-01-01"))
    council = CouncilInput(party="0360", name="Lolland", calendar=calendar)
    asked = asked_for({"kkr": slots("2027-04-13")}, "2026-11-03", "2027-05-31")
    (choice,) = must_leave(replace(asked, councils=(council,)))
    assert choice.assumed == ("styregruppe", "k17")


def test_the_day_on_which_the_report_must_leave_has_a_true_reason_where_there_is_none() -> None:
    known = {"styregruppe": slots("2027-01-08"), "k17": slots("2027-01-22"), "kkr": ()}
    calendars = CouncilCalendars({}, {}, ASSUMED)
    lolland = CouncilInput(
        party="0360",
        name="Lolland",
        calendar=calendars.of("0360", day("2026-10-01"), day("2029-12-31")),
    )
    asked = replace(asked_for(known, "2026-10-01", "2027-05-31"), councils=(lolland,))
    without = replace(asked, meetings={"styregruppe": slots("2027-01-08")})
    assert must_leave(without) == ()
    assert no_choice(without).startswith(
        "Der er intet kommende møde i K17 og KKR Sjælland, hverken i mødekalenderen eller antaget. "
        "Læg mødekalenderen ind under Møder"
    )
    too_short = replace(asked, deadline=day("2026-11-15"))
    assert must_leave(too_short) == ()
    assert no_choice(too_short).startswith("Ingen kommune kan nå fristen 15. november 2026. Det")
    over = {"styregruppe": day("2027-01-08"), "k17": day("2027-01-22"), "kkr": day("2027-02-05")}
    assert no_choice(replace(asked, done=over)) == "Alle styrende organer har haft sagen."
