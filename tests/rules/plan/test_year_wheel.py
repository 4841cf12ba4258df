"""The year wheel: whole months, every day of the plan in the picture, and words for all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from udmelding.config.case.library import area_named, process_named
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.rules.plan.plan import Plan, PlanInput, PlannedStep, Slot
from udmelding.rules.plan.planning import lay_plan
from udmelding.rules.plan.year_wheel import MAIN, MarkKind, WheelRow, YearWheel, year_wheel
from udmelding.rules.words.business_days import work_calendar

PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
BODIES = ("styregruppe", "k17", "kkr")
WORK_DAYS = work_calendar(PROCESS.work_days)
FIRST = dt.date(2025, 1, 1)

days = st.integers(0, 700).map(lambda n: FIRST + dt.timedelta(days=n))
calendars = st.fixed_dictionaries({body: st.sets(days, max_size=5) for body in BODIES})


def shipped() -> dict[str, list[Slot]]:
    """The meetings of the bodies of Sjælland from 2025 on."""
    return {
        body: [
            Slot(m.held_on, m.papers_due_on)
            for calendar in shipped_calendars("sjaelland")
            for m in calendar.bodies.get(body, ())
            if m.held_on.year >= 2025
        ]
        for body in BODIES
    }


def wheel_of(
    received: dt.date,
    deadline: dt.date,
    meetings: Mapping[str, list[Slot]],
    *,
    today: dt.date | None = None,
    done: Mapping[str, dt.date] | None = None,
    councils: list[dt.date] | None = None,
) -> YearWheel:
    plan = lay_plan(
        PlanInput(
            process=PROCESS,
            received_on=received,
            deadline=deadline,
            meetings=meetings,
            work_days=WORK_DAYS,
            done=done or {},
            assumptions=load_assumptions(),
        )
    )
    return year_wheel(
        plan,
        meetings,
        title="Børn & unge",
        received_on=received,
        today=today or received,
        councils=councils or [],
    )


def usual(**more: object) -> YearWheel:
    return wheel_of(dt.date(2024, 5, 15), dt.date(2025, 5, 31), shipped(), **more)  # type: ignore[arg-type]


def row(wheel: YearWheel, step_id: str) -> WheelRow:
    return next(row for row in wheel.rows if row.id == step_id)


def one_step(**dates: dt.date | None) -> PlannedStep:
    values = {"earliest": None, "planned": None, "latest": None} | dates
    return PlannedStep(id="submission", title="Fremsendelse", **values)  # type: ignore[arg-type]


def wheel_of_step(step: PlannedStep, deadline: dt.date) -> YearWheel:
    plan = Plan(feasible=True, deadline=deadline, steps=(step,))
    return year_wheel(plan, {}, title="x", received_on=deadline, today=deadline)


def test_the_picture_runs_from_the_first_month_to_the_one_after_the_deadline() -> None:
    wheel = usual()

    assert (wheel.first, wheel.last) == (dt.date(2024, 5, 1), dt.date(2025, 6, 30))
    assert [month.label for month in wheel.months[:3]] == ["maj", "jun", "jul"]
    starts = [month.first for month in wheel.months if month.starts_year]
    assert starts == [dt.date(2024, 5, 1), dt.date(2025, 1, 1)]
    assert [r.id for r in wheel.rows] == [step.id for step in PROCESS.steps]


def test_a_short_plan_still_shows_three_months_and_december_is_followed_by_january() -> None:
    day = dt.date(2025, 12, 31)
    wheel = wheel_of_step(one_step(earliest=day, planned=day, latest=day), day)

    assert [m.first for m in wheel.months] == [
        dt.date(2025, 12, 1),
        dt.date(2026, 1, 1),
        dt.date(2026, 2, 1),
    ]
    assert wheel.last == dt.date(2026, 2, 28)


def test_a_body_shows_its_meeting_its_papers_and_the_meetings_not_chosen() -> None:
    found = row(usual(), "styregruppe")

    marks = [(mark.kind, mark.day) for mark in found.marks]
    assert marks == [
        (MarkKind.MEETING, dt.date(2025, 1, 10)),
        (MarkKind.MEETING, dt.date(2025, 5, 9)),
        (MarkKind.PAPERS, dt.date(2025, 3, 5)),
        (MarkKind.CHOSEN, dt.date(2025, 3, 14)),
    ]
    assert found.bar is not None
    assert found.slack is not None
    assert (found.bar.start, found.bar.end) == (dt.date(2025, 1, 10), dt.date(2025, 3, 14))
    assert found.slack.end == dt.date(2025, 3, 25)
    assert found.words == (
        "møde 14. marts 2025; tidligst 10. januar 2025; senest 25. marts 2025 (luft 11 dage); "
        "papirer senest 5. marts 2025; andre møder: 10/1-2025, 9/5-2025."
    )


def test_what_is_done_has_one_mark_and_neither_bar_nor_slack() -> None:
    found = row(usual(done={"receipt": dt.date(2024, 5, 15)}), "receipt")

    assert [mark.kind for mark in found.marks] == [MarkKind.DONE]
    assert (found.bar, found.slack, found.miss, found.slack_days) == (None, None, None, None)
    assert found.words == "er sket 15. maj 2024."


def test_a_day_known_only_vaguely_is_written_as_the_source_wrote_it() -> None:
    day = dt.date(2025, 6, 30)
    step = PlannedStep(
        id="x",
        title="x",
        earliest=day,
        planned=day,
        latest=day,
        is_done=True,
        as_written="ultimo\x00 juni\n2025",
    )

    found = wheel_of_step(step, day).rows[0]

    assert found.day_text == "ultimo juni 2025"
    assert found.words == "er sket ultimo juni 2025."


def test_a_plan_that_comes_too_late_shows_by_how_much() -> None:
    wheel = wheel_of(dt.date(2025, 10, 15), dt.date(2025, 12, 31), shipped())
    found = row(wheel, "kkr")

    assert wheel.verdict.endswith("nærmeste forløb er 76 dage for sent.")
    assert found.slack is None
    assert found.slack_days == -81
    assert found.miss is not None
    assert (found.miss.start, found.miss.end) == (dt.date(2025, 11, 7), dt.date(2026, 1, 27))
    assert "81 dage for sent (skulle være senest 7. november 2025)" in found.words
    assert wheel.last == dt.date(2026, 4, 30)


def test_a_step_without_a_day_says_so() -> None:
    wheel = wheel_of(dt.date(2026, 2, 1), dt.date(2026, 4, 30), shipped())

    assert row(wheel, "styregruppe").main is None
    assert row(wheel, "styregruppe").words.startswith("har ingen dato")
    assert row(wheel, "submission").bar is None


def test_council_meetings_are_counted_by_week_on_the_row_of_the_councils() -> None:
    councils = [dt.date(2025, 4, 28), dt.date(2025, 5, 1), dt.date(2025, 5, 5)]
    outside = [dt.date(2023, 5, 5), dt.date(2026, 5, 5)]

    wheel = usual(councils=councils + outside)

    marks = [mark for r in wheel.rows for mark in r.marks if mark.kind is MarkKind.COUNCILS]
    assert [(mark.day, mark.count) for mark in marks] == [
        (dt.date(2025, 4, 28), 2),
        (dt.date(2025, 5, 5), 1),
    ]
    assert "møder i kommunerne: 2 i uge 18 og 1 i uge 19 2025" in row(wheel, "councils").words


def test_in_a_long_picture_council_meetings_are_counted_by_month() -> None:
    councils = [dt.date(2025, 4, 28), dt.date(2025, 5, 1), dt.date(2025, 5, 25)]

    wheel = wheel_of(dt.date(2023, 5, 15), dt.date(2025, 5, 31), shipped(), councils=councils)

    assert not wheel.counts_weeks
    words = row(wheel, "councils").words
    assert "møder i kommunerne: 1 i april og 2 i maj 2025" in words


def test_today_may_lie_outside_of_the_picture() -> None:
    assert usual(today=dt.date(2025, 6, 30)).shows_today
    assert not usual(today=dt.date(2025, 7, 1)).shows_today
    assert not usual(today=dt.date(2024, 4, 30)).shows_today


@given(calendars, days, days, days, st.lists(days, max_size=20))
def test_every_day_of_any_plan_lies_in_the_picture(
    calendar: dict[str, set[dt.date]],
    received: dt.date,
    deadline: dt.date,
    today: dt.date,
    councils: list[dt.date],
) -> None:
    meetings = {body: [Slot(day) for day in found] for body, found in calendar.items()}
    wheel = wheel_of(received, deadline, meetings, today=today, councils=councils)

    assert len(wheel.months) >= 3
    assert wheel.first <= received
    assert deadline < wheel.last.replace(day=1) or len(wheel.months) == 3
    for found in wheel.rows:
        shown = [found.bar, found.slack, found.miss]
        spans = [(span.start, span.end) for span in shown if span is not None]
        spans += [(mark.day, mark.until) for mark in found.marks]
        for start, end in spans:
            assert wheel.first <= start <= end <= wheel.last
            assert 0 < wheel.share(start) <= wheel.share(end) < 1
        assert sum(mark.kind in MAIN for mark in found.marks) <= 1
        assert found.words.endswith(".")
    inside = sum(wheel.first <= day <= wheel.last for day in councils)
    counted = [m.count for r in wheel.rows for m in r.marks if m.kind is MarkKind.COUNCILS]
    assert sum(counted) == inside
