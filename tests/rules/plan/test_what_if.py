"""What a «what if» may say, what it makes of a case, and how it is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.announcement import AnnouncementKind, Scope
from models.decision import Level
from models.meeting import MeetingState
from models.obligation import DateSource
from models.party import PartyKind
from udmelding.config.case.library import area_named, process_named
from udmelding.config.plan.assumptions import load_assumptions
from udmelding.errors import NotFoundError, RefusedError
from udmelding.rules.case.case import Case
from udmelding.rules.case.council_calendar import CouncilCalendars
from udmelding.rules.case.facts import Deadline, Expectation, Meeting, Particulars, Party
from udmelding.rules.case.slots import Slot
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.plan import Plan
from udmelding.rules.plan.what_if import read_supposition, suppose

NOW = dt.datetime(2025, 1, 10, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
RECEIVED = dt.date(2025, 1, 6)
DEADLINE = dt.date(2025, 6, 30)
PROCESS = process_named("central-udmelding").for_area(area_named("sjaelland"))
COUNCILS = {"0360": "Lolland", "0259": "Køge", "0183": "Ny Ishøj", "0482": "Ny Ishøj Nord"}
BODIES = {"styregruppe": "Styregruppen", "k17": "K17", "kkr": "KKR Sjælland"}
MEETINGS = {
    "styregruppe": ("2025-01-31", "2025-03-14"),
    "k17": ("2025-02-14", "2025-03-28"),
    "kkr": ("2025-03-05", "2025-04-08"),
}
LOLLAND = ("2025-04-28", "2025-05-12", "2025-05-26", "2025-06-16", "2025-08-25")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def a_meeting(body: str, on: str, area: str = "sjaelland") -> Meeting:
    return Meeting(
        key=f"{area}/{body}/{on}", recorded_at=NOW, area=area, body=body, held_on=day(on)
    )


def a_case() -> Case:
    """Three bodies with two meetings each; Lolland's calendar is known, the others' are not."""
    names = [
        (code, name, kind)
        for kind, found in ((PartyKind.MUNICIPALITY, COUNCILS), (PartyKind.BODY, BODIES))
        for code, name in found.items()
    ]
    return Case(
        reference="CU-1",
        process=PROCESS,
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=RECEIVED,
        as_of=NOW,
        particulars=Particulars(
            key="p", recorded_at=NOW, title="Sag", kind=AnnouncementKind.RENEWED
        ),
        deadlines=(Deadline(key="d", recorded_at=NOW, due_on=DEADLINE, origin=DateSource.LETTER),),
        parties=tuple(
            Party(key=code, recorded_at=NOW, party=code, name=name, kind=kind)
            for code, name, kind in names
        ),
        meetings=tuple(a_meeting(body, on) for body, found in MEETINGS.items() for on in found),
        council_calendars=CouncilCalendars(
            {"0360": {Level.COUNCIL: [Slot(day(on), day(on)) for on in LOLLAND]}},
            {"0360": (Level.COUNCIL,)},
            load_assumptions(),
        ),
    )


def supposed(*said: str, case: Case | None = None) -> Case:
    before = case or a_case()
    return suppose(before, [read_supposition(text, before, TODAY) for text in said], TODAY)


def planned(case: Case) -> Plan:
    plan = plan_of(case, TODAY)
    assert plan is not None
    return plan


def council_day(case: Case, party: str = "0360") -> dt.date | None:
    return next(row.planned for row in planned(case).councils if row.party == party)


def meetings_of(case: Case, body: str) -> list[str]:
    """The days on which the body meets; those that were called off are none."""
    found = {
        m.held_on
        for m in case.meetings
        if (m.area, m.body) == ("sjaelland", body) and m.state is not MeetingState.CANCELLED
    }
    return [held_on.isoformat() for held_on in sorted(found)]


@pytest.mark.parametrize(
    "written",
    [
        "k17 2025-05-23",
        "k17 23/5",
        "k17 23/5-2025",
        "k17 23.5.2025",
        "k17 23. maj 2025",
        "K17 den 23. maj",
        "  k17   fredag den 23. maj 2025 ",
    ],
)
def test_a_body_may_first_have_the_case_on_a_day_written_in_any_danish_way(written: str) -> None:
    said = read_supposition(written, a_case(), TODAY)
    assert (said.who, said.day, said.to) == ("k17", day("2025-05-23"), None)
    assert said.text == "K17 behandler sagen 23. maj 2025"


@pytest.mark.parametrize(
    "written",
    [
        "k17 aflyst 28/3",
        "k17 aflyst 28/3-2025",
        "aflyst k17 28/3",
        "aflys K17 28. marts",
        "k17 aflyses 2025-03-28",
        "k17 mistet 28/3",
        "mistet k17 28/3",
        "K17 AFLYST 28/3",
        "k17 cancelled 28/3",
        "cancelled k17 28/3",
    ],
)
def test_a_meeting_may_be_lost_with_the_word_before_or_after(written: str) -> None:
    said = read_supposition(written, a_case(), TODAY)
    assert (said.who, said.day, said.to) == ("k17", day("2025-03-28"), None)
    assert said.text == "K17s møde 28. marts 2025 aflyses"


@pytest.mark.parametrize(
    "written",
    [
        "kkr 8/4 -> 22/4",
        "kkr 8/4->22/4",
        "kkr 8/4 → 22/4",
        "kkr 8/4 til 22/4",
        "kkr flyttet 8/4 til 22/4",
        "KKR Sjælland 8. april 2025 til 22. april 2025",
        "kkr 2025-04-08 -> 2025-04-22",
    ],
)
def test_a_meeting_may_be_moved_with_an_arrow_or_a_word(written: str) -> None:
    said = read_supposition(written, a_case(), TODAY)
    assert (said.who, said.day, said.to) == ("kkr", day("2025-04-08"), day("2025-04-22"))
    assert said.text == "KKR Sjællands møde 8. april 2025 flyttes til 22. april 2025"


@pytest.mark.parametrize("word", ["frist", "fristen", "deadline", "FRIST", "Fristen"])
@pytest.mark.parametrize("on", ["30/9", "30/9-2025", "30. september 2025", "2025-09-30"])
def test_the_deadline_may_be_another(word: str, on: str) -> None:
    said = read_supposition(f"{word} {on}", a_case(), TODAY)
    assert (said.who, said.day, said.text) == (
        "",
        day("2025-09-30"),
        "fristen er 30. september 2025",
    )


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("Lolland 16/6", "0360"),
        ("lolland 16/6", "0360"),
        ("LOLLAND 16/6", "0360"),
        ("0360 16/6", "0360"),
        ("KØGE 16/6", "0259"),
        ("Ny Ishøj 16/6", "0183"),
        ("Ny Ishøj Nord 16/6", "0482"),
        ("ny ishøj nord aflyst 16/6", "0482"),
        ("aflyst Ny Ishøj 16/6", "0183"),
        ("KKR Sjælland 16/6", "kkr"),
        ("Styregruppen 16/6", "styregruppe"),
        ("styregruppe 16/6", "styregruppe"),
    ],
)
def test_parties_go_by_code_or_name_and_the_longest_name_is_meant(written: str, who: str) -> None:
    said = read_supposition(written, a_case(), TODAY)
    assert (said.who, said.day) == (who, day("2025-06-16"))


def test_a_day_without_a_year_is_the_next_one_and_today_is_not_past() -> None:
    assert read_supposition("k17 10/1", a_case(), TODAY).day == TODAY
    assert read_supposition("k17 9/1", a_case(), TODAY).day == day("2026-01-09")


def test_a_body_that_first_has_the_case_on_a_day_cannot_use_its_meetings_before() -> None:
    after = supposed("kkr 22/4")
    assert meetings_of(after, "kkr") == ["2025-04-22"]
    step = planned(after).step("kkr")
    assert step is not None
    assert step.planned == day("2025-04-22")


def test_meetings_later_than_the_supposed_one_stay_as_they_are() -> None:
    before = a_case()
    after = supposed("kkr 5/3-2025", case=before)
    assert after.meetings == (
        *(m for m in before.meetings if m.body != "kkr"),
        *(m for m in before.meetings if m.body == "kkr"),
    )


def test_a_lost_meeting_of_a_body_is_gone_and_the_one_before_is_used() -> None:
    after = supposed("kkr aflyst 8/4")
    assert meetings_of(after, "kkr") == ["2025-03-05"]
    step = planned(after).step("kkr")
    assert step is not None
    assert step.planned == day("2025-03-05")


def test_a_moved_meeting_of_a_body_is_on_its_new_day_and_has_no_old_one() -> None:
    assert meetings_of(supposed("k17 28/3 -> 25/3"), "k17") == ["2025-02-14", "2025-03-25"]


def test_other_bodies_and_other_areas_keep_their_meetings() -> None:
    other = a_meeting("kkr", "2025-04-08", area="nordjylland")
    case = replace(a_case(), meetings=(*a_case().meetings, other))
    after = supposed("kkr aflyst 8/4", case=case)
    assert other in after.meetings
    assert meetings_of(after, "k17") == list(MEETINGS["k17"])


def test_a_meeting_that_is_cancelled_already_cannot_be_lost_again() -> None:
    gone = replace(a_meeting("kkr", "2025-04-29"), state=MeetingState.CANCELLED)
    case = replace(a_case(), meetings=(*a_case().meetings, gone))
    with pytest.raises(NotFoundError) as refused:
        supposed("kkr aflyst 29/4", case=case)
    assert refused.value.name == "29. april 2025"


def test_another_deadline_is_planned_for() -> None:
    after = supposed("frist 30/9-2025")
    assert after.deadline == day("2025-09-30")
    assert after.deadlines[:-1] == a_case().deadlines
    assert after.deadlines[-1].origin is DateSource.ASSUMED
    assert planned(after).deadline == day("2025-09-30")


def test_a_council_may_decide_on_a_day_that_no_calendar_has() -> None:
    assert council_day(a_case()) == day("2025-04-28")
    after = supposed("Lolland 3/6")
    assert council_day(after) == day("2025-06-03")
    assert council_day(after, "0259") == council_day(a_case(), "0259")


def test_the_lost_meeting_of_a_council_is_followed_by_its_next() -> None:
    after = supposed("Lolland aflyst 28/4")
    assert council_day(after) == day("2025-05-12")
    assert council_day(supposed("Lolland aflyst 12/5", case=after)) == day("2025-05-26")


def test_the_assumed_meeting_of_a_council_may_be_lost_too() -> None:
    assumed = council_day(a_case(), "0259")
    assert assumed is not None
    after = council_day(supposed(f"Køge aflyst {assumed.isoformat()}"), "0259")
    assert after is not None
    assert assumed < after <= assumed + dt.timedelta(days=35)


def test_the_day_a_council_named_is_lost_with_its_meeting() -> None:
    named = Expectation(
        key="e", recorded_at=NOW, step="councils", party="0360", expected_on=day("2025-06-16")
    )
    case = replace(a_case(), expectations=(named,))
    assert council_day(case) == day("2025-06-16")
    after = supposed("Lolland aflyst 16/6", case=case)
    assert after.expectations == ()
    assert council_day(after) == day("2025-04-28")


def test_a_moved_council_meeting_is_expected_on_its_new_day() -> None:
    assert council_day(supposed("Lolland 28/4 -> 5/5")) == day("2025-05-05")


def test_several_are_supposed_at_once_each_upon_the_one_before() -> None:
    after = supposed(
        "kkr aflyst 8/4", "frist 30/9", "k17 14/2 -> 17/2", "Lolland aflyst 28/4", "Køge 10/6"
    )
    assert meetings_of(after, "kkr") == ["2025-03-05"]
    assert meetings_of(after, "k17") == ["2025-02-17", "2025-03-28"]
    assert after.deadline == day("2025-09-30")
    assert council_day(after, "0259") == day("2025-06-10")
    assert council_day(after) == day("2025-05-12")
    twice = supposed("kkr 8/4 -> 22/4", "kkr 22/4 -> 29/4")
    assert meetings_of(twice, "kkr") == ["2025-03-05", "2025-04-29"]


def test_of_two_deadlines_the_last_one_said_holds() -> None:
    assert supposed("frist 30/9", "frist 31/8").deadline == day("2025-08-31")


def test_a_meeting_that_an_earlier_supposition_took_away_is_not_there() -> None:
    with pytest.raises(NotFoundError) as refused:
        supposed("kkr aflyst 8/4", "kkr 8/4 -> 22/4")
    assert "8. april 2025" not in refused.value.known


@pytest.mark.parametrize(
    "said",
    [
        "kkr aflyst 8/4",
        "kkr 8/4 -> 22/4",
        "kkr 22/4",
        "frist 30/9",
        "Lolland 3/6",
        "Lolland aflyst 28/4",
        "Lolland 28/4 -> 5/5",
    ],
)
def test_nothing_of_the_case_itself_changes(said: str) -> None:
    case, untouched = a_case(), a_case()
    plan = planned(case)
    after = supposed(said, case=case)
    assert case == untouched
    assert planned(case) == plan
    assert after != case
    assert planned(after) != plan


def test_without_suppositions_the_case_is_itself() -> None:
    case = a_case()
    assert suppose(case, (), TODAY) is case


HOW = (
    "Skriv fx «k17 23/5-2025», «k17 aflyst 28/3-2025», «kkr 8/4-2025 -> 22/4-2025», "
    "«frist 30/6-2025», «Lolland 16/6-2025» eller «Lolland aflyst 12/5-2025»."
)
FORM = (
    "det er ikke en kendt måde at skrive en dato på. Skriv for eksempel 31/5-2025, "
    "31. maj 2025, uge 34 2025 eller primo juni 2025."
)
GONE = "er gået; man kan kun spørge om det, der kommer."


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", f"«» kan ikke forstås. {HOW}"),
        ("  \n ", f"«» kan ikke forstås. {HOW}"),
        ("?", f"«?» kan ikke forstås. {HOW}"),
        ("hvad nu", f"«hvad nu» kan ikke forstås. {HOW}"),
        ("frist", f"«frist» kan ikke forstås. {HOW}"),
        ("aflyst", f"«aflyst» kan ikke forstås. {HOW}"),
        ("Lolland", f"«Lolland» siger ingen dag. {HOW}"),
        (
            "Lolland aflyst",
            f"«Lolland aflyst»: «aflyst» kan ikke læses som en dato: {FORM} {HOW}",
        ),
        (
            "k17 31/2",
            "«k17 31/2»: «31/2» kan ikke læses som en dato: der er ingen 31. februar. "
            f"Skriv en dag fra 1 til 29. {HOW}",
        ),
        (
            "kkr 8/4 -> 31/4",
            "«kkr 8/4 -> 31/4»: «31/4» kan ikke læses som en dato: der er ingen 31. april. "
            f"Skriv en dag fra 1 til 30. {HOW}",
        ),
        (
            "kkr 8/4 ->",
            f"«kkr 8/4 ->»: «8/4 ->» kan ikke læses som en dato: {FORM} {HOW}",
        ),
        (
            "kkr -> 22/4",
            f"«kkr -> 22/4»: «-> 22/4» kan ikke læses som en dato: {FORM} {HOW}",
        ),
        (
            "k17 23",
            "«k17 23»: «23» kan ikke læses som en dato: der mangler en måned. "
            f"Skriv for eksempel 14/3 eller 14. marts 2025. {HOW}",
        ),
        (
            "k17 uge 20",
            "«k17 uge 20»: «uge 20» kan ikke læses som én bestemt dag: det er perioden "
            "12/5-2025 til 18/5-2025. Skriv den dag, du mener, for eksempel 18/5-2025. " + HOW,
        ),
        (
            "k17 ca. 23/5",
            "«k17 ca. 23/5»: «ca. 23/5» kan ikke læses som én bestemt dag: dagen er ikke fast. "
            f"Skriv den dag, du mener, for eksempel 23/5-2025. {HOW}",
        ),
        (
            "kkr 5/3-8/4",
            "«kkr 5/3-8/4»: «5/3-8/4» kan ikke læses som én bestemt dag: det er perioden "
            "5/3-2025 til 8/4-2025. Skriv den dag, du mener, for eksempel 8/4-2025. " + HOW,
        ),
        (
            "k17 23/5 eller 24/5",
            "«k17 23/5 eller 24/5»: «23/5 eller 24/5» kan ikke læses som en dato: der står mere "
            f"end én dato. Skriv én dag eller en periode. {HOW}",
        ),
        (
            "k17 snarest",
            "«k17 snarest»: «snarest» kan ikke læses som en dato: det er ikke en dato. "
            f"Skriv den dag, der menes, for eksempel 31/5-2025. {HOW}",
        ),
        (
            "frist i sommer",
            "«frist i sommer»: «i sommer» kan ikke læses som en dato: en årstid er for upræcis. "
            "Skriv måneden eller kvartalet, for eksempel oktober 2024 eller 4. kvartal 2024. "
            + HOW,
        ),
        (
            "k17 23/5-1850",
            "«k17 23/5-1850»: «23/5-1850» kan ikke læses som en dato: årstallet 1850 ligger uden "
            f"for 1990-2100. Ret årstallet. {HOW}",
        ),
        ("k17 9/1-2025", f"9. januar 2025 {GONE}"),
        ("Lolland 1/1-2025", f"1. januar 2025 {GONE}"),
        ("kkr aflyst 1/1-2025", f"1. januar 2025 {GONE}"),
        ("kkr 8/4 -> 1/1-2025", f"1. januar 2025 {GONE}"),
        (
            "frist 6/1-2025",
            "Fristen 6. januar 2025 ligger ikke efter modtagelsen 6. januar 2025.",
        ),
        (
            "frist 31/12-2024",
            "Fristen 31. december 2024 ligger ikke efter modtagelsen 6. januar 2025.",
        ),
    ],
)
def test_what_cannot_be_supposed_is_refused_in_danish(written: str, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        supposed(written)
    assert refused.value.message == message
    assert not isinstance(refused.value, NotFoundError)


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("Roskilde 16/6", "Roskilde"),
        ("0265 16/6", "0265"),
        ("k18 8/4", "k18"),
        ("Lollands 16/6", "Lollands"),
        ("Roskilde aflyst 16/6", "Roskilde"),
        ("secretariat 16/6", "secretariat"),
    ],
)
def test_a_party_that_the_case_has_not_is_named(written: str, who: str) -> None:
    with pytest.raises(NotFoundError) as refused:
        read_supposition(written, a_case(), TODAY)
    assert refused.value.name == who
    assert f"«{who}»" in refused.value.message


@pytest.mark.parametrize(
    ("written", "missing", "nearest"),
    [
        (
            "kkr aflyst 9/4",
            "9. april 2025",
            ["5. marts 2025", "8. april 2025", "20. juni 2025", "5. september 2025"],
        ),
        (
            "kkr 9/4 -> 22/4",
            "9. april 2025",
            ["5. marts 2025", "8. april 2025", "20. juni 2025", "5. september 2025"],
        ),
        (
            "Lolland aflyst 13/5",
            "13. maj 2025",
            ["28. april 2025", "12. maj 2025", "26. maj 2025", "16. juni 2025"],
        ),
        (
            "Køge aflyst 1/5",
            "1. maj 2025",
            ["18. marts 2025", "15. april 2025", "20. maj 2025", "17. juni 2025"],
        ),
    ],
)
def test_of_a_meeting_that_is_not_there_the_nearest_ones_are_named(
    written: str, missing: str, nearest: list[str]
) -> None:
    with pytest.raises(NotFoundError) as refused:
        supposed(written)
    assert (refused.value.name, list(refused.value.known)) == (missing, nearest)
    assert all(on in refused.value.message for on in nearest)


def test_without_known_calendars_no_council_has_a_meeting_to_lose() -> None:
    case = replace(a_case(), council_calendars=None)
    with pytest.raises(NotFoundError) as refused:
        supposed("Lolland aflyst 12/5", case=case)
    assert refused.value.known == ()


def test_a_process_in_which_no_council_decides_has_no_council_days() -> None:
    steps = tuple(step for step in PROCESS.steps if step.id != "councils")
    case = replace(a_case(), process=PROCESS.model_copy(update={"steps": steps}))
    with pytest.raises(RefusedError) as refused:
        supposed("Lolland 16/6", case=case)
    assert refused.value.message == "Sagen har intet trin, hvor kommunerne beslutter."


def test_one_bad_supposition_among_good_ones_refuses_them_all() -> None:
    with pytest.raises(RefusedError, match="er gået"):
        supposed("kkr 22/4", "frist 30/9", "Lolland 1/1-2025")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("kkr flyttes 8/4 til 22/4", "KKR Sjællands møde 8. april 2025 flyttes til 22. april 2025"),
        ("kkr 8/4 aflyst", "KKR Sjællands møde 8. april 2025 aflyses"),
        ("frist: 30/9", "fristen er 30. september 2025"),
        ("frist flyttes til 30/9", "fristen er 30. september 2025"),
        ("Lolland Kommune 16/6", "Lolland behandler sagen 16. juni 2025"),
    ],
)
def test_what_people_also_write_is_understood(written: str, told: str) -> None:
    assert read_supposition(written, a_case(), TODAY).text == told


def test_a_day_that_has_passed_is_no_deadline() -> None:
    with pytest.raises(RefusedError, match="er gået"):
        supposed("frist 9/1-2025")


def test_a_meeting_that_is_not_there_cannot_be_moved() -> None:
    with pytest.raises(NotFoundError, match="intet møde i Lolland"):
        supposed("Lolland 1/5 -> 2/5")


def test_a_supposed_day_can_be_lost_again_and_brings_no_older_one_back() -> None:
    days = {
        e.expected_on
        for e in supposed("Lolland 26/5", "Lolland 16/6", "Lolland aflyst 16/6").expectations
    }
    assert days == set()


def without_calendars() -> Case:
    """No body's meeting is on record: all are assumed."""
    return replace(a_case(), meetings=())


def body_day(case: Case, body: str) -> tuple[dt.date | None, bool]:
    row = planned(case).step(body)
    assert row is not None
    return row.planned, row.is_assumed


def test_an_assumed_meeting_that_is_moved_is_a_known_one_and_the_other_assumed_ones_stay() -> None:
    case = without_calendars()
    (before, is_guess) = body_day(case, "kkr")
    assert (before, is_guess) == (day("2025-04-16"), True)
    moved = supposed("kkr 16/4-2025 -> 9/4-2025", case=case)
    assert body_day(moved, "kkr") == (day("2025-04-09"), False)
    later = planned(moved).step("kkr")
    assert later is not None
    assert (later.next_meeting, later.is_next_assumed) == (day("2025-06-20"), True)


def test_an_assumed_meeting_can_be_lost() -> None:
    lost = supposed("kkr aflyst 16/4-2025", case=without_calendars())
    row = planned(lost).step("kkr")
    assert row is not None
    assert day("2025-04-16") not in (row.earliest, row.planned, row.next_meeting)


def test_a_body_that_first_has_the_case_on_a_day_has_no_assumed_meeting_before_it() -> None:
    later = supposed("kkr 20/6-2025", case=without_calendars())
    row = planned(later).step("kkr")
    assert row is not None
    assert (row.earliest, row.planned) == (day("2025-06-20"), day("2025-06-20"))
