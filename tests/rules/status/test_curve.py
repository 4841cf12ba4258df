"""The curve of decisions: what has come, what is expected, how sure that is, and the deadline."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from models import DateSource
from udmelding.documents.plan.curve_svg import curve_svg
from udmelding.rules.case.council import CouncilPlan, CouncilState
from udmelding.rules.plan.plan import Plan
from udmelding.rules.status.curve import Curve, decision_curve

TODAY = dt.date(2025, 5, 6)
DEADLINE = dt.date(2025, 5, 31)


def council(name: str, state: CouncilState, planned: dt.date | None, **said: object) -> CouncilPlan:
    row = CouncilPlan(party=name, name=name, state=state, planned=planned)
    return replace(row, **said)


ROWS = (
    council("Greve", CouncilState.DECIDED, dt.date(2025, 4, 14)),
    council("Køge", CouncilState.DECIDED, dt.date(2025, 4, 29)),
    council("Faxe", CouncilState.IN_TIME, dt.date(2025, 5, 27), next_meeting=dt.date(2025, 6, 24)),
    council("Lejre", CouncilState.LATE, dt.date(2025, 6, 18), origin=DateSource.ANNOUNCED),
    council("Stevns", CouncilState.LATE, dt.date(2025, 6, 26), origin=DateSource.ASSUMED),
)


def curve(*rows: CouncilPlan) -> Curve:
    plan = Plan(feasible=True, deadline=DEADLINE, steps=(), councils=rows or ROWS, today=TODAY)
    made = decision_curve(plan, TODAY)
    assert made is not None
    return made


def test_the_curve_counts_what_has_come_and_what_is_expected_by_the_deadline() -> None:
    made = curve()
    assert made.now == 2
    assert made.by(DEADLINE) == 3
    assert made.by(dt.date(2025, 6, 26)) == 5
    assert made.rests_on == "1 dato er meldt, 1 står i en kalender og 1 er gæt."


def test_a_day_that_the_municipality_named_has_no_room_and_a_guess_has() -> None:
    faxe, lejre, stevns = curve().expected
    assert (faxe.first, faxe.last) == (dt.date(2025, 5, 27), dt.date(2025, 6, 24))
    assert lejre.first == lejre.day == lejre.last
    assert stevns.last > stevns.day


def test_three_labels_stand_on_the_curve_and_it_reads_aloud() -> None:
    for is_narrow in (False, True):
        drawn = curve_svg(curve(), is_narrow=is_narrow)
        labels = re.findall(r"<text[^>]*font-weight[^>]*>([^<]+)<", drawn)
        assert labels == ["Frist 31. maj", "2 i dag", "3 når den", "alle 5 den 26. juni"]
        assert "2 af 5 6. maj, 3 ved fristen 31. maj og 5 26. juni." in drawn
        assert "style=" not in drawn


def test_councils_without_any_known_day_are_never_drawn_as_coming() -> None:
    unknown = council("Sorø", CouncilState.UNKNOWN, None)
    made = curve(ROWS[0], unknown)
    assert made.expected == ()
    assert made.total == 2
    assert made.rests_on == "1 er ukendt."
    assert "alle" not in curve_svg(made)


def test_a_case_without_councils_has_no_curve() -> None:
    plan = Plan(feasible=True, deadline=DEADLINE, steps=(), councils=(), today=TODAY)
    assert decision_curve(plan, TODAY) is None
