"""The laws of the reminder ladder, for any due date and any run of days."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from udmelding.config.case.library import process_named
from udmelding.rules.due.reminders import due_rung, ladder_days, next_day
from udmelding.rules.words.business_days import work_calendar

PROCESS = process_named("central-udmelding")
LADDER = PROCESS.ladders["responses"]
WORK_DAYS = work_calendar(PROCESS.work_days)

days = st.dates(dt.date(2023, 1, 1), dt.date(2027, 12, 31))
spans = st.integers(0, 120)


def play(asked: dt.date, due: dt.date, off: set[int]) -> list[tuple[str, dt.date]]:
    """What one party gets when the machine looks every day but those it is ``off``."""
    ladder = ladder_days(LADDER, asked, due, WORK_DAYS)
    sent: list[tuple[str, dt.date]] = []
    for number in range((due - asked).days + 60):
        today = asked + dt.timedelta(days=number)
        if number in off or not WORK_DAYS.may_send(today):
            continue
        item = due_rung(ladder, sent[-1][0] if sent else "", today)
        if item is not None:
            sent.append((item.rung.id, today))
    return sent


@given(days, spans, st.sets(st.integers(0, 180)))
def test_each_rung_goes_at_most_once_in_its_order_and_on_a_sending_day(
    asked: dt.date, span: int, off: set[int]
) -> None:
    sent = play(asked, asked + dt.timedelta(days=span), off)
    rungs = [rung.id for rung in LADDER]
    places = [rungs.index(rung) for rung, _ in sent]
    assert places == sorted(set(places))
    assert all(WORK_DAYS.may_send(day) for _, day in sent)
    assert all(day > asked for _, day in sent)


@given(days, spans, st.sets(st.integers(0, 150), max_size=40))
def test_a_missed_night_costs_nothing_but_the_days_it_lasted(
    asked: dt.date, span: int, off: set[int]
) -> None:
    due = asked + dt.timedelta(days=span)
    whole, gappy = play(asked, due, set()), play(asked, due, off)
    assert {rung for rung, _ in gappy} <= {rung for rung, _ in whole}
    if whole and max(off, default=0) < span + 10:
        assert gappy[-1][0] == whole[-1][0]


@given(days, spans)
def test_a_reminder_before_the_due_date_is_sent_before_it_and_one_after_it_after_it(
    asked: dt.date, span: int
) -> None:
    due = asked + dt.timedelta(days=span)
    after = {rung.id: rung.business_days > 0 for rung in LADDER}
    for item in ladder_days(LADDER, asked, due, WORK_DAYS):
        assert (item.day > due) is after[item.rung.id]


@given(days, spans)
def test_the_next_day_is_the_first_on_which_something_is_due(asked: dt.date, span: int) -> None:
    ladder = ladder_days(LADDER, asked, asked + dt.timedelta(days=span), WORK_DAYS)
    for last in ("", *(item.rung.id for item in ladder)):
        day = next_day(ladder, last)
        if day is None:
            assert due_rung(ladder, last, dt.date(2030, 1, 1)) is None
        else:
            assert due_rung(ladder, last, day) is not None
            assert due_rung(ladder, last, day - dt.timedelta(days=1)) is None


def test_the_usual_ladder_for_a_day_in_spring() -> None:
    ladder = ladder_days(LADDER, dt.date(2025, 2, 3), dt.date(2025, 3, 14), WORK_DAYS)
    assert [(item.rung.id, item.day.isoformat()) for item in ladder] == [
        ("before-14", "2025-02-24"),
        ("before-3", "2025-03-11"),
        ("after-1", "2025-03-17"),
        ("after-5", "2025-03-21"),
        ("after-10", "2025-03-28"),
    ]
    assert [rung.copy_to for rung in LADDER][-1] == ("director", "chief_executive")
