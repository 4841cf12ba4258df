"""«Kalendere fra adresser» in the browser: seen first, then kept; read again, changed, stopped."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import Role
from tests.casework.plan.test_addresses import Server
from udmelding import clock
from udmelding.casework.plan import addresses
from udmelding.casework.plan.addresses import read_addresses
from udmelding.casework.wiring import Services
from udmelding.journal.case.load import load_meetings
from udmelding.journal.database import reading
from udmelding.journal.stamp import Stamp
from udmelding.outside.evidence import EvidenceError

pytestmark = pytest.mark.database

SignedIn = Callable[[Role], Any]
NOW = clock.at(dt.date(2025, 4, 15))
HERE = "/moeder/adresser"
URL = "https://kalender.example/k17.ics"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(addresses, "fetch", made.fetch)
    return made


@pytest.fixture
def browser(signed_in: SignedIn) -> Any:
    return signed_in(Role.CASEWORKER)


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def post(browser: Any, path: str, **fields: Any) -> Any:
    return browser.client.post(f"{HERE}{path}", data={"csrf": browser.csrf(HERE), **fields})


def keep(browser: Any, url: str = URL, **more: Any) -> Any:
    """Send the form, look at the preview, and say yes."""
    sent = post(browser, "", organ="sjaelland.k17", url=url, **more)
    assert sent.status_code == 303, words(sent)
    shown = browser.client.get(sent.headers["location"])
    assert "læses igen hver arbejdsdag" in words(shown)
    form = shown.text.partition('action="/moeder/adresser/gem"')[2]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return post(browser, "/gem", **fields)


def days(services: Services) -> list[str]:
    with reading(services.engine) as session:
        found = load_meetings(session, NOW + dt.timedelta(days=90))
    return [m.held_on.isoformat() for m in found if m.body == "k17"]


def test_an_address_is_seen_first_and_then_kept_with_who_and_when(
    services: Services, server: Server, browser: Any
) -> None:
    sent = post(browser, "", organ="sjaelland.k17", url=URL)
    assert days(services) == []
    assert "Adresser, der læses" not in words(browser.client.get(HERE))
    assert sent.status_code == 303
    assert keep(browser).headers["location"] == HERE
    assert days(services) == ["2027-01-15", "2027-02-12", "2027-03-12"]
    listed = words(browser.client.get(HERE))
    assert "Adresser, der læses (1)" in listed
    assert "caseworker" in listed
    assert URL in listed


def test_it_is_read_again_on_demand_and_tells_what_changed(
    services: Services, server: Server, browser: Any
) -> None:
    keep(browser)
    server.events["b"] = ("K17", "20270219")
    post(browser, "/laes", address=1)
    listed = words(browser.client.get(HERE))
    assert listed.count("K17: flyttet fra 12/2-2027 til 19/2-2027.") == 2, "told, and in the log"
    assert "2027-02-19" in days(services)


def test_a_meeting_that_is_gone_is_asked_about_and_answered(
    services: Services, server: Server, browser: Any
) -> None:
    keep(browser)
    del server.events["b"]
    read_addresses(services, Stamp(NOW + dt.timedelta(days=1), "udmelding"))
    listed = browser.client.get(HERE)
    assert "Er disse møder aflyst? (1)" in words(listed)
    (question,) = re.findall(r'name="question" value="(\d+)"', listed.text)
    post(browser, "/svar", question=question, do="stands")
    after = words(browser.client.get(HERE))
    assert "Er disse møder aflyst?" not in after
    assert "Holdes stadig (caseworker" in after


def test_a_failure_stands_on_the_page_after_two_days(
    services: Services, server: Server, browser: Any
) -> None:
    keep(browser)
    server.error = EvidenceError(URL, "serveren svarede 503", is_temporary=True)
    before = Stamp(NOW - dt.timedelta(days=3), "udmelding")
    addresses.read_address(services, 1, before)
    addresses.read_address(services, 1, Stamp(NOW, "udmelding"))
    listed = words(browser.client.get(HERE))
    assert "Kan ikke læses siden" in listed
    assert "serveren svarede 503" in listed


def test_an_address_is_changed_and_stopped(
    services: Services, server: Server, browser: Any
) -> None:
    keep(browser)
    form = browser.client.get(f"{HERE}?ret=1")
    assert f'value="{URL}"' in form.text
    keep(browser, "https://kalender.example/ny.ics", instead_of=1)
    listed = words(browser.client.get(HERE))
    assert "ny.ics" in listed
    assert "k17.ics" not in listed
    post(browser, "/stop", address=2)
    assert "Adresser, der læses" not in words(browser.client.get(HERE))
    assert len(days(services)) == 3
    assert browser.client.get(f"{HERE}?ret=2").status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"url": URL}, "Vælg, hvis kalender det er"),
        ({"url": "", "organ": "sjaelland.k17"}, "Kalenderen kunne ikke hentes"),
        ({"url": "http://127.0.0.1/k17.ics", "organ": "sjaelland.k17"}, "offentlige internet"),
    ],
)
def test_an_address_that_cannot_be_read_is_told_and_stays_in_its_field(
    browser: Any, fields: dict[str, str], told: str
) -> None:
    answer = post(browser, "", **fields)
    assert answer.status_code == 422
    assert told in words(answer)
    assert f'value="{fields["url"]}"' in answer.text
