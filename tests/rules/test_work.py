"""What the page of a long work says: a count, the parts, how long yet, and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models import WorkState
from udmelding import clock
from udmelding.rules.work import (
    DEAD_AFTER,
    LEAVE,
    LOST,
    Plan,
    Result,
    Standing,
    WorkSeen,
    over_sentence,
    standing,
    time_left,
    work_page,
    work_seen,
)

NOW = clock.at(dt.date(2026, 11, 30))
PLAN = Plan(
    kind="rapport/CU-X",
    title="Rapporten dannes",
    ready="Rapporten er dannet.",
    failed="Rapporten blev ikke dannet",
    parts={"Tabeller og små tal": 1, "Kommunernes afsnit": 1, "Word og PDF": 1},
    noun="kommuner",
    kept="Der er ingen ny version.",
    back="/sager/CU-X/rapport",
    back_name="rapporten",
)
RUNNING = WorkSeen(
    name="abc",
    user_id=1,
    plan=PLAN,
    state=WorkState.RUNNING,
    part=1,
    done=11,
    total=17,
    begun_at=NOW - dt.timedelta(seconds=10),
    beat_at=NOW,
    is_stopping=False,
    result=Result(),
    is_told=False,
)


def test_the_heading_counts_and_the_parts_say_which_are_done() -> None:
    seen = work_page(RUNNING, NOW)

    assert seen.heading == "Rapporten dannes: 11 af 17 kommuner"
    assert [part.sign for part in seen.parts] == ["✓", "●", "○"]
    assert seen.percent == round(100 * (1 + 11 / 17) / 3)
    assert seen.words == ("Få sekunder endnu.", LEAVE)
    assert seen.may_stop


def test_a_part_that_takes_long_fills_more_of_the_bar() -> None:
    plan = replace(PLAN, parts={"Sagen stilles op": 1, "Dag for dag": 9})
    half = replace(RUNNING, plan=plan, part=1, done=50, total=100)

    assert work_page(half, NOW).percent == 55
    assert work_page(replace(half, part=0, done=0, total=0), NOW).percent == 0


def test_where_nothing_is_counted_the_parts_are() -> None:
    seen = work_page(replace(RUNNING, done=0, total=0), NOW)

    assert seen.heading == "Rapporten dannes: del 2 af 3"


def test_a_work_of_one_part_that_is_not_counted_says_what_goes_on() -> None:
    plan = replace(PLAN, parts={"PDF": 1})
    seen = work_page(replace(RUNNING, plan=plan, part=0, done=0, total=0), NOW)

    assert seen.heading == "Rapporten dannes"


def test_a_work_that_waits_for_its_turn_says_so() -> None:
    seen = work_page(replace(RUNNING, part=-1, done=0, total=0), NOW)

    assert seen.standing is Standing.WAITING
    assert seen.heading == "Rapporten dannes om lidt"
    assert {part.sign for part in seen.parts} == {"○"}
    assert seen.may_stop


def test_a_work_that_is_to_stop_cannot_be_stopped_again() -> None:
    seen = work_page(replace(RUNNING, is_stopping=True), NOW)

    assert (seen.heading, seen.may_stop) == ("Arbejdet stoppes", False)
    assert seen.standing.goes_on


def test_a_work_that_has_no_stop_offers_none() -> None:
    assert not work_page(replace(RUNNING, plan=replace(PLAN, stop="")), NOW).may_stop


def test_a_work_whose_process_is_silent_for_too_long_is_broken_off() -> None:
    last = NOW - DEAD_AFTER
    assert standing(replace(RUNNING, beat_at=last), NOW) is Standing.RUNNING

    silent = replace(RUNNING, beat_at=last - dt.timedelta(seconds=1))
    seen = work_page(silent, NOW)
    assert seen.standing is Standing.LOST
    assert seen.heading == "Rapporten blev ikke dannet"
    assert seen.words == (LOST, "Der er ingen ny version.")
    assert [part.sign for part in seen.parts] == ["✓", "!", "○"]
    assert over_sentence(silent, NOW) == "Rapporten blev ikke dannet."


def test_a_work_that_is_over_is_not_taken_for_dead_however_long_ago_it_ended() -> None:
    done = replace(RUNNING, state=WorkState.DONE, result=Result(said="Udkast 3 er dannet."))
    later = NOW + dt.timedelta(days=2)

    assert standing(done, later) is Standing.DONE
    assert work_page(done, later).percent == 100
    assert over_sentence(done, later) == "Udkast 3 er dannet."


def test_what_failed_says_why_and_what_stands_all_the_same() -> None:
    failed = replace(RUNNING, state=WorkState.FAILED, result=Result(said="Disken er fuld."))
    seen = work_page(failed, NOW)

    assert seen.words == ("Disken er fuld.", "Der er ingen ny version.")
    assert over_sentence(failed, NOW) == "Rapporten blev ikke dannet."


def test_whoever_stopped_a_work_is_not_told_of_it_elsewhere() -> None:
    stopped = replace(RUNNING, state=WorkState.STOPPED)

    assert over_sentence(stopped, NOW) == ""
    assert work_page(stopped, NOW).words[0] == "Du stoppede det."


def test_nothing_is_told_of_a_work_that_goes_on() -> None:
    assert over_sentence(RUNNING, NOW) == ""


@pytest.mark.parametrize(
    ("elapsed", "fraction", "usual", "told"),
    [
        (1, 0.5, None, ""),  # too early to know
        (30, 0.05, None, ""),  # too little is done
        (10, 0.5, None, "Omkring et kvart minut endnu."),
        (30, 0.5, None, "Omkring et halvt minut endnu."),
        (60, 0.5, None, "Omkring et minut endnu."),
        (60, 0.2, None, "Omkring 4 minutter endnu."),
        (0, 0.0, 30.0, "Omkring et halvt minut endnu."),  # as the last time
        (25, 0.0, 30.0, "Få sekunder endnu."),
        (40, 0.0, 30.0, ""),  # longer than the last time: that says nothing any more
        (40, 0.5, 30.0, "Omkring et halvt minut endnu."),
    ],
)
def test_how_long_yet(elapsed: float, fraction: float, usual: float | None, told: str) -> None:
    assert time_left(elapsed, fraction, usual) == told


def test_a_work_is_what_was_kept_of_it() -> None:
    row = {
        "name": "abc",
        "user_id": 1,
        "plan": PLAN.as_json | {"later": "a field of a newer version"},
        "state": WorkState.RUNNING,
        "part": 1,
        "done": 11,
        "total": 17,
        "begun_at": RUNNING.begun_at,
        "beat_at": NOW,
        "is_stopping": False,
        "result": Result().as_json,
        "told_at": None,
    }
    assert work_seen(row) == RUNNING
