"""Plans without a case, and how a date is read, as other programs ask for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from udmelding.paths import CONFIG

CALENDAR = str(CONFIG / "calendars" / "sjaelland-2025.yaml")


@pytest.fixture
def plan(udmelding: Callable[..., Any]) -> Callable[..., Any]:
    """Plan a central udmelding on a calendar."""

    def call(received: str, deadline: str, calendar: str = CALENDAR) -> Any:
        return udmelding(
            "plan", "--process", "central-udmelding", "--received", received,
            "--deadline", deadline, "--calendar", calendar, "--json",
        )  # fmt: skip

    return call


def test_the_real_calendar_gives_the_real_meetings(plan: Callable[..., Any]) -> None:
    answer = plan("2024-05-15", "31/5-2025")
    assert answer.code == 0
    assert answer.json["feasible"] is True
    assert answer.json["deadline"] == "2025-05-31"
    steps = {step["id"]: step for step in answer.json["steps"]}
    assert list(steps) == [
        "receipt", "collection", "drafting", "styregruppe", "k17", "kkr", "councils", "submission",
    ]  # fmt: skip
    planned = [steps[body]["planned"] for body in ("styregruppe", "k17", "kkr")]
    assert planned == ["2025-03-14", "2025-03-28", "2025-04-08"]
    assert all(step["why"] and step["slack_days"] >= 0 for step in steps.values())


def test_an_impossible_deadline_shows_the_nearest_chain_and_says_so(
    plan: Callable[..., Any],
) -> None:
    answer = plan("2025-10-01", "2025-12-01")
    assert answer.code == 3
    assert answer.json["feasible"] is False
    assert answer.json["misses_by_days"] == 106
    assert {s["id"] for s in answer.json["steps"] if s["assumed"]} == {"kkr", "councils"}, (
        "the file ends in 2025"
    )
    assert {miss["step"] for miss in answer.json["misses"]} >= {"kkr", "submission"}


def test_for_a_body_that_the_calendar_leaves_out_meetings_are_assumed(
    plan: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "kalender.yaml"
    file.write_text("bodies:\n  kkr: [2025-04-08]\n", encoding="utf-8")
    answer = plan("2024-05-15", "2025-05-31", str(file))
    assert answer.code == 0
    assert [(s["id"], s["planned"]) for s in answer.json["steps"] if s["assumed"]] == [
        ("styregruppe", "2025-03-07"),
        ("k17", "2025-03-21"),
        ("councils", "2025-05-20"),
    ]


def test_a_case_is_planned_without_any_calendar_and_the_plan_says_that_it_guesses(
    udmelding: Callable[..., Any],
) -> None:
    answer = udmelding(
        *("plan", "--process", "central-udmelding", "--received", "3/11-2026"),
        *("--deadline", "31/5-2027", "--area", "hovedstaden"),
    )
    assert answer.code == 0
    assert "Fristen 31. maj 2027 kan nås. Mødedatoerne er et gæt for" in answer.out


def test_a_broken_calendar_is_told_by_file_and_line(
    plan: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "kalender.yaml"
    file.write_text("bodies:\n  kkr: [2025-04-08]\n  k17: [i morgen]\n", encoding="utf-8")
    answer = plan("2024-05-15", "2025-05-31", str(file))
    assert answer.code == 1
    assert "kalender.yaml:3" in answer.err


def test_a_date_shows_its_reading(udmelding: Callable[..., Any]) -> None:
    found = udmelding("date", "primo januar 2025", "--json").json
    assert found["start"] == "2025-01-01"
    assert found["end"] == "2025-01-10"
    assert found["source"] == "primo januar 2025"
    assert udmelding("date", "14/3", "--context", "2025-01-15").out == (
        "fredag den 14. marts 2025\n"
    )
    assert udmelding("date", "14/3", "--context", "2025-01-15", "--past", "--json").json[
        "start"
    ] == ("2024-03-14")
