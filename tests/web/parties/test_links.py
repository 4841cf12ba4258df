"""On the pages: no role sees a link that works, and one that has ended is told of politely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from models import OutboxState, Role
from tests.casework.access.test_links import closed, made, raw, written_everywhere
from tests.casework.inbox.test_receiving import reply
from tests.conftest import TwoCases
from tests.flat import Pages
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.wiring import Services
from udmelding.rules.access.links import AFTER_CLOSING
from udmelding.web.service.app import create_app

Person = Callable[[Any, str, Role], Any]

pytestmark = pytest.mark.database


@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_anybody_a_link_that_works(
    services: Services, two_cases: TwoCases, person: Person, role: Role
) -> None:
    known, now = written_everywhere(services, two_cases)
    reference = two_cases.references[0]
    quoted = raw(services, OutboxState.PENDING)[3]
    came = receive_one(services, reply(quoted, f"Hej.\n\n> {quoted.text}"), now)
    assert came is not None
    client = person(create_app(services, lambda: now), role.value, role).client
    pages = {
        path: client.get(path)
        for path in (
            f"/sager/{reference}/mails",
            f"/sager/{two_cases.references[1]}/mails",
            f"/sager/{reference}/log",
            "/mails/sendt",
            "/mails/rykkere",
            "/soeg?q=frist",
            "/soeg?q=Se",
            f"/mails/post/{came.key}",
            f"/mails/post/{came.key}/fil/{came.raw_sha256}",
        )
    }
    for path, answer in pages.items():
        assert answer.status_code == 200, path
        assert not [secret for secret in known if secret in answer.text], path
    assert "[personligt link]" in pages[f"/sager/{reference}/mails"].text
    assert "[personligt link]" in pages[f"/mails/post/{came.key}"].text


@pytest.fixture
def own(services: Services, two_cases: TwoCases) -> tuple[str, dt.datetime]:
    """The path of a link of one municipality, and the moment."""
    now = two_cases.now
    return "/k/" + made(services, two_cases.references[0], now, "koordinator"), now


def test_the_page_of_a_case_closed_long_ago_says_politely_that_its_links_have_ended(
    services: Services,
    two_cases: TwoCases,
    own: tuple[str, dt.datetime],
    person: Person,
) -> None:
    path, now = own
    moments = [now]
    app = create_app(services, lambda: moments[0])
    client = Pages(app, base_url="http://127.0.0.1:8080")
    closed(services, two_cases, now)
    assert client.get(path).status_code == 200
    caseworker = person(app, "anna", Role.CASEWORKER)
    place = f"/sager/{two_cases.references[0]}/links"
    assert "Alle sagens links holder op med at virke" in caseworker.client.get(place).text
    moments[0] = now + AFTER_CLOSING
    gone = client.get(path)
    assert gone.status_code == 404
    assert gone.text == client.get("/k/gaettet").text
    assert "så sender vi et nyt, hvis I er kontakt" in gone.text
