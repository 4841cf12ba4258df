"""A calendar at an address, read again every day: what became otherwise, once, before and after."""

from __future__ import annotations

import datetime as dt

import pytest

from models import CalendarNewsKind, MeetingState
from udmelding import clock
from udmelding.casework.plan import addresses
from udmelding.casework.plan.addresses import (
    CalendarAddressError,
    answer,
    fetched,
    how_of,
    keep_address,
    read_address,
    read_addresses,
    read_fetched,
    stop,
)
from udmelding.casework.plan.calendar_import import HowToRead, taking_in
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.errors import NotFoundError, RefusedError
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading, writing
from udmelding.journal.plan import calendar_addresses as journal
from udmelding.journal.plan.municipal import standing_meetings
from udmelding.journal.stamp import Stamp
from udmelding.outside.evidence import Evidence, EvidenceError
from udmelding.rules.plan.calendar_change import SaidMeeting, likely_moves, read_again

pytestmark = pytest.mark.database

URL = "https://kalender.example/k17.ics?hemmelig=1"
FIRST = clock.at(dt.date(2026, 11, 30))
Calendar = dict[str, tuple[str, str]]
"""Title and day of each event, by its uid."""

K17: Calendar = {"a": ("K17", "20270115"), "b": ("K17", "20270212"), "c": ("K17", "20270312")}


def ics(events: Calendar) -> bytes:
    inside = "".join(
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{title}\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\n"
        for uid, (title, day) in events.items()
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inside}END:VCALENDAR\r\n".encode()


class Server:
    """What stands at the address; an error for a server that is down."""

    def __init__(self) -> None:
        self.events: Calendar = dict(K17)
        self.error: EvidenceError | None = None
        self.asked = 0

    def fetch(self, url: str, now: dt.datetime, _limits: object) -> Evidence:
        self.asked += 1
        if self.error:
            raise self.error
        return Evidence(
            content=ics(self.events), media_type="text/calendar", url=url, fetched_at=now
        )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(addresses, "fetch", made.fetch)
    return made


def on(day: int) -> Stamp:
    """That many days after the first."""
    return Stamp(FIRST + dt.timedelta(days=day), "test")


@pytest.fixture
def kept(services: Services, server: Server) -> int:
    """The number of an address that was kept on the first day, with its meetings taken in."""
    got = fetched("sjaelland.k17", URL, "", FIRST)
    file = read_fetched(got, how_of(got, "sjaelland", None, FIRST.date()))
    carry_out(services, taking_in(file, HowToRead(area="sjaelland"), on(0)), on(0))
    with writing(services.engine) as session:
        return keep_address(session, got, file, on(0))


def days(services: Services) -> dict[str, MeetingState]:
    with reading(services.engine) as session:
        found = load_meetings(session, on(400).now)
    return {m.held_on.isoformat(): m.state for m in found if m.body == "k17"}


def told(services: Services) -> list[tuple[CalendarNewsKind, str]]:
    with reading(services.engine) as session:
        return [(one.kind, one.text) for one in journal.news(session)]


def test_an_unchanged_calendar_changes_and_tells_nothing(
    services: Services, server: Server, kept: int
) -> None:
    assert read_addresses(services, on(1)) == 1
    assert told(services) == []
    assert list(days(services)) == ["2027-01-15", "2027-02-12", "2027-03-12"]


def test_it_is_read_once_a_day_however_often_the_day_is_run(
    services: Services, server: Server, kept: int
) -> None:
    assert (server.asked, read_addresses(services, on(0))) == (1, 0), "it was read when it was kept"
    server.events["d"] = ("K17", "20270409")
    assert [read_addresses(services, on(1)) for _ in range(3)] == [1, 0, 0]
    assert told(services) == [(CalendarNewsKind.CHANGE, "K17: nye møder: 9/4-2027.")]
    assert read_addresses(services, on(2)) == 1
    assert len(told(services)) == 1


def test_a_meeting_that_kept_its_name_is_moved_and_told_before_and_after(
    services: Services, server: Server, kept: int
) -> None:
    server.events["b"] = ("K17", "20270219")
    read_addresses(services, on(1))
    assert told(services) == [
        (CalendarNewsKind.CHANGE, "K17: flyttet fra 12/2-2027 til 19/2-2027.")
    ]
    assert list(days(services)) == ["2027-01-15", "2027-02-19", "2027-03-12"]


def test_a_meeting_that_is_called_off_is_so(services: Services, server: Server, kept: int) -> None:
    server.events["b"] = ("AFLYST: K17", "20270212")
    read_addresses(services, on(1))
    assert days(services)["2027-02-12"] is MeetingState.CANCELLED
    assert told(services) == [(CalendarNewsKind.CHANGE, "K17 12/2-2027: aflyst.")]


def test_a_meeting_that_vanishes_is_a_question_and_stands(
    services: Services, server: Server, kept: int
) -> None:
    del server.events["b"]
    read_addresses(services, on(1))
    ((kind, text),) = told(services)
    assert kind is CalendarNewsKind.GONE
    assert (
        text
        == "K17 12. februar 2027 står ikke længere i kalenderen. Er mødet aflyst eller flyttet?"
    )
    assert days(services)["2027-02-12"] is MeetingState.PLANNED
    read_addresses(services, on(2))
    assert len(told(services)) == 1, "it is asked once"


@pytest.mark.parametrize(
    ("is_off", "state"), [(True, MeetingState.CANCELLED), (False, MeetingState.PLANNED)]
)
def test_a_person_says_what_became_of_it(
    services: Services, server: Server, kept: int, *, is_off: bool, state: MeetingState
) -> None:
    del server.events["b"]
    read_addresses(services, on(1))
    with reading(services.engine) as session:
        (question,) = journal.news(session)
    answer(services, question.id, on(2), is_off=is_off)
    assert days(services)["2027-02-12"] is state
    with pytest.raises(RefusedError, match="En anden har svaret"):
        answer(services, question.id, on(2), is_off=is_off)


def test_a_meeting_that_is_over_may_be_forgotten(
    services: Services, server: Server, kept: int
) -> None:
    del server.events["a"]
    read_addresses(services, on(60))
    assert told(services) == []


def test_what_a_person_called_off_stays_off(services: Services, server: Server, kept: int) -> None:
    server.events["b"] = ("AFLYST: K17", "20270212")
    read_addresses(services, on(1))
    server.events["b"] = ("K17", "20270212")
    read_addresses(services, on(2))
    assert days(services)["2027-02-12"] is MeetingState.CANCELLED


def test_what_a_person_changed_by_hand_is_not_undone_by_a_calendar_that_says_nothing_new(
    services: Services, server: Server, kept: int
) -> None:
    on_day, to_day = dt.date(2027, 2, 12), dt.date(2027, 2, 17)
    moved = MeetingChange(area="sjaelland", body="k17", on=on_day, moved_to=to_day)
    carry_out(services, lambda session: change_meeting(session, moved, on(1), None), on(1))
    read_addresses(services, on(2))
    assert list(days(services)) == ["2027-01-15", "2027-02-17", "2027-03-12"]
    assert told(services) == []


def test_a_council_meeting_that_a_person_called_off_is_not_planned_again(
    services: Services, server: Server
) -> None:
    server.events = {"a": ("Byrådsmøde", "20270127"), "b": ("Byrådsmøde", "20270224")}
    got = fetched("0253", URL, "", FIRST)
    file = read_fetched(got, how_of(got, "sjaelland", None, FIRST.date()))
    carry_out(services, taking_in(file, HowToRead(area="sjaelland"), on(0)), on(0))
    with writing(services.engine) as session:
        keep_address(session, got, file, on(0))
    day = dt.date(2027, 1, 27)
    off = MeetingChange(area="sjaelland", body="Greve", on=day, is_cancelled=True)
    carry_out(services, lambda session: change_meeting(session, off, on(1), None), on(1))
    read_addresses(services, on(2))
    with reading(services.engine) as session:
        states = [m.state for m in standing_meetings(session, {"0253"})]
    assert states == [MeetingState.CANCELLED, MeetingState.PLANNED]


def test_a_failure_is_told_after_two_days_once_and_is_over_when_it_is_read(
    services: Services, server: Server, kept: int
) -> None:
    server.error = EvidenceError(URL, "serveren svarede 503", is_temporary=True, status=503)
    for day in (1, 2):
        read_addresses(services, on(day))
    assert told(services) == [], "a server may be down for a night"
    for day in (3, 4, 5):
        read_addresses(services, on(day))
    ((kind, text),) = told(services)
    assert kind is CalendarNewsKind.TROUBLE
    assert text.startswith("Kalenderen er ikke blevet læst siden 1/12-2026. Kalenderen kunne ikke")
    assert "hemmelig" not in text
    assert list(days(services)) == ["2027-01-15", "2027-02-12", "2027-03-12"]
    server.error = None
    read_addresses(services, on(6))
    with reading(services.engine) as session:
        (row,) = journal.addresses(session)
    assert (row.trouble, row.failing_since) == ("", None)


def test_an_empty_calendar_and_a_page_are_failures_and_lose_no_meeting(
    services: Services, server: Server, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.events = {}
    read_addresses(services, on(1))
    monkeypatch.setattr(
        addresses,
        "fetch",
        lambda url, now, _: Evidence(
            content=b"<html>log ind</html>", media_type="text/html", url=url, fetched_at=now
        ),
    )
    assert "fører ikke til en kalender" in read_address(services, kept, on(2))
    assert list(days(services)) == ["2027-01-15", "2027-02-12", "2027-03-12"]


def test_a_stopped_address_is_read_no_more(services: Services, server: Server, kept: int) -> None:
    stop(services, kept, on(1))
    assert read_addresses(services, on(2)) == 0
    with pytest.raises(NotFoundError):
        read_address(services, kept, on(2))
    with pytest.raises(NotFoundError):
        stop(services, kept, on(2))


def test_a_municipalitys_calendar_is_read_with_its_committee(
    services: Services, server: Server
) -> None:
    server.events = {
        "a": ("Byrådsmøde", "20270127"),
        "b": ("Socialudvalget", "20270112"),
        "c": ("Teknisk Udvalg", "20270113"),
    }
    got = fetched("0253", "webcal://greve.example/moeder.ics", "Socialudvalget", FIRST)
    assert got.url == "https://greve.example/moeder.ics"
    file = read_fetched(got, how_of(got, "sjaelland", None, FIRST.date()))
    carry_out(services, taking_in(file, HowToRead(area="sjaelland"), on(0)), on(0))
    with writing(services.engine) as session:
        keep_address(session, got, file, on(0))
    server.events["a"] = ("Byrådsmøde", "20270126")
    read_addresses(services, on(1))
    with reading(services.engine) as session:
        found = [
            (m.level.value, m.held_on.isoformat()) for m in standing_meetings(session, {"0253"})
        ]
    assert found == [("committee", "2027-01-12"), ("council", "2027-01-26")]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/k17.ics", "http://localhost:9/k17.ics", "file:///etc/passwd", "k17"]
)
def test_an_address_inside_our_own_network_is_not_fetched(url: str) -> None:
    with pytest.raises(CalendarAddressError, match="kunne ikke hentes"):
        fetched("sjaelland.k17", url, "", FIRST)


def test_the_same_address_is_kept_once(services: Services, server: Server, kept: int) -> None:
    got = fetched("sjaelland.k17", URL, "", FIRST)
    with writing(services.engine) as session:
        again = keep_address(
            session, got, read_fetched(got, how_of(got, "sjaelland", None, FIRST.date())), on(3)
        )
    assert again == kept


# --- The rule -----------------------------------------------------------------------------------


def said(day: str, uid: str = "") -> SaidMeeting:
    held_on = dt.date.fromisoformat(day)
    return SaidMeeting(organ="sjaelland.k17", held_on=held_on, uid=uid)


TODAY = dt.date(2026, 11, 30)


def test_the_rule_tells_moved_from_gone() -> None:
    before = [said("2027-01-15", "a"), said("2027-02-12", "b"), said("2027-03-12")]
    after = [said("2027-01-22", "a"), said("2027-03-12")]
    found = read_again(before, after, TODAY)
    assert found.moved == ((before[0], after[0]),)
    assert found.gone == (before[1],)


def test_two_meetings_that_change_places_are_neither_moved_nor_gone() -> None:
    before = [said("2027-01-15", "a"), said("2027-02-12", "b")]
    after = [said("2027-02-12", "a"), said("2027-01-15", "b")]
    found = read_again(before, after, TODAY)
    assert (found.moved, found.gone) == ((), ())


def test_the_first_reading_tells_nothing() -> None:
    found = read_again([], [said("2027-01-15", "a")], TODAY)
    assert (found.moved, found.gone) == ((), ())


def test_days_near_each_other_are_paired_once_the_nearest_first() -> None:
    day = dt.date
    gone = [day(2027, 1, 15), day(2027, 2, 12)]
    new = [day(2027, 1, 14), day(2027, 1, 18), day(2027, 5, 1)]
    assert likely_moves(gone, new) == ((day(2027, 1, 15), day(2027, 1, 14)),)
