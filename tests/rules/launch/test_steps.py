"""What a draft lacks, where it is gone on with, and which deadlines are asked about."""

from __future__ import annotations

import datetime as dt

import pytest

from udmelding.rules.launch.doubts import deadline_doubt
from udmelding.rules.launch.steps import Asks, LaunchStep, asks_of, lacks, step_to_go_on

WHOLE = {"title": "Epilepsi", "received": "1/4", "deadline": "31/12", "asks": "none"}
TODAY = dt.date(2025, 4, 15)


def test_a_draft_lacks_what_nobody_has_said() -> None:
    assert [one.name for one in lacks({})] == ["titel", "modtagelsesdag", "frist", "spørgsmål"]
    assert lacks(WHOLE) == ()


def test_no_questions_is_a_choice_and_not_what_comes_of_not_choosing() -> None:
    assert asks_of({}) is None
    assert asks_of({"asks": "none"}) is Asks.NOTHING
    assert asks_of({"question_set": "form:gravide"}) is Asks.SET
    assert asks_of({"questions_sha256": "1f"}) is Asks.FILE
    assert [one.name for one in lacks({**WHOLE, "asks": "new"})] == ["spørgsmål"]


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ({}, LaunchStep.LETTER),
        ({**WHOLE, "reached": "plan"}, LaunchStep.PLAN),
        ({**WHOLE, "reached": "plan", "title": ""}, LaunchStep.LETTER),
        ({**WHOLE, "reached": "plan", "asks": ""}, LaunchStep.QUESTIONS),
        ({**WHOLE, "reached": "datoer", "deadline": ""}, LaunchStep.DATES),
    ],
)
def test_one_goes_on_where_something_is_missing_else_as_far_as_somebody_has_come(
    said: dict[str, str], step: LaunchStep
) -> None:
    assert step_to_go_on(said) is step


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-1, "Fristen 14. april 2025 er overskredet. Er den rigtig?"),
        (0, "Fristen 15. april 2025 er i dag, under otte uger. Er den rigtig?"),
        (1, "Fristen 16. april 2025 er om 1 dag, under otte uger. Er den rigtig?"),
        (55, "Fristen 9. juni 2025 er om 55 dage, under otte uger. Er den rigtig?"),
        (56, ""),
    ],
)
def test_a_deadline_that_is_past_or_within_eight_weeks_is_asked_about(days: int, told: str) -> None:
    assert deadline_doubt(TODAY + dt.timedelta(days=days), TODAY) == told
