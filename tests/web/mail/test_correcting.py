"""The page on which wrong mails are corrected: who got them is shown before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from models import MailKind, OutboxState, Role
from tests.conftest import TwoCases
from udmelding.casework.wiring import Services
from udmelding.web.service.app import create_app

pytestmark = pytest.mark.database

Person = Callable[[Any, str, Role], Any]
PAGE = f"/sager/{TwoCases.references[0]}/mails/ret"


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

    missing = desk.client.post(PAGE, data={**said, "wrong": "Bilaget var forkert.", "right": ""})
    assert missing.status_code == 422
    assert "Bilaget var forkert." in missing.text, "what was typed is kept"
    said |= {"wrong": "Bilaget var forkert.", "right": "Brug det nye."}
    assert desk.client.post(PAGE, data=said).status_code == 303
    mails = [m for m in two_cases.mails(OutboxState.SENT) if m.mail is MailKind.CORRECTION]
    assert len(mails) == 1
    assert "Rettelsen er skrevet til 17." in desk.client.get(PAGE).text

    again = desk.client.post(PAGE, data=said)
    assert again.status_code == 422
    assert "har fået rettelsen" in again.text
    assert len([m for m in two_cases.mails() if m.mail is MailKind.CORRECTION]) == 1


def test_a_list_that_has_changed_since_it_was_shown_is_shown_again(
    services: Services, two_cases: TwoCases, person: Person
) -> None:
    desk = person(create_app(services, lambda: two_cases.now), "anna", Role.CASEWORKER)
    said = {"csrf": desk.csrf(), "runde": f"invitation {TwoCases.stamp.now.date()}"}
    answer = desk.client.post(PAGE, data={**said, "seen": "x", "wrong": "a", "right": "b"})
    assert answer.status_code == 422
    assert "siden du så listen" in answer.text
