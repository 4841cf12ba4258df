"""A calendar program fetches the feed at a secret address, and nobody else does."""

from __future__ import annotations

import datetime as dt
import html
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Role, Scope
from tests.flat import Pages
from udmelding import clock
from udmelding.casework.access import administration, users
from udmelding.casework.launch.launching import NewCase, launch_case
from udmelding.casework.plan.calendar_feed import LASTING_DAYS, calendar_feed
from udmelding.casework.plan.meetings import MeetingChange, change_meeting
from udmelding.casework.recording.consequences import carry_out
from udmelding.casework.wiring import Services
from udmelding.journal.access import access
from udmelding.journal.access.api_tokens import FEED, READ, WRITE, make_token, tokens
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
NOW = clock.at(dt.date(2025, 4, 15))
RECEIVED = clock.at(dt.date(2025, 3, 1))
FIRST, SECOND = "CU-A-2025", "CU-B-2025"


@pytest.fixture
def running(services: Services) -> Services:
    """Two cases of 1 March 2025."""
    for reference in (FIRST, SECOND):
        with writing(services.engine) as session:
            new = NewCase(
                reference=reference,
                process="central-udmelding",
                area="sjaelland",
                scope=Scope.REGIONAL,
                received_on=RECEIVED.date(),
                particulars=NewParticulars(title=f"Prøve {reference}"),
                deadline=NewDeadline(due_on=dt.date(2026, 1, 31)),
            )
            launch_case(session, services.settings, new, Stamp(RECEIVED, "test"))
    return services


def made(browser: Any, case: str = "", **more: str) -> str:
    """The path of an address that was just made in the browser."""
    sent = {"csrf": browser.csrf("/moeder"), "sag": case, **more}
    answer = browser.client.post("/moeder/kalender", data=sent)
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="http://127\.0\.0\.1:\d+(/kalender/[^"]+)"', answer.text)
    assert found
    return html.unescape(found[1])


def token(services: Services, *scopes: str, by: str = "et program") -> str:
    with writing(services.engine) as session:
        return make_token(
            session,
            name="program",
            scopes=scopes,
            by=by,
            now=NOW,
            lasting=dt.timedelta(days=30),
        )


def at(services: Services, now: dt.datetime) -> Pages:
    """A calendar program at another time."""
    return Pages(create_app(services, lambda: now), base_url="http://127.0.0.1:8080")


def test_an_address_shows_what_the_command_writes(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    browser = signed_in(Role.READER)
    answer = stranger.client.get(made(browser))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.content == calendar_feed(running, None, NOW)
    one = stranger.client.get(made(browser, FIRST))
    assert one.content == calendar_feed(running, FIRST, NOW)
    assert SECOND.encode() in answer.content
    assert SECOND.encode() not in one.content


def test_meetings_of_other_forums_are_in_the_calendar_of_whoever_chose_them_alone(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    stamp = Stamp(NOW, "test")
    for body, on in (("dialogforum", "2025-06-03"), ("koordinationsforum", "2025-06-04")):
        change = MeetingChange(area="sjaelland", body=body, on=dt.date.fromisoformat(on))
        carry_out(running, partial(change_meeting, change=change, stamp=stamp, own=None), stamp)
    browser = signed_in(Role.READER)
    plain, chosen = made(browser), made(browser, FIRST, fora="ja")
    assert "Dialogforum" not in stranger.client.get(plain).text
    told = stranger.client.get(chosen).text
    assert "SUMMARY:KKR Dialogforum" in told
    assert "SUMMARY:Koordinationsforum" in told
    assert SECOND not in told
    assert f"Kalender: {FIRST} og andre fora" in browser.client.get("/moeder").text

    off = replace(change, is_cancelled=True)
    carry_out(running, partial(change_meeting, change=off, stamp=stamp, own=None), stamp)
    assert "SUMMARY:Aflyst: Koordinationsforum" in stranger.client.get(chosen).text
    assert "Koordinationsforum" not in stranger.client.get(plain).text


def test_an_address_is_shown_once_and_kept_as_a_checksum(
    running: Services, signed_in: SignedIn
) -> None:
    browser = signed_in(Role.READER)
    path = made(browser)
    secret = path.removeprefix("/kalender/").removesuffix(".ics")
    seen = browser.client.get("/moeder").text
    assert secret not in seen
    assert "Kalender: alle sager" in seen
    with reading(running.engine) as session:
        (kept,) = tokens(session)
    assert secret not in repr(kept)
    assert (kept.scopes, kept.created_by) == ((FEED,), "reader")
    assert kept.expires_at == NOW + dt.timedelta(days=LASTING_DAYS)


def test_it_is_seen_when_an_address_was_last_used(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    browser = signed_in(Role.READER)
    path = made(browser)
    assert 'data-title="Sidst hentet">aldrig' in browser.client.get("/moeder").text
    stranger.client.get(path)
    assert 'data-title="Sidst hentet">15/4-2025 kl.' in browser.client.get("/moeder").text


def test_a_calendar_that_has_not_changed_is_not_sent_again(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    path = made(signed_in(Role.READER))
    first = stranger.client.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f"W/{tag}", f'"andet", {tag}'):
        again = stranger.client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    change = MeetingChange(
        area="sjaelland",
        body="kkr",
        on=dt.date(2025, 10, 22),
        moved_to=dt.date(2025, 10, 23),
    )
    stamp = Stamp(NOW, "test")
    carry_out(running, lambda session: change_meeting(session, change, stamp, None), stamp)
    moved = stranger.client.get(path, headers={"if-none-match": tag})
    assert moved.status_code == 200
    assert b"20251023" in moved.content
    assert stranger.client.head(path).status_code == 200


def test_a_wrong_a_shut_and_an_old_address_get_the_same_answer(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    browser = signed_in(Role.READER)
    shut, old = made(browser), made(browser)
    with reading(running.engine) as session:
        first = min(found.id for found in tokens(session))
    sent = {"csrf": browser.csrf("/moeder"), "token": str(first)}
    for _ in "12":  # the second press says what the first one did
        assert browser.client.post("/moeder/kalender/luk", data=sent).status_code == 303
        assert "Adressen er lukket" in browser.client.get("/moeder").text
    later = at(running, NOW + dt.timedelta(days=LASTING_DAYS))
    answers = [
        stranger.client.get(shut),
        stranger.client.get("/kalender/et-gaet.ics"),
        stranger.client.get(f"/kalender/{token(running, READ, WRITE)}.ics"),
        later.get(old),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert stranger.client.get(old).status_code == 200
    assert at(running, NOW + dt.timedelta(days=LASTING_DAYS - 1)).get(old).status_code == 200


def test_a_calendars_token_reads_nothing_but_the_calendar(running: Services, web: Any) -> None:
    shown = {"Authorization": f"Bearer {token(running, FEED)}"}
    client = TestClient(web, base_url="http://127.0.0.1:8080", headers=shown)
    assert client.get("/api/cases").status_code == 403
    assert client.post(f"/api/cases/{FIRST}/facts", json={"kind": "response"}).status_code == 403
    both = token(running, READ, FEED)
    assert client.get(f"/kalender/{both}.ics").status_code == 200
    assert client.get("/api/cases", headers={"Authorization": f"Bearer {both}"}).is_success


def test_a_user_whose_access_is_shut_has_no_calendar_either(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    path = made(signed_in(Role.READER))
    users.add_user(
        running, login="chef", name="Chef", role=Role.ADMINISTRATOR, password="", now=NOW
    )
    with reading(running.engine) as session:
        reader, boss = access.find_user(session, "reader"), access.find_user(session, "chef")
    assert reader is not None
    assert boss is not None
    administration.close_user(running, reader.id, by=boss, now=NOW)
    assert stranger.client.get(path).status_code == 404
    administration.open_user(running, reader.id, by=boss, now=NOW)
    assert stranger.client.get(path).status_code == 200


def test_nobody_sees_or_shuts_anothers_address(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    path = made(signed_in(Role.READER))
    other = signed_in(Role.CASEWORKER)
    assert "Kalender: alle sager" not in other.client.get("/moeder").text
    with reading(running.engine) as session:
        (kept,) = tokens(session)
    for number in (str(kept.id), "999", "x", ""):
        sent = {"csrf": other.csrf("/moeder"), "token": number}
        assert other.client.post("/moeder/kalender/luk", data=sent).status_code == 404
    assert stranger.client.get(path).status_code == 200


def test_guessing_addresses_is_slowed_down_and_right_ones_go_on(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    path = made(signed_in(Role.READER))
    codes = [stranger.client.get(f"/kalender/gaet-{n}.ics").status_code for n in range(31)]
    assert (set(codes[:30]), codes[30]) == ({404}, 429)
    assert stranger.client.get(path).status_code == 200


def test_a_case_that_is_not_there_has_no_calendar(
    running: Services, signed_in: SignedIn, stranger: Any
) -> None:
    browser = signed_in(Role.READER)
    assert stranger.client.get(f"{made(browser)}?sag=CU-X").status_code == 404
    sent = {"csrf": browser.csrf("/moeder"), "sag": "CU-X"}
    assert browser.client.post("/moeder/kalender", data=sent).status_code == 404
    assert stranger.client.post("/moeder/kalender").headers["location"].startswith("/login")


def test_no_address_stands_in_a_log(
    running: Services, signed_in: SignedIn, stranger: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, logger="httpx")  # the test's own browser tells its own
    path = made(signed_in(Role.READER))
    secret = path.removeprefix("/kalender/").removesuffix(".ics")
    stranger.client.get(path)
    stranger.client.get(f"{path}?sag=CU-X")
    stranger.client.get(f"/kalender/{secret}x.ics")
    assert "made token" in caplog.text, "what was done is told"
    assert secret not in caplog.text
