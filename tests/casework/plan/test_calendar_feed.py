"""A calendar that follows the feed sees every change once, and no change where there was none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

import icalendar
import pytest

from models import DocumentKind, Level, Outcome, Scope
from tests.past import record_past
from udmelding import clock
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.calendar_feed import calendar_feed
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError
from udmelding.journal.case.header import find
from udmelding.journal.database import writing
from udmelding.journal.plan.calendar_entries import CANCELLED_FOR
from udmelding.journal.recording.record import retract
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars

pytestmark = pytest.mark.database

FIRST, SECOND = "CU-A-2025", "CU-B-2025"
KKR = f"case.{FIRST}.meeting.kkr@udmelding"
PAPERS = f"case.{FIRST}.papers.kkr@udmelding"
LAUNCHED = "2024-05-15"


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT, as the ``icalendar`` library reads it."""

    day: str
    sequence: int
    status: str
    title: str
    text: str
    stamp: dt.datetime


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stamp(on: str) -> Stamp:
    return Stamp(clock.at(day(on)), "test")


def launch(services: Services, reference: str, received: str = LAUNCHED) -> None:
    with writing(services.engine) as session:
        new = NewCase(
            reference=reference,
            process="central-udmelding",
            area="sjaelland",
            scope=Scope.REGIONAL,
            received_on=day(received),
            particulars=NewParticulars(title="Udsatte gravide"),
            deadline=NewDeadline(due_on=day("2025-05-31")),
        )
        launch_case(session, services.settings, new, stamp(received))
    advance(services, reference, clock.at(day(received)))


@pytest.fixture
def launched(services: Services) -> Services:
    """One case of 15 May 2024, planned for KKR on 8 April 2025."""
    launch(services, FIRST)
    return services


def file_of(services: Services, on: str, reference: str | None = FIRST) -> bytes:
    return calendar_feed(services, reference, clock.at(day(on)))


def read(content: bytes) -> dict[str, Entry]:
    found = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    entries = {
        str(event["UID"]): Entry(
            day=event.start.isoformat(),
            sequence=int(event["SEQUENCE"]),
            status=str(event["STATUS"]),
            title=str(event["SUMMARY"]),
            text=str(event["DESCRIPTION"]),
            stamp=event.LAST_MODIFIED,
        )
        for event in found
    }
    assert len(entries) == len(found), "no uid stands twice"
    return entries


def published(services: Services, on: str, reference: str | None = FIRST) -> dict[str, Entry]:
    return read(file_of(services, on, reference))


def meeting(services: Services, on: str, body: str, held: str, **what: Any) -> None:
    change = MeetingChange(area="sjaelland", body=body, on=day(held), **what)
    carry_out(
        services, partial(change_meeting, change=change, stamp=stamp(on), own=None), stamp(on)
    )


def versions(entries: dict[str, Entry]) -> dict[str, tuple[int, str]]:
    return {uid: (entry.sequence, entry.status) for uid, entry in entries.items()}


def test_a_feed_without_changes_is_the_same_bytes(launched: Services) -> None:
    first = file_of(launched, "2024-06-01")
    assert file_of(launched, "2024-06-01") == first
    assert file_of(launched, "2024-06-03") == first
    assert file_of(launched, "2024-07-31") == first, "time that passes is no change"
    assert {e.sequence for e in read(first).values()} == {0}
    assert {e.status for e in read(first).values()} == {"CONFIRMED"}
    assert {e.stamp for e in read(first).values()} == {clock.at(day("2024-06-01"))}


def test_a_moved_meeting_keeps_its_uid_and_gets_the_next_version(launched: Services) -> None:
    before = published(launched, "2024-06-01")
    meeting(launched, "2024-06-02", "kkr", "2025-04-08", moved_to=day("2025-04-09"))
    after = published(launched, "2024-06-03")
    assert before.keys() == after.keys()
    assert (before[KKR].day, before[KKR].sequence) == ("2025-04-08", 0)
    assert (after[KKR].day, after[KKR].sequence) == ("2025-04-09", 1)
    assert (after[PAPERS].day, after[PAPERS].sequence) == ("2025-03-31", 1)
    assert {uid for uid, entry in after.items() if entry.sequence} == {KKR, PAPERS}
    assert after[KKR].stamp == clock.at(day("2024-06-03"))
    meeting(launched, "2024-06-04", "kkr", "2025-04-09", moved_to=day("2025-04-08"))
    back = published(launched, "2024-06-05")
    assert (back[KKR].day, back[KKR].sequence) == ("2025-04-08", 2), "moved back is a change too"
    assert back[KKR].title == before[KKR].title


def test_a_change_that_nobody_fetched_before_it_was_undone_is_none(launched: Services) -> None:
    first = file_of(launched, "2024-06-01")
    meeting(launched, "2024-06-02", "kkr", "2025-04-08", moved_to=day("2025-04-09"))
    meeting(launched, "2024-06-03", "kkr", "2025-04-09", moved_to=day("2025-04-08"))
    assert file_of(launched, "2024-06-04") == first


def test_a_cancelled_meeting_moves_the_entry_to_the_meeting_planned_instead(
    launched: Services,
) -> None:
    published(launched, "2024-06-01")
    meeting(launched, "2024-06-02", "kkr", "2025-04-08", is_cancelled=True)
    after = published(launched, "2024-06-03")[KKR]
    assert (after.day, after.sequence, after.status) == ("2025-02-05", 1, "CONFIRMED")


def test_what_is_no_more_is_cancelled_once_and_left_out_after_a_while(launched: Services) -> None:
    before = published(launched, "2024-06-01")
    closure = {"closed_on": day("2024-06-02")}
    record_past(launched, FIRST, "closure", closure, stamp("2024-06-02"))
    content = file_of(launched, "2024-06-03")
    gone = read(content)
    assert gone.keys() == before.keys()
    assert set(versions(gone).values()) == {(1, "CANCELLED")}
    assert gone[KKR].title == f"Aflyst: {before[KKR].title}"
    assert gone[KKR].day == before[KKR].day
    assert file_of(launched, "2024-06-10") == content, "called off once, not every time"
    last = (day("2024-06-03") + CANCELLED_FOR - dt.timedelta(days=1)).isoformat()
    assert file_of(launched, last) == content
    after = (day("2024-06-03") + CANCELLED_FOR + dt.timedelta(days=1)).isoformat()
    assert published(launched, after) == {}


def test_what_has_been_is_left_out_and_not_called_off(launched: Services) -> None:
    report = {"document_kind": DocumentKind.FINAL_REPORT, "title": "Rapport", "version": 1}
    written = report | {"dated_on": day("2025-02-28")}
    record_past(launched, FIRST, "document", written, stamp("2025-02-28"))
    for body, on in (("styregruppe", "2025-03-14"), ("k17", "2025-03-28"), ("kkr", "2025-04-08")):
        before = published(launched, on)
        uid = f"case.{FIRST}.meeting.{body}@udmelding"
        assert (before[uid].day, before[uid].status) == (on, "CONFIRMED")
        said = {"step": body, "party": body, "level": Level.BODY, "outcome": Outcome.APPROVED}
        record_past(launched, FIRST, "decision", said | {"on": day(on)}, stamp(on))
        next_day = (day(on) + dt.timedelta(days=1)).isoformat()
        assert uid not in published(launched, next_day)
    left = published(launched, "2025-04-09")
    assert {entry.status for entry in left.values()} == {"CONFIRMED"}
    assert f"case.{FIRST}.deadline@udmelding" in left


def test_a_cancelled_entry_that_is_on_again_is_confirmed_in_a_higher_version(
    launched: Services,
) -> None:
    launch(launched, SECOND)
    published(launched, "2024-06-01", SECOND)
    made = stamp("2024-06-02")
    said = record_past(launched, SECOND, "closure", {"closed_on": day("2024-06-02")}, made)
    uid = f"case.{SECOND}.meeting.kkr@udmelding"
    assert versions(published(launched, "2024-06-03", SECOND))[uid] == (1, "CANCELLED")
    with writing(launched.engine) as session:
        retract(session, find(session, SECOND), said.key, "forkert sag", stamp("2024-06-04"))
    assert versions(published(launched, "2024-06-05", SECOND))[uid] == (2, "CONFIRMED")


def test_two_cases_on_one_meeting_are_one_entry_that_names_both(launched: Services) -> None:
    alone = published(launched, "2024-05-16", None)
    assert FIRST in alone[KKR].title
    launch(launched, SECOND, "2024-05-20")
    both = published(launched, "2024-06-01", None)
    on_the_day = [e for e in both.values() if e.day == "2025-04-08"]
    assert [e.title for e in on_the_day] == [f"KKR Sjælland: {FIRST} og {SECOND}"]
    assert both[KKR] == on_the_day[0]
    assert both[KKR].sequence == 1, "the entry of the first case took the second one in"
    assert FIRST in both[KKR].text
    assert SECOND in both[KKR].text
    assert both[KKR].text.startswith("Én mødedag, to sager.")
    assert {f"case.{ref}.deadline@udmelding" for ref in (FIRST, SECOND)} <= both.keys()


def test_a_shared_entry_that_one_case_leaves_stays_with_the_other(launched: Services) -> None:
    launch(launched, SECOND, "2024-05-20")
    published(launched, "2024-06-01", None)
    closure = {"closed_on": day("2024-06-02")}
    record_past(launched, SECOND, "closure", closure, stamp("2024-06-02"))
    after = published(launched, "2024-06-03", None)
    assert (after[KKR].sequence, after[KKR].status) == (1, "CONFIRMED")
    assert after[KKR].title == f"KKR Sjælland: {FIRST}"
    uid = f"case.{SECOND}.deadline@udmelding"
    assert versions(after)[uid] == (1, "CANCELLED")


def test_each_feed_counts_its_own_versions(launched: Services) -> None:
    launch(launched, SECOND, "2024-05-20")
    published(launched, "2024-06-01")
    meeting(launched, "2024-06-02", "kkr", "2025-04-08", moved_to=day("2025-04-09"))
    assert published(launched, "2024-06-03")[KKR].sequence == 1
    assert published(launched, "2024-06-03", None)[KKR].sequence == 0, "new to that feed"
    own = published(launched, "2024-06-03", SECOND)
    assert not [uid for uid in own if FIRST in uid]


def test_the_reference_may_be_written_in_small_letters(launched: Services) -> None:
    first = file_of(launched, "2024-06-01")
    assert file_of(launched, "2024-06-02", FIRST.lower()) == first


def test_a_feed_of_no_case_is_an_empty_calendar_and_of_an_unknown_one_is_refused(
    services: Services,
) -> None:
    assert published(services, "2024-06-01", None) == {}
    with pytest.raises(NotFoundError, match="ingen sag"):
        file_of(services, "2024-06-01", "CU-X")
