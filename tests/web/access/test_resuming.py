"""Signed out while a form stood open: nothing that was written is lost or sends itself."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from models import Role
from tests.honest import PDF
from udmelding.casework.access import users
from udmelding.casework.wiring import Services

PASSWORD = "gul lampe under broen"  # noqa: S105 - of nobody
WAY = "/ny/k0123abcd/gem"
SAID = {"title": "Mennesker & <b>vaner</b>", "received": "14/4-2025", "responsible": "Å\nB"}


def hidden(html: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html, re.S)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def anna(web: Any, services: Services) -> str:
    now = web.state.now()
    users.add_user(
        services, login="anna", name="Anna", role=Role.CASEWORKER, password=PASSWORD, now=now
    )
    return "anna"


def test_a_form_goes_on_after_signing_in_again(stranger: Any, anna: str) -> None:
    lost = stranger.client.post(WAY, data={**SAID, "csrf": "en gammel"})
    assert lost.status_code == 401
    assert "er ikke tabt" in lost.text
    carried = hidden(lost.text)
    again = stranger.client.post("/fortsaet", data={**carried, "login": anna, "password": PASSWORD})
    assert again.status_code == 200
    assert "set-cookie" in again.headers
    fields = hidden(again.text.split(f'action="{WAY}"')[1])
    assert {name: fields[name] for name in SAID} == SAID
    shown = stranger.client.post(WAY, data=fields)
    while shown.status_code == 303:
        shown = stranger.client.get(shown.headers["location"])
    assert shown.status_code == 422, "the deadline and more are still missing, and told"
    assert "Mennesker &amp; &lt;b&gt;vaner&lt;/b&gt;" in shown.text


def test_a_wrong_password_loses_nothing_either(stranger: Any, anna: str) -> None:
    carried = hidden(stranger.client.post(WAY, data=SAID).text)
    wrong = stranger.client.post("/fortsaet", data={**carried, "login": anna, "password": "nej"})
    assert wrong.status_code == 401
    assert hidden(wrong.text)["kept"] == carried["kept"]


def test_one_who_signed_in_elsewhere_goes_on(stranger: Any, anna: str) -> None:
    carried = hidden(stranger.client.post(WAY, data=SAID).text)
    assert "ikke logget på endnu" in stranger.client.post("/fortsaet", data=carried).text
    assert stranger.sign_in(anna) == 303
    assert f'action="{WAY}"' in stranger.client.post("/fortsaet", data=carried).text


def test_a_file_must_be_chosen_again_and_the_page_says_so(stranger: Any) -> None:
    files = {"letter": ("brev.pdf", PDF)}
    lost = stranger.client.post(WAY, data=SAID, files=files)
    assert "brev.pdf skal vælges igen" in lost.text


def test_it_leads_nowhere_but_to_our_own_pages(stranger: Any, anna: str) -> None:
    carried = {"action": "https://ondt.example/", "kept": "a=1"}
    answer = stranger.client.post(
        "/fortsaet", data={**carried, "login": anna, "password": PASSWORD}
    )
    assert "ondt.example" not in answer.text


def test_another_site_cannot_send_a_form_there(stranger: Any) -> None:
    answer = stranger.client.post(
        "/fortsaet", data={"kept": "a=1"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


def test_a_message_waits_for_a_page_that_shows_it(signed_in: Any, services: Services) -> None:
    browser = signed_in(Role.CASEWORKER)
    answer = browser.client.post("/mails/rykkere/send-ventende", data={"csrf": browser.csrf()})
    assert answer.status_code == 303
    browser.client.get("/static/udmelding.css")
    assert "Der venter ingen mails" in browser.client.get("/mails/rykkere").text
    assert "Der venter ingen mails" not in browser.client.get("/mails/rykkere").text
