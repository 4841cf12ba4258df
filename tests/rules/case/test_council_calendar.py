"""What is known and assumed of a municipality's meetings, and how far a case has come there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from models.announcement import AnnouncementKind, Scope
from models.decision import Level, Outcome
from models.document import Change, DocumentKind
from models.obligation import DateSource
from models.party import PartyKind
from udmelding.config.case.library import area_named, process_named
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.case import Case
from udmelding.rules.case.council import CouncilInput, CouncilPlan, CouncilState
from udmelding.rules.case.council_calendar import (
    CouncilCalendar,
    CouncilCalendars,
    LevelCalendar,
    closed_by,
)
from udmelding.rules.case.facts import (
    Deadline,
    Decision,
    Document,
    Expectation,
    Extension,
    Obligation,
    Particulars,
    Party,
    Waiver,
)
from udmelding.rules.case.slots import Slot
from udmelding.rules.case.standing import standings
from udmelding.rules.plan.case_plan import council_inputs
from udmelding.rules.plan.council_plan import Councils
from udmelding.rules.plan.council_wording import council_sentence, passed_sentences
from udmelding.rules.words.business_days import work_calendar

PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
WORK_DAYS = work_calendar(PROCESS.work_days)
ASSUMPTIONS = load_assumptions()
LOLLAND, GREVE = "0360", "0253"
NOW = dt.datetime(2025, 4, 22, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
READY = dt.date(2025, 4, 8)
DEADLINE = dt.date(2025, 5, 30)
OWN = {
    Level.COMMITTEE: ["2025-04-22", "2025-05-06", "2025-06-03", "2025-08-05"],
    Level.FINANCE_COMMITTEE: ["2025-05-13", "2025-06-10", "2025-08-12"],
    Level.COUNCIL: ["2025-05-20", "2025-06-17", "2025-08-19"],
}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def calendars(
    known: Mapping[Level, Sequence[str]] | None = None, chain: tuple[Level, ...] | None = None
) -> CouncilCalendars:
    """Lolland's meetings and chain, where given; nothing is known of anybody else."""
    meetings = {level: [Slot(day(on)) for on in found] for level, found in (known or {}).items()}
    chains = {} if chain is None else {LOLLAND: chain}
    return CouncilCalendars({LOLLAND: meetings} if known else {}, chains, ASSUMPTIONS)


def years(found: CouncilCalendars, first: int, last: int | None = None) -> CouncilCalendar:
    return found.of(LOLLAND, dt.date(first, 1, 1), dt.date(last or first, 12, 31))


def level_of(calendar: CouncilCalendar, level: Level) -> LevelCalendar:
    return next(found for found in calendar.levels if found.level is level)


def assumed_days(year: int) -> list[dt.date]:
    """The days of all three levels of a municipality that nothing is known of."""
    return sorted(on for level in years(calendars(), year).levels for on in level.days)


# What is assumed.


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_nobody_is_assumed_to_meet_in_july(year: int) -> None:
    assert all(on.month != 7 for on in assumed_days(year))


@pytest.mark.parametrize("year", [2024, 2026, 2030])
def test_nobody_is_assumed_to_meet_at_christmas_or_just_after_new_year(year: int) -> None:
    assert all((1, 4) < (on.month, on.day) < (12, 22) for on in assumed_days(year))


@pytest.mark.parametrize("year", [2025, 2029])
def test_the_old_council_is_assumed_to_decide_once_more_between_election_and_new_year(
    year: int,
) -> None:
    late = [on for on in level_of(years(calendars(), year), Level.COUNCIL).days if on.month > 10]
    assert [(on.month, on.day > 14) for on in late] == [(12, True)]
    assert min(assumed_days(year + 1)) > dt.date(year + 1, 1, 4)


@pytest.mark.parametrize(
    "seen",
    [
        *("2021-09-21", "2021-10-12", "2021-11-09", "2021-12-21"),  # Næstved, an election year
        *("2022-09-12", "2022-09-26", "2022-10-10", "2022-10-31", "2022-12-19"),  # Slagelse
        *("2017-11-27", "2017-12-18", "2025-12-15"),  # Fredensborg and Slagelse after elections
        *("2026-06-17", "2026-08-19", "2026-09-16", "2026-10-28", "2026-12-16"),  # Holbæk
    ],
)
def test_no_meeting_that_councils_have_announced_lies_in_a_closed_time(seen: str) -> None:
    assert closed_by(ASSUMPTIONS.closed, day(seen)) is None


@pytest.mark.parametrize("year", [2024, 2026, 2028])
def test_in_years_without_an_election_november_and_december_are_as_other_months(year: int) -> None:
    months = {on.month for on in level_of(years(calendars(), year), Level.COUNCIL).days}
    assert {11, 12} <= months


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2025-06-30", None),
        ("2025-07-01", "sommerferien"),
        ("2025-07-31", "sommerferien"),
        ("2025-08-01", None),
        ("2025-10-12", None),
        ("2025-10-13", "efterårsferien"),
        ("2025-10-19", "efterårsferien"),
        ("2025-10-20", None),
        ("2025-11-09", None),
        ("2025-11-10", "ugerne omkring kommunalvalget"),
        ("2025-11-26", "ugerne omkring kommunalvalget"),
        ("2025-11-27", None),
        ("2025-12-21", None),
        ("2025-12-22", "juleferien"),
        ("2026-01-04", "juleferien"),
        ("2026-01-05", None),
        ("2026-11-17", None),
        ("2029-11-20", "ugerne omkring kommunalvalget"),
        ("2033-11-15", "ugerne omkring kommunalvalget"),
    ],
)
def test_a_closed_time_holds_from_its_first_day_to_its_last(on: str, name: str | None) -> None:
    span = closed_by(ASSUMPTIONS.closed, day(on))
    assert (span.name if span else None) == name


def test_the_assumed_levels_meet_a_week_apart_so_that_one_month_takes_a_case_through() -> None:
    committee, finance, council = years(calendars(), 2025).levels
    assert [committee.level, finance.level, council.level] == list(ASSUMPTIONS.chain)
    assert [committee.days[4], finance.days[4], council.days[4]] == [
        dt.date(2025, 5, 6),
        dt.date(2025, 5, 13),
        dt.date(2025, 5, 20),
    ]


# What the municipality has said replaces it.


def test_nothing_known_leaves_every_meeting_and_the_chain_assumed() -> None:
    found = years(calendars(), 2025, 2027)
    assert not found.is_known
    assert found.is_chain_assumed
    assert all(level.assumed == set(level.days) for level in found.levels)


def test_one_own_meeting_replaces_the_assumed_ones_of_its_level_and_year() -> None:
    own = years(calendars({Level.COUNCIL: ["2026-03-02"]}), 2025, 2027)
    none = years(calendars(), 2025, 2027)
    council, assumed = level_of(own, Level.COUNCIL), level_of(none, Level.COUNCIL)
    assert [on for on in council.days if on.year == 2026] == [dt.date(2026, 3, 2)]
    assert [on for on in council.days if on.year != 2026] == [
        on for on in assumed.days if on.year != 2026
    ]
    assert dt.date(2026, 3, 2) not in council.assumed
    for level in (Level.COMMITTEE, Level.FINANCE_COMMITTEE):
        assert level_of(own, level) == level_of(none, level)


def test_only_the_deciding_level_makes_a_calendar_known() -> None:
    assert years(calendars({Level.COUNCIL: ["2025-03-03"]}), 2025).is_known
    assert not years(calendars({Level.COMMITTEE: ["2025-03-03"]}), 2025).is_known
    committee = calendars({Level.COMMITTEE: ["2025-03-03"]}, (Level.COMMITTEE,))
    assert years(committee, 2025).is_known


def test_own_meetings_may_lie_in_times_that_are_closed_by_assumption() -> None:
    own = years(calendars({Level.COUNCIL: ["2025-07-01", "2025-09-23", "2025-12-02"]}), 2025)
    assert len(level_of(own, Level.COUNCIL).days) == 3


def test_the_order_in_which_meetings_were_taken_in_does_not_matter() -> None:
    turned = {level: found[::-1] for level, found in OWN.items()}
    assert years(calendars(turned), 2025, 2026) == years(calendars(OWN), 2025, 2026)


def test_a_lost_meeting_is_gone_and_nothing_is_assumed_in_its_place() -> None:
    own = calendars({Level.COUNCIL: ["2025-05-20"]})
    lost = years(own.without(LOLLAND, Level.COUNCIL, day("2025-05-20")), 2025)
    assert level_of(lost, Level.COUNCIL).days == ()
    assert level_of(years(own, 2025), Level.COUNCIL).days == (dt.date(2025, 5, 20),)


def test_an_assumed_meeting_can_be_lost_as_well() -> None:
    gone = day("2025-05-20")
    lost = years(calendars().without(LOLLAND, Level.COUNCIL, gone), 2025)
    before = level_of(years(calendars(), 2025), Level.COUNCIL).days
    assert set(before) - set(level_of(lost, Level.COUNCIL).days) == {gone}


def test_losing_a_meeting_of_one_municipality_leaves_the_others_theirs() -> None:
    lost = calendars().without(LOLLAND, Level.COUNCIL, day("2025-05-20"))
    first, last = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    assert lost.of(GREVE, first, last) == calendars().of(GREVE, first, last)


# Who decides.


def planner(today: dt.date = TODAY, deadline: dt.date = DEADLINE) -> Councils:
    return Councils(ASSUMPTIONS, WORK_DAYS, deadline, today)


def laid(
    council: CouncilInput, ready: dt.date = READY, today: dt.date = TODAY, until: dt.date = DEADLINE
) -> CouncilPlan:
    return planner(today, until).lay(council, ready, ready)


def one(calendar: CouncilCalendar) -> CouncilInput:
    return CouncilInput(party=LOLLAND, name="Lolland", calendar=calendar)


def test_a_decision_delegated_to_a_committee_ends_there() -> None:
    row = laid(one(years(calendars(OWN, (Level.COMMITTEE,)), 2025)))
    # Papers for the meeting on 22 April were due before Easter, when the report was not ready.
    assert [(m.level, m.held_on) for m in row.chain] == [(Level.COMMITTEE, day("2025-05-06"))]
    assert row.deciding_level is Level.COMMITTEE
    assert row.state is CouncilState.IN_TIME
    assert "fagudvalget" in council_sentence(row, DEADLINE)


def test_a_municipality_that_says_so_skips_the_finance_committee() -> None:
    row = laid(one(years(calendars(OWN, (Level.COMMITTEE, Level.COUNCIL)), 2025)))
    assert [m.level for m in row.chain] == [Level.COMMITTEE, Level.COUNCIL]


def test_a_decision_delegated_to_the_administration_needs_no_meeting() -> None:
    calendar = years(calendars(chain=(Level.ADMINISTRATION,)), 2025)
    row = laid(one(calendar))
    wanted = ASSUMPTIONS.administration_business_days
    assert row.planned == WORK_DAYS.add_business_days(READY, wanted)
    assert row.deciding_level is Level.ADMINISTRATION
    assert row.is_assumed
    assert row.next_meeting is None
    assert not calendar.is_chain_assumed


def test_the_administration_that_should_have_decided_decides_today_at_the_earliest() -> None:
    calendar = years(calendars(chain=(Level.ADMINISTRATION,)), 2025)
    late = day("2025-05-15")
    row = laid(one(calendar), today=late)
    assert row.passed_on == WORK_DAYS.add_business_days(
        READY, ASSUMPTIONS.administration_business_days
    )
    assert row.planned == late


def test_a_meeting_that_nobody_announced_is_planned_as_assumed() -> None:
    row = laid(one(years(calendars(), 2025)))
    assert row.is_assumed
    assert {m.origin for m in row.chain} == {DateSource.ASSUMED}


def test_an_assumed_committee_before_a_known_council_leaves_the_planned_day_known() -> None:
    row = laid(one(years(calendars({Level.COUNCIL: OWN[Level.COUNCIL]}), 2025)))
    assert [m.origin for m in row.chain] == [
        DateSource.ASSUMED,
        DateSource.ASSUMED,
        DateSource.CALENDAR,
    ]
    assert row.planned == day("2025-05-20")
    assert not row.is_assumed


def test_papers_are_handed_in_once_and_by_business_days_where_no_calendar_says() -> None:
    row = laid(one(years(calendars(OWN), 2025)))
    first, second, third = row.chain
    wanted = -ASSUMPTIONS.papers_business_days
    assert first.papers_due_on == WORK_DAYS.add_business_days(first.held_on, wanted)
    assert second.papers_due_on is None
    assert third.papers_due_on is None


def test_a_later_level_that_states_a_cut_off_means_it() -> None:
    meetings = {
        Level.COMMITTEE: [Slot(day("2025-05-06"), day("2025-04-25"))],
        Level.COUNCIL: [
            Slot(day("2025-05-12"), day("2025-05-05")),
            Slot(day("2025-05-26"), day("2025-05-19")),
        ],
    }
    chain = (Level.COMMITTEE, Level.COUNCIL)
    known = CouncilCalendars({LOLLAND: meetings}, {LOLLAND: chain}, ASSUMPTIONS)
    assert laid(one(years(known, 2025))).planned == day("2025-05-26")


def test_two_levels_do_not_decide_on_the_same_day() -> None:
    own = {
        Level.COMMITTEE: ["2025-05-06"],
        Level.COUNCIL: ["2025-05-06", "2025-05-07"],
    }
    row = laid(one(years(calendars(own, (Level.COMMITTEE, Level.COUNCIL)), 2025)))
    assert row.planned == day("2025-05-07")


def test_a_calendar_that_ends_too_soon_leaves_the_day_unknown() -> None:
    own = {level: found[:1] for level, found in OWN.items()}
    row = laid(one(years(calendars(own), 2025)), ready=day("2025-06-01"))
    assert (row.planned, row.chain, row.state) == (None, (), CouncilState.UNKNOWN)


# A meeting that passed.


def test_a_meeting_that_passed_without_a_word_is_told_and_the_next_is_planned() -> None:
    row = laid(one(years(calendars(OWN), 2025)), today=day("2025-05-21"))
    assert row.passed_on == day("2025-05-20")
    assert row.planned == day("2025-06-17")
    assert row.state is CouncilState.LATE
    assert passed_sentences([row, replace(row, name="Sorø")]) == (
        "Lolland og Sorø: kommunalbestyrelsen burde have haft sagen 20/5-2025, men der er intet "
        "meldt.",
    )


def test_on_the_day_of_the_meeting_nothing_has_passed() -> None:
    row = laid(one(years(calendars(OWN), 2025)), today=day("2025-05-20"))
    assert row.passed_on is None
    assert row.planned == day("2025-05-20")


def test_a_committee_meeting_that_passed_in_silence_is_not_told() -> None:
    row = laid(one(years(calendars(OWN), 2025)), today=day("2025-05-14"))
    assert row.passed_on is None
    assert row.planned == day("2025-05-20")


# How far a case has come.


def a_case(*decisions: Decision, known: CouncilCalendars | None = None) -> Case:
    """Lolland and Greve were asked on the day after the last body met."""
    names = {LOLLAND: "Lolland", GREVE: "Greve"}
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
        parties=tuple(
            Party(key=code, recorded_at=NOW, party=code, name=name, kind=PartyKind.MUNICIPALITY)
            for code, name in names.items()
        ),
        documents=(a_report(1),),
        obligations=tuple(
            Obligation(
                key=f"o/{code}",
                recorded_at=NOW,
                step="councils",
                party=code,
                opened_on=READY,
                due_on=DEADLINE,
                origin=DateSource.COMPUTED,
            )
            for code in names
        ),
        decisions=decisions,
        council_calendars=known or calendars(OWN),
    )


def a_report(version: int, change: Change = Change.SUBSTANTIVE) -> Document:
    return Document(
        key=f"report/{version}",
        recorded_at=NOW,
        document_kind=DocumentKind.FINAL_REPORT,
        title="Afrapportering",
        dated_on=dt.date(2025, 3, 3),
        version=version,
        change=change,
    )


def said(level: Level, outcome: Outcome, on: str, version: int = 1) -> Decision:
    return Decision(
        key=f"d/{level.value}/{on}",
        recorded_at=NOW,
        happened_from=day(on),
        happened_to=day(on),
        step="councils",
        party=LOLLAND,
        level=level,
        outcome=outcome,
        report_version=version,
    )


def inputs(case: Case, today: dt.date = TODAY) -> dict[str, CouncilInput]:
    return {found.party: found for found in council_inputs(case, standings(case, today), today)}


def lolland(case: Case, today: dt.date = TODAY) -> CouncilInput:
    return inputs(case, today)[LOLLAND]


def test_every_council_that_is_asked_is_planned_in_the_order_of_the_case() -> None:
    assert list(inputs(a_case())) == [LOLLAND, GREVE]


def test_without_calendars_or_without_a_deadline_there_is_nothing_to_plan() -> None:
    assert inputs(replace(a_case(), council_calendars=None)) == {}
    assert inputs(replace(a_case(), deadlines=())) == {}


def test_calendars_reach_two_years_beyond_the_deadline() -> None:
    days = level_of(inputs(a_case())[GREVE].calendar, Level.COUNCIL).days
    assert (days[0].year, days[-1].year) == (2024, 2027)


def test_a_case_that_nobody_has_had_begins_at_the_first_level() -> None:
    found = lolland(a_case())
    assert (found.first_level, found.after, found.is_restarted) == (0, None, False)
    assert found.needs_papers(0)
    assert not found.needs_papers(1)


def test_a_committee_that_recommended_passes_the_case_on() -> None:
    found = lolland(a_case(said(Level.COMMITTEE, Outcome.RECOMMENDED, "2025-04-22")))
    assert (found.first_level, found.after) == (1, day("2025-04-22"))
    assert not found.needs_papers(0)
    row = laid(found)
    assert [(m.level, m.held_on) for m in row.chain] == [
        (Level.FINANCE_COMMITTEE, day("2025-05-13")),
        (Level.COUNCIL, day("2025-05-20")),
    ]


def test_a_finance_committee_that_recommended_leaves_only_the_council() -> None:
    found = lolland(
        a_case(
            said(Level.COMMITTEE, Outcome.RECOMMENDED, "2025-04-22"),
            said(Level.FINANCE_COMMITTEE, Outcome.RECOMMENDED, "2025-05-13"),
        ),
        day("2025-05-14"),
    )
    row = laid(found, today=day("2025-05-14"))
    assert [m.level for m in row.chain] == [Level.COUNCIL]
    assert row.planned == day("2025-05-20")


def test_a_committee_that_advised_against_passes_the_case_on_all_the_same() -> None:
    found = lolland(a_case(said(Level.COMMITTEE, Outcome.REJECTED, "2025-04-22")))
    assert found.first_level == 1
    assert not found.is_decided


def test_a_level_that_put_the_case_off_takes_it_up_at_its_next_meeting() -> None:
    found = lolland(a_case(said(Level.COMMITTEE, Outcome.POSTPONED, "2025-04-22")))
    assert (found.first_level, found.after, found.is_restarted) == (0, day("2025-04-22"), False)
    assert not found.needs_papers(0)
    assert laid(found).chain[0].held_on == day("2025-05-06")


def test_a_council_that_put_the_case_off_decides_at_its_own_next_meeting() -> None:
    today = day("2025-05-21")
    found = lolland(a_case(said(Level.COUNCIL, Outcome.POSTPONED, "2025-05-20")), today)
    row = laid(found, today=today)
    assert [(m.level, m.held_on) for m in row.chain] == [(Level.COUNCIL, day("2025-06-17"))]
    assert row.passed_on is None


def test_a_council_that_sent_the_case_back_begins_anew_with_papers() -> None:
    today = day("2025-05-21")
    found = lolland(a_case(said(Level.COUNCIL, Outcome.SENT_BACK, "2025-05-20")), today)
    assert found.is_restarted
    assert found.needs_papers(0)
    row = laid(found, today=today)
    # Eight business days before 3 June is 21 May: the papers can still come.
    assert [(m.level, m.held_on) for m in row.chain] == [
        (Level.COMMITTEE, day("2025-06-03")),
        (Level.FINANCE_COMMITTEE, day("2025-06-10")),
        (Level.COUNCIL, day("2025-06-17")),
    ]


def test_only_the_last_word_counts() -> None:
    found = lolland(
        a_case(
            said(Level.COMMITTEE, Outcome.POSTPONED, "2025-04-22"),
            said(Level.COMMITTEE, Outcome.RECOMMENDED, "2025-05-06"),
        ),
        day("2025-05-07"),
    )
    assert (found.first_level, found.after) == (1, day("2025-05-06"))


def test_a_word_on_a_report_that_was_rewritten_does_not_count_any_more() -> None:
    case = a_case(said(Level.COMMITTEE, Outcome.RECOMMENDED, "2025-04-22", version=1))
    rewritten = replace(case, documents=(a_report(1), a_report(2)))
    assert (lolland(rewritten).first_level, lolland(rewritten).after) == (0, None)
    mended = replace(case, documents=(a_report(1), a_report(2, Change.EDITORIAL)))
    assert lolland(mended).first_level == 1


def test_what_one_council_has_done_says_nothing_of_another() -> None:
    case = a_case(said(Level.COMMITTEE, Outcome.RECOMMENDED, "2025-04-22"))
    assert inputs(case)[GREVE].first_level == 0


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.REJECTED, Outcome.NOTED], ids=str)
def test_a_council_that_decided_is_not_planned(outcome: Outcome) -> None:
    today = day("2025-05-21")
    found = lolland(a_case(said(Level.COUNCIL, outcome, "2025-05-20")), today)
    row = laid(found, today=today)
    assert (row.state, row.planned, row.chain) == (CouncilState.DECIDED, day("2025-05-20"), ())


def test_a_committee_with_delegation_decides_for_the_municipality() -> None:
    known = calendars(OWN, (Level.COMMITTEE,))
    case = a_case(said(Level.COMMITTEE, Outcome.APPROVED, "2025-04-22"), known=known)
    assert lolland(case).is_decided
    assert not inputs(case)[GREVE].is_decided


def test_a_council_that_is_excused_counts_as_decided() -> None:
    waiver = Waiver(
        key="w",
        recorded_at=NOW,
        step="councils",
        party=LOLLAND,
        waived_on=READY,
        reason="har ingen borgere i målgruppen",
    )
    found = lolland(replace(a_case(), waivers=(waiver,)))
    assert (found.is_decided, found.decided_on) == (True, READY)


def announced(on: str) -> Case:
    named = Expectation(
        key="e", recorded_at=NOW, step="councils", party=LOLLAND, expected_on=day(on)
    )
    return replace(a_case(), expectations=(named,))


def test_an_announced_day_is_planned_instead_of_the_calendars() -> None:
    row = laid(lolland(announced("2025-05-27")))
    assert (row.planned, row.origin) == (day("2025-05-27"), DateSource.ANNOUNCED)
    assert row.state is CouncilState.IN_TIME
    assert not row.is_assumed
    assert council_sentence(row, DEADLINE) == (
        "Lolland har meldt, at kommunalbestyrelsen beslutter 27/5, 3 dage før fristen."
    )


def test_an_announced_day_after_the_deadline_is_late_though_the_calendar_is_not() -> None:
    row = laid(lolland(announced("2025-06-17")))
    assert (row.planned, row.state) == (day("2025-06-17"), CouncilState.LATE)


def test_an_announced_day_counts_until_it_has_passed() -> None:
    assert lolland(announced("2025-05-07"), day("2025-05-07")).announced_on == day("2025-05-07")
    assert lolland(announced("2025-05-07"), day("2025-05-08")).announced_on is None


def test_an_extension_says_until_when() -> None:
    longer = Extension(
        key="x",
        recorded_at=NOW,
        step="councils",
        party=LOLLAND,
        granted_on=TODAY,
        due_on=day("2025-06-20"),
    )
    assert lolland(replace(a_case(), extensions=(longer,))).agreed_until == day("2025-06-20")
    assert lolland(a_case()).agreed_until is None
