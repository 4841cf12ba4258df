"""Whom, when and how fast: the rules that hold a mail back before it is sent."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from udmelding import clock
from udmelding.config.case.library import process_named
from udmelding.config.case.process import SendingHours, WorkDays
from udmelding.rules.mail.pace import (
    NO_WAIT,
    WINDOW,
    HandedOver,
    Pace,
    domains_of,
    is_allowed,
    next_opening,
    wait,
)

BEGUN = clock.at(dt.date(2025, 3, 3), "08:00")
HERE = frozenset({"lolland.example"})


def at(seconds: float) -> dt.datetime:
    return BEGUN + dt.timedelta(seconds=seconds)


@given(
    st.integers(1, 5),
    st.integers(0, 3),
    st.lists(st.tuples(st.floats(0, 20), st.sampled_from(["a", "b"])), max_size=40),
)
def test_no_window_of_a_minute_ever_holds_more_than_the_pace_allows(
    most: int, per_domain: int, mails: list[tuple[float, str]]
) -> None:
    pace = Pace(per_minute=most, per_domain=per_domain)
    handed: list[HandedOver] = []
    now = BEGUN
    for gap, name in mails:
        now += dt.timedelta(seconds=gap)
        domains = frozenset({name})
        pause = wait(pace, handed, domains, now)
        assert NO_WAIT <= pause <= WINDOW
        now += pause
        handed.append(HandedOver(now, domains))
    for mail in handed:
        window = [h for h in handed if mail.at <= h.at < mail.at + WINDOW]
        assert len(window) <= most
        if per_domain:
            for name in ("a", "b"):
                assert sum(name in h.domains for h in window) <= per_domain


def test_without_limits_nobody_waits() -> None:
    handed = [HandedOver(at(0), HERE)] * 1000
    assert wait(Pace(), handed, HERE, at(1)) == NO_WAIT
    assert not Pace().is_limited


def test_the_next_mail_goes_when_the_first_of_the_minute_has_left_it() -> None:
    handed = [HandedOver(at(0), HERE), HandedOver(at(20), HERE)]
    assert wait(Pace(per_minute=2), handed, HERE, at(30)) == dt.timedelta(seconds=30)
    assert wait(Pace(per_minute=3), handed, HERE, at(30)) == NO_WAIT


def test_a_full_domain_holds_back_its_own_mails_only() -> None:
    handed = [HandedOver(at(0), HERE)] * 2
    pace = Pace(per_domain=2)
    assert wait(pace, handed, HERE, at(10)) == dt.timedelta(seconds=50)
    assert wait(pace, handed, frozenset({"greve.example"}), at(10)) == NO_WAIT
    assert domains_of(["A@Lolland.example", "b@greve.example"]) == HERE | {"greve.example"}


def test_a_clock_that_was_set_back_holds_nothing_for_longer_than_a_minute() -> None:
    handed = [HandedOver(at(7200), HERE)] * 5
    assert wait(Pace(per_minute=1), handed, HERE, at(0)) == WINDOW


names = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=5)


@given(names, names)
def test_a_whole_domain_means_that_very_domain(name: str, domain: str) -> None:
    pattern = [f"*@{domain}.example"]
    assert is_allowed(f"{name}@{domain}.example", pattern)
    assert is_allowed(f"{name}@{domain}.EXAMPLE".upper(), pattern)
    assert not is_allowed(f"{name}@{name}.{domain}.example", pattern)
    assert not is_allowed(f"{name}@{domain}.example.org", pattern)
    assert not is_allowed(f"{name}@x{domain}.example", pattern)


def test_an_empty_list_allows_everybody_and_a_name_allows_one() -> None:
    assert is_allowed("a@lolland.example", ())
    assert is_allowed("A@Lolland.example", ("a@lolland.example",))
    assert not is_allowed("b@lolland.example", ("a@lolland.example",))


PROCESS = process_named("central-udmelding")


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2025-03-03 06:59", "2025-03-03 07:00"),
        ("2025-03-03 07:00", "2025-03-03 07:00"),
        ("2025-03-03 16:59", "2025-03-03 16:59"),
        ("2025-03-03 17:00", "2025-03-04 07:00"),
        ("2025-03-07 20:00", "2025-03-10 07:00"),  # over the weekend
        ("2025-04-16 18:00", "2025-04-22 07:00"),  # over Easter
        ("2025-06-30 18:00", "2025-08-01 07:00"),  # over July
        ("2026-03-28 12:00", "2026-03-30 07:00"),  # over the night that has an hour less
        ("2026-10-24 12:00", "2026-10-26 07:00"),  # and the one that has an hour more
    ],
)
def test_reminders_wait_for_the_office_hours_of_a_day_on_which_mail_may_go(
    now: str, opening: str
) -> None:
    day, _, time = now.partition(" ")
    wanted_day, _, wanted = opening.partition(" ")
    found = next_opening(PROCESS.work_days, clock.at(dt.date.fromisoformat(day), time))
    assert found == clock.at(dt.date.fromisoformat(wanted_day), wanted)


@given(st.integers(0, 3 * 365 * 24 * 60))
def test_the_next_opening_is_never_in_the_past_and_is_itself_open(minutes: int) -> None:
    now = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    found = next_opening(PROCESS.work_days, now)
    assert found >= now
    assert next_opening(PROCESS.work_days, found) == found


def test_without_hours_any_time_of_a_sending_day_will_do() -> None:
    night = clock.at(dt.date(2025, 3, 3), "03:00")
    assert next_opening(WorkDays(), night) == night
    saturday = clock.at(dt.date(2025, 3, 8), "03:00")
    assert next_opening(WorkDays(), saturday) == clock.at(dt.date(2025, 3, 10), "00:00")


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValidationError, match="end skal ligge efter start"):
        SendingHours(start="17:00", end="07:00")
