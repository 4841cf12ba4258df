"""How many councils will have decided on each day, and what every expected day rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, Scope
from models.decision import Level, Outcome
from models.document import DocumentKind
from models.obligation import DateSource
from models.party import PartyKind
from udmelding.config.case.library import area_named, process_named
from udmelding.config.case.process import FulfilledBy
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import Basis
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.country import OTHER_AREAS
from udmelding.rules.case.facts import (
    Deadline,
    Decision,
    Document,
    Expectation,
    Extension,
    Obligation,
    Particulars,
    Party,
    Tally,
    Waiver,
)
from udmelding.rules.case.slots import Slot
from udmelding.rules.plan.forecast import (
    CouncilForecast,
    Forecast,
    country_text,
    forecast,
    forecast_sentences,
)
from udmelding.rules.plan.lead_times import LeadTime, LeadTimes

NOW = dt.datetime(2025, 4, 22, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
READY = dt.date(2025, 4, 8)
ASKED = dt.date(2025, 4, 9)
DEADLINE = dt.date(2025, 6, 2)
ASSUMED = dt.date(2025, 5, 20)
"""Committee 6 May, finance committee 13 May, council on the third Tuesday: 20 May."""
PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
BODIES = ("styregruppe", "k17", "kkr")
COUNCILS = ("Greve", "Køge", "Lolland", "Næstved", "Ærø")
ELSEWHERE = ("Aalborg", "Brønderslev", "Odense", "Svendborg")
NOTHING = LeadTimes()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def a_decision(
    party: str,
    on: dt.date,
    step: str = "councils",
    level: Level = Level.COUNCIL,
    outcome: Outcome = Outcome.APPROVED,
) -> Decision:
    return Decision(
        key=f"d/{step}/{party}/{on}/{level}",
        recorded_at=NOW,
        happened_from=on,
        happened_to=on,
        step=step,
        party=party,
        level=level,
        outcome=outcome,
    )


def a_party(name: str, kind: PartyKind, area: str = "sjaelland", *, asks: bool = True) -> Party:
    return Party(
        key=name, recorded_at=NOW, party=name, name=name, kind=kind, area=area, is_asked=asks
    )


def calendars(known: Mapping[str, Sequence[str]] | None = None) -> CouncilCalendars:
    """Councils with one level and these meetings; all others are assumed to have three levels."""
    meetings = {
        name: {Level.COUNCIL: [Slot(day(on), day(on) - dt.timedelta(days=7)) for on in found]}
        for name, found in (known or {}).items()
    }
    chains = dict.fromkeys(meetings, (Level.COUNCIL,))
    return CouncilCalendars(meetings, chains, load_assumptions())


def a_case(known: Mapping[str, Sequence[str]] | None = None, *decisions: Decision) -> Case:
    """The last body has decided on 8 April 2025, and all five councils were asked the day after."""
    bodies = [
        a_decision(body, READY - dt.timedelta(days=14 - 7 * place), body, Level.BODY)
        for place, body in enumerate(BODIES)
    ]
    return Case(
        reference="CU-1",
        process=PROCESS,
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=dt.date(2024, 9, 2),
        as_of=NOW,
        particulars=Particulars(
            key="p", recorded_at=NOW, title="Sag", kind=AnnouncementKind.RENEWED
        ),
        deadlines=(Deadline(key="d", recorded_at=NOW, due_on=DEADLINE, origin=DateSource.LETTER),),
        parties=(
            *(a_party(name, PartyKind.MUNICIPALITY) for name in COUNCILS),
            *(a_party(body, PartyKind.BODY) for body in BODIES),
        ),
        documents=(
            Document(
                key="r",
                recorded_at=NOW,
                document_kind=DocumentKind.FINAL_REPORT,
                title="Afrapportering",
                dated_on=dt.date(2025, 3, 1),
            ),
        ),
        obligations=tuple(
            Obligation(
                key=name,
                recorded_at=NOW,
                step="councils",
                party=name,
                opened_on=ASKED,
                due_on=DEADLINE,
                origin=DateSource.COMPUTED,
            )
            for name in COUNCILS
        ),
        decisions=(*bodies, *decisions),
        council_calendars=calendars(known),
    )


def national(known: Mapping[str, Sequence[str]] | None = None, *decisions: Decision) -> Case:
    """The same with four municipalities that two other secretariats ask."""
    case = a_case(known, *decisions)
    others = [
        a_party(name, PartyKind.MUNICIPALITY, area, asks=False)
        for name, area in zip(
            ELSEWHERE, ("nordjylland", "nordjylland", "syddanmark", "syddanmark"), strict=True
        )
    ]
    return replace(case, scope=Scope.NATIONAL, parties=(*case.parties, *others))


def announced(case: Case, party: str, on: str) -> Case:
    named = Expectation(
        key=f"e/{party}", recorded_at=NOW, step="councils", party=party, expected_on=day(on)
    )
    return replace(case, expectations=(*case.expectations, named))


def extended(case: Case, party: str, until: str) -> Case:
    granted = Extension(
        key=f"x/{party}",
        recorded_at=NOW,
        step="councils",
        party=party,
        granted_on=TODAY,
        due_on=day(until),
    )
    return replace(case, extensions=(*case.extensions, granted))


def waived(case: Case, party: str) -> Case:
    excused = Waiver(
        key=f"w/{party}",
        recorded_at=NOW,
        step="councils",
        party=party,
        waived_on=TODAY,
        reason="svarer sammen med naboen",
    )
    return replace(case, waivers=(*case.waivers, excused))


def tallied(case: Case, approved: int, area: str = OTHER_AREAS) -> Case:
    count = Tally(
        key=f"t/{area}/{approved}",
        recorded_at=NOW,
        happened_from=TODAY,
        happened_to=TODAY,
        area=area,
        approved=approved,
        total=4,
    )
    return replace(case, tallies=(*case.tallies, count))


def lead_time(median: int, *, count: int = 9, is_own: bool = False) -> LeadTime:
    return LeadTime(count, median, median, median, is_own)


def pooled(median: int) -> LeadTimes:
    return LeadTimes(pooled={FulfilledBy.DECISION: lead_time(median)})


def seen(case: Case, today: dt.date = TODAY, learned: LeadTimes = NOTHING) -> Forecast:
    found = forecast(case, today, learned)
    assert found is not None
    return found


def of(found: Forecast, party: str) -> CouncilForecast:
    return next(row for row in found.councils if row.party == party)


def expected(
    case: Case, party: str, today: dt.date = TODAY, learned: LeadTimes = NOTHING
) -> tuple[str | None, Basis]:
    row = of(seen(case, today, learned), party)
    return row.expected_on.isoformat() if row.expected_on else None, row.basis


def by_deadline(found: Forecast) -> int:
    count = found.on(found.deadline)
    assert count is not None
    return count.region


def test_a_decided_council_counts_from_its_day() -> None:
    case = a_case({}, a_decision("Greve", day("2025-04-14")))
    found = seen(case, day("2025-04-14"))
    assert expected(case, "Greve") == ("2025-04-14", Basis.DECIDED)
    assert found.counts[0].region == 1
    assert not of(found, "Greve").is_late


def test_a_decision_after_the_deadline_needs_no_reservation_any_more() -> None:
    case = a_case({}, a_decision("Greve", day("2025-06-10")))
    found = seen(case, day("2025-06-12"))
    assert "Greve" not in [row.name for row in found.reservation_for]
    assert found.on(DEADLINE) is None


def test_a_no_is_a_decision_as_well() -> None:
    case = a_case({}, a_decision("Greve", day("2025-04-14"), outcome=Outcome.REJECTED))
    assert expected(case, "Greve") == ("2025-04-14", Basis.DECIDED)


def test_a_postponed_case_is_expected_at_the_next_meeting() -> None:
    known = {"Greve": ["2025-04-21", "2025-05-19", "2025-06-16"]}
    put_off = a_decision("Greve", day("2025-04-21"), outcome=Outcome.POSTPONED)
    assert expected(a_case(known, put_off), "Greve") == ("2025-05-19", Basis.CALENDAR)


def test_an_announced_day_beats_the_calendar() -> None:
    case = a_case({"Greve": ["2025-04-28", "2025-05-26"]})
    assert expected(case, "Greve") == ("2025-04-28", Basis.CALENDAR)
    assert expected(announced(case, "Greve", "2025-05-07"), "Greve") == (
        "2025-05-07",
        Basis.ANNOUNCED,
    )


def test_an_announced_day_beats_an_extension_and_what_was_learned() -> None:
    case = announced(extended(a_case(), "Greve", "2025-06-30"), "Greve", "2025-05-07")
    assert expected(case, "Greve", learned=pooled(40)) == ("2025-05-07", Basis.ANNOUNCED)


def test_the_announced_day_itself_still_counts() -> None:
    case = announced(a_case(), "Greve", "2025-04-22")
    assert expected(case, "Greve") == ("2025-04-22", Basis.ANNOUNCED)


def test_an_announced_day_that_has_passed_says_nothing_any_more() -> None:
    case = announced(a_case({"Greve": ["2025-04-28", "2025-05-26"]}), "Greve", "2025-04-25")
    assert expected(case, "Greve", day("2025-04-26")) == ("2025-04-28", Basis.CALENDAR)


def test_of_two_announced_days_the_last_one_named_holds() -> None:
    case = announced(announced(a_case(), "Greve", "2025-05-07"), "Greve", "2025-05-21")
    assert expected(case, "Greve") == ("2025-05-21", Basis.ANNOUNCED)


def test_a_council_that_has_decided_does_not_wait_for_the_day_it_named() -> None:
    case = announced(a_case({}, a_decision("Greve", day("2025-04-14"))), "Greve", "2025-05-07")
    assert expected(case, "Greve") == ("2025-04-14", Basis.DECIDED)


def test_an_extension_moves_the_expected_day_to_the_last_meeting_it_allows() -> None:
    case = a_case({"Greve": ["2025-04-28", "2025-05-26", "2025-06-16", "2025-06-30"]})
    assert expected(extended(case, "Greve", "2025-06-20"), "Greve") == (
        "2025-06-16",
        Basis.AGREED,
    )


def test_an_extension_without_a_known_calendar_allows_the_last_assumed_meeting() -> None:
    case = extended(a_case(), "Greve", "2025-06-20")
    assert expected(case, "Greve", learned=pooled(40)) == ("2025-06-17", Basis.AGREED)


def test_an_extension_that_no_meeting_reaches_does_not_make_a_council_faster() -> None:
    case = a_case({"Greve": ["2025-06-30"]})
    assert expected(extended(case, "Greve", "2025-06-20"), "Greve") == (
        "2025-06-30",
        Basis.CALENDAR,
    )


def test_an_extension_past_the_deadline_needs_a_reservation() -> None:
    found = seen(extended(a_case(), "Greve", "2025-06-20"))
    assert [row.name for row in found.reservation_for] == ["Greve"]


def test_a_known_calendar_beats_what_was_learned() -> None:
    case = a_case({"Greve": ["2025-04-28"]})
    row = of(seen(case, learned=pooled(40)), "Greve")
    assert (row.expected_on, row.basis) == (day("2025-04-28"), Basis.CALENDAR)
    assert row.lead_time == lead_time(40)


@pytest.mark.parametrize("median", [3, 21, 45])
def test_what_was_learned_never_dates_a_council_and_is_shown_beside_its_day(median: int) -> None:
    learned = LeadTimes(
        own={(FulfilledBy.DECISION, "Greve"): lead_time(60, count=3, is_own=True)},
        pooled={FulfilledBy.DECISION: lead_time(median)},
    )
    found = seen(a_case(), learned=learned)
    assert {(row.expected_on, row.basis) for row in found.councils} == {(ASSUMED, Basis.ASSUMED)}
    assert of(found, "Greve").lead_time == lead_time(60, count=3, is_own=True)
    assert of(found, "Køge").lead_time == lead_time(median)


def test_a_council_whose_meeting_passed_without_a_word_is_expected_at_the_next_one() -> None:
    case = a_case({"Greve": ["2025-04-28", "2025-05-26", "2025-06-16"]})
    on_the_day, the_day_after = day("2025-04-28"), day("2025-04-29")
    assert expected(case, "Greve", on_the_day) == ("2025-04-28", Basis.CALENDAR)
    assert expected(case, "Greve", the_day_after) == ("2025-05-26", Basis.CALENDAR)
    assert expected(case, "Greve", day("2025-05-27")) == ("2025-06-16", Basis.CALENDAR)


def test_a_waived_council_never_counts_and_needs_no_reservation() -> None:
    case = waived(a_case({"Greve": ["2025-07-07"], "Køge": ["2025-07-07"]}), "Greve")
    found = seen(case)
    assert expected(case, "Greve") == (None, Basis.WAIVED)
    assert [row.name for row in found.reservation_for] == ["Køge"]
    assert found.total == 5
    assert found.counts[-1].region == 4


def test_a_waived_council_that_decides_all_the_same_counts() -> None:
    case = waived(a_case({}, a_decision("Greve", day("2025-04-14"))), "Greve")
    assert expected(case, "Greve") == ("2025-04-14", Basis.DECIDED)
    assert seen(case).counts[0].region == 1


def test_who_comes_after_the_deadline_is_named_for_the_reservation() -> None:
    case = announced(a_case({"Lolland": ["2025-06-16"]}), "Ærø", "2025-06-03")
    found = seen(announced(case, "Greve", "2025-06-02"))
    assert [row.name for row in found.reservation_for] == ["Lolland", "Ærø"]
    assert all(row.is_late for row in found.reservation_for)
    assert by_deadline(found) == 3
    assert forecast_sentences(found)[:2] == [
        "3 af 5 når fristen 2. juni. Der skal sendes med forbehold for 2.",
        "Efter fristen ventes Lolland (16/6) og Ærø (3/6).",
    ]


def test_without_anybody_late_no_reservation_is_expected() -> None:
    found = seen(a_case())
    assert found.reservation_for == ()
    assert forecast_sentences(found) == [
        "5 af 5 når fristen 2. juni.",
        "For 5 af kommunerne er mødekalenderen ikke kendt; deres dag er et skøn.",
    ]


def test_a_council_of_which_nothing_is_known_is_late_and_never_counted() -> None:
    case = replace(a_case(), decisions=(), obligations=())
    assert case.council_calendars is not None
    said = case.council_calendars.assumptions.model_copy(update={"bodies": None})
    found = seen(replace(case, council_calendars=replace(case.council_calendars, assumptions=said)))
    assert {(row.expected_on, row.basis) for row in found.councils} == {(None, Basis.UNKNOWN)}
    assert len(found.reservation_for) == 5
    assert found.counts[-1].region == 0
    assert "Greve (dag ukendt)" in " ".join(forecast_sentences(found))


def test_the_counts_are_those_of_today_the_deadline_and_every_day_between_that_changes() -> None:
    case = a_case(
        {"Greve": ["2025-04-28"], "Køge": ["2025-05-19"], "Lolland": ["2025-06-16"]},
        a_decision("Næstved", day("2025-04-14")),
    )
    found = seen(announced(case, "Ærø", "2025-05-19"))
    assert [(count.day.isoformat(), count.region) for count in found.counts] == [
        ("2025-04-22", 1),
        ("2025-04-28", 2),
        ("2025-05-19", 4),
        ("2025-06-02", 4),
        ("2025-06-16", 5),
    ]
    assert {count.country for count in found.counts} == {None}
    assert found.country_total is None


def test_between_the_days_of_change_the_last_count_holds() -> None:
    found = seen(a_case({name: ["2025-04-28"] for name in COUNCILS}))
    assert found.on(day("2025-04-21")) is None
    regions = [found.on(day(f"2025-04-{number}")) for number in (22, 27, 28, 29)]
    assert [count and count.region for count in regions] == [0, 0, 5, 5]


def test_the_country_counts_only_what_other_secretariats_have_told() -> None:
    found = seen(national())
    assert (found.total, found.country_total, found.country_untold) == (5, 9, 4)
    assert [(c.day, c.region, c.country) for c in found.counts] == [
        (TODAY, 0, 0),
        (ASSUMED, 5, 5),
        (DEADLINE, 5, 5),
    ]
    assert forecast_sentences(found)[:2] == [
        "5 af 5 når fristen 2. juni.",
        "Uden for området er der meldt om 0 af 4 kommuner; for 4 er det ikke oplyst.",
    ]
    assert country_text(found, found.counts[-1]) == "5 af 9 (4 ikke oplyst)"


def test_named_decisions_elsewhere_count_from_today_and_never_twice() -> None:
    case = national({}, a_decision("Odense", day("2025-04-14")))
    for told in (case, tallied(case, 1), tallied(case, 1, "syddanmark")):
        assert [count.country for count in seen(told).counts] == [1, 6, 6]
        assert seen(told).country_untold == 3


def test_a_tally_raises_the_countrys_count_without_exceeding_the_total() -> None:
    case = national({}, a_decision("Odense", day("2025-04-14")))
    assert [count.country for count in seen(tallied(case, 3)).counts] == [3, 8, 8]
    everyone = seen(tallied(case, 4))
    assert [count.country for count in everyone.counts] == [4, 9, 9]
    assert everyone.country_untold == 0
    assert "ikke oplyst" not in " ".join(forecast_sentences(everyone))
    in_the_north = tallied(case, 2, "nordjylland")
    assert [count.country for count in seen(in_the_north).counts] == [3, 8, 8]


def test_councils_elsewhere_need_no_reservation_of_ours() -> None:
    found = seen(national({name: ["2025-07-07"] for name in ELSEWHERE}))
    assert found.reservation_for == ()
    at_deadline = found.on(DEADLINE)
    assert at_deadline is not None
    assert (at_deadline.region, at_deadline.country) == (5, 5)


def test_after_the_deadline_the_forecast_goes_on_and_speaks_of_it_no_more() -> None:
    found = seen(a_case({"Greve": ["2025-06-30"]}), day("2025-06-10"))
    assert found.counts[0].day == day("2025-06-10")
    assert len(found.reservation_for) == 5
    assert not any("Ved fristen" in sentence for sentence in forecast_sentences(found))


def test_without_a_deadline_there_is_no_forecast() -> None:
    assert forecast(replace(a_case(), deadlines=()), TODAY, NOTHING) is None


def test_without_councils_or_their_calendars_there_is_no_forecast() -> None:
    bodies = tuple(party for party in a_case().parties if party.kind is PartyKind.BODY)
    assert forecast(replace(a_case(), parties=bodies), TODAY, NOTHING) is None
    assert forecast(replace(a_case(), council_calendars=None), TODAY, NOTHING) is None


@pytest.mark.parametrize("today", [TODAY, DEADLINE, day("2025-09-01")])
def test_a_forecast_changes_nothing_and_is_the_same_again(today: dt.date) -> None:
    case = national({"Greve": ["2025-04-28"]})
    assert forecast(case, today, pooled(40)) == forecast(case, today, pooled(40))
    assert case == national({"Greve": ["2025-04-28"]})


# --- Laws ------------------------------------------------------------------------------------

days = st.integers(0, 120).map(lambda number: ASKED + dt.timedelta(days=number))
todays = st.integers(0, 100).map(lambda number: ASKED + dt.timedelta(days=number))
EVERYONE = (*COUNCILS, *ELSEWHERE)


# Made once: what a strategy is made of is looked through anew for each that is made.
known_days = st.dictionaries(st.sampled_from(EVERYONE), st.sets(days, max_size=4))
any_decisions = st.dictionaries(
    st.sampled_from(EVERYONE),
    st.tuples(days, st.sampled_from(Outcome), st.sampled_from(list(Level)[1:])),
)
days_of_councils = st.dictionaries(st.sampled_from(COUNCILS), days)
some_councils = st.sets(st.sampled_from(COUNCILS))
tallies = [
    (area, st.none() | st.integers(0, most))
    for area, most in (("nordjylland", 2), ("syddanmark", 2), (OTHER_AREAS, 4))
]


@st.composite
def any_case(draw: st.DrawFn) -> Case:
    """A national case with any mixture of calendars, decisions, words and excuses."""
    known, decisions = draw(known_days), draw(any_decisions)
    case = national(
        {name: sorted(on.isoformat() for on in found) for name, found in known.items()},
        *(
            a_decision(name, on, level=level, outcome=outcome)
            for name, (on, outcome, level) in decisions.items()
        ),
    )
    for name, on in draw(days_of_councils).items():
        case = announced(case, name, on.isoformat())
    for name, on in draw(days_of_councils).items():
        case = extended(case, name, on.isoformat())
    for name in draw(some_councils):
        case = waived(case, name)
    for area, counts in tallies:
        approved = draw(counts)
        case = case if approved is None else tallied(case, approved, area)
    return case


learning = st.none() | st.integers(0, 150)


def lead_times(median: int | None) -> LeadTimes:
    return NOTHING if median is None else pooled(median)


@settings(deadline=None, max_examples=150)
@given(any_case(), todays, learning)
def test_counts_never_fall_nor_exceed_those_who_are_asked(
    case: Case, today: dt.date, median: int | None
) -> None:
    found = seen(case, today, lead_times(median))
    assert found.country_total == 9
    for earlier, later in pairwise(found.counts):
        assert earlier.day < later.day
        assert earlier.region <= later.region
        assert (earlier.country or 0) <= (later.country or 0)
    for count in found.counts:
        assert count.country is not None
        assert 0 <= count.region <= found.total
        assert count.region <= count.country
    assert found.counts[0].day >= today
    assert (found.on(found.deadline) is None) is (found.deadline < today)


@settings(deadline=None, max_examples=150)
@given(any_case(), todays, learning)
def test_what_is_expected_lies_ahead_and_every_council_has_one_row(
    case: Case, today: dt.date, median: int | None
) -> None:
    found = seen(case, today, lead_times(median))
    assert [row.party for row in found.councils] == list(COUNCILS)
    for row in found.councils:
        if row.basis is Basis.DECIDED:
            assert not row.is_late
            continue
        if row.basis is Basis.WAIVED:
            assert (row.expected_on, row.is_late) == (None, False)
            continue
        assert row.expected_on is None or row.expected_on >= today
        assert row.is_late is (row.expected_on is None or row.expected_on > found.deadline)
    assert found.reservation_for == tuple(row for row in found.councils if row.is_late)


@settings(deadline=None, max_examples=150)
@given(any_case(), todays, learning)
def test_what_is_counted_by_the_deadline_and_what_is_reserved_make_the_total(
    case: Case, today: dt.date, median: int | None
) -> None:
    found = seen(case, today, lead_times(median))
    if today > found.deadline:
        return
    too_late = sum(
        row.basis is Basis.DECIDED and (row.expected_on or today) > found.deadline
        for row in found.councils
    )
    excused = sum(row.basis is Basis.WAIVED for row in found.councils)
    reserved = len(found.reservation_for)
    assert by_deadline(found) + reserved + excused + too_late == found.total


@settings(deadline=None, max_examples=100)
@given(any_case(), todays, learning, st.integers(0, 4), st.integers(0, 4))
def test_the_countrys_count_rises_with_the_tally(
    case: Case, today: dt.date, median: int | None, fewer: int, more: int
) -> None:
    fewer, more = sorted((fewer, more))
    untold = replace(case, tallies=())
    low, high = (
        seen(tallied(untold, approved), today, lead_times(median)) for approved in (fewer, more)
    )
    for count in low.counts:
        other = high.on(count.day)
        assert other is not None
        assert (count.country or 0) <= (other.country or 0)
        assert count.region == other.region
    assert (high.counts[0].country or 0) - high.counts[0].region >= more


@settings(deadline=None, max_examples=100)
@given(any_case(), todays, learning, st.sampled_from(COUNCILS), days)
def test_one_more_decision_is_counted_and_moves_no_other_council(
    case: Case, today: dt.date, median: int | None, party: str, on: dt.date
) -> None:
    more = replace(case, decisions=(*case.decisions, a_decision(party, min(on, today))))
    before, after = (seen(one, today, lead_times(median)) for one in (case, more))
    assert [row for row in after.councils if row.party != party] == [
        row for row in before.councils if row.party != party
    ]
    if of(after, party).basis is Basis.DECIDED:
        assert after.counts[0].region >= before.counts[0].region
