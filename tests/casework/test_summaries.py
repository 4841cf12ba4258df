"""What the overview reads is what it would work out: after whatever is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import models
from models import Level, Stage
from tests.conftest import TwoCases
from tests.past import record_past
from udmelding import clock
from udmelding.casework import summaries
from udmelding.casework.desk.desk import Desk, desk
from udmelding.casework.due.perform import advance
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.recording import taking_back
from udmelding.casework.summaries import Summary, summarise, summary_of
from udmelding.casework.wiring import Services
from udmelding.journal.case.header import find
from udmelding.journal.case.load import load_all
from udmelding.journal.case.log import log, news
from udmelding.journal.database import reading, writing
from udmelding.journal.recording.record import record
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.rules.recording.case import NewPause

pytestmark = pytest.mark.database

ONE, TWO = TwoCases.references
GREVE = TwoCases.party
TODAY = dt.date(2024, 8, 20)
NOW = clock.at(TODAY)


def directly(services: Services, now: dt.datetime = NOW) -> dict[str, Summary]:
    """What every case comes to without anything stored."""
    with reading(services.engine) as session:
        cases = load_all(session, now)
    return {case.reference: summary_of(case, now.date()) for case in cases}


def shown(services: Services, now: dt.datetime = NOW) -> Desk:
    return desk(services, now, None)


def agrees(services: Services, now: dt.datetime = NOW) -> bool:
    found, anew = shown(services, now), directly(services, now)
    closed = {ref: anew.pop(ref).title for ref in list(anew) if anew[ref].stage is Stage.CLOSED}
    stored = {card.summary.reference: card.summary for card in found.cards}
    return stored == anew and dict(found.closed_cases) == closed


def stored_rows(services: Services) -> list[Any]:
    table = table_of(models.CaseSummary)
    with reading(services.engine) as session:
        return list(session.execute(sa.select(table).order_by(table.c.announcement_id)))


def fact(kind: str, **said: Any) -> Callable[[Services], None]:
    def do(services: Services) -> None:
        record_past(services, ONE, kind, said, Stamp(NOW, "anna"))

    return do


def take_back_the_extension(services: Services) -> None:
    said = {"step": "collection", "party": GREVE, "granted_on": TODAY, "due_on": "2024-10-10"}
    key = record_past(services, ONE, "extension", said, Stamp(NOW, "anna")).key
    shown(services)
    with writing(services.engine) as session:
        taking_back(ONE, key, "fejl", Stamp(NOW, "anna"))(session)


def move_a_body(services: Services) -> None:
    change = MeetingChange(area="sjaelland", body="k17", on=dt.date(2024, 11, 29))
    with writing(services.engine) as session:
        change_meeting(session, change, Stamp(NOW, "anna"), None)


def name_a_council_meeting(services: Services) -> None:
    change = MeetingChange(
        area="sjaelland", body=GREVE, on=dt.date(2025, 5, 14), level=Level.COUNCIL
    )
    with writing(services.engine) as session:
        change_meeting(session, change, Stamp(NOW, "anna"), None)


def let_the_machine_work(services: Services) -> None:
    for reference in (ONE, TWO):
        advance(services, reference, NOW)


RECORDINGS = {
    "an answer": fact(
        "response", step="collection", party=GREVE, on=TODAY, completeness="complete"
    ),
    "another deadline": fact("deadline", due_on="2025-03-31"),
    "an extension": fact(
        "extension", step="collection", party=GREVE, granted_on=TODAY, due_on="2024-10-10"
    ),
    "an extension taken back": take_back_the_extension,
    "a waiver": fact(
        "waiver", step="collection", party=GREVE, waived_on=TODAY, reason="ingen borgere"
    ),
    "a final report": fact(
        "document",
        document_kind="final_report",
        title="Afrapportering",
        dated_on=TODAY,
        version=1,
        change="substantive",
    ),
    "a pause": fact("pause", is_paused=True, reason="ferie"),
    "an action with a day": fact("action", number=1, title="Ring til Greve", due_on=TODAY),
    "a body's new meeting": move_a_body,
    "a council's meeting": name_a_council_meeting,
    "the machine's own work": let_the_machine_work,
    "the case's end": fact("closure", closed_on=TODAY, reason="afsluttet"),
}


@pytest.fixture
def two(two_cases: TwoCases) -> Services:
    shown(two_cases.services)
    return two_cases.services


@pytest.mark.parametrize("recording", list(RECORDINGS.values()), ids=list(RECORDINGS))
def test_the_overview_is_what_it_would_be_worked_out_anew(
    two: Services, recording: Callable[[Services], None]
) -> None:
    before = directly(two)
    recording(two)
    assert agrees(two)
    assert agrees(two, clock.at(TODAY + dt.timedelta(days=1)))
    assert directly(two).keys() == before.keys()


def test_all_recordings_one_after_the_other_keep_it_right(two: Services) -> None:
    for recording in RECORDINGS.values():
        recording(two)
        assert agrees(two)


def test_a_recording_throws_away_the_summary_of_its_own_case_only(two: Services) -> None:
    RECORDINGS["an answer"](two)
    with reading(two.engine) as session:
        other = find(session, TWO).id
    assert [row.announcement_id for row in stored_rows(two)] == [other]


def record_and_fail(services: Services) -> None:
    with writing(services.engine) as session:
        record(session, find(session, ONE), NewPause(is_paused=True), Stamp(NOW, "anna"))
        raise ZeroDivisionError


def test_what_is_not_recorded_in_the_end_throws_nothing_away(two: Services) -> None:
    before = stored_rows(two)
    with pytest.raises(ZeroDivisionError):
        record_and_fail(two)
    assert stored_rows(two) == before


def test_the_morning_prepares_every_case_once(two: Services) -> None:
    tomorrow = clock.at(TODAY + dt.timedelta(days=1), "07:30")
    assert summarise(two, tomorrow) == 2
    assert summarise(two, tomorrow) == 0
    assert agrees(two, tomorrow)


def test_the_next_dates_name_each_thing_once_however_many_owe_it(two: Services) -> None:
    with reading(two.engine) as session:
        due_on = load_all(session, NOW)[0].obligations[0].due_on
    found = shown(two, clock.at(due_on - dt.timedelta(days=3)))
    first = [(case.reference, day.on, day.what) for day, case in found.days[:2]]
    assert {reference for reference, _, _ in first} == {ONE, TWO}
    assert {on for _, on, _ in first} == {due_on}
    assert all(what.endswith(", 17 kommuner") for _, _, what in first)


def test_the_news_are_the_newest_lines_of_all_logs(two: Services) -> None:
    since = clock.at(TODAY, "11:00")
    for name in ("an answer", "a pause", "another deadline"):
        RECORDINGS[name](two)
    with reading(two.engine) as session:
        found = news(session, since, NOW, 30)
        logs = [(ref, line) for ref in (ONE, TWO) for line in log(session, find(session, ref), NOW)]
        assert {(one.reference, one.line) for one in found} == {
            (ref, line) for ref, line in logs if line.at > since
        }
        assert len(news(session, since, NOW, 2)) == 2
        assert news(session, NOW, NOW, 30) == ()
        every = news(session, clock.at(dt.date(2024, 1, 1)), NOW, 10_000)
    assert sorted((one.reference, one.line.key) for one in every) == sorted(
        (ref, line.key) for ref, line in logs
    )


@pytest.fixture
def program() -> Iterator[Callable[[], None]]:
    """Forget what the program's checksum was, as a new process would; and again afterwards."""
    yield summaries._program.cache_clear
    summaries._program.cache_clear()


@pytest.mark.parametrize(
    "file",
    [
        "models/party.py",
        "udmelding/rules/words/business_days.py",
        "udmelding/rules/plan/planning.py",
        "udmelding/rules/status/status.py",
        "udmelding/casework/summaries.py",
    ],
)
def test_a_program_with_another_rule_in_any_room_works_every_summary_out_anew(
    two_cases: TwoCases,
    program: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    file: str,
) -> None:
    assert summarise(two_cases.services, NOW) == 2
    program()
    assert summarise(two_cases.services, NOW) == 0
    as_it_is = Path.read_bytes

    def changed(path: Path) -> bytes:
        more = b"# another rule" if path.as_posix().endswith(f"/{file}") else b""
        return as_it_is(path) + more

    monkeypatch.setattr(Path, "read_bytes", changed)
    program()

    assert summarise(two_cases.services, NOW) == 2
