"""The page that asks whether one is sure: what it says, and what a second press of it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from models import OutboxState, Role
from tests.conftest import TwoCases
from udmelding.casework.wiring import Services
from udmelding.web.service.app import create_app
from udmelding.web.sure import ASKED

PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
SEND = "/mails/rykkere/send-ventende"


@pytest.fixture
def web(services: Services, two_cases: TwoCases) -> FastAPI:
    """The app at the moment at which reminders are written and wait."""
    now = two_cases.remind()
    return create_app(services, lambda: now)


@pytest.fixture
def anna(web: FastAPI, person: Callable[..., Any]) -> Any:
    """A caseworker who reads what she is asked."""
    made = person(web, "anna", Role.CASEWORKER)
    made.client.is_sure = False
    return made


def form_on(page: str) -> tuple[str, dict[str, str]]:
    """Where the page's own form goes, and its fields."""
    form = re.search(r'<form method="post" action="([^"]+)"(?:(?!</form>).)*Intet er gjort', page)
    assert form, page
    found = re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])
    return unescape(form[1]), {name: unescape(value) for name, value in found}


def waiting(two_cases: TwoCases) -> int:
    return len(two_cases.mails(OutboxState.PENDING))


def test_nothing_leaves_before_it_is_read_to_whom(anna: Any, two_cases: TwoCases) -> None:
    count = waiting(two_cases)
    assert count
    asked = anna.client.post(SEND, data={"csrf": anna.csrf()}).headers["location"]
    assert asked.startswith(ASKED)
    html = anna.client.get(asked).text
    assert waiting(two_cases) == count
    title = re.search(r"<h1>Send (\d+ mails) nu\?</h1>", html)
    assert title
    assert f">Send {title[1]}</button>" in html
    for mail in two_cases.mails(OutboxState.PENDING):
        assert mail.recipients[0] in unescape(html)


def test_two_presses_and_two_tabs_send_once_and_the_second_is_told(
    anna: Any, two_cases: TwoCases
) -> None:
    first, second = (anna.client.post(SEND, data={"csrf": anna.csrf()}) for _ in "12")
    tabs = [form_on(anna.client.get(one.headers["location"]).text) for one in (first, second)]
    anna.client.post(tabs[0][0], data=tabs[0][1])
    assert waiting(two_cases) == 0
    sent = len(two_cases.mails(OutboxState.SENT))
    for path, fields in tabs:
        there = anna.client.post(path, data=fields).headers["location"]
        assert "Der venter ingen mails: de er sendt." in anna.client.get(there).text
    assert len(two_cases.mails(OutboxState.SENT)) == sent


def test_what_has_changed_since_it_was_read_is_asked_anew(anna: Any, two_cases: TwoCases) -> None:
    path, fields = form_on(
        anna.client.get(anna.client.post(SEND, data={"csrf": anna.csrf()}).headers["location"]).text
    )
    again = anna.client.post(path, data=fields | {"sure": "what stood there yesterday"})
    assert "Noget er ændret, siden du læste det" in anna.client.get(again.headers["location"]).text
    assert waiting(two_cases)


def test_an_address_that_another_made_asks_nothing(
    anna: Any, web: FastAPI, person: Callable[..., Any]
) -> None:
    asked = anna.client.post(SEND, data={"csrf": anna.csrf()}).headers["location"]
    bo = person(web, "bo", Role.CASEWORKER)
    for address in (asked[:-1] + "x", f"{ASKED}?f=", f"{ASKED}?f=abc.def", ASKED):
        assert anna.client.get(address).status_code == 422, address
    assert bo.client.get(asked).status_code == 422, "what one is asked is for oneself"


def test_who_was_signed_out_meanwhile_is_asked_the_same_afterwards(
    anna: Any, two_cases: TwoCases
) -> None:
    asked = anna.client.post(SEND, data={"csrf": anna.csrf()}).headers["location"]
    path, fields = form_on(anna.client.get(asked).text)
    anna.client.post("/logout", data={"csrf": anna.csrf()})

    there = anna.client.get(asked).headers["location"]
    assert there.startswith("/login?then=")
    lost = anna.client.post(path, data=fields)
    assert lost.status_code == 401
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', lost.text)
    carried = {name: unescape(value) for name, value in hidden}
    again = anna.client.post("/fortsaet", data={**carried, "login": "anna", "password": PASSWORD})
    assert anna.client.get(asked).status_code == 200, "the page is there again too"
    go_on = again.text.split(f'action="{path}"')[1]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', go_on))
    anna.client.post(path, data=fields)
    assert waiting(two_cases) == 0
