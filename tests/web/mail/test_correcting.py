"""The page on which wrong mails are corrected: who got them is shown before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from models import MailKind, OutboxState, Role
from tests.conftest import TwoCases
from tests.rules.files.test_cpr import number_as_written
from udmelding.casework.wiring import Services
from udmelding.journal.mail.outbox import OutboxMail
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

Person = Callable[[Any, str, Role], Any]
PAGE = f"/sager/{TwoCases.references[0]}/mails/ret"


def shown(desk: Any, said: dict[str, str]) -> Any:
    """The page that the form for the finished mail leads to."""
    answer = desk.client.post(f"{PAGE}/se", data=said)
    return desk.client.get(answer.headers["location"])


def sent(desk: Any, said: dict[str, str]) -> Any:
    """The page that sending leads to."""
    answer = desk.client.post(PAGE, data=said)
    return desk.client.get(answer.headers["location"])


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def corrections(two_cases: TwoCases) -> list[OutboxMail]:
    return [m for m in two_cases.mails() if m.mail is MailKind.CORRECTION]


def test_a_caseworker_sees_who_got_the_wrong_mail_and_corrects_it_once(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    desk = person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)
    chosen = f"invitation {TwoCases.stamp.now.date()}"
    assert "Invitation til dataindsamling, 1/8-2024 (17)" in desk.client.get(PAGE).text
    seen = desk.client.get(PAGE, params={"runde": chosen}).text
    assert "Får rettelsen (17)" in seen
    assert two_cases.mails()[0].recipients[0] in seen
    hidden = re.search(r'name="seen" value="([^"]+)"', seen)
    assert hidden
    said = {"csrf": desk.csrf(), "runde": chosen, "seen": hidden[1]}

    said |= {"wrong": "Bilaget var forkert.", "right": ""}
    missing = shown(desk, said)
    assert missing.status_code == 422
    assert "Bilaget var forkert." in missing.text, "what was typed is kept"
    said["right"] = "Brug det nye."
    preview = shown(desk, said)
    assert preview.status_code == 200
    first = re.search(r'<pre class="own-mail">(.*?)</pre>', preview.text, re.DOTALL)
    assert first
    text = " ".join(preview.text.split())
    assert "Bilaget var forkert." in first[1]
    assert "Brug det nye." in first[1]
    assert "/k/personligt-link-" in first[1]
    assert f"[{TwoCases.references[0]}] Rettelse: " in text
    assert "Send rettelsen til 17 modtagere" in text
    assert '<span class="own-label">Vedlagt</span> intet' in text
    assert not corrections(two_cases)

    said = hidden_fields(preview.text) | {"csrf": said["csrf"]}
    assert desk.client.post(PAGE, data=said).status_code == 303
    (mail,) = corrections(two_cases)
    assert mail.state is OutboxState.SENT
    assert "Bilaget var forkert." in mail.text
    assert "Rettelsen er skrevet til 17." in desk.client.get(PAGE).text

    back = desk.client.get(str(preview.url))
    assert back.status_code == 422
    assert "Rettelsen kan ikke sendes igen" in back.text
    again = desk.client.post(PAGE, data=said)
    assert "har fået rettelsen" in desk.client.get(again.headers["location"]).text
    assert len(corrections(two_cases)) == 1


def test_the_text_can_be_changed_after_the_finished_mail_was_seen(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    desk = person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)
    chosen = f"invitation {TwoCases.stamp.now.date()}"
    said = {"csrf": desk.csrf(), "runde": chosen, "wrong": "Æblet & pæren.", "right": "b"}
    preview = shown(desk, said)
    change = re.search(r'href="([^"]+)">Ret teksten', preview.text)
    assert change

    form = desk.client.get(unescape(change[1]))

    assert form.status_code == 200
    assert "Æblet &amp; pæren.</textarea>" in form.text
    assert "Se den færdige mail" in form.text
    assert not corrections(two_cases)


def test_a_cpr_number_comes_neither_into_a_mail_nor_into_an_address(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    desk = person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)
    said = {"csrf": desk.csrf(), "runde": f"invitation {TwoCases.stamp.now.date()}"}
    number = number_as_written(holds=True)

    answer = desk.client.post(f"{PAGE}/se", data={**said, "wrong": number, "right": "b"})

    assert answer.status_code == 422
    assert "location" not in answer.headers


def test_a_list_that_has_changed_since_it_was_shown_is_shown_again(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    desk = person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)
    said = {"csrf": desk.csrf(), "runde": f"invitation {TwoCases.stamp.now.date()}"}
    said |= {"seen": "x", "wrong": "a", "right": "b"}
    for answer in (shown(desk, said), sent(desk, said)):
        assert answer.status_code == 422
        assert "siden du så listen" in answer.text
    assert not corrections(two_cases)


def test_an_address_that_was_changed_by_hand_shows_the_form(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    desk = person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)
    chosen = f"invitation {TwoCases.stamp.now.date()}"
    for packed in ("x", "%%%", "æ"):
        assert desk.client.get(PAGE, params={"runde": chosen, "ord": packed}).status_code == 200
