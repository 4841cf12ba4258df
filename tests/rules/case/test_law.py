"""Which law does a new case rest on? By its kind, whom it is about, and the day it was received."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, TargetGroup
from udmelding.config.case.legal_bases import load_legal_bases
from udmelding.config.case.library import process_named
from udmelding.rules.case import law

BASES = load_legal_bases()
BEFORE, AFTER = dt.date(2023, 12, 31), dt.date(2024, 1, 1)
LADDER = (
    AnnouncementKind.FIRST,
    AnnouncementKind.RENEWED,
    AnnouncementKind.TEMPORARY_ORDER,
    AnnouncementKind.ORDER,
)
GROUPS = st.sampled_from((None, *TargetGroup))
DAYS = st.dates(dt.date(2014, 1, 1), dt.date(2030, 1, 1))


def basis(kind: AnnouncementKind, group: TargetGroup | None, day: dt.date) -> str:
    return law.legal_basis(BASES, kind, group, day)


@pytest.mark.parametrize(
    ("kind", "adults", "children"),
    [
        (AnnouncementKind.FIRST, "serviceloven § 13 b, stk. 2", "barnets lov § 161, stk. 1"),
        (AnnouncementKind.RENEWED, "serviceloven § 13 b, stk. 3", "barnets lov § 161, stk. 2"),
        (
            AnnouncementKind.TEMPORARY_ORDER,
            "serviceloven § 13 b, stk. 4",
            "barnets lov § 161, stk. 3",
        ),
        (AnnouncementKind.ORDER, "serviceloven § 13 c", "barnets lov §§ 180-185"),
    ],
)
def test_each_step_rests_on_serviceloven_for_adults_and_since_2024_on_barnets_lov_for_children(
    kind: AnnouncementKind, adults: str, children: str
) -> None:
    assert basis(kind, TargetGroup.ADULTS, AFTER) == adults
    assert basis(kind, TargetGroup.CHILDREN, AFTER) == children
    assert basis(kind, TargetGroup.CHILDREN, BEFORE) == adults


def test_a_case_about_both_names_both_laws() -> None:
    both = basis(AnnouncementKind.FIRST, TargetGroup.BOTH, AFTER)
    assert both == "serviceloven § 13 b, stk. 2, og barnets lov § 161, stk. 1"
    assert basis(AnnouncementKind.FIRST, TargetGroup.BOTH, BEFORE) == "serviceloven § 13 b, stk. 2"


@given(group=GROUPS)
def test_the_framework_agreement_rests_on_both_laws_whoever_it_is_said_to_be_about(
    group: TargetGroup | None,
) -> None:
    agreement = AnnouncementKind.FRAMEWORK_AGREEMENT
    assert basis(agreement, group, AFTER) == "serviceloven § 6 og barnets lov § 173"
    assert basis(agreement, group, BEFORE) == "serviceloven § 6"


@given(group=GROUPS, day=DAYS)
def test_a_questionnaire_round_rests_on_no_law_and_each_step_of_the_ladder_on_one(
    group: TargetGroup | None, day: dt.date
) -> None:
    assert not basis(AnnouncementKind.QUESTIONNAIRE, group, day)
    assert all(basis(kind, group, day) for kind in LADDER)


@given(kind=st.sampled_from(AnnouncementKind), day=DAYS)
def test_both_is_what_adults_and_children_have_and_nothing_else(
    kind: AnnouncementKind, day: dt.date
) -> None:
    parts = {basis(kind, group, day) for group in (TargetGroup.ADULTS, TargetGroup.CHILDREN)}
    both = basis(kind, TargetGroup.BOTH, day)
    assert all(part in both for part in parts)
    assert law.depends_on_group(BASES, kind, day) == (len(parts) > 1)


@pytest.mark.parametrize(
    ("process", "is_renewal", "kind"),
    [
        ("central-udmelding", False, AnnouncementKind.FIRST),
        ("central-udmelding", True, AnnouncementKind.RENEWED),
        ("rammeaftale", True, AnnouncementKind.FRAMEWORK_AGREEMENT),
        ("spoergeskema", False, AnnouncementKind.QUESTIONNAIRE),
    ],
)
def test_a_case_is_of_its_processs_kind_where_nobody_says(
    process: str, is_renewal: bool, kind: AnnouncementKind
) -> None:
    assert law.kind_of(process_named(process), is_renewal=is_renewal) is kind


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Børn med alvorlig synsnedsættelse", True),
        ("Unge med spiseforstyrrelse", True),
        ("Børne- og ungeområdet", True),
        ("Småbørn med høretab", True),
        ("Borgere med hjerneskade", False),
        ("Voksne, som venter ungefær et år", False),
        ("Barnløse par", False),
    ],
)
def test_a_title_may_name_children(title: str, names: bool) -> None:
    assert law.names_children(title) is names


def test_a_case_is_filed_under_27_for_adults_34_for_children_and_across_for_both() -> None:
    filed = {group: law.kle_number(BASES, group, AFTER) for group in (None, *TargetGroup)}
    assert filed == {
        None: "",
        TargetGroup.ADULTS: "27.00.00",
        TargetGroup.CHILDREN: "34.00.00",
        TargetGroup.BOTH: "00.01.10",
    }
    assert law.kle_number(BASES, TargetGroup.BOTH, BEFORE) == "27.00.00"
