"""Which bodies a case has to pass on a day, where one begins or ends inside its time."""

from __future__ import annotations

import datetime as dt

import pytest

from models.decision import Level, Outcome
from udmelding.config.case.library import area_named, process_named
from udmelding.config.case.process import Process
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.rules.case.case import process_on
from udmelding.rules.case.facts import Decision
from udmelding.rules.plan.body_calendar import with_assumed


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def a_process() -> Process:
    """Sjælland, as if K17 ended with the year 2026 and K16 took its place."""
    process = process_named("central-udmelding").for_area(area_named("sjaelland"))
    steps = []
    for step in process.steps:
        if step.id != "k17":
            steps.append(step)
            continue
        steps.append(step.model_copy(update={"until_on": day("2026-12-31")}))
        new = {"id": "k16", "title": "K16", "from_on": day("2027-01-01")}
        steps.append(step.model_copy(update=new))
    return process.model_copy(update={"steps": tuple(steps)})


def decided(step: str, on: str, outcome: Outcome = Outcome.APPROVED) -> Decision:
    return Decision(
        key=f"d/{step}",
        recorded_at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC),
        happened_from=day(on),
        happened_to=day(on),
        step=step,
        party=step,
        level=Level.BODY,
        outcome=outcome,
        report_version=1,
    )


def bodies(on: str, *decisions: Decision) -> list[str]:
    found = process_on(a_process(), day(on), decisions)
    return [step.id for step in found.steps if step.body]


@pytest.mark.parametrize(
    ("on", "passed"),
    [("2026-12-31", "k17"), ("2027-01-01", "k16")],
)
def test_a_case_passes_the_body_that_exists_on_the_day(on: str, passed: str) -> None:
    assert bodies(on) == ["styregruppe", passed, "kkr"]


def test_a_body_that_decided_before_it_ended_stays_and_its_successor_is_not_asked() -> None:
    assert bodies("2027-02-01", decided("k17", "2026-12-10")) == ["styregruppe", "k17", "kkr"]


def test_a_body_that_put_the_case_off_and_ended_leaves_it_to_its_successor() -> None:
    put_off = decided("k17", "2026-12-10", Outcome.POSTPONED)
    assert bodies("2027-02-01", put_off) == ["styregruppe", "k16", "kkr"]


def test_a_process_without_dates_is_the_very_same_on_every_day() -> None:
    process = process_named("central-udmelding").for_area(area_named("sjaelland"))
    assert process_on(process, day("2026-01-01"), ()) is process


@pytest.mark.parametrize(
    ("on", "body", "first", "last"),
    [
        ("2026-06-01", "k17", "2026-08-14", "2026-10-30"),
        ("2027-01-04", "k16", "2027-01-15", "2027-11-05"),
    ],
)
def test_no_meeting_of_a_body_is_assumed_outside_its_days(
    on: str, body: str, first: str, last: str
) -> None:
    process = process_on(a_process(), day(on), ())
    found = with_assumed(process, {}, load_assumptions(), range(2026, 2028))[body]
    held = [slot.held_on for slot in found if slot.held_on >= day(on)]
    assert (min(held), max(held)) == (day(first), day(last))
