"""What earlier cases teach about how long municipalities take."""

from __future__ import annotations

import datetime as dt
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, Scope
from models.decision import Level, Outcome
from models.obligation import DateSource
from models.party import PartyKind
from models.response import Completeness
from udmelding.config.case.library import area_named, process_named
from udmelding.config.case.process import FulfilledBy
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Decision, Obligation, Particulars, Party, Response, Waiver
from udmelding.rules.plan.forecast import lead_time_text
from udmelding.rules.plan.lead_times import (
    ENOUGH,
    ENOUGH_POOLED,
    LeadTime,
    LeadTimes,
    learn_lead_times,
)

ASKED = dt.date(2024, 9, 2)
NOW = dt.datetime(2025, 3, 1, 9, tzinfo=dt.UTC)
PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
DECISION, RESPONSE = FulfilledBy.DECISION, FulfilledBy.RESPONSE


def a_party(name: str, kind: PartyKind = PartyKind.MUNICIPALITY) -> Party:
    return Party(key=name, recorded_at=NOW, party=name, name=name, kind=kind)


def asked(step: str, party: str, on: dt.date = ASKED) -> Obligation:
    return Obligation(
        key=f"o/{step}/{party}",
        recorded_at=NOW,
        step=step,
        party=party,
        opened_on=on,
        due_on=on + dt.timedelta(days=60),
        origin=DateSource.COMPUTED,
    )


def decided(
    party: str,
    on: dt.date,
    level: Level = Level.COUNCIL,
    outcome: Outcome = Outcome.APPROVED,
    since: dt.date | None = None,
) -> Decision:
    return Decision(
        key=f"d/{party}/{on}",
        recorded_at=NOW,
        happened_from=since or on,
        happened_to=on,
        step="councils",
        party=party,
        level=level,
        outcome=outcome,
    )


def answered(party: str, days: int, completeness: Completeness = Completeness.COMPLETE) -> Response:
    on = ASKED + dt.timedelta(days=days)
    return Response(
        key=f"r/{party}/{days}",
        recorded_at=NOW,
        happened_from=on,
        happened_to=on,
        step="collection",
        party=party,
        completeness=completeness,
    )


def a_case(parties: Sequence[str] = ("Greve",), **councils: int) -> Case:
    """A case in which every council was asked on ``ASKED`` and decided so many days later."""
    names = tuple(dict.fromkeys([*parties, *councils]))
    return Case(
        reference="CU-1",
        process=PROCESS,
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=ASKED,
        as_of=NOW,
        particulars=Particulars(
            key="p", recorded_at=NOW, title="Sag", kind=AnnouncementKind.RENEWED
        ),
        parties=tuple(map(a_party, names)),
        obligations=tuple(asked("councils", name) for name in names),
        decisions=tuple(
            decided(name, ASKED + dt.timedelta(days=days)) for name, days in councils.items()
        ),
    )


def taught(*days: int, party: str = "Greve") -> LeadTime:
    found = learn_lead_times(a_case((), **{party: took}) for took in days)
    return found.own[DECISION, party]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # One case: it is its own middle.
        ((40,), (40, 40, 40)),
        # Between two the quarters lie a quarter of the way in.
        ((20, 40), (30, 25, 35)),
        ((10, 20, 30), (20, 15, 25)),
        # The second and fourth of five are the middle half.
        ((10, 20, 30, 40, 90), (30, 20, 40)),
        # One very slow case moves neither the median nor the middle half.
        ((30, 10, 40, 20, 900), (30, 20, 40)),
        ((0, 0, 0, 0), (0, 0, 0)),
        # 14, 21 | 28, 42: median 24.5, quarters 19.25 and 31.5; halves go to the even day.
        ((14, 21, 28, 42), (24, 19, 32)),
    ],
)
def test_the_median_and_the_middle_half_by_hand(
    days: tuple[int, ...], expected: tuple[int, int, int]
) -> None:
    found = taught(*days)
    assert (found.median, found.low, found.high) == expected
    assert found.count == len(days)
    assert found.is_own


def test_a_lead_time_runs_from_the_day_a_party_was_asked() -> None:
    case = a_case(Greve=30)
    later = replace(case, obligations=(asked("councils", "Greve", ASKED + dt.timedelta(days=10)),))
    assert learn_lead_times([later]).own[DECISION, "Greve"].median == 20


def test_of_a_period_the_last_possible_day_counts() -> None:
    case = a_case(("Greve",))
    vague = decided("Greve", ASKED + dt.timedelta(days=30), since=ASKED + dt.timedelta(days=20))
    assert learn_lead_times([replace(case, decisions=(vague,))]).own[DECISION, "Greve"].median == 30


def test_answers_and_decisions_are_learned_apart() -> None:
    case = a_case(Greve=50)
    case = replace(
        case,
        obligations=(*case.obligations, asked("collection", "Greve")),
        responses=(answered("Greve", 12),),
    )
    found = learn_lead_times([case])
    assert (found.own[RESPONSE, "Greve"].median, found.own[DECISION, "Greve"].median) == (12, 50)
    assert (found.pooled[RESPONSE].median, found.pooled[DECISION].median) == (12, 50)


def test_municipalities_are_learned_apart_and_together() -> None:
    found = learn_lead_times([a_case(Greve=20, Køge=30), a_case(Greve=40, Køge=60)])
    assert found.own[DECISION, "Greve"].median == 30
    assert found.own[DECISION, "Køge"].median == 45
    assert found.pooled[DECISION] == LeadTime(4, 35, 28, 45, is_own=False)


def test_who_was_never_asked_teaches_nothing() -> None:
    case = replace(a_case(Greve=30, Køge=40), obligations=(asked("councils", "Køge"),))
    found = learn_lead_times([case])
    assert set(found.own) == {(DECISION, "Køge")}
    assert found.pooled[DECISION].count == 1


def test_an_import_of_decisions_without_requests_teaches_nothing() -> None:
    assert learn_lead_times([replace(a_case(Greve=30, Køge=40), obligations=())]) == LeadTimes()


def test_who_was_asked_and_has_not_decided_teaches_nothing() -> None:
    assert set(learn_lead_times([a_case(("Greve", "Køge"), Køge=30)]).own) == {(DECISION, "Køge")}


def test_who_was_excused_teaches_nothing() -> None:
    excused = Waiver(
        key="w", recorded_at=NOW, step="councils", party="Greve", waived_on=ASKED, reason="ingen"
    )
    assert learn_lead_times([replace(a_case(("Greve",)), waivers=(excused,))]) == LeadTimes()


def test_who_had_decided_before_it_was_asked_teaches_nothing() -> None:
    early = decided("Greve", ASKED - dt.timedelta(days=1))
    assert learn_lead_times([replace(a_case(("Greve",)), decisions=(early,))]) == LeadTimes()
    same_day = decided("Greve", ASKED)
    found = learn_lead_times([replace(a_case(("Greve",)), decisions=(same_day,))])
    assert found.own[DECISION, "Greve"] == LeadTime(1, 0, 0, 0, is_own=True)


@pytest.mark.parametrize(
    ("level", "outcome"),
    [
        (Level.COMMITTEE, Outcome.RECOMMENDED),
        (Level.FINANCE_COMMITTEE, Outcome.APPROVED),
        (Level.COUNCIL, Outcome.POSTPONED),
        (Level.COUNCIL, Outcome.SENT_BACK),
    ],
)
def test_a_committee_or_a_postponement_is_no_decision_to_learn_from(
    level: Level, outcome: Outcome
) -> None:
    half = decided("Greve", ASKED + dt.timedelta(days=20), level, outcome)
    assert learn_lead_times([replace(a_case(("Greve",)), decisions=(half,))]) == LeadTimes()


def test_a_no_is_a_decision_too() -> None:
    no = decided("Greve", ASKED + dt.timedelta(days=20), outcome=Outcome.REJECTED)
    found = learn_lead_times([replace(a_case(("Greve",)), decisions=(no,))])
    assert found.own[DECISION, "Greve"].median == 20


def test_a_partial_answer_teaches_nothing_until_it_is_whole() -> None:
    case = replace(
        a_case(), obligations=(asked("collection", "Greve"),), parties=(a_party("Greve"),)
    )
    part = answered("Greve", 5, Completeness.PARTIAL)
    assert learn_lead_times([replace(case, responses=(part,))]) == LeadTimes()
    whole = learn_lead_times([replace(case, responses=(part, answered("Greve", 25)))])
    assert whole.own[RESPONSE, "Greve"].median == 25


def test_bodies_and_regional_councils_teach_nothing_about_municipalities() -> None:
    case = a_case(Greve=30)
    region, body = (
        a_party("Regionsrådet", PartyKind.REGIONAL_COUNCIL),
        a_party("kkr", PartyKind.BODY),
    )
    case = replace(
        case,
        parties=(*case.parties, region, body),
        obligations=(*case.obligations, asked("councils", "Regionsrådet"), asked("kkr", "kkr")),
        decisions=(
            *case.decisions,
            decided("Regionsrådet", ASKED + dt.timedelta(days=3)),
            replace(decided("kkr", ASKED, Level.BODY), step="kkr"),
        ),
    )
    assert learn_lead_times([case]) == learn_lead_times([a_case(Greve=30)])


def test_below_enough_own_cases_the_pooled_figure_stands_in_and_says_so() -> None:
    slow = [a_case(Greve=100) for _ in range(ENOUGH - 1)]
    others = [a_case(Køge=20) for _ in range(ENOUGH_POOLED)]
    found = learn_lead_times([*slow, *others]).of(DECISION, "Greve")
    assert found is not None
    assert (found.median, found.is_own, found.count) == (20, False, ENOUGH - 1 + ENOUGH_POOLED)
    assert lead_time_text(found) == "20 dage (20-20; 10 tilfælde, alle kommuner)"
    own = learn_lead_times([*slow, a_case(Greve=100), *others]).of(DECISION, "Greve")
    assert own is not None
    assert (own.median, own.is_own, own.count) == (100, True, ENOUGH)
    assert lead_time_text(own) == "100 dage (100-100; 3 tilfælde)"


def test_a_municipality_without_a_case_of_its_own_gets_the_pooled_figure() -> None:
    found = learn_lead_times(a_case(Køge=days) for days in range(ENOUGH_POOLED))
    stands_in = found.of(DECISION, "Ærø")
    assert stands_in is not None
    assert not stands_in.is_own


def test_of_too_little_nothing_is_said() -> None:
    found = learn_lead_times([a_case(Greve=20, Køge=30)] * 2)
    assert found.pooled[DECISION].count == 4 < ENOUGH_POOLED
    assert found.of(DECISION, "Greve") is None
    assert found.of(RESPONSE, "Greve") is None
    assert LeadTimes().of(DECISION, "Greve") is None
    assert lead_time_text(None) == ""


def test_no_cases_teach_nothing() -> None:
    assert learn_lead_times([]) == LeadTimes()


cases = st.lists(
    st.dictionaries(st.sampled_from(("Greve", "Køge", "Ærø")), st.integers(0, 400)),
    min_size=1,
    max_size=12,
)


@given(cases)
def test_the_median_lies_in_the_middle_half_and_every_observation_is_counted(
    took: list[dict[str, int]],
) -> None:
    found = learn_lead_times(a_case((), **days) for days in took)
    by_party: Mapping[str, list[int]] = {
        name: [days[name] for days in took if name in days] for days in took for name in days
    }
    assert {party for _, party in found.own} == set(by_party)
    for (_, party), lead_time in found.own.items():
        assert lead_time.count == len(by_party[party])
        assert lead_time.is_own
        _middle(lead_time, by_party[party])
    together = [days for every in by_party.values() for days in every]
    assert (DECISION in found.pooled) is bool(together)
    if together:
        pooled = found.pooled[DECISION]
        assert pooled.count == len(together)
        assert not pooled.is_own
        _middle(pooled, together)


def _middle(lead_time: LeadTime, days: Sequence[int]) -> None:
    assert min(days) <= lead_time.low <= lead_time.median <= lead_time.high <= max(days)
    assert abs(lead_time.median - statistics.median(days)) <= 0.5


@given(cases, st.randoms())
def test_the_order_of_the_cases_teaches_nothing(
    took: list[dict[str, int]], any_order: random.Random
) -> None:
    there = [a_case((), **days) for days in took]
    mixed = list(there)
    any_order.shuffle(mixed)
    assert learn_lead_times(mixed) == learn_lead_times(there)


@given(cases)
def test_what_is_reckoned_with_is_own_exactly_from_enough_cases_on(
    took: list[dict[str, int]],
) -> None:
    found = learn_lead_times(a_case((), **days) for days in took)
    for party in ("Greve", "Køge", "Ærø"):
        own = sum(party in days for days in took)
        lead_time = found.of(DECISION, party)
        if own >= ENOUGH:
            assert lead_time is not None
            assert lead_time.is_own
        elif sum(map(len, took)) >= ENOUGH_POOLED:
            assert lead_time is not None
            assert not lead_time.is_own
        else:
            assert lead_time is None
