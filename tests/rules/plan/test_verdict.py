"""One sentence on the deadline: its count, who is not in time, and what cannot be seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.plan.plan import PastMeeting, Plan, PlannedStep
from udmelding.rules.plan.verdict import Sign, verdict_on

DEADLINE = dt.date(2025, 5, 31)
NAMES = ("Greve", "Køge", "Lejre", "Lolland", "Næstved", "Sorø", "Stevns", "Roskilde")
DECIDED, IN_TIME, LATE, UNKNOWN = CouncilState


def step(name: str, planned: dt.date | None, *, is_done: bool = False, **more: str) -> PlannedStep:
    return PlannedStep(
        id=name,
        title=name,
        earliest=planned,
        planned=planned,
        latest=DEADLINE,
        is_done=is_done,
        as_written=more.get("as_written", ""),
    )


def plan(*states: CouncilState, today: str = "2025-04-15", **more: object) -> Plan:
    councils = tuple(
        CouncilPlan(party=name, name=name, state=state)
        for name, state in zip(NAMES, states, strict=False)
    )
    made = Plan(
        feasible=True,
        deadline=DEADLINE,
        steps=(step("Fremsendelse", dt.date(2025, 5, 30)),),
        councils=councils,
        today=dt.date.fromisoformat(today),
        may_reserve=True,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "sign", "sentence"),
    [
        (plan(*[DECIDED] * 2, *[IN_TIME] * 3), Sign.HOLDS, "5 af 5 når fristen 31. maj."),
        (
            plan(DECIDED, IN_TIME, LATE, UNKNOWN),
            Sign.FAILS,
            "2 af 4 når fristen 31. maj. Der skal sendes med forbehold for 2.",
        ),
        (
            plan(DECIDED, LATE, LATE, may_reserve=False),
            Sign.FAILS,
            "1 af 3 når fristen 31. maj. 2 når den ikke: Køge og Lejre.",
        ),
        (
            plan(DECIDED, LATE, IN_TIME, LATE, today="2025-06-01"),
            Sign.FAILS,
            "Fristen 31. maj er overskredet. 3 mangler: Køge, Lejre og Lolland.",
        ),
        (
            plan(*[LATE] * 8, today="2025-06-01"),
            Sign.FAILS,
            "Fristen 31. maj er overskredet. 8 mangler.",
        ),
        (
            plan(DECIDED, DECIDED, today="2025-06-01"),
            Sign.FAILS,
            "Fristen 31. maj er overskredet. Alle 2 har besluttet, men der er ikke sendt.",
        ),
        (plan(IN_TIME, today="2024-12-31"), Sign.HOLDS, "1 af 1 når fristen 31. maj 2025."),
        (plan(), Sign.HOLDS, "Fristen 31. maj kan nås."),
        (
            plan(LATE, LATE, feasible=False, misses_by=19),
            Sign.FAILS,
            "0 af 2 når fristen 31. maj. Nærmeste forløb er 19 dage for sent.",
        ),
        (
            plan(feasible=False, misses_by=1),
            Sign.FAILS,
            "Fristen 31. maj kan ikke nås: nærmeste forløb er 1 dag for sent.",
        ),
        (plan(today="2025-06-01"), Sign.FAILS, "Fristen 31. maj er overskredet."),
    ],
)
def test_the_sentence_counts_those_in_time_and_says_what_follows(
    asked: Plan, sign: Sign, sentence: str
) -> None:
    assert (verdict_on(asked).sign, verdict_on(asked).sentence) == (sign, sentence)


def test_until_a_meetings_minutes_are_recorded_it_is_not_said_that_the_deadline_fails() -> None:
    held = PastMeeting("k17", "K17", dt.date(2025, 4, 11))
    late = plan(LATE, LATE, feasible=False, misses_by=19, unrecorded=held)
    assert verdict_on(late).sign is Sign.UNKNOWN
    assert verdict_on(late).sentence == (
        "Vi kan ikke se, om fristen kan nås: K17 havde møde 11. april, og beslutningen er ikke "
        "skrevet ind."
    )
    in_time = plan(IN_TIME, IN_TIME, unrecorded=held)
    assert verdict_on(in_time).sentence == "2 af 2 når fristen 31. maj."


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (("K17", dt.date(2025, 6, 20)), "møderne efter juni er ikke lagt ind for K17."),
        (("K17", dt.date(2024, 12, 6)), "møderne efter december 2024 er ikke lagt ind for K17."),
        (("K17", None), "der er ikke lagt møder ind for K17."),
    ],
)
def test_where_a_body_has_no_meeting_left_nothing_is_promised(
    end: tuple[str, dt.date | None], sentence: str
) -> None:
    for states in ((), (UNKNOWN, UNKNOWN)):
        found = verdict_on(plan(*states, feasible=False, misses_by=None, calendar_end=end))
        assert found.sign is Sign.UNKNOWN
        assert found.sentence == f"Vi kan ikke se, om fristen kan nås: {sentence}"


@pytest.mark.parametrize(
    ("sent_on", "as_written", "told"),
    [
        ("2025-05-28", "", "Sendt 28. maj 2025, inden fristen 31. maj 2025."),
        ("2025-06-02", "", "Sendt 2. juni 2025, efter fristen 31. maj 2025."),
        ("2025-05-31", "ultimo maj 2025", "Sendt ultimo maj 2025, inden fristen 31. maj 2025."),
        ("2025-06-10", "primo juni 2025", "Sendt primo juni 2025; fristen var 31. maj 2025."),
    ],
)
def test_once_it_is_sent_only_those_that_are_still_to_decide_are_told(
    sent_on: str, as_written: str, told: str
) -> None:
    last = step("F", dt.date.fromisoformat(sent_on), is_done=True, as_written=as_written)

    over = verdict_on(plan(DECIDED, DECIDED, steps=(last,), today="2025-07-01"))
    waits = verdict_on(plan(DECIDED, LATE, IN_TIME, steps=(last,), today="2025-07-01"))

    assert (over.sign, over.sentence, over.late) == (Sign.HOLDS, told, ())
    assert waits.sentence == f"{told} 2 mangler: Køge og Lejre."
    assert (waits.sign, waits.in_time, waits.late) == (Sign.FAILS, 1, ("Køge", "Lejre"))


def test_a_meeting_that_is_only_guessed_is_told_with_the_count() -> None:
    papers = dt.date(2025, 4, 16)
    body = replace(step("K17", dt.date(2025, 4, 30)), is_assumed=True, papers_due_on=papers)
    asked = plan(IN_TIME, steps=(body, step("Fremsendelse", dt.date(2025, 5, 30))))

    assert verdict_on(asked).sentence == (
        "1 af 1 når fristen 31. maj. Mødedatoerne er et gæt for K17."
    )
