"""One meeting, however many papers: which cases are on the agenda of each coming meeting?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from models.announcement import AnnouncementKind, Scope
from models.meeting import MeetingState
from models.obligation import DateSource
from udmelding.config.case.library import area_named, process_named
from udmelding.config.plan.calendars import shipped_calendars
from udmelding.rules.case.case import Case
from udmelding.rules.case.facts import Closure, Deadline, Meeting, Particulars
from udmelding.rules.plan.case_plan import plan_of
from udmelding.rules.plan.shared_meetings import CommonMeeting, coming_meetings, shared_with

AREA = area_named("sjaelland")
NOW = dt.datetime(2025, 1, 20, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
BODIES = {"styregruppe": "Styregruppen", "k17": "K17", "kkr": "KKR Sjælland"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def a_meeting(body: str, held_on: dt.date, papers_due_on: dt.date | None = None) -> Meeting:
    return Meeting(
        key=f"{body}/{held_on}",
        recorded_at=NOW,
        area="sjaelland",
        body=body,
        held_on=held_on,
        papers_due_on=papers_due_on,
    )


MEETINGS = tuple(
    a_meeting(body, meeting.held_on, meeting.papers_due_on)
    for calendar in shipped_calendars("sjaelland")
    for body, meetings in calendar.bodies.items()
    for meeting in meetings
)


def a_case(
    reference: str, deadline: str = "2025-05-31", process: str = "central-udmelding"
) -> Case:
    return Case(
        reference=reference,
        process=process_named(process).for_area(AREA),
        area="sjaelland",
        scope=Scope.REGIONAL,
        received_on=day("2024-05-15"),
        as_of=NOW,
        particulars=Particulars(
            key="p",
            recorded_at=NOW,
            title=f"Sagen {reference}",
            kind=AnnouncementKind.RENEWED,
        ),
        deadlines=(
            Deadline(key="d", recorded_at=NOW, due_on=day(deadline), origin=DateSource.LETTER),
        ),
        meetings=MEETINGS,
    )


def coming(*cases: Case, today: dt.date = TODAY) -> tuple[CommonMeeting, ...]:
    return coming_meetings([(case, plan_of(case, today)) for case in cases], today)


def agenda(meetings: tuple[CommonMeeting, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The meetings with papers, and whose."""
    return {
        (row.body, row.held_on.isoformat()): tuple(paper.reference for paper in row.papers)
        for row in meetings
        if row.papers
    }


def moved(case: Case, body: str, on: str, to: str) -> Case:
    return replace(
        case,
        meetings=tuple(
            replace(m, held_on=day(to)) if (m.body, m.held_on) == (body, day(on)) else m
            for m in case.meetings
        ),
    )


def test_without_cases_there_are_no_meetings() -> None:
    assert coming() == ()


def test_every_coming_meeting_is_named_in_order_with_or_without_papers() -> None:
    found = coming(a_case("CU-A"))
    assert [row.held_on for row in found] == sorted(row.held_on for row in found)
    assert {row.held_on for row in found} == {m.held_on for m in MEETINGS if m.held_on >= TODAY}
    assert {row.body: row.name for row in found} == BODIES
    assert agenda(found) == {
        ("styregruppe", "2025-03-14"): ("CU-A",),
        ("k17", "2025-03-28"): ("CU-A",),
        ("kkr", "2025-04-08"): ("CU-A",),
    }


def test_a_meeting_is_coming_until_its_day_is_over() -> None:
    last = max(m.held_on for m in MEETINGS)
    case = a_case("CU-A")
    assert [row.held_on for row in coming(case, today=last)] == [last]
    assert coming(case, today=last + dt.timedelta(days=1)) == ()


def test_two_cases_share_the_meeting_that_both_are_planned_for() -> None:
    found = coming(a_case("CU-B"), a_case("CU-A"))
    assert agenda(found)["kkr", "2025-04-08"] == ("CU-A", "CU-B")
    assert len([row for row in found if row.held_on == day("2025-04-08")]) == 1
    assert shared_with(found, "CU-A") == dict.fromkeys(BODIES, ("CU-B",))
    assert shared_with(found, "CU-B") == dict.fromkeys(BODIES, ("CU-A",))
    assert shared_with(found, "CU-C") == {}


def test_cases_with_other_deadlines_have_meetings_of_their_own() -> None:
    found = coming(a_case("CU-A"), a_case("CU-LANG", "2025-12-31"))
    assert agenda(found)["kkr", "2025-04-08"] == ("CU-A",)
    assert shared_with(found, "CU-A").get("kkr") is None


def test_the_same_body_is_shared_by_cases_of_different_processes() -> None:
    found = coming(a_case("CU-A"), a_case("RA-B", process="rammeaftale"))
    shared = shared_with(found, "CU-A")
    assert shared["kkr"] == ("RA-B",)


def test_the_last_meeting_in_time_is_the_last_chance_and_an_earlier_one_is_not() -> None:
    found = coming(a_case("CU-A"), today=day("2025-03-20"))
    late = {row.body: row.papers[0] for row in found if row.papers}
    assert late["kkr"].is_last_chance
    assert late["kkr"].title == "Sagen CU-A"
    two = a_case("CU-A")
    extra = (*two.meetings, a_meeting("kkr", day("2025-04-15")))
    kkr = [r for r in coming(replace(two, meetings=extra)) if r.body == "kkr" and r.papers]
    (row,) = kkr
    assert row.held_on in (day("2025-04-08"), day("2025-04-15"))
    assert row.papers[0].is_last_chance == (row.held_on == day("2025-04-15"))


def test_papers_of_a_meeting_are_due_when_the_first_of_them_is() -> None:
    longer = process_named("central-udmelding").for_area(AREA)
    longer = longer.model_copy(
        update={"plan": longer.plan.model_copy(update={"papers_business_days": 10})}
    )
    first, second = a_case("CU-A"), replace(a_case("CU-B"), process=longer)
    row = next(r for r in coming(first, second) if r.held_on == day("2025-04-08"))
    assert [paper.papers_due_on for paper in row.papers] == [day("2025-03-28"), day("2025-03-25")]
    assert row.papers_due_on == day("2025-03-25")
    empty = next(r for r in coming(first) if not r.papers)
    assert empty.papers_due_on is None


def test_a_cancelled_meeting_is_left_out_and_its_papers_go_to_another() -> None:
    case = a_case("CU-A")
    gone = tuple(
        replace(m, state=MeetingState.CANCELLED)
        if (m.body, m.held_on) == ("kkr", day("2025-04-08"))
        else m
        for m in case.meetings
    )
    found = coming(replace(case, meetings=gone))
    assert day("2025-04-08") not in {row.held_on for row in found}
    assert [body for body, _ in agenda(found)].count("kkr") == 1


def test_a_moved_meeting_takes_its_papers_along() -> None:
    first, second = (moved(a_case(ref), "kkr", "2025-04-08", "2025-04-10") for ref in "AB")
    found = coming(first, second)
    assert agenda(found)["kkr", "2025-04-10"] == ("A", "B")


def test_a_closed_case_is_on_no_agenda() -> None:
    closure = Closure(key="c", recorded_at=NOW, closed_on=TODAY)
    closed = replace(a_case("CU-A"), closures=(closure,))
    assert coming(closed) == ()
    assert agenda(coming(closed, a_case("CU-B")))["kkr", "2025-04-08"] == ("CU-B",)


def test_a_case_without_a_deadline_shows_its_meetings_without_papers() -> None:
    found = coming(replace(a_case("CU-A"), deadlines=()))
    assert found
    assert agenda(found) == {}
