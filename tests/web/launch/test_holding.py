"""The page of a held case: what waits, and the buttons that hold it and let it go on."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from models import OutboxState, Role
from tests.conftest import TwoCases
from tests.owning import that_sends, unpractised
from udmelding.casework.due.perform import advance
from udmelding.casework.launch.preview import Wanted, launch_with_letter
from udmelding.casework.mail.delivery import deliver_waiting
from udmelding.casework.wiring import Services
from udmelding.casework.work import Works
from udmelding.journal.case.header import find
from udmelding.journal.database import reading
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.outside.mail.transport import Receipt, Transport
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

Person = Callable[[Any, str, Role], Any]
HELD = TwoCases.references[0]
PAGE = f"/sager/{HELD}/pause"


@pytest.fixture
def desk(services: Services, two_cases: TwoCases, person: Person) -> Any:
    """Anna at her desk on the first day of reminders."""
    return person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)


def press(desk: Any, path: str, **said: str) -> Any:
    return desk.client.post(path, data={"csrf": desk.csrf(), **said})


def test_a_caseworker_holds_a_case_sees_what_waits_and_lets_it_go(
    desk: Any, two_cases: TwoCases
) -> None:
    two_cases.remind()
    assert press(desk, PAGE, reason="").status_code == 422
    assert press(desk, PAGE, reason="forkert bilag").headers["location"] == PAGE

    held = desk.client.get(PAGE).text
    assert "Sagens mails er sat på pause" in held
    assert "forkert bilag" in held
    assert "17 modtagere" in held
    assert "Påmindelse før svarfrist" in held
    assert "Sagens mails er sat på pause." in desk.client.get(f"/sager/{HELD}").text
    waiting = {m.state for m in two_cases.mails() if m.key.startswith(HELD)}
    assert OutboxState.PENDING in waiting

    assert press(desk, f"/sager/{HELD}/genoptag").headers["location"] == f"/sager/{HELD}"
    assert "Sagen er taget op igen." in desk.client.get(f"/sager/{HELD}").text
    assert {m.state for m in two_cases.mails() if m.key.startswith(HELD)} == {OutboxState.SENT}


def test_invitations_that_wait_are_told_of_and_let_go_where_mails_are_listed(
    desk: Any, services: Services, two_cases: TwoCases
) -> None:
    reference = "CU-TRE-2024"
    stamp = Stamp(two_cases.now, "anna")
    launch_with_letter(services, Wanted(TwoCases._new(reference)), stamp)
    advance(services, reference, two_cases.now)
    listed = f"/sager/{reference}/mails"
    for page in (listed, f"/sager/{reference}/pause"):
        assert "17 mails går inden for 10 minutter." in desk.client.get(page).text
        assert "Send nu" in desk.client.get(page).text

    answer = press(desk, f"{listed}/send-nu")

    assert answer.headers["location"] == listed
    after = desk.client.get(listed).text
    assert "Mails: 17 skrevet som fil, ikke sendt." in after
    assert "Send nu" not in after
    press(desk, f"{listed}/send-nu")
    assert "Der er ingen invitationer, der venter i sagen." in desk.client.get(listed).text


def test_status_counts_the_mails_of_a_case_that_is_started_until_they_are_out(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    reference, now = "CU-TRE-2024", two_cases.now
    moment = [now]
    desk = person(create_app(services, lambda: moment[0]), "anna", Role.CASEWORKER)
    launch_with_letter(services, Wanted(TwoCases._new(reference)), Stamp(now, "anna"))
    here, part = f"/sager/{reference}", f'hx-get="/sager/{reference}/udsendes"'
    first = desk.client.get(here).text
    assert "Mailene skrives." in first, "the flows have not come to it yet"
    assert part in first
    assert '<noscript><meta http-equiv="refresh"' in first

    advance(services, reference, now)
    shown = desk.client.get(f"{here}/udsendes", headers={"hx-request": "true"}).text
    keys = keys_of(services, reference)
    assert len(keys) >= 17
    assert f"0 af {len(keys)} mails er skrevet som filer." in shown, shown
    assert part in shown
    deliver_waiting(services, now, "test", only=keys[:9])
    assert f"9 af {len(keys)} mails er skrevet som filer." in desk.client.get(here).text
    deliver_waiting(services, now, "test")
    out = desk.client.get(here).text
    assert f"{len(keys)} af {len(keys)} mails er skrevet som filer." in out
    assert part not in out
    assert "meta http-equiv" not in out

    moment[0] = now + dt.timedelta(hours=1)
    assert "mails er skrevet som filer" not in desk.client.get(here).text


def keys_of(services: Services, reference: str) -> list[str]:
    with reading(services.engine) as session:
        mails = outbox.list_mails(session, announcement_id=find(session, reference).id)
    return [mail.key for mail in mails]


class SlowTransport:
    """A mail server that takes its time after some mails."""

    def __init__(self, real: Transport, most: int) -> None:
        self.real, self.most = real, most
        self.taken, self.goes_on = 0, threading.Event()
        self.name = real.name

    def deliver(self, message: Any, key: str, leaves: Callable[[], None]) -> Receipt:
        receipt = self.real.deliver(message, key, leaves)
        self.taken += 1
        if self.taken == self.most:
            assert self.goes_on.wait(60)
        return receipt

    def has_taken(self, message: Any, key: str) -> bool | None:
        return self.real.has_taken(message, key)


def test_the_mails_of_a_start_are_stopped_midway_and_the_rest_is_held(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    two_cases.remind()
    slow = SlowTransport(services.transport, 5)
    clock = count()
    app = create_app(
        replace(services, transport=slow),
        lambda: two_cases.now + dt.timedelta(seconds=next(clock)),
        works=Works(patience=0.05),
    )
    desk = person(app, "anna", Role.CASEWORKER)
    press(desk, PAGE, reason="forkert bilag")
    there = press(desk, f"/sager/{HELD}/genoptag").headers["location"]
    assert there.startswith("/arbejde/")
    looked = until(desk, there, "mails er afleveret")
    assert "Stop, og sæt sagens mails på pause" in looked

    press(desk, f"{there}/stop")
    until(desk, there, "Arbejdet stoppes")
    slow.goes_on.set()
    held = until(desk, there, None)
    assert held == PAGE
    told = desk.client.get(PAGE).text
    assert "Mailene er stoppet, og resten venter" in told
    assert "Sagens mails er sat på pause" in told
    assert slow.taken == 5


def until(desk: Any, there: str, text: str | None) -> str:
    """The page when it says so; where it leads to when no text is waited for."""
    for _ in range(600):
        answer = desk.client.get(there)
        if text is None and answer.status_code == 303:
            return str(answer.headers["location"])
        if text is not None and text in answer.text:
            return str(answer.text)
        time.sleep(0.05)
    raise AssertionError(f"it never says {text}: {answer.text}")


def test_a_draft_lists_whom_it_will_write_to_and_asks_why_before_it_starts(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    app = create_app(services, lambda: two_cases.now)
    desk = person(app, "anna", Role.CASEWORKER)
    before = two_cases.now - dt.timedelta(minutes=5)
    new = TwoCases._new("CU-KLADDE-2024")
    launch_with_letter(services, Wanted(new), Stamp(before, "anna"), is_draft=True)
    page = "/sager/CU-KLADDE-2024/pause"
    seen = desk.client.get(page).text
    assert "Sagen er en kladde" in seen
    assert "Invitation til dataindsamling" in seen
    assert "17 modtagere" in seen
    assert two_cases.mails()[0].recipients[0] in seen

    app.state.services = unpractised(services)
    untried = "Kan ikke startes: der bliver ikke sendt mails"
    assert untried in desk.client.get(page).text
    assert untried in press(desk, "/sager/CU-KLADDE-2024/genoptag").text
    app.state.services = that_sends(services)
    refused = press(desk, "/sager/CU-KLADDE-2024/genoptag")
    assert refused.status_code == 422
    assert "Skriv en begrundelse." in refused.text
    app.state.services = services
    answer = press(desk, "/sager/CU-KLADDE-2024/genoptag", even_so="kun en prøve")
    assert answer.headers["location"] == "/sager/CU-KLADDE-2024"
    sent = [m for m in two_cases.mails(OutboxState.SENT) if m.key.startswith("CU-KLADDE")]
    assert [mail.recipients for mail in sent] == [two_cases.mails()[0].recipients]


def test_a_reader_sees_what_waits_and_holds_nothing(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    reader = person(create_app(services, lambda: two_cases.now), "bo", Role.READER)
    assert "Sæt sagens mails på pause" not in reader.client.get(PAGE).text
    assert press(reader, PAGE, reason="nej").status_code == 403
