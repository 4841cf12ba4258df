"""Who sees a colleague's mail, and why."""

from __future__ import annotations

import datetime as dt

import pytest

from udmelding.rules.access.substitutes import Colleague, absent_colleagues, stands_in

TODAY = dt.date(2025, 4, 15)
ANNA, BO, CARLA = 1, 2, 3


Days = tuple[str, str | None] | None


def people(*, anna_away: Days = None, bo_away: Days = None) -> tuple[Colleague, ...]:
    """Anna, whose substitute is Bo, whose substitute is Carla."""

    def days(said: Days) -> tuple[dt.date | None, dt.date | None]:
        first, last = said or (None, None)
        read = dt.date.fromisoformat
        return (read(first) if first else None, read(last) if last else None)

    return (
        Colleague(ANNA, "anna", "Anna Eksempel", BO, *days(anna_away)),
        Colleague(BO, "bo", "Bo Prøve", CARLA, *days(bo_away)),
        Colleague(CARLA, "carla", "Carla Test"),
    )


@pytest.mark.parametrize("named", ["Anna Eksempel", "anna", "AE", "ae"])
def test_a_case_may_call_its_person_by_name_login_or_initials(named: str) -> None:
    said = stands_in(BO, named, 0, people(anna_away=("2025-04-14", "2025-04-20")), TODAY)
    assert said == "Anna Eksempel er væk til og med 20/4-2025, og du er stedfortræder."


@pytest.mark.parametrize(
    ("away", "is_seen"),
    [
        (("2025-04-15", "2025-04-15"), True),
        (("2025-04-01", None), True),
        (("2025-04-16", "2025-04-20"), False),
        (("2025-04-01", "2025-04-14"), False),
        (None, False),
    ],
)
def test_the_substitute_sees_fresh_mail_from_the_first_day_away_to_the_last(
    away: Days, is_seen: bool
) -> None:
    everybody = people(anna_away=away)
    assert bool(stands_in(BO, "anna", 0, everybody, TODAY)) is is_seen
    assert bool(absent_colleagues(BO, everybody, TODAY)) is is_seen


@pytest.mark.parametrize(("age", "is_seen"), [(0, False), (2, False), (3, True), (9, True)])
def test_mail_that_lay_for_more_than_two_working_days_is_the_substitutes_too(
    age: int, is_seen: bool
) -> None:
    said = stands_in(BO, "anna", age, people(), TODAY)
    assert bool(said) is is_seen
    assert not stands_in(CARLA, "anna", age, people(), TODAY)


def test_where_the_substitute_is_away_too_both_see_it_and_the_next_one() -> None:
    everybody = people(anna_away=("2025-04-14", None), bo_away=("2025-04-14", None))
    assert stands_in(BO, "anna", 0, everybody, TODAY)
    assert stands_in(CARLA, "anna", 0, everybody, TODAY)
    assert [one.login for one in absent_colleagues(CARLA, everybody, TODAY)] == ["anna", "bo"]


def test_two_who_stand_in_for_each_other_and_are_both_away_end_the_search() -> None:
    away = (dt.date(2025, 4, 14), None)
    both = (
        Colleague(ANNA, "anna", "Anna Eksempel", BO, *away),
        Colleague(BO, "bo", "Bo Prøve", ANNA, *away),
    )
    assert stands_in(BO, "anna", 0, both, TODAY)
    assert stands_in(ANNA, "bo", 0, both, TODAY)


@pytest.mark.parametrize("named", ["", "konsulenten", "bo", "carla"])
def test_mail_of_a_case_that_names_nobody_else_is_nobodys_substitutes(named: str) -> None:
    assert not stands_in(BO, named, 9, people(anna_away=("2025-04-14", None)), TODAY)


def test_initials_of_two_people_name_neither() -> None:
    twins = (
        Colleague(ANNA, "anna", "Anna Eksempel", BO, dt.date(2025, 4, 1)),
        Colleague(BO, "bo", "Bo Prøve"),
        Colleague(CARLA, "agnes", "Agnes Ek", BO),
    )
    assert not stands_in(BO, "ae", 9, twins, TODAY)
