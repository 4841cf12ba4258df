"""What is recorded in the browser is followed by its flows; without Prefect nothing is lost."""

from __future__ import annotations

import datetime as dt
import html
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from models import Role
from tests.played import played_once
from udmelding import clock
from udmelding.casework.access.links import link_for
from udmelding.casework.demo import playing as demo
from udmelding.casework.due.perform import advance, look_at
from udmelding.casework.launch.drafts import new_name
from udmelding.casework.launch.launching import launch_case
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError
from udmelding.journal.database import reading, writing
from udmelding.journal.mail import outbox
from udmelding.journal.stamp import Stamp
from udmelding.outside.prefect_api import FailedRun, PrefectApi
from udmelding.rules.recording.agency import NewDeadline
from udmelding.rules.recording.case import NewParticulars
from udmelding.web.parties import municipality
from udmelding.web.service.app import create_app
from udmelding.web.service.triggering import LATER, FlowTrigger

SignedIn = Callable[[Role], Any]
REF, LOLLAND = "CU-PROEVE-2025", "0360"
NOW = clock.at(dt.date(2025, 4, 15))
ANSWER = {"party": LOLLAND, "completeness": "complete", "on": "15/4-2025"}


class Remembers:
    """In place of Prefect: says whether it is there, and keeps what it was asked to start."""

    def __init__(self) -> None:
        self.is_up, self.fails = True, False
        self.started: list[str] = []

    def is_there(self) -> bool:
        return self.is_up

    def advance(self, reference: str, now: dt.datetime) -> None:
        self._start(f"advance {reference}")

    def deliver(self, now: dt.datetime) -> None:
        self._start("deliver")

    def failed_runs(self, now: dt.datetime) -> tuple[FailedRun, ...]:
        return (FailedRun("CU-X-2026", now, "boom"),)

    def crons(self) -> dict[str, str]:
        return {}

    def _start(self, what: str) -> None:
        if self.fails:
            raise OutsideError("Prefect svarer med fejl 500.", is_temporary=True)
        self.started.append(what)


@pytest.fixture
def prefect(web: FastAPI) -> Remembers:
    web.state.trigger = Remembers()
    return web.state.trigger


@pytest.fixture
def case(services: Services) -> Services:
    """Every municipality was asked for its data on 10 April 2025."""
    asked(services)
    return services


@played_once
def asked(services: Services) -> None:
    made = Stamp(clock.at(dt.date(2025, 4, 10)), "test")
    new = demo.NewCase(
        reference=REF,
        process="central-udmelding",
        area="sjaelland",
        scope="regional",
        received_on=made.now.date(),
        particulars=NewParticulars(title="Prøve"),
        deadline=NewDeadline(due_on=dt.date(2026, 5, 31)),
    )
    with writing(services.engine) as session:
        demo.make_contacts(session, "sjaelland", made)
        launch_case(session, services.settings, new, made)
    advance(services, REF, made.now)


@pytest.fixture
def browser(case: Services, prefect: Remembers, signed_in: SignedIn) -> Any:
    return signed_in(Role.CASEWORKER)


def record(browser: Any, **more: str) -> Any:
    data = {"csrf": browser.csrf(), "do": "save", **ANSWER, **more}
    return browser.client.post(f"/sager/{REF}/registrer/svar", data=data)


def told(browser: Any) -> str:
    page = browser.get("/").text
    found = re.search(r'alert-success".*?alert-text">(.*?)</p>', page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def test_a_recording_is_followed_by_the_lifecycle_of_its_case(
    browser: Any, prefect: Remembers
) -> None:
    assert record(browser).status_code == 303
    assert prefect.started == [f"advance {REF}"]
    assert LATER not in told(browser)


def test_reading_and_previewing_start_nothing(browser: Any, prefect: Remembers) -> None:
    browser.get(f"/sager/{REF}")
    browser.get(f"/sager/{REF}/registrer")

    assert browser.follow(record(browser, on="en dag")).status_code == 422
    assert prefect.started == []


def test_signing_in_and_out_starts_nothing(browser: Any, prefect: Remembers) -> None:
    browser.client.post("/logout", data={"csrf": browser.csrf()})

    assert prefect.started == []


def test_a_silent_prefect_is_told_and_the_daily_sweep_finds_the_case(
    browser: Any, prefect: Remembers, case: Services, caplog: pytest.LogCaptureFixture
) -> None:
    prefect.is_up = False
    with caplog.at_level(logging.WARNING):
        assert record(browser).status_code == 303

    message = told(browser)
    assert message.startswith("Registreret: ")
    assert message.endswith(LATER)
    assert f"{REF} waits for the daily sweep" in caplog.text
    assert look_at(case, REF, NOW).stages != ()


def test_a_flow_that_cannot_be_started_harms_no_recording(
    browser: Any, prefect: Remembers, case: Services, caplog: pytest.LogCaptureFixture
) -> None:
    prefect.fails = True
    with caplog.at_level(logging.WARNING):
        assert record(browser).status_code == 303

    assert (
        f"no flow started after a recording in {REF}: Prefect svarer med fejl 500." in caplog.text
    )
    assert look_at(case, REF, NOW).stages != ()


def test_what_a_municipality_declares_starts_the_lifecycle_and_its_link_is_in_no_log(
    case: Services, web: FastAPI, prefect: Remembers, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(case.engine) as session:
        url = link_for(case, session, REF, LOLLAND, by="anna", now=NOW, made_for="koordinator")
    path = url.removeprefix(case.settings.web.url)
    secret = path.removeprefix("/k/")
    said = {
        "form": "answer",
        "form_value": municipality.form_value(secret),
        "step": "collection",
        "completeness": "complete",
    }
    visitor = TestClient(web, base_url="http://127.0.0.1:8080", follow_redirects=False)

    with caplog.at_level(logging.DEBUG, logger="udmelding"):
        assert visitor.post(path, data=said).status_code == 303
        assert prefect.started == [f"advance {REF}"]
        prefect.fails = True
        again = {**said, "completeness": "no_citizens"}
        visitor.post(path, data=again)

    assert secret not in caplog.text


def test_mail_that_waits_is_delivered_when_no_case_has_anything_due(
    browser: Any, prefect: Remembers, case: Services
) -> None:
    data = {"csrf": browser.csrf(), "do": "save", "note": "Talt med Lolland", "on": "15/4-2025"}
    with reading(case.engine) as session:
        assert not outbox.is_idle(session, NOW), "the invitations have not been sent"

    browser.client.post(f"/sager/{REF}/links/luk", data=data)
    assert prefect.started == [], "nothing was recorded"
    made = browser.client.post(f"/sager/{REF}/links", data={**data, "party": LOLLAND})
    assert made.status_code == 200
    found = re.search(r'name="link" value="(\d+)"', browser.get(f"/sager/{REF}/links").text)
    assert found
    browser.client.post(f"/sager/{REF}/links/luk", data={**data, "link": found[1]})

    assert prefect.started == ["deliver"]


NEW = {
    "title": "Borgere med svær spiseforstyrrelse",
    "kind": "first",
    "legal_basis": "serviceloven § 13 b, stk. 2",
    "received": "14/4-2025",
    "deadline": "31/12-2025",
    "process": "central-udmelding",
    "area": "sjaelland",
    "scope": "regional",
    "responsible": "Anna",
    "reference": "CU-NY-2025",
    "asks": "none",
}


def begin(browser: Any) -> Any:
    """Write a draft of it, and start that."""
    csrf, way = {"csrf": browser.csrf()}, f"/ny/{new_name()}"
    browser.client.post(f"{way}/gem", data=csrf | NEW)
    return browser.client.post(f"{way}/start", data=csrf | {"seen": "1", "even_so": "en prøve"})


def test_a_launch_leaves_the_mails_to_the_flows_and_answers_at_once(
    browser: Any, prefect: Remembers, case: Services
) -> None:
    answer = begin(browser)

    assert answer.headers["location"] == "/sager/CU-NY-2025"
    assert prefect.started[-1:] == ["advance CU-NY-2025"]
    assert "Mailene skrives nu. De bliver til filer, og ingen får dem." in told(browser)
    with reading(case.engine) as session:
        assert not any("CU-NY-2025" in mail.key for mail in outbox.list_mails(session))


def test_a_launch_without_prefect_sends_the_mails_itself(
    browser: Any, prefect: Remembers, case: Services
) -> None:
    prefect.is_up = False
    begin(browser)

    assert "mails er skrevet som fil, ikke sendt." in told(browser)
    assert prefect.started == []


class Asked(PrefectApi):
    """Remembers what Prefect would have been asked."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1/api")
        self.calls: list[tuple[str, dict[str, Any], str]] = []

    def start(self, name: str, parameters: Any, key: str) -> str:
        self.calls.append((name, dict(parameters), key))
        return "run"


def test_flows_take_the_time_from_the_clock_but_in_a_demonstration_from_its_day() -> None:
    real, shown = Asked(), Asked()
    FlowTrigger(real).advance(REF, NOW)
    FlowTrigger(shown, tells_now=True).advance(REF, NOW)

    assert [(name, said) for name, said, _ in real.calls] == [
        ("advance/advance", {"reference": REF})
    ]
    assert shown.calls[0][1] == {"reference": REF, "now": NOW.isoformat()}


def test_no_two_recordings_share_a_key_because_a_key_is_used_up_for_ever() -> None:
    api = Asked()
    trigger = FlowTrigger(api)
    trigger.advance(REF, NOW)
    trigger.advance(REF, NOW)

    assert len({key for *_, key in api.calls}) == 2
    assert all(REF in key for *_, key in api.calls)


def test_every_page_of_a_demonstration_says_which_day_it_shows(services: Services) -> None:
    def pages(**more: Any) -> list[str]:
        app = create_app(services, lambda: NOW, **more)
        visitor = TestClient(app, base_url="http://127.0.0.1:8080")
        return [html.unescape(visitor.get(path).text) for path in ("/login", "/k/gaettet", "/nej")]

    banner = "Siderne viser 15. april 2025. Mails bliver til filer; intet sendes."
    assert all(banner in page for page in pages(demo_day=NOW.date()))
    assert not any("Siderne viser" in page for page in pages())


def test_runs_that_failed_are_told_on_the_overview(browser: Any, prefect: Remembers) -> None:
    told = browser.get("/").text
    assert "Kørsler, der fejlede" in told
    assert "CU-X-2026 · boom" in told


def test_prefect_is_asked_for_failed_runs_once_a_minute_and_its_silence_is_borne() -> None:
    class Silent(Asked):
        def failed_runs(self, since: dt.datetime, most: int = 5) -> tuple[FailedRun, ...]:
            self.calls.append(("failed", {}, since.isoformat()))
            raise OutsideError("Prefect svarer ikke.", is_temporary=True)

    api = Silent()
    trigger = FlowTrigger(api)
    assert trigger.failed_runs(NOW) == trigger.failed_runs(NOW) == ()
    assert len(api.calls) == 1
