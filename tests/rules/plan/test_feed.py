"""The days of a case in a calendar: which there are, what they say, and that uids stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.announcement import AnnouncementKind, Scope
from models.decision import Level, Outcome
from models.obligation import DateSource
from models.party import PartyKind
from models.response import Completeness
from models.submission import SubmissionKind
from udmelding.config.case.library import area_named, process_named
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import (
    Closure,
    Deadline,
    Decision,
    Extension,
    Obligation,
    Particulars,
    Party,
    Question,
    QuestionAnswer,
    Response,
    Submission,
    Waiver,
)
from udmelding.rules.plan.feed import FeedItem, FeedKind, case_items, merge_items
from udmelding.rules.plan.plan import Plan, PlannedStep

AREA = area_named("sjaelland")
PROCESS = process_named("central-udmelding").for_area(AREA)
NOW = dt.datetime(2025, 1, 10, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
COUNCILS = ("Greve", "Køge", "Lolland", "Næstved", "Ærø")
BODIES = {"styregruppe": "Styregruppen", "k17": "K17", "kkr": "KKR Sjælland"}
MEETINGS = {
    "styregruppe": dt.date(2025, 3, 14),
    "k17": dt.date(2025, 3, 28),
    "kkr": dt.date(2025, 4, 8),
}
LATEST = {body: day + dt.timedelta(days=10) for body, day in MEETINGS.items()}
DEADLINE = dt.date(2025, 5, 31)
DUE = dt.date(2025, 2, 14)


def a_plan(
    deadline: dt.date = DEADLINE, done: Sequence[str] = (), **changed: dt.date | None
) -> Plan:
    """A plan with those meetings, each to be held ten days later at the latest."""
    held = {**MEETINGS, **changed}
    rows = [
        PlannedStep(
            id=body,
            title=BODIES[body],
            earliest=day,
            planned=day,
            latest=LATEST[body],
            papers_due_on=day - dt.timedelta(days=9) if day else None,
            is_done=body in done,
        )
        for body, day in held.items()
    ]
    last = PlannedStep(
        id="submission",
        title="Fremsendelse",
        earliest=deadline,
        planned=deadline,
        latest=deadline,
    )
    return Plan(feasible=True, deadline=deadline, steps=(*rows, last))


def parties() -> tuple[Party, ...]:
    asked = [
        Party(key=name, recorded_at=NOW, party=name, name=name, kind=PartyKind.MUNICIPALITY)
        for name in COUNCILS
    ]
    bodies = [
        Party(key=body, recorded_at=NOW, party=body, name=title, kind=PartyKind.BODY)
        for body, title in BODIES.items()
    ]
    own = Party(
        key="secretariat",
        recorded_at=NOW,
        party="secretariat",
        name="Sekretariatet",
        kind=PartyKind.SECRETARIAT,
    )
    return (own, *asked, *bodies)


def asked_for(step: str, due_on: dt.date, names: Sequence[str] = COUNCILS) -> list[Obligation]:
    return [
        Obligation(
            key=f"{step}/{name}",
            recorded_at=NOW,
            step=step,
            party=name,
            opened_on=TODAY,
            due_on=due_on,
            origin=DateSource.COMPUTED,
        )
        for name in names
    ]


def a_case(
    reference: str = "CU-GRAVIDE-2025",
    *,
    deadline: dt.date | None = DEADLINE,
    kind: AnnouncementKind = AnnouncementKind.RENEWED,
) -> Case:
    due = () if deadline is None else (deadline,)
    return Case(
        reference=reference,
        process=PROCESS,
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=dt.date(2025, 1, 6),
        as_of=NOW,
        particulars=Particulars(key="p", recorded_at=NOW, title="Udsatte gravide", kind=kind),
        deadlines=tuple(
            Deadline(key="d", recorded_at=NOW, due_on=day, origin=DateSource.LETTER) for day in due
        ),
        parties=parties(),
        obligations=tuple(asked_for("collection", DUE)),
    )


def items_of(case: Case, plan: Plan | None = None, **councils: dt.date) -> tuple[FeedItem, ...]:
    return case_items(case, plan or a_plan(), TODAY, councils)


def of_kind(items: Sequence[FeedItem], kind: FeedKind) -> list[FeedItem]:
    return [item for item in items if item.kind is kind]


def answered(name: str, day: dt.date = TODAY) -> Response:
    return Response(
        key=f"r/{name}",
        recorded_at=NOW,
        happened_from=day,
        happened_to=day,
        step="collection",
        party=name,
        completeness=Completeness.COMPLETE,
    )


def decided(step: str, party: str, level: Level, day: dt.date) -> Decision:
    return Decision(
        key=f"b/{step}/{party}",
        recorded_at=NOW,
        happened_from=day,
        happened_to=day,
        step=step,
        party=party,
        level=level,
        outcome=Outcome.APPROVED,
    )


def test_a_case_gives_its_deadline_meetings_papers_and_due_date() -> None:
    found = [(item.day.isoformat(), item.title) for item in items_of(a_case())]
    assert found == [
        ("2025-02-14", "Svarfrist for 5 kommuner: CU-GRAVIDE-2025"),
        ("2025-03-05", "Frist for papirer til Styregruppen 14/3: CU-GRAVIDE-2025"),
        ("2025-03-14", "Styregruppen: CU-GRAVIDE-2025"),
        ("2025-03-19", "Frist for papirer til K17 28/3: CU-GRAVIDE-2025"),
        ("2025-03-28", "K17: CU-GRAVIDE-2025"),
        ("2025-03-30", "Frist for papirer til KKR Sjælland 8/4: CU-GRAVIDE-2025"),
        ("2025-04-08", "KKR Sjælland: CU-GRAVIDE-2025"),
        ("2025-05-31", "Styrelsens frist: CU-GRAVIDE-2025"),
    ]


def test_the_texts_say_what_and_why_and_which_case() -> None:
    texts = {item.title: item.text for item in items_of(a_case())}
    assert texts["K17: CU-GRAVIDE-2025"] == (
        "CU-GRAVIDE-2025 («Udsatte gravide»): sagen er planlagt til mødet i K17 fredag den "
        "28. marts 2025. Mødet skal være holdt senest 7. april 2025, for at fristen 31. maj 2025 "
        "kan nås. Papirerne skal være inde senest 19. marts 2025."
    )
    assert texts["Styrelsens frist: CU-GRAVIDE-2025"] == (
        "CU-GRAVIDE-2025 («Udsatte gravide»): afrapporteringen skal være sendt senest lørdag den "
        "31. maj 2025. Fristen 31. maj 2025 kan nås."
    )
    assert texts["Frist for papirer til K17 28/3: CU-GRAVIDE-2025"] == (
        "CU-GRAVIDE-2025 («Udsatte gravide»): papirerne skal være inde senest onsdag den "
        "19. marts 2025, for at sagen kan komme på mødet i K17 fredag den 28. marts 2025."
    )
    assert texts["Svarfrist for 5 kommuner: CU-GRAVIDE-2025"] == (
        "CU-GRAVIDE-2025 («Udsatte gravide»): dataindsamling skal være afsluttet senest fredag den "
        "14. februar 2025. Fristen gælder Greve, Køge, Lolland, Næstved og Ærø."
    )


def test_a_meeting_that_is_too_late_says_by_how_much() -> None:
    late = a_plan(kkr=LATEST["kkr"] + dt.timedelta(days=1))
    (kkr,) = [item for item in items_of(a_case(), late) if item.title.startswith("KKR")]
    assert "Mødet er 1 dag for sent til, at fristen 31. maj 2025 kan nås." in kkr.text


def test_a_deadline_that_the_agency_did_not_set_is_not_called_its() -> None:
    (item,) = of_kind(
        items_of(a_case(kind=AnnouncementKind.FRAMEWORK_AGREEMENT)), FeedKind.DEADLINE
    )
    assert item.title == "Frist: CU-GRAVIDE-2025"


def test_without_a_plan_or_a_deadline_there_are_no_bodies() -> None:
    items = case_items(a_case(deadline=None), None, TODAY)
    assert [item.kind for item in items] == [FeedKind.DUE]


def test_a_closed_case_has_no_items() -> None:
    closed = replace(
        a_case(), closures=(Closure(key="c", recorded_at=NOW, closed_on=dt.date(2025, 1, 9)),)
    )
    assert items_of(closed, Greve=dt.date(2025, 4, 1)) == ()


def test_a_body_that_has_decided_has_no_items() -> None:
    case = replace(a_case(), decisions=(decided("styregruppe", "styregruppe", Level.BODY, TODAY),))
    for plan in (a_plan(), a_plan(done=["styregruppe"])):
        assert {item.body for item in items_of(case, plan)} - {""} == {"k17", "kkr"}


def test_a_body_without_a_meeting_has_no_items_nor_one_that_the_plan_calls_done() -> None:
    plan = a_plan(done=["styregruppe"], k17=None)
    assert {item.body for item in items_of(a_case(), plan)} - {""} == {"kkr"}


def test_after_the_submission_questions_and_open_councils_are_what_is_left() -> None:
    sent = Submission(
        key="s",
        recorded_at=NOW,
        happened_from=TODAY,
        happened_to=TODAY,
        submission_kind=SubmissionKind.REPORT,
    )
    questions = tuple(
        Question(
            key=f"q{number}",
            recorded_at=NOW,
            happened_from=TODAY,
            happened_to=TODAY,
            number=number,
            due_on=dt.date(2025, 9, 5),
            text="Hvor mange pladser er der brug for?",
        )
        for number in (1, 2)
    )
    answer = QuestionAnswer(
        key="a1", recorded_at=NOW, happened_from=TODAY, happened_to=TODAY, number=1
    )
    case = replace(
        a_case(),
        submissions=(sent,),
        questions=questions,
        question_answers=(answer,),
        obligations=tuple(asked_for("councils", dt.date(2025, 6, 2))),
    )
    assert [item.title for item in items_of(case)] == [
        "Frist for politisk behandling i 5 kommuner: CU-GRAVIDE-2025",
        "Svar på supplerende spørgsmål 2: CU-GRAVIDE-2025",
    ]
    assert "Spørgsmålet: Hvor mange pladser er der brug for?" in items_of(case)[-1].text


def test_one_extended_due_date_is_an_item_of_its_own_and_the_ordinary_keeps_its_uid() -> None:
    case = a_case()
    (before,) = of_kind(items_of(case), FeedKind.DUE)
    later = Extension(
        key="e",
        recorded_at=NOW,
        step="collection",
        party="Ærø",
        granted_on=TODAY,
        due_on=dt.date(2025, 2, 28),
    )
    ordinary, extended = of_kind(items_of(replace(case, extensions=(later,))), FeedKind.DUE)
    assert ordinary.uid == before.uid
    assert ordinary.title == "Svarfrist for 4 kommuner: CU-GRAVIDE-2025"
    assert extended.title == "Svarfrist for Ærø: CU-GRAVIDE-2025"


def test_an_answer_does_not_change_the_item_but_the_last_one_ends_it() -> None:
    case = a_case()
    one = replace(case, responses=(answered("Greve"),))
    assert of_kind(items_of(one), FeedKind.DUE) == of_kind(items_of(case), FeedKind.DUE)
    everyone = replace(case, responses=tuple(answered(name) for name in COUNCILS))
    assert of_kind(items_of(everyone), FeedKind.DUE) == []


def test_who_was_excused_is_not_counted() -> None:
    excused = Waiver(
        key="w", recorded_at=NOW, step="collection", party="Ærø", waived_on=TODAY, reason="ingen"
    )
    (item,) = of_kind(items_of(replace(a_case(), waivers=(excused,))), FeedKind.DUE)
    assert item.title == "Svarfrist for 4 kommuner: CU-GRAVIDE-2025"


def test_a_regional_council_is_named_among_those_who_owe_a_decision() -> None:
    region = Party(
        key="r", recorded_at=NOW, party="r", name="Regionsrådet", kind=PartyKind.REGIONAL_COUNCIL
    )
    case = a_case()
    owing = asked_for("councils", dt.date(2025, 5, 20), (*COUNCILS, "r"))
    case = replace(case, parties=(*case.parties, region), obligations=tuple(owing))
    (item,) = of_kind(items_of(case), FeedKind.DUE)
    assert item.title == (
        "Frist for politisk behandling i 5 kommuner og Regionsrådet: CU-GRAVIDE-2025"
    )


def test_councils_that_meet_on_one_day_share_an_item_and_those_that_decided_are_left_out() -> None:
    day = dt.date(2025, 4, 29)
    case = replace(a_case(), decisions=(decided("councils", "Greve", Level.COUNCIL, TODAY),))
    met = of_kind(items_of(a_case(), **dict.fromkeys(COUNCILS[:4], day)), FeedKind.MEETING)[-1]
    assert met.title == "Møder i kommunalbestyrelserne: Greve, Køge og 2 andre (CU-GRAVIDE-2025)"
    assert met.text.endswith("tirsdag den 29. april 2025 i Greve, Køge, Lolland og Næstved.")
    (one,) = [
        i for i in items_of(case, Greve=day, Køge=day) if i.title.startswith("Møde i kommunal")
    ]
    assert one.title == "Møde i kommunalbestyrelsen: Køge (CU-GRAVIDE-2025)"


def test_a_moved_meeting_and_a_moved_deadline_keep_their_uids() -> None:
    before = items_of(a_case())
    later = dt.date(2025, 6, 10)
    moved = items_of(a_case(deadline=later), a_plan(later, kkr=dt.date(2025, 4, 10)))
    assert {item.uid for item in before} == {item.uid for item in moved}
    assert {item.day for item in before} != {item.day for item in moved}


def test_uids_are_as_they_have_always_been() -> None:
    """A changed uid doubles every event in every calendar: change this on purpose only."""
    assert [item.uid for item in items_of(a_case("CU Ærø 1.5"))] == [
        "case.CU%20%C3%86r%C3%B8%201%2E5.due.collection@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.papers.styregruppe@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.meeting.styregruppe@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.papers.k17@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.meeting.k17@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.papers.kkr@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.meeting.kkr@udmelding",
        "case.CU%20%C3%86r%C3%B8%201%2E5.deadline@udmelding",
    ]


def test_two_cases_at_one_meeting_are_one_item() -> None:
    both = merge_items([*items_of(a_case("CU-A")), *items_of(a_case("CU-B"))])
    (kkr,) = [item for item in both if item.title.startswith("KKR Sjælland")]
    assert kkr.title == "KKR Sjælland: CU-A og CU-B"
    assert kkr.uid == "case.CU-A.meeting.kkr@udmelding"
    assert kkr.cases == ("CU-A", "CU-B")
    lines = kkr.text.split("\n")
    assert lines[0] == "Én mødedag, to sager."
    assert [line[:4] for line in lines[1:]] == ["CU-A", "CU-B"]
    assert all("Papirerne skal være inde senest 30. marts 2025." in line for line in lines[1:])
    (papers,) = [item for item in both if item.title.startswith("Frist for papirer til K17")]
    assert papers.title == "Frist for papirer til K17 28/3: CU-A og CU-B"
    assert papers.text.startswith("Én papirfrist, to sager.\nCU-A")
    assert len(of_kind(both, FeedKind.DEADLINE)) == 2


def test_merging_is_the_same_in_any_order_and_done_once() -> None:
    items = [*items_of(a_case("CU-A")), *items_of(a_case("CU-B")), *items_of(a_case("CU-C"))]
    both = merge_items(items)
    assert merge_items(reversed(items)) == both
    assert merge_items(both) == both
    assert merge_items(items_of(a_case())) == items_of(a_case())
    assert any(item.text.startswith("Én mødedag, tre sager.") for item in both)


days = st.integers(0, 200).map(lambda n: dt.date(2025, 1, 10) + dt.timedelta(days=n))
references = st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(
    references,
    st.fixed_dictionaries(dict.fromkeys(MEETINGS, days)),
    st.lists(days, min_size=5, max_size=5),
    st.dictionaries(st.sampled_from(COUNCILS), days),
    days,
)
def test_uids_are_unique_and_items_in_order(
    names: list[str],
    held: dict[str, dt.date],
    due: list[dt.date],
    councils: dict[str, dt.date],
    deadline: dt.date,
) -> None:
    owed = [
        one
        for step in ("collection", "councils")
        for name, day in zip(COUNCILS, due, strict=True)
        for one in asked_for(step, day, (name,))
    ]
    cases = [replace(a_case(name, deadline=deadline), obligations=tuple(owed)) for name in names]
    every: list[FeedItem] = []
    for case in cases:
        own = items_of(case, a_plan(deadline, **held), **councils)
        assert len({item.uid for item in own}) == len(own)
        assert all(item.cases == (case.reference,) for item in own)
        every += own
    whole = merge_items(every)
    assert len({item.uid for item in whole}) == len(whole)
    assert [(item.day, item.uid) for item in whole] == sorted((i.day, i.uid) for i in whole)
    assert all(item.uid.endswith("@udmelding") for item in whole)
    assert {item.day for item in whole} == {item.day for item in every}
