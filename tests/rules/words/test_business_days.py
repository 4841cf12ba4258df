"""When a Danish secretariat is at work, and when it leaves others in peace."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udmelding.errors import RefusedError
from udmelding.rules.words.business_days import QuietPeriod, WorkCalendar, public_holidays

PLAIN = WorkCalendar()
OFFICE = WorkCalendar(
    closed=frozenset({dt.date(2025, 5, 30)}),  # the Friday after Kristi himmelfartsdag
    closed_yearly=frozenset({(5, 1), (6, 5), (12, 24), (12, 31)}),
    quiet=(
        QuietPeriod("sommerferie", (7, 1), (8, 8)),
        QuietPeriod("juleferie", (12, 20), (1, 2)),
    ),
)

days = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2060, 12, 31))
steps = st.integers(min_value=-120, max_value=120)
unhurried = settings(deadline=None)
"""The first look at a year imports a library, which takes a while."""


# --- Public holidays -------------------------------------------------------------------------


def test_the_public_holidays_of_2025_have_their_danish_names() -> None:
    assert {day.isoformat(): name for day, name in public_holidays(2025).items()} == {
        "2025-01-01": "Nytårsdag",
        "2025-04-17": "Skærtorsdag",
        "2025-04-18": "Langfredag",
        "2025-04-20": "Påskedag",
        "2025-04-21": "Anden påskedag",
        "2025-05-29": "Kristi himmelfartsdag",
        "2025-06-08": "Pinsedag",
        "2025-06-09": "Anden pinsedag",
        "2025-12-25": "Juledag",
        "2025-12-26": "Anden juledag",
    }


def test_store_bededag_was_a_holiday_until_2023() -> None:
    # Abolished by lov nr. 214 af 6. marts 2023 from 1 January 2024.
    assert PLAIN.is_holiday(dt.date(2023, 5, 5)) == "Store bededag"
    assert not PLAIN.is_business_day(dt.date(2023, 5, 5))


def test_store_bededag_is_a_working_day_from_2024() -> None:
    assert "Store bededag" not in public_holidays(2024).values()
    assert PLAIN.is_business_day(dt.date(2024, 4, 26))


def test_nobody_can_change_the_holidays_for_everybody_else() -> None:
    with pytest.raises(TypeError):
        public_holidays(2025)[dt.date(2025, 3, 14)] = "Fridag"  # type: ignore[index]


def test_an_ordinary_day_and_a_weekend_are_no_holidays() -> None:
    assert PLAIN.is_holiday(dt.date(2025, 3, 14)) is None
    assert PLAIN.is_holiday(dt.date(2025, 3, 15)) is None


# --- Business days ---------------------------------------------------------------------------


def test_work_stops_the_day_before_easter_and_starts_the_day_after() -> None:
    wednesday, tuesday = dt.date(2025, 4, 16), dt.date(2025, 4, 22)

    assert PLAIN.add_business_days(wednesday, 1) == tuesday
    assert PLAIN.add_business_days(tuesday, -1) == wednesday
    assert PLAIN.next_business_day(dt.date(2025, 4, 17)) == tuesday
    assert PLAIN.previous_business_day(dt.date(2025, 4, 21)) == wednesday
    assert PLAIN.business_days_between(wednesday, tuesday) == 1


def test_saturday_and_sunday_are_no_business_days() -> None:
    week = [dt.date(2025, 3, 10) + dt.timedelta(days=days) for days in range(7)]

    assert [PLAIN.is_business_day(day) for day in week] == [True] * 5 + [False] * 2


def test_the_office_is_closed_on_days_that_are_no_public_holiday() -> None:
    for closed in (dt.date(2025, 5, 1), dt.date(2025, 6, 5), dt.date(2025, 12, 24)):
        assert PLAIN.is_business_day(closed)
        assert not OFFICE.is_business_day(closed)
        assert OFFICE.is_holiday(closed) is None


def test_a_bridge_day_is_closed_in_the_year_it_was_given_for() -> None:
    assert not OFFICE.is_business_day(dt.date(2025, 5, 30))
    assert OFFICE.next_business_day(dt.date(2025, 5, 29)) == dt.date(2025, 6, 2)
    assert OFFICE.is_business_day(dt.date(2024, 5, 30))


def test_papers_go_out_seven_business_days_before_the_meeting_across_easter() -> None:
    assert PLAIN.add_business_days(dt.date(2025, 4, 25), -7) == dt.date(2025, 4, 11)


def test_a_saturday_counts_from_the_day_after_it() -> None:
    saturday = dt.date(2025, 5, 31)

    assert PLAIN.add_business_days(saturday, 1) == dt.date(2025, 6, 2)
    assert PLAIN.add_business_days(saturday, -1) == dt.date(2025, 5, 30)
    assert PLAIN.add_business_days(saturday, 0) == dt.date(2025, 6, 2)


def test_no_business_days_from_a_business_day_is_the_day_itself() -> None:
    assert PLAIN.add_business_days(dt.date(2025, 3, 14), 0) == dt.date(2025, 3, 14)


def test_work_across_new_year_skips_both_eves_and_new_years_day() -> None:
    assert OFFICE.add_business_days(dt.date(2025, 12, 23), 1) == dt.date(2025, 12, 29)
    assert OFFICE.add_business_days(dt.date(2025, 12, 30), 1) == dt.date(2026, 1, 2)


def test_days_between_are_counted_with_a_sign() -> None:
    friday, monday = dt.date(2025, 3, 14), dt.date(2025, 3, 17)

    assert PLAIN.business_days_between(friday, monday) == 1
    assert PLAIN.business_days_between(monday, friday) == -1
    assert PLAIN.business_days_between(friday, friday) == 0
    assert PLAIN.business_days_between(dt.date(2025, 3, 15), dt.date(2025, 3, 16)) == 0


# --- Sending ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        ("2025-06-30", None),
        ("2025-07-01", "sommerferie"),
        ("2025-08-08", "sommerferie"),
        ("2025-08-09", None),
        ("2025-12-19", None),
        ("2025-12-20", "juleferie"),
        ("2025-12-31", "juleferie"),
        ("2026-01-01", "juleferie"),
        ("2026-01-02", "juleferie"),
        ("2026-01-03", None),
    ],
)
def test_quiet_periods_hold_from_first_to_last_day_also_across_new_year(
    day: str, quiet: str | None
) -> None:
    assert OFFICE.is_quiet(dt.date.fromisoformat(day)) == quiet


def test_the_office_works_in_the_summer_but_sends_nothing() -> None:
    in_july = dt.date(2025, 7, 15)

    assert OFFICE.is_business_day(in_july)
    assert not OFFICE.may_send(in_july)
    assert OFFICE.next_sending_day(in_july) == dt.date(2025, 8, 11)


def test_nothing_is_sent_on_a_saturday_outside_the_quiet_periods() -> None:
    assert not OFFICE.may_send(dt.date(2025, 3, 15))
    assert OFFICE.may_send(dt.date(2025, 3, 14))


def test_a_reminder_due_at_christmas_goes_out_after_it() -> None:
    assert OFFICE.next_sending_day(dt.date(2025, 12, 20)) == dt.date(2026, 1, 5)


# --- Calendars that cannot be used -----------------------------------------------------------


@pytest.mark.parametrize("month_day", [(2, 30), (13, 1), (24, 12), (0, 5), (6, 0)])
def test_a_day_that_is_in_no_year_is_refused(month_day: tuple[int, int]) -> None:
    with pytest.raises(RefusedError, match="Skriv måneden først"):
        WorkCalendar(closed_yearly=frozenset({month_day}))
    with pytest.raises(RefusedError, match="«ferie»"):
        QuietPeriod("ferie", (1, 1), month_day)


def test_a_leap_day_may_be_closed_every_year() -> None:
    calendar = WorkCalendar(closed_yearly=frozenset({(2, 29)}))

    assert not calendar.is_business_day(dt.date(2024, 2, 29))


def test_a_calendar_that_is_quiet_all_year_is_refused_when_it_is_asked_for_a_day() -> None:
    calendar = WorkCalendar(quiet=(QuietPeriod("altid", (1, 1), (12, 31)),))

    with pytest.raises(RefusedError, match="helt år"):
        calendar.next_sending_day(dt.date(2025, 3, 14))


def test_equal_calendars_are_interchangeable() -> None:
    assert WorkCalendar(closed_yearly=frozenset({(6, 5)})) == WorkCalendar(
        closed_yearly=frozenset({(6, 5)})
    )
    assert hash(OFFICE) == hash(OFFICE)


# --- What holds for every day ----------------------------------------------------------------


@unhurried
@given(day=days, n=steps)
def test_counting_from_any_day_ends_on_a_business_day(day: dt.date, n: int) -> None:
    assert OFFICE.is_business_day(OFFICE.add_business_days(day, n))


@unhurried
@given(day=days, n=steps)
def test_counting_out_and_back_from_a_business_day_ends_where_it_began(
    day: dt.date, n: int
) -> None:
    start = OFFICE.next_business_day(day)

    assert OFFICE.add_business_days(OFFICE.add_business_days(start, n), -n) == start


@unhurried
@given(day=days, n=steps.filter(bool))
def test_the_days_counted_are_the_days_between(day: dt.date, n: int) -> None:
    assert OFFICE.business_days_between(day, OFFICE.add_business_days(day, n)) == n


@unhurried
@given(a=days, n=st.integers(0, 400), m=st.integers(0, 400))
def test_days_between_add_up_over_a_day_on_the_way(a: dt.date, n: int, m: int) -> None:
    b = a + dt.timedelta(days=n)
    c = b + dt.timedelta(days=m)
    between = OFFICE.business_days_between

    assert between(a, c) == between(a, b) + between(b, c)


@unhurried
@given(day=days)
def test_the_nearest_days_are_the_nearest(day: dt.date) -> None:
    following, previous = OFFICE.next_business_day(day), OFFICE.previous_business_day(day)

    assert previous <= day <= following
    assert (previous == following == day) == OFFICE.is_business_day(day)
    if not OFFICE.is_business_day(day):
        assert OFFICE.add_business_days(day, 1) == following
        assert OFFICE.add_business_days(day, -1) == previous


@unhurried
@given(day=days)
def test_the_next_sending_day_is_the_first_on_which_sending_is_allowed(day: dt.date) -> None:
    sending = OFFICE.next_sending_day(day)
    skipped = [day + dt.timedelta(days=n) for n in range((sending - day).days)]

    assert OFFICE.may_send(sending)
    assert OFFICE.is_business_day(sending)
    assert not any(OFFICE.may_send(each) for each in skipped)
